// Buttons that hide and show the panels beside the drawing; in a narrow window these lie over it, and are hidden at first.
import { button, h } from "./dom";

/** The windows in which a panel is hidden until it is asked for; the style sheet has the same. */
const NARROW = { tree: "(max-width: 820px)", details: "(max-width: 700px)" } as const;

export function panelButton(root: HTMLElement, name: keyof typeof NARROW, panel: HTMLElement): HTMLButtonElement {
  const narrow = matchMedia(NARROW[name]);
  const shown = () => (root.dataset[name] ?? (narrow.matches ? "hidden" : "shown")) === "shown";
  const element = button("", () => {
    root.dataset[name] = shown() ? "hidden" : "shown";
    refresh();
  }, { class: "panel-button", "aria-label": name === "tree" ? "Layers beside the drawing" : "Details beside the drawing", "aria-controls": (panel.id = `panel-${name}`) });
  element.append(h("span", { class: `panel-sign ${name}-sign` }));
  const refresh = () => {
    element.setAttribute("aria-expanded", String(shown()));
    element.title = `${shown() ? "Hide" : "Show"} ${name === "tree" ? "the layers" : "the details"}`;
  };
  narrow.addEventListener("change", () => {
    delete root.dataset[name];
    refresh();
  });
  refresh();
  return element;
}
