// Draws a figure again where its picture is, so that it answers to the pointer. Loaded on demand.
//
// Expressions are interpreted, not compiled, and styles are those of the page's sheet: the policy
// of the site allows neither code from strings nor styles within a page.

import embed from "vega-embed";
import { expressionInterpreter } from "vega-interpreter";

async function draw(figure) {
  const place = document.createElement("div");
  place.className = "chart-explored";
  figure.querySelector(".chart-pictures").replaceWith(place);
  await embed(place, figure.dataset.specification, {
    actions: false,
    ast: true,
    config: { mark: { tooltip: { content: "data" } } },
    defaultStyle: false,
    expr: expressionInterpreter,
    renderer: "svg",
    tooltip: { disableDefaultStyle: true },
  });
  place.tabIndex = -1;
  place.focus();
}

for (const figure of document.querySelectorAll("[data-explore-now]")) {
  draw(figure);
}
