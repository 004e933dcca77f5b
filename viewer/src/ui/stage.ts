// The middle of the page: the drawing with what lies over it, and the legend under it.
import type { PageData } from "../data/page";
import { plural } from "../data/words";
import type { Commands } from "../state/commands";
import { button, h } from "./dom";
import type { Drawing } from "./drawing";

/** How much a press of a zoom button changes the scale. */
const ZOOM = 1.4;

export interface StageParts {
  data: PageData;
  drawing: Drawing;
  commands: Commands;
  breadcrumb: HTMLElement;
  legend: HTMLElement;
  /** What comes and goes over the drawing. */
  over: HTMLElement[];
}

export function stage({ data, drawing, commands, breadcrumb, legend, over }: StageParts): HTMLElement {
  const { viewport, canvas, minimap } = drawing;
  const zoom = h("div", { class: "zoom" },
    button("+", () => viewport.zoom(ZOOM), { "aria-label": "Zoom in" }), button("−", () => viewport.zoom(1 / ZOOM), { "aria-label": "Zoom out" }),
    button("⤢", () => viewport.go({ to: "all" }), { "aria-label": "Show everything" }));
  const steps = h("div", { class: "steps" },
    button("←", () => commands.back(), { "aria-label": "Back" }), button("→", () => commands.forward(), { "aria-label": "Forward" }));
  const empty = data.cards.canOpen(0) ? null : h("p", { class: "nothing" }, whyNothing(data));
  const room = h("div", { class: "room" }, canvas.element, h("div", { class: "over" }, steps, breadcrumb), zoom, minimap.element, empty, ...over);
  return h("main", { class: "stage" }, room, legend);
}

/** Why nothing is drawn. */
function whyNothing({ facts, notes }: PageData): string {
  const { count } = facts.nodes;
  if (!count) return "This graph has no ops.";
  return `None of this graph's ops are drawn: ${notes.join("; ") || "no output depends on them"}. The table below lists ${count === 1 ? "the op" : `all ${plural(count, "op")}`}.`;
}
