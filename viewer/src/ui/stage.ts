// The middle of the page: the drawing with what lies over it, and the legend under it.
import type { PageData } from "../data/page";
import { plural } from "../data/words";
import type { Commands } from "../state/commands";
import type { Session } from "../state/session";
import { button, h } from "./dom";
import type { Drawing } from "./drawing";
import type { Minimap } from "./minimap";
import type { OverviewPane } from "./overview";
import type { Zooming } from "./zooming";

/** How much a press of a zoom button changes the scale. */
const ZOOM = 1.4;

export interface StageParts {
  data: PageData;
  session: Session;
  drawing: Drawing;
  commands: Commands;
  overview: OverviewPane | null;
  zooming: Zooming;
  breadcrumb: HTMLElement;
  legend: HTMLElement;
  /** Between both, of a page of two graphs or of two sides. */
  strip: HTMLElement | null;
  /** What comes and goes over the drawing. */
  over: HTMLElement[];
}

export function stage({ data, session, drawing, commands, overview, zooming, breadcrumb, legend, strip, over }: StageParts): HTMLElement {
  const { canvas, minimap } = drawing;
  const zoom = h("div", { class: "zoom" }, mapButton(minimap),
    button("+", () => zooming.by(ZOOM), { "aria-label": "Zoom in", title: "Zoom in (+)" }), button("−", () => zooming.by(1 / ZOOM), { "aria-label": "Zoom out", title: "Zoom out (−)" }),
    button("⤢", () => zooming.all(), { "aria-label": "Show everything", title: "Show everything (0)" }));
  const steps = h("div", { class: "steps" },
    button("←", () => commands.back(), { "aria-label": "Back", title: "Back to the step before ([, or the browser's Back)" }), button("→", () => commands.forward(), { "aria-label": "Forward", title: "Forward again (], or the browser's Forward)" }));
  const empty = data.cards.canOpen(0) ? null : h("p", { class: "nothing" }, whyNothing(data));
  const room = h("div", { class: "room" }, canvas.element, drawing.edges, overview?.element, ...(overview?.edges ?? []), empty, ...over);
  minimap.room = room;
  const between = session.hasOverview ? betweenButtons(session, commands) : [];
  const element = h("main", { class: "stage" }, h("div", { class: "above-room" }, h("div", { class: "above" }, steps, ...between, breadcrumb, zoom)), strip ?? "", room, legend);
  const refresh = () => element.classList.toggle("with-overview", session.overview);
  session.on("overview", refresh);
  refresh();
  return element;
}

/** To the overview and back, and from it to the drawing of what is selected: opening it in the overview itself is a double click or Enter. */
function betweenButtons(session: Session, commands: Commands): HTMLElement[] {
  const flip = button("Overview", () => commands.flipOverview(), { class: "quiet", title: "The overview, closing what is open in it, and back to the drawing (V)" });
  const open = button("Open in drawing", () => commands.enter(), { class: "quiet", title: "Show what is selected in the drawing, open" });
  const refresh = () => {
    flip.setAttribute("aria-pressed", String(session.overview));
    open.hidden = !session.overview || !session.selection;
  };
  session.on("overview", refresh);
  session.on("select", refresh);
  refresh();
  return [flip, open];
}

/** Hides and shows the small picture of the whole drawing. */
function mapButton(map: Minimap): HTMLElement {
  const element = button("◳", () => map.toggle(), { class: "map-button", "aria-label": "Small picture of the whole drawing" });
  map.changedBy = () => {
    element.disabled = map.whole;
    element.setAttribute("aria-pressed", String(map.shown));
    element.title = map.whole ? "All of the drawing is in view: no small picture of it is needed" : `${map.shown ? "Hide" : "Show"} the small picture of the whole drawing`;
  };
  return element;
}

/** Why nothing is drawn. */
function whyNothing({ facts, notes }: PageData): string {
  const { count } = facts.nodes;
  if (!count) return "This graph has no ops.";
  return `None of this graph's ops are drawn: ${notes.join("; ") || "no output depends on them"}. The table below lists ${count === 1 ? "the op" : `all ${plural(count, "op")}`}.`;
}
