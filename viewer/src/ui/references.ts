// Names of ops, groups and cards that lead to them when they are clicked.
import type { Session } from "../state/session";
import { button, h } from "./dom";
import { longList } from "./lists";
import { sign } from "./signs";

/** Where a click leads. */
export interface Leads {
  goOp(row: number): void;
  goGroup(group: number): void;
}

export class References {
  constructor(
    private readonly session: Session,
    private readonly leads: Leads,
  ) {}

  /** A list of ops under a heading, each with a few words beside it; nothing where there are none. */
  ops(title: string, ops: { row: number; text: string }[]): HTMLElement[] {
    if (!ops.length) return [];
    return [h("h3", {}, ops.length > 1 ? `${title} (${ops.length})` : title), longList(ops.map(({ row, text }) => () => this.op(row, text)))];
  }

  op(row: number, text: string): HTMLElement {
    const { facts } = this.session;
    const name = facts.nodes.name(row);
    const link = button(facts.called(row), () => this.leads.goOp(row), { class: "ref", title: name });
    const { differing } = this.session;
    const status = differing?.difference.opStatus(row);
    return h("li", {}, differing && status ? sign(differing.difference, status) : null, link, h("span", { class: "soft mono" }, ` ${text}`));
  }

  group(group: number, text: string): HTMLElement {
    return h("ul", { class: "refs" }, h("li", {}, button(text, () => this.leads.goGroup(group), { class: "ref", title: text })));
  }

  /** A group that is known by its path; only its path where it is not in the graph. */
  path(path: string): HTMLElement {
    const group = this.session.facts.groups.find(path);
    return group >= 0 ? this.group(group, path) : h("p", { class: "mono" }, path);
  }

  card(card: number): HTMLElement {
    const { cards } = this.session;
    const go = () => {
      const group = cards.group(card);
      if (group >= 0) this.leads.goGroup(group);
      else this.session.selectCard(card);
    };
    return h("li", {}, button(cards.title(card), go, { class: "ref" }), h("span", { class: "soft" }, ` ${cards.subtitle(card)}`));
  }
}
