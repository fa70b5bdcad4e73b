/* SPDX-License-Identifier: EUPL-1.2
   Charts that answer the pointer, drawn here of the program the server gives. Where that fails, the server's own drawing
   is shown; a page without scripts shows that too. */
import { expressionInterpreter } from "../vendor/vega-interpreter/vega-interpreter.js";

const vega = globalThis.vega;

const narrow = matchMedia("(max-width: 36rem)"); // as in the page's <picture> and styr.css

/* A place's address, of the program or the drawing that fits the window. */
function fitting(place, address) {
  return address + (place.dataset.narrow && narrow.matches ? "&" + place.dataset.narrow : "");
}

async function draw(place) {
  const address = fitting(place, place.dataset.program);
  const answer = await fetch(address, { credentials: "same-origin" });
  if (!answer.ok) throw new Error(address + ": " + answer.status);
  const program = await answer.json();
  const drawn = document.createElement("div");
  drawn.className = "drawn-here";
  drawn.setAttribute("role", "img");
  drawn.setAttribute("aria-label", place.dataset.text);
  const tell = said(drawn);
  const view = new vega.View(vega.parse(program, null, { ast: true }), {
    expr: expressionInterpreter,
    renderer: "svg",
    hover: true,
    tooltip: tell,
  });
  view.addEventListener("click", function (event, item) {
    tell(null, event, item, item && item.tooltip); // a finger rests nowhere
  });
  place.replaceChildren(drawn);
  await view.initialize(drawn).runAsync();
  drawn.querySelector("svg").setAttribute("aria-hidden", "true"); // the text says what it shows, and the table its numbers
}

function showDrawing(place) {
  const image = document.createElement("img");
  image.alt = place.dataset.text;
  image.src = fitting(place, place.dataset.drawing);
  place.replaceChildren(image);
}

function show(place) {
  draw(place).catch(function (error) {
    console.warn(error);
    showDrawing(place);
  });
}

/* What the pointer rests on, in words beside it: each by its name, and first, without one, what they are all about. */
function said(place) {
  const box = document.createElement("div");
  box.className = "chart-said";
  box.hidden = true;
  return function (handler, event, item, value) {
    if (!box.isConnected) place.append(box);
    box.hidden = value === null || value === undefined;
    if (box.hidden) return;
    const told = Object.entries(value).filter(([name, text]) => text !== "");
    box.replaceChildren(
      ...told.map(function ([name, text], at) {
        const heading = at === 0 && !name.trim();
        const line = document.createElement("p");
        const term = document.createElement("strong");
        term.textContent = heading ? text : name;
        line.append(term, heading ? "" : " " + text);
        return line;
      })
    );
    const around = place.getBoundingClientRect();
    const at = event.clientX - around.left;
    const fits = at + 14 + box.offsetWidth <= around.width;
    box.style.left = (fits ? at + 14 : Math.max(0, at - 14 - box.offsetWidth)) + "px";
    box.style.top = event.clientY - around.top + 14 + "px";
  };
}

const places = document.querySelectorAll("[data-program]");
places.forEach(show);
narrow.addEventListener("change", function () {
  places.forEach(function (place) {
    if (place.dataset.narrow) show(place);
  });
});
