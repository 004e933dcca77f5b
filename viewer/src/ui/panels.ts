// Buttons that hide and show the panels beside the drawing; in a narrow window these are hidden at first. Beside the overview, which needs the room, they are too.
import type { Session } from "../state/session";
import { button, h } from "./dom";

/** The windows in which a panel is hidden until it is asked for; the style sheet has the same. */
const NARROW = { tree: "(max-width: 820px)", details: "(max-width: 700px)" } as const;
/** The windows that have room for one of tree and details beside the drawing, and those that have none for a table as well. */
const ONE_BESIDE = NARROW.tree;
const ONE_AT_ALL = "(max-width: 520px), (max-height: 480px)";

export type PanelName = keyof typeof NARROW;

/** Tells the style sheet and the buttons what is shown, and whether anything was ever selected: until then the overview needs no details beside it. */
export function giveRoom(root: HTMLElement, session: Session): void {
  root.dataset.untouched = "";
  // A list beside the layers is what the page was made for: it is shown beside the overview too.
  if (session.differing) root.dataset.beside = "changes";
  else if (session.found) root.dataset.beside = "findings";
  const refresh = () => {
    root.dataset.view = session.overview ? "overview" : "drawing";
    if (session.selection || !session.overview) delete root.dataset.untouched;
  };
  session.on("overview", refresh);
  session.on("select", refresh);
  session.on("tab", () => {
    if (session.tab !== null && matchMedia(ONE_AT_ALL).matches) for (const name of ["tree", "details"] as const) hidePanel(root, name);
  });
}

/** Shows a panel that is hidden. What has no room beside it gives way: of a small window the drawing keeps a part that can be used. */
export function showPanel(root: HTMLElement, session: Session, name: PanelName): void {
  if (isShown(root, name)) return;
  root.dataset[name] = "shown";
  if (matchMedia(ONE_BESIDE).matches) delete root.dataset[name === "tree" ? "details" : "tree"];
  if (session.tab !== null && matchMedia(ONE_AT_ALL).matches) session.setTab(null);
}

/** Hides a panel that is shown. The focus goes from there to the button that shows it again: else it would be nowhere. */
export function hidePanel(root: HTMLElement, name: PanelName): void {
  if (!isShown(root, name)) return;
  const held = document.activeElement?.closest(`#panel-${name}, .panel-close.of-${name}`);
  root.dataset[name] = "hidden";
  if (held) root.querySelector<HTMLElement>(`button[aria-controls="panel-${name}"]`)?.focus();
}

/** Whether the window shows a panel only when it is asked for. */
export function isNarrow(name: PanelName): boolean {
  return matchMedia(NARROW[name]).matches;
}

function isShown({ dataset }: HTMLElement, name: PanelName): boolean {
  const beside = name === "details" && dataset.tree === "shown" && matchMedia(ONE_BESIDE).matches;
  const untouched = dataset.view === "overview" && (name === "tree" ? dataset.beside === undefined : dataset.untouched !== undefined);
  const aside = beside || untouched;
  return (dataset[name] ?? (aside || matchMedia(NARROW[name]).matches ? "hidden" : "shown")) === "shown";
}

/** In a narrow window a panel can be closed where it is. */
export function closeButton(root: HTMLElement, name: PanelName): HTMLButtonElement {
  const what = name === "tree" ? "layers" : "details";
  return button("×", () => hidePanel(root, name), { class: `panel-close of-${name}`, "aria-label": `Hide the ${what}`, title: `Hide the ${what}` });
}

export function panelButton(root: HTMLElement, session: Session, name: PanelName, panel: HTMLElement): HTMLButtonElement {
  const narrow = matchMedia(NARROW[name]);
  const shown = () => isShown(root, name);
  const words = name === "details" ? "details" : root.dataset.beside === undefined ? "layers" : `${root.dataset.beside} and layers`;
  const element = button("", () => {
    if (shown()) hidePanel(root, name);
    else showPanel(root, session, name);
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
