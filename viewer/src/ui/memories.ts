// The memory tab of a graph of which both are known: what a measured step took, and what was estimated from shapes.
import { button, h, replace } from "./dom";

interface Curve {
  readonly element: HTMLElement;
  csv(): string;
}

/** A choice of curves by their names; each is made when it is first chosen. */
export class Memories {
  readonly element: HTMLElement;
  private readonly choice = h("span", { class: "plot-choice", role: "group", "aria-label": "Which memory" });
  private readonly room = h("div", { class: "memories" });
  private readonly made = new Map<string, Curve>();
  private chosen = "";

  constructor(private readonly curves: Record<string, () => Curve>) {
    this.element = h("div", { class: "plot-room" }, h("div", { class: "plot-head" }, this.choice), this.room);
    this.choose(Object.keys(curves)[0]);
  }

  csv(): string {
    return this.curve().csv();
  }

  private curve(): Curve {
    let curve = this.made.get(this.chosen);
    if (!curve) this.made.set(this.chosen, (curve = this.curves[this.chosen]()));
    return curve;
  }

  private choose(name: string): void {
    this.chosen = name;
    const focused = this.choice.contains(document.activeElement);
    replace(this.choice, ...Object.keys(this.curves).map((each) => button(each, () => this.choose(each), { class: "side-tab", title: `Show memory: ${each.toLowerCase()}`, "aria-pressed": String(each === name) })));
    if (focused) this.choice.querySelector<HTMLElement>('[aria-pressed="true"]')?.focus();
    replace(this.room, this.curve().element);
  }
}
