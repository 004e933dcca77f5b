// Beside a drawing of two graphs the changes and the layers, beside that of a graph that was checked the findings and the layers; one of them at a time.
import { button, h } from "./dom";

export interface ListBeside {
  /** How the style sheet knows the list. */
  side: "changes" | "findings";
  title: string;
  list: HTMLElement;
  /** How many it has. */
  count: number;
}

/** Puts a list and the way between it and the layers into the panel of the layers. */
export class Sidebar {
  private readonly tabs = new Map<string, HTMLButtonElement>();

  constructor(
    private readonly panel: HTMLElement,
    { side, title, list, count }: ListBeside,
  ) {
    const tab = (name: string, text: string) => {
      const made = button(text, () => this.show(name), { class: "side-tab", title: `List the ${text.toLowerCase()}` });
      this.tabs.set(name, made);
      return made;
    };
    panel.setAttribute("aria-label", `${title} and layers`);
    panel.prepend(
      h("div", { class: "side-tabs", role: "group", "aria-label": "What is listed" }, tab(side, `${title} ${count ? count.toLocaleString("en-US") : ""}`.trim()), tab("layers", "Layers")),
      list,
    );
    this.show(side);
  }

  show(side: string): void {
    this.panel.dataset.side = side;
    for (const [name, tab] of this.tabs) tab.setAttribute("aria-pressed", String(name === side));
  }
}
