// The ops of the kinds that the reader looks at, by the legend of the present colours, and the cards that hold any.
import type { Mode } from "./colours";
import { FAMILIES, type Focus } from "./focus";
import type { Session } from "./session";

/** The ops that are of the chosen kinds. */
export interface Chosen {
  kinds: ReadonlySet<string>;
  /** How many ops of the whole graph they are, in all copies. */
  count: number;
  has(row: number): boolean;
  /** The cards that hold any. */
  cards: ReadonlySet<number>;
}

/** Finds the ops of the chosen kinds; the same answer until others are chosen. */
export class KindsOfOps {
  private known: { focus: Focus; mode: Mode; chosen: Chosen | null } | null = null;

  constructor(
    private readonly session: Session,
    private readonly mode: () => Mode,
  ) {}

  /** The legend of the present colours; empty where these are no kinds. */
  get legend(): string {
    const { kind, id } = this.mode();
    return kind === "amount" ? "" : kind === "family" ? FAMILIES : id;
  }

  /** What is chosen in the present legend; null: nothing, and all has its colours. */
  chosen(): Chosen | null {
    const { session: { focus }, known } = this;
    const mode = this.mode();
    if (known?.focus === focus && known.mode === mode) return known.chosen;
    const kinds = this.legend && focus[this.legend];
    const chosen = kinds ? this.find(new Set(kinds), mode) : null;
    this.known = { focus, mode, chosen };
    return chosen;
  }

  private find(kinds: ReadonlySet<string>, mode: Mode): Chosen {
    const { facts: { nodes }, facts } = this.session;
    const has = mode.kind === "family" ? (row: number) => kinds.has(facts.family(nodes.op(row))) : (row: number) => kinds.has(mode.value(row));
    const cards = new Set<number>();
    let count = 0;
    for (let row = 0; row < nodes.count; row++) {
      if (!has(row)) continue;
      count++;
      this.addCards(row, cards);
    }
    return { kinds, count, has, cards };
  }

  /** The card in which an op is drawn, or closed, and those around it. */
  private addCards(row: number, into: Set<number>): void {
    const { cards, facts: { nodes } } = this.session;
    for (let at = cards.home(row)?.card ?? this.session.cardOfGroup(nodes.group(row)); at > 0 && !into.has(at); at = cards.parent(at)) into.add(at);
  }
}
