// Where the selection is: the path from the top, each part a step up.
import type { Session } from "../state/session";
import { button, h, replace } from "./dom";

export class Breadcrumb {
  readonly element = h("nav", { class: "breadcrumb", "aria-label": "Path of the selection" });

  constructor(
    private readonly session: Session,
    private readonly go: (card: number) => void,
    private readonly top: () => void,
  ) {
    session.on("select", () => this.refresh());
    this.refresh();
  }

  private refresh(): void {
    const { session } = this;
    const { selection } = session;
    const cards: number[] = [];
    for (let at = selection ? session.cardAround(selection) : 0; at > 0; at = session.cards.parent(at)) cards.unshift(at);
    const name = session.facts.name || "graph";
    // A model and its outermost layer often have one name: said twice it would look like a mistake, so the layer is the first step then.
    const same = cards.length > 0 && session.cards.title(cards[0]) === name;
    this.element.classList.toggle("nowhere", !selection);
    const crumbs: HTMLElement[] = same ? [] : [button(name, this.top, { class: "crumb", title: name })];
    for (const card of cards) crumbs.push(button(session.cards.title(card), () => this.go(card), { class: "crumb", title: session.cards.title(card) }));
    if (selection && selection.op >= 0) crumbs.push(h("span", { class: "crumb last" }, session.facts.nodes.leaf(selection.op)));
    replace(this.element, ...crumbs.flatMap((crumb, index) => (index ? [h("span", { class: "crumb-sign" }, " › "), crumb] : [crumb])));
  }
}
