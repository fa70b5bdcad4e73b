/* SPDX-License-Identifier: EUPL-1.2
   Small conveniences; every page works without them. */
"use strict";
(function () {
  // the token that Django wants is sent with what htmx posts
  document.addEventListener("htmx:configRequest", function (event) {
    var token = document.querySelector("input[name=csrfmiddlewaretoken]");
    if (token) event.detail.headers["X-CSRFToken"] = token.value;
  });
  // choices that narrow a page are sent at once
  document.addEventListener("change", function (event) {
    var form = event.target.closest("form[data-at-once]");
    if (form) form.requestSubmit();
  });
})();
