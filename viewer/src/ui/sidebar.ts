// Beside a drawing of two graphs: the changes and the layers, one of them at a time.
import { button, h } from "./dom";

type Side = "changes" | "layers";

/** Puts the list of changes and the way between the two into the panel of the layers. */
export class Sidebar {
  private readonly tabs: Record<Side, HTMLButtonElement>;

  constructor(
    private readonly panel: HTMLElement,
    changes: HTMLElement,
    count: number,
  ) {
    this.tabs = {
      changes: button(`Changes ${count ? count.toLocaleString("en-US") : ""}`.trim(), () => this.show("changes"), { class: "side-tab" }),
      layers: button("Layers", () => this.show("layers"), { class: "side-tab" }),
    };
    panel.setAttribute("aria-label", "Changes and layers");
    panel.prepend(h("div", { class: "side-tabs", role: "group", "aria-label": "What is listed" }, this.tabs.changes, this.tabs.layers), changes);
    this.show("changes");
  }

  show(side: Side): void {
    this.panel.dataset.side = side;
    for (const [name, tab] of Object.entries(this.tabs)) tab.setAttribute("aria-pressed", String(name === side));
  }
}
