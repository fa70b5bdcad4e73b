/* SPDX-License-Identifier: EUPL-1.2
   Charts that answer the pointer, drawn here of the program the server gives. Where that fails, the server's own drawing
   is shown; a page without scripts shows that too. */
import { expressionInterpreter } from "../vendor/vega-interpreter/vega-interpreter.js";

const vega = globalThis.vega;

async function draw(place) {
  const answer = await fetch(place.dataset.program, { credentials: "same-origin" });
  if (!answer.ok) throw new Error(place.dataset.program + ": " + answer.status);
  const program = await answer.json();
  const drawn = document.createElement("div");
  drawn.className = "drawn-here";
  drawn.setAttribute("role", "img");
  drawn.setAttribute("aria-label", place.dataset.text);
  const view = new vega.View(vega.parse(program, null, { ast: true }), {
    expr: expressionInterpreter,
    renderer: "svg",
    hover: true,
    tooltip: said(drawn),
  });
  place.append(drawn);
  try {
    await view.initialize(drawn).runAsync();
  } catch (error) {
    drawn.remove();
    throw error;
  }
}

function showDrawing(place) {
  const image = document.createElement("img");
  image.alt = place.dataset.text;
  image.src = place.dataset.drawing;
  place.append(image);
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

for (const place of document.querySelectorAll("[data-program]"))
  draw(place).catch(function (error) {
    console.warn(error);
    showDrawing(place);
  });
