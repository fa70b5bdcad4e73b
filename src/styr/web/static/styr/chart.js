/* SPDX-License-Identifier: EUPL-1.2
   Charts that answer the pointer: the drawing of the page is replaced by the same chart, drawn here. Where that fails,
   or there is no script, the drawing stays; it is also what is printed. */
import { expressionInterpreter } from "../vendor/vega-interpreter/vega-interpreter.js";

const vega = globalThis.vega;

async function redraw(image) {
  const answer = await fetch(image.dataset.program, { credentials: "same-origin" });
  if (!answer.ok) return;
  const program = await answer.json();
  const place = document.createElement("div");
  place.className = "drawn-here";
  place.setAttribute("role", "img");
  place.setAttribute("aria-label", image.alt);
  const view = new vega.View(vega.parse(program, null, { ast: true }), {
    expr: expressionInterpreter,
    renderer: "svg",
    hover: true,
    tooltip: said(place),
  });
  image.after(place);
  try {
    await view.initialize(place).runAsync();
    image.classList.add("only-printed");
  } catch (error) {
    place.remove();
    throw error;
  }
}

/* What the pointer rests on, in words beside it. */
function said(place) {
  const box = document.createElement("div");
  box.className = "chart-said";
  box.hidden = true;
  return function (handler, event, item, value) {
    if (!box.isConnected) place.append(box);
    box.hidden = value === null || value === undefined;
    if (box.hidden) return;
    box.replaceChildren(
      ...Object.entries(value).map(function ([name, text]) {
        const line = document.createElement("p");
        const term = document.createElement("strong");
        term.textContent = name;
        line.append(term, " " + text);
        return line;
      })
    );
    const around = place.getBoundingClientRect();
    box.style.left = Math.min(event.clientX - around.left + 14, around.width - box.offsetWidth) + "px";
    box.style.top = event.clientY - around.top + 14 + "px";
  };
}

for (const image of document.querySelectorAll("img[data-program]")) redraw(image).catch(console.error);
