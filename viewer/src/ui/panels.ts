// Buttons that hide and show the panels beside the drawing; in a narrow window these lie over it, and are hidden at first. Beside the overview, which needs the room, they are too.
import type { Session } from "../state/session";
import { button, h } from "./dom";

/** The windows in which a panel is hidden until it is asked for; the style sheet has the same. */
const NARROW = { tree: "(max-width: 820px)", details: "(max-width: 700px)" } as const;

/** Tells the style sheet and the buttons what is shown, and whether anything was ever selected: until then the overview needs no details beside it. */
export function giveRoom(root: HTMLElement, session: Session): void {
  root.dataset.untouched = "";
  if (session.differing) root.dataset.differing = "";
  const refresh = () => {
    root.dataset.view = session.overview ? "overview" : "drawing";
    if (session.selection || !session.overview) delete root.dataset.untouched;
  };
  session.on("overview", refresh);
  session.on("select", refresh);
}

/** Shows a panel that is hidden. */
export function showPanel(root: HTMLElement, name: keyof typeof NARROW): void {
  if (!isShown(root, name)) root.dataset[name] = "shown";
}

/** Hides a panel that is shown. */
export function hidePanel(root: HTMLElement, name: keyof typeof NARROW): void {
  if (isShown(root, name)) root.dataset[name] = "hidden";
}

/** Whether the window has no room for a panel beside the drawing, so that it lies over that. */
export function isNarrow(name: keyof typeof NARROW): boolean {
  return matchMedia(NARROW[name]).matches;
}

function isShown({ dataset }: HTMLElement, name: keyof typeof NARROW): boolean {
  const aside = dataset.view === "overview" && (name === "tree" ? dataset.differing === undefined : dataset.untouched !== undefined);
  return (dataset[name] ?? (aside || matchMedia(NARROW[name]).matches ? "hidden" : "shown")) === "shown";
}

export function panelButton(root: HTMLElement, name: keyof typeof NARROW, panel: HTMLElement): HTMLButtonElement {
  const narrow = matchMedia(NARROW[name]);
  const shown = () => isShown(root, name);
  const words = name === "details" ? "details" : root.dataset.differing === undefined ? "layers" : "changes and layers";
  const element = button("", () => {
    root.dataset[name] = shown() ? "hidden" : "shown";
    refresh();
  }, { class: "panel-button", "aria-label": `${words[0].toUpperCase()}${words.slice(1)} beside the drawing`, "aria-controls": (panel.id = `panel-${name}`) });
  element.append(h("span", { class: `panel-sign ${name}-sign` }));
  const refresh = () => {
    element.setAttribute("aria-expanded", String(shown()));
    element.title = `${shown() ? "Hide" : "Show"} the ${words}`;
  };
  new MutationObserver(refresh).observe(root, { attributeFilter: ["data-view", "data-untouched", "data-tree", "data-details"] });
  narrow.addEventListener("change", () => {
    delete root.dataset[name];
    refresh();
  });
  refresh();
  return element;
}
