// How groups, cards and marks of a drawing of two graphs differ: the counts of what is marked in them.
import type { Cards, Held } from "../data/cards";
import { STATUSES, type Counts, type Difference, type Status } from "../data/difference";
import type { Facts } from "../data/facts";
import { cardOf } from "../draw/keys";
import { copiesOf } from "./amounts";

/** How a mark differs: its border, and what its badge says. */
export interface DiffMark {
  status: Status;
  text: string;
}

const NONE: Counts = { added: 0, removed: 0, changed: 0 };

export class Differing {
  /** For each group how many ops in it are marked how, at any depth, and how many groups below it are themselves not the same. */
  private readonly inGroups = new Map<number, Counts>();
  private readonly ownChanges = new Map<number, number>();

  constructor(
    readonly difference: Difference,
    private readonly facts: Facts,
    private readonly cards: Cards,
  ) {
    const { groups, nodes } = facts;
    for (const [row, status] of difference.marked) {
      for (let at = nodes.group(row); at >= 0; at = groups.parent(at)) {
        const counts = this.inGroups.get(at) ?? { ...NONE };
        counts[status]++;
        this.inGroups.set(at, counts);
      }
    }
    for (let group = 0; group < groups.count; group++) {
      if (difference.groupStatus(group) !== "changed") continue;
      for (let at = group; at >= 0; at = groups.parent(at)) this.ownChanges.set(at, (this.ownChanges.get(at) ?? 0) + 1);
    }
  }

  /** How many ops of a group, at any depth, are marked how. */
  counts(group: number): Counts {
    return this.inGroups.get(group) ?? NONE;
  }

  /** How many ops the first (0) or the second (1) graph has in a group. */
  size(side: 0 | 1, group: number): number {
    return this.facts.groups.size(group) - this.counts(group)[side ? "removed" : "added"];
  }

  /** The counts of a card; of a stack those of all its copies. */
  ofCard(card: number): Counts {
    return this.together(this.held(card));
  }

  /** The counts of all that is in no card of the drawing itself. */
  ofRest(): Counts {
    const rest: Counts = { ...NONE };
    for (const status of this.difference.marked.values()) rest[status]++;
    for (const card of this.cards.childCards(0)) for (const status of STATUSES) rest[status] -= this.ofCard(card)[status];
    return rest;
  }

  /** How many of the groups that a card stands for, or that lie in it, are set otherwise in the two graphs. */
  private setOtherwise(card: number): number {
    return this.held(card).flatMap(({ groups }) => groups).reduce((sum, group) => sum + (this.ownChanges.get(group) ?? 0), 0);
  }

  /** How a card differs: as a whole, by its own settings, or, while it is closed, by what is in it; null where it does not. */
  cardMark(card: number, open: boolean): DiffMark | null {
    const { difference: { signs } } = this;
    const whole = this.whole(card);
    if (whole) return { status: whole, text: signs[whole] };
    const own = this.difference.groupStatus(this.cards.group(card));
    if (open) return own ? { status: own, text: signs[own] } : null;
    const text = this.told(card);
    return text ? { status: "changed", text } : null;
  }

  /** The counts of a card in signs, as the tree tells them; only the sign where nothing but settings differ. */
  told(card: number): string {
    return this.difference.countText(this.ofCard(card)) || (this.setOtherwise(card) ? this.difference.signs.changed : "");
  }

  /** How a box, a pill or a card differs. */
  mark(key: number, open: boolean): DiffMark | null {
    const card = cardOf(key);
    if (card >= 0) return card > 0 ? this.cardMark(card, open) : null;
    const status = this.difference.opStatus(key);
    return status ? { status, text: this.difference.signs[status] } : null;
  }

  /** The one status that all ops of a card have; undefined where they have several, or some have none. */
  private whole(card: number): Status | undefined {
    const counts = this.ofCard(card);
    const all = this.held(card).reduce((sum, { groups, ops }) => sum + ops.length + groups.reduce((inner, group) => inner + this.facts.groups.size(group), 0), 0);
    return STATUSES.find((status) => all > 0 && counts[status] === all);
  }

  /** What a card holds, of a stack all its copies. */
  private held(card: number): Held[] {
    return this.cards.stack(card) >= 0 && this.cards.repeat(card) > 1 ? copiesOf(this.cards, card) : [this.cards.held(card)];
  }

  private together(held: Held[]): Counts {
    const found: Counts = { ...NONE };
    for (const { groups, ops } of held) {
      for (const group of groups) for (const status of STATUSES) found[status] += this.counts(group)[status];
      for (const row of ops) {
        const status = this.difference.opStatus(row);
        if (status) found[status]++;
      }
    }
    return found;
  }
}
