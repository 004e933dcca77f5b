// What the marks of an overview stand for, and which mark stands for what is selected.
import type { Sheet } from "../opened/sheet";
import type { FarEnd } from "../data/borders";
import { exact } from "../data/words";
import type { Selection, Session } from "../state/session";
import { allCopies } from "./overviewfigures";

const KNOWN = "[data-op], [data-unit]";

/** The copy of a stack that an overview draws. */
export interface DrawnCopy {
  copy: number;
  /** What it is called beside its number: `level 1`; empty where nothing. */
  called: string;
}

export class OverviewMarks {
  /** What is drawn; lines of figures are no marks of their own. */
  readonly all: readonly SVGElement[];

  constructor(
    svg: SVGSVGElement,
    private readonly drawn: Sheet,
    private readonly session: Session,
  ) {
    this.all = [...svg.querySelectorAll<SVGElement>(KNOWN)].filter((mark) => mark.ownerSVGElement !== svg);
  }

  /** Those that are drawn now: what lies in an open card is not. */
  shown(): SVGElement[] {
    return this.all.filter((mark) => this.drawn.shows(mark));
  }

  /** What the mark around a part of the drawing stands for, or of the row whose name it is the layer that has most of the row's parameters, else the first. */
  standsAround(target: Element): Selection | null {
    const mark = target.closest<SVGElement>(KNOWN) ?? this.mainOf(this.drawn.rowBeside(target));
    return mark && this.stands(mark);
  }

  private mainOf(cells: Element[]): SVGElement | null {
    const known = cells.filter((cell): cell is SVGElement => cell.matches(KNOWN));
    const weigh = (cell: SVGElement) => {
      const { group } = this.stands(cell);
      return group < 0 ? 0 : this.session.facts.groups.parameters(group) || 0;
    };
    return known.reduce<SVGElement | null>((best, cell) => (best && weigh(best) >= weigh(cell) ? best : cell), null);
  }

  stands(mark: SVGElement): Selection {
    if (mark.dataset.op !== undefined) return { op: Number(mark.dataset.op), group: -1, card: -1 };
    const unit = Number(mark.dataset.unit);
    const group = unit < this.session.facts.groups.count ? unit : -1;
    return { op: -1, group, card: this.session.cards.ofGroup(unit) };
  }

  /** Of how many copies the figures beside a mark are, which stands for all of a stack; empty: for none but itself. */
  copiesOf(mark: SVGElement): string {
    const { op, card } = mark.matches(KNOWN) ? this.stands(mark) : { op: -1, card: 0 };
    const count = op < 0 && card > 0 ? this.session.cards.repeat(card) : 1;
    return count > 1 ? allCopies(exact(count)) : "";
  }

  /** What the overview calls a selection that path and panel call otherwise; empty where it has no other name. The copy of a stack has its own name in that of the stack, `block_1` in `block_0 … 7`. */
  drawnAs(selection: Selection): string {
    const { cards, overview } = this.session;
    const card = this.session.cardAround(selection);
    const name = overview ? this.nameOf(selection) : "";
    return [cards.title(card), cards.stacks.called.get(cards.stack(card))?.title].includes(name) ? "" : name;
  }

  /** The mark that gives way to a card; of several that show one card, that of the copy which the card shows. */
  givingWay(card: number): SVGElement | null {
    const { cards, facts } = this.session;
    const found = this.all.filter((mark) => mark.dataset.unit !== undefined && this.stands(mark).card === card && this.drawn.has(mark));
    if (found.length < 2) return found[0] ?? null;
    return found.find((mark) => Number(mark.dataset.unit) < facts.groups.count && cards.shows("groups", Number(mark.dataset.unit))) ?? null;
  }

  /** Which copy of a card's stack it draws, and what its words call that; null where it draws nothing that tells. */
  drawnCopy(card: number): DrawnCopy | null {
    const { cards } = this.session;
    const stack = cards.stack(card);
    for (const mark of this.all) {
      const { op, group } = this.stands(mark);
      const [kind, row] = op >= 0 ? (["nodes", op] as const) : (["groups", group] as const);
      if (row < 0 || !this.liesIn(op >= 0 ? (cards.home(op)?.card ?? -1) : cards.ofGroup(group), card)) continue;
      const level = this.all.map((each) => (this.stands(each).card === card ? /drawn: (level \d+)/.exec(each.textContent ?? "") : null)).find(Boolean);
      return { copy: cards.stacks.unwind(kind, row).choices.get(stack) ?? 0, called: level?.[1] ?? "" };
    }
    return null;
  }

  private liesIn(card: number, outer: number): boolean {
    for (let at = card; at > 0; at = this.session.cards.parent(at)) if (at === outer) return true;
    return false;
  }

  /** What a card of the overview that stands for a selection, or for a copy of it, is called there; empty where there is none. */
  nameOf(selection: Selection): string {
    const mark = selection.op < 0 ? this.around(selection) : null;
    if (!mark) return "";
    const { cards: { stacks } } = this.session;
    const { group, card } = this.stands(mark);
    const same = group >= 0 && selection.group >= 0 ? stacks.base("groups", group) === stacks.base("groups", selection.group) : card === selection.card;
    return same ? (mark.querySelector(":scope > text.name")?.textContent ?? "") : "";
  }

  /** What the mark is called that an op or a card is or lies in; empty where that is around `inner` too, or where there is none. */
  wordsFor({ op, card }: Pick<FarEnd, "op" | "card">, inner: number): string {
    const mark = op < 0 && card < 0 ? null : this.around({ op, group: op < 0 ? this.session.cards.group(card) : -1, card: op < 0 ? card : -1 });
    if (!mark || (mark.dataset.op === undefined && this.liesIn(inner, this.stands(mark).card))) return "";
    return (mark.querySelector(":scope > text.name") ?? mark.querySelector("text"))?.textContent ?? "";
  }

  /** The mark of a selection, or of the innermost that is drawn here around it. */
  around({ op, group, card }: Selection): SVGElement | null {
    const { cards: { stacks }, cards, facts: { nodes, groups } } = this.session;
    const find = (kind: "op" | "unit", row: number) => {
      const base = (each: number) => stacks.base(kind === "op" ? "nodes" : "groups", each);
      return this.all.find((mark) => this.drawn.shows(mark) && mark.dataset[kind] !== undefined && base(Number(mark.dataset[kind])) === base(row)) ?? null;
    };
    const own = op >= 0 ? find("op", op) : group < 0 && card > 0 ? this.all.find((mark) => this.stands(mark).card === card) : null;
    if (own) return own;
    const inner = op >= 0 ? nodes.group(op) : group >= 0 ? group : cards.group(cards.parent(card));
    for (let at = inner; at >= 0; at = groups.parent(at)) {
      const found = find("unit", at);
      if (found) return found;
    }
    return null;
  }
}
