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

/** What differs in a card. */
interface Tally {
  counts: Counts;
  /** How many of the groups that it stands for, or that lie in it, are set or called otherwise. */
  groups: number;
  /** The one status that all ops in it have; undefined where they have several, or some have none. */
  whole: Status | undefined;
}

const NONE: Counts = { added: 0, removed: 0, changed: 0 };
const NOTHING: Tally = { counts: NONE, groups: 0, whole: undefined };

export class Differing {
  /** For each group how many ops in it are marked how, at any depth, and how many groups below it are themselves not the same. */
  private readonly inGroups = new Map<number, Counts>();
  private readonly ownChanges = new Map<number, number>();
  /** The cards of groups that hold anything that differs, in whatever copy: of all others nothing need be counted, and most are. */
  private readonly touched = new Set<number>();
  /** What is in the cards, as long as they show the same copies. */
  private readonly kept = new Map<number, Tally>();
  /** The counts of what is in no card. */
  private readonly rest: Counts = { ...NONE };

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
      if (!this.touch(nodes.group(row))) this.rest[status]++;
    }
    for (let group = 0; group < groups.count; group++) {
      if (difference.groupStatus(group) !== "changed") continue;
      for (let at = group; at >= 0; at = groups.parent(at)) this.ownChanges.set(at, (this.ownChanges.get(at) ?? 0) + 1);
      this.touch(group);
    }
  }

  /** Note the cards of a group and of those around it; whether there is any. */
  private touch(group: number): boolean {
    let found = false;
    for (let at = group; at >= 0; at = this.facts.groups.parent(at)) {
      const card = this.cards.ofGroup(at);
      if (card > 0) this.touched.add(card);
      found ||= card > 0;
    }
    return found;
  }

  /** How many ops of a group, at any depth, are marked how. */
  counts(group: number): Counts {
    return this.inGroups.get(group) ?? NONE;
  }

  /** The counts of a card; of a stack those of all its copies. */
  ofCard(card: number): Counts {
    return this.tally(card).counts;
  }

  /** A card that stands for no group has the ops and groups that the data put into it. */
  private isTouched(card: number): boolean {
    return this.touched.has(card) || this.cards.group(card) < 0;
  }

  /** The counts of all that is in no card. */
  ofRest(): Counts {
    return this.rest;
  }

  /** How a card differs: as a whole, by its own settings, or, while it is closed, by what is in it; null where it does not. */
  cardMark(card: number, open: boolean): DiffMark | null {
    const { difference: { signs } } = this;
    const { whole } = this.tally(card);
    if (whole) return { status: whole, text: signs[whole] };
    const own = this.difference.groupStatus(this.cards.group(card));
    if (open) return own ? { status: own, text: signs[own] } : null;
    const text = this.told(card);
    return text ? { status: "changed", text } : null;
  }

  /** The counts of a card in signs, as the tree tells them; only the sign where nothing but settings differ. */
  told(card: number): string {
    return this.difference.countText(this.ofCard(card)) || (this.tally(card).groups ? this.difference.signs.changed : "");
  }

  /** How a box, a pill or a card differs. */
  mark(key: number, open: boolean): DiffMark | null {
    const card = cardOf(key);
    if (card >= 0) return card > 0 ? this.cardMark(card, open) : null;
    const status = this.difference.opStatus(key);
    return status ? { status, text: this.difference.signs[status] } : null;
  }

  private tally(card: number): Tally {
    let found = this.kept.get(card);
    if (!found) this.kept.set(card, (found = this.isTouched(card) ? this.tallied(this.held(card)) : NOTHING));
    return found;
  }

  private tallied(held: Held[]): Tally {
    const counts = this.together(held);
    const ops = held.reduce((sum, { groups, ops: loose }) => sum + loose.length + groups.reduce((inner, group) => inner + this.facts.groups.size(group), 0), 0);
    const groups = held.flatMap((one) => one.groups).reduce((sum, group) => sum + (this.ownChanges.get(group) ?? 0), 0);
    return { counts, groups, whole: STATUSES.find((status) => ops > 0 && counts[status] === ops) };
  }

  /** A card shows another copy: what it holds now is not counted yet. */
  forget(): void {
    this.kept.clear();
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
