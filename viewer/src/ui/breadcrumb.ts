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
    const parts: (HTMLElement | string)[] = [button(name, this.top, { class: "crumb" })];
    for (const card of cards) parts.push(" › ", button(session.cards.title(card), () => this.go(card), { class: "crumb" }));
    if (selection && selection.op >= 0) parts.push(" › ", h("span", { class: "crumb last" }, session.facts.nodes.leaf(selection.op)));
    replace(this.element, ...parts);
    this.element.scrollLeft = this.element.scrollWidth;
  }
}
