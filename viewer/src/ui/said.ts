// What screen readers are told: what is selected, and what a command has done.
import { plural } from "../data/words";
import type { Selection, Session } from "../state/session";
import { h } from "./dom";

export class Said {
  readonly element = h("div", { class: "said", role: "status", "aria-live": "polite" });

  constructor(private readonly session: Session) {
    session.on("select", () => this.tell());
    session.on("lit", () => this.tell());
  }

  say(words: string): void {
    this.element.textContent = words;
  }

  private tell(): void {
    const { selection } = this.session;
    if (selection) this.say(this.describe(selection));
  }

  private describe(selection: Selection): string {
    const { cards, differing, facts: { nodes, groups } } = this.session;
    if (selection.op >= 0) return `${nodes.op(selection.op)} ${nodes.leaf(selection.op)}`;
    const card = this.session.cardAround(selection);
    const state = cards.canOpen(card) ? (this.session.isOpen(card) ? ", open" : ", closed") : "";
    const size = selection.group >= 0 && !differing ? `, ${plural(groups.size(selection.group), "op")}` : "";
    return `${cards.title(card)} ${cards.subtitle(card)}${size}${state}`;
  }
}
