// The strip above the drawing of two graphs: at which change the reader is, and the way to the one before and the next.
import type { Changes } from "../state/changes";
import type { Facts } from "../data/facts";
import { exact } from "../data/words";
import { nameOf, verdictText } from "./changelist";
import { button, h, replace } from "./dom";
import { sign } from "./signs";

export interface StripActs {
  step(by: number): void;
  /** Shows the list of the changes, and both sides of the one that is selected. */
  list(): void;
  sides(): void;
}

export class ChangeStrip {
  readonly element: HTMLElement;
  private readonly told = h("span", { class: "strip-told" });
  private readonly count = h("span", { class: "strip-count soft" });
  private readonly ways: HTMLButtonElement[];

  constructor(
    private readonly changes: Changes,
    private readonly facts: Facts,
    acts: StripActs,
  ) {
    this.ways = [
      button("‹", () => acts.step(-1), { class: "strip-way", "aria-label": "Previous change", title: "Previous change (P)" }),
      button("›", () => acts.step(1), { class: "strip-way", "aria-label": "Next change", title: "Next change (N)" }),
    ];
    const list = button("List", () => acts.list(), { class: "quiet strip-list", title: "The list of the changes (C)" });
    const sides = button("Both sides", () => acts.sides(), { class: "quiet strip-sides", title: "What is selected in both graphs, side by side" });
    this.element = h("div", { class: "change-strip", role: "group", "aria-label": "Change" }, ...(changes.difference.entries.length ? this.ways : []), this.count, this.told, list, sides);
    changes.on(() => this.refresh());
    this.refresh();
  }

  /** What is told of the change that the reader is at. */
  private refresh(): void {
    const { changes, changes: { at, difference } } = this;
    const { at: place, of } = changes.place;
    this.count.textContent = at && place ? `${exact(place)} of ${exact(of)}` : "";
    if (!at) return replace(this.told, verdictText(difference));
    const entry = difference.entries[at.entry];
    const exactly = changes.exact(at);
    const words = exactly < 0 ? entry.words : nameOf(difference, this.facts, exactly);
    replace(this.told, sign(difference, exactly < 0 ? entry.status : difference.status(exactly)), h("span", { class: "strip-words", title: words }, words));
  }
}
