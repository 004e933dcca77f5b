// The drawing's content without coordinates: cards, what is in each, and the wires between, read from columns when asked.
import type { Container } from "./container";
import { Items, type Item } from "./items";
import { Structures, UNDRAWN, type Structure, type StructureTables } from "./structures";
import { Said, sums, type CardSaid } from "./said";
import { Stacks, type Shown } from "./stacks";

export type { Chip, Item } from "./items";

/** A card's texts: the width that they need and their height. */
export interface Head {
  width: number;
  height: number;
}

/** The chip of a closed card: what it uses that is drawn outside of it. */
export interface ClosedChip {
  text: string;
  family: string;
  width: number;
  /** From the card's top. */
  top: number;
}

/** What a card holds of the graph: its group, or of a bundle the outermost groups in it and the ops in none of these. */
export interface Held {
  groups: number[];
  ops: number[];
}

const NOTHING: Held = { groups: [], ops: [] };

export class Cards {
  readonly count: number;
  private readonly contents: Items;
  private readonly strings: string[];
  private readonly structures: Structures;
  private readonly parents: Int32Array;
  /** The card of each unit: of a group, or of siblings that a stack puts together. Units of the latter follow those of the groups. */
  private readonly byUnit = new Map<number, number>();
  private readonly bundles: Map<number, Held>;
  private readonly groupCount: number;
  private readonly said: Said;
  private readonly copyDiffer: number[][];
  readonly stacks: Stacks;
  /** The name of a group, set by the session: the data have titles for the first copies only. */
  nameOf: (group: number) => string = () => "";
  /** Which copy of each stack is in the drawing now. */
  readonly shown: Shown = new Map();

  constructor(private readonly container: Container) {
    const header = container.header as unknown as StructureTables & { copyDiffer: number[][] };
    this.stacks = new Stacks(container);
    this.said = new Said(container);
    this.strings = header.strings;
    this.copyDiffer = header.copyDiffer;
    this.structures = new Structures(header);
    this.contents = new Items(container, this.strings, this.said);
    this.groupCount = container.ints("g.parent").length;
    this.bundles = bundlesOf(container);
    this.count = container.ints("c.items").length;
    this.parents = new Int32Array(this.count).fill(-1);
    for (let card = 0; card < this.count; card++) {
      const unit = this.firstUnit(card);
      if (unit >= 0 && !this.byUnit.has(unit)) this.byUnit.set(unit, card);
      for (const child of cardsOf(this.firstItems(card))) this.parents[child] = card;
    }
  }

  parent(card: number): number {
    return this.parents[card];
  }

  /** The unit that a card shows in the first copy of every stack; -1 for the drawing itself. */
  private firstUnit(card: number): number {
    return this.container.ints("c.group")[card];
  }

  private unit(card: number, copy = this.copy(card)): number {
    return this.bind("groups", this.firstUnit(card), card, copy);
  }

  /** Which copy each stack shows where `choices` are shown, whatever is in the drawing now. */
  private choosing(choices: Shown): (card: number) => number {
    return (card) => choices.get(this.stack(card)) ?? 0;
  }

  /** The graph's group that a card shows now; -1 for the drawing itself and for cards that only bundle. */
  group(card: number): number {
    return this.groupIn(card, this.copy(card));
  }

  /** The group that the card of a stack shows when it shows this copy; -1 where that is none. */
  groupIn(card: number, copy: number): number {
    const unit = this.unit(card, copy);
    return unit < this.groupCount ? unit : -1;
  }

  /** The card of a group, whichever copy that shows now; -1 when the group is not drawn. */
  ofGroup(group: number): number {
    return group < 0 ? -1 : (this.byUnit.get(this.stacks.base("groups", group)) ?? -1);
  }

  /** Whether the copies that are shown now are those of this row, so that what is drawn in its place is the row itself. */
  shows(kind: "nodes" | "groups", row: number): boolean {
    const { choices } = this.stacks.unwind(kind, row);
    const card = kind === "nodes" ? (this.home(row)?.card ?? -1) : this.ofGroup(row);
    for (let at = card; at > 0; at = this.parents[at]) {
      if (this.stack(at) >= 0 && this.copy(at) !== (choices.get(this.stack(at)) ?? 0)) return false;
    }
    return card >= 0;
  }

  /** The number of the stack whose copies the card stands for; -1 for a card that stands for itself. */
  stack(card: number): number {
    return this.number("c.stack", card);
  }

  /** The copy that a card shows: 0 is the first. */
  copy(card: number): number {
    return this.shown.get(this.stack(card)) ?? 0;
  }

  /** Whether the card, or one around it, shows another copy than its stack's first. */
  isCopy(card: number): boolean {
    for (let at = card; at > 0; at = this.parents[at]) if (this.copy(at) > 0) return true;
    return false;
  }

  /** The drawing is made of rows of first copies. This is the row that is shown in the place of one of them now, or when `card`, the card around it, shows `own`. */
  bind(kind: "nodes" | "groups", row: number, card: number, own = this.copy(card)): number {
    return this.bindBy(kind, row, card, (at) => (at === card ? own : this.copy(at)));
  }

  private bindBy(kind: "nodes" | "groups", row: number, card: number, copyOf: (card: number) => number): number {
    for (let at = card; at > 0; at = this.parents[at]) {
      const [stack, copy] = [this.stack(at), copyOf(at)];
      if (stack >= 0 && copy) row = this.stacks.bind(kind, row, stack, copy);
    }
    return row;
  }

  /** What a card holds when it shows this copy. */
  held(card: number, copy = this.copy(card)): Held {
    return this.heldBy(card, (at) => (at === card ? copy : this.copy(at)));
  }

  /** What a card holds where these copies are shown, whatever is in the drawing now. */
  heldIn(card: number, choices: Shown): Held {
    return this.heldBy(card, this.choosing(choices));
  }

  private heldBy(card: number, copyOf: (card: number) => number): Held {
    const unit = this.firstUnit(card);
    if (unit < 0) return NOTHING;
    const own = this.bundles.get(this.bindBy("groups", unit, card, copyOf)); // a copy that has more than the drawn one is listed by itself
    if (own) return own;
    const { groups, ops } = this.bundles.get(unit) ?? { groups: [unit], ops: [] };
    return { groups: groups.map((group) => this.bindBy("groups", group, card, copyOf)), ops: ops.map((row) => this.bindBy("nodes", row, card, copyOf)) };
  }

  /** Type and reference of each item in a card, in the first copy. */
  private firstItems(card: number): [Item["type"], number][] {
    return this.contents.of(card);
  }

  /** The card of each stack. */
  cardOfStack(stack: number): number {
    return this.container.ints("c.stack").indexOf(stack);
  }

  /** In what the copies of a card's stack differ. */
  differ(card: number): string[] {
    const said = this.said.card(this.unit(card), "differ") ?? -1;
    return said >= 0 ? this.copyDiffer[said].map((id) => this.strings[id]) : this.stacks.differ[this.stack(card)];
  }

  kind(card: number): string {
    return this.text("c.kind", card);
  }

  title(card: number): string {
    const called = this.stacks.called.get(this.stack(card));
    return called?.room ? called.title : this.titleIn(card, this.copy(card));
  }

  /** What a card is called when it shows this copy. */
  titleIn(card: number, copy: number): string {
    return this.titleOf(card, this.unit(card, copy));
  }

  /** What a card is called where these copies are shown, whatever is in the drawing now. */
  titleWhere(card: number, choices: Shown): string {
    return this.titleOf(card, this.bindBy("groups", this.firstUnit(card), card, this.choosing(choices)));
  }

  private titleOf(card: number, unit: number): string {
    if (unit === this.firstUnit(card)) return this.text("c.title", card);
    const said = this.said.card(unit, "title");
    return said === undefined ? this.nameOf(unit) : this.strings[said];
  }

  subtitle(card: number): string {
    return this.strings[this.own("subtitle", card)];
  }

  detail(card: number, open: boolean): string {
    return this.strings[this.own(open ? "detail" : "folded", card)];
  }

  corner(card: number): string {
    return this.strings[this.own("corner", card)];
  }

  /** How many equal groups the card stands for. */
  repeat(card: number): number {
    return Math.max(1, this.number("c.repeat", card));
  }

  hidden(card: number): number {
    return this.number("c.hidden", card);
  }

  /** The room that a card's texts take. */
  head(card: number, open: boolean): Head {
    const called = this.stacks.called.get(this.stack(card))?.room ?? 0;
    return { width: Math.max(called, this.own(open ? "head" : "foldedHead", card)), height: this.own(open ? "top" : "foldedTop", card) };
  }

  /** The chip of the card while it is closed; null where all that it uses is wired to it. */
  closedChip(card: number): ClosedChip | null {
    const text = this.strings[this.own("chip", card)];
    return text ? { text, family: this.strings[this.own("chipFamily", card)], width: this.own("chipWidth", card), top: this.own("chipTop", card) / 10 } : null;
  }

  /** Room kept right of the card: for its heat, and for further cards of its stack. */
  right(card: number): number {
    return this.tenths("c.right", card);
  }

  startsOpen(card: number): boolean {
    return this.number("c.start", card) > 0;
  }

  /** Whether there is anything in the card to show. */
  canOpen(card: number): boolean {
    return this.contents.count(card) > 0;
  }

  /** The cards in a card, in the order in which they are drawn: from the top down, those of a row from left to right. */
  childCards(card: number): number[] {
    const items = this.firstItems(card);
    if (items.length < 2) return cardsOf(items);
    return cardsOf(this.structures.get(this.number("c.structure", card)).drawn.map((item) => items[item]));
  }

  items(card: number): Item[] {
    return this.contents.read(card, (row) => this.bind("nodes", row, card));
  }

  /** The wires of a card, with the labels of the copy that it shows. */
  structure(card: number): Structure {
    const first = this.structures.get(this.number("c.structure", card));
    const unit = this.unit(card);
    const own = unit === this.firstUnit(card) ? [] : this.said.labels(unit);
    if (!own.length) return first;
    const wires = [...first.wires];
    for (const { wire, label, width, atHead } of own) {
      const text = this.strings[label];
      wires[wire] = atHead ? { ...wires[wire], kind: UNDRAWN, head: text, headWidth: width } : { ...wires[wire], label: text, labelWidth: width };
    }
    return { ...first, wires };
  }

  /** Whether a wire of the card is not, in the copy that it shows, what it is in the drawn one: see `UNDRAWN`. */
  hasUndrawn(card: number): boolean {
    return this.said.labels(this.unit(card)).some(({ atHead }) => atHead) && this.unit(card) !== this.firstUnit(card);
  }

  /** The card that shows an op as a box, a pill or a chip, and the op that box shows now; null when none does. */
  home(node: number): { card: number; box: number; isChip: boolean } | null {
    const found = this.contents.home(this.stacks.base("nodes", node));
    return found && { ...found, box: this.bind("nodes", found.box, found.card) };
  }

  /** What a card says of the unit that it shows now. */
  private own(column: CardSaid, card: number): number {
    const unit = this.unit(card);
    const said = unit === this.firstUnit(card) ? undefined : this.said.card(unit, column);
    return said ?? this.number(`c.${column}`, card);
  }

  private text(column: string, index: number): string {
    return this.strings[this.container.ints(column)[index]];
  }

  /** A length that is stored in tenths of a pixel. */
  private tenths(column: string, index: number): number {
    return this.number(column, index) / 10;
  }

  private number(column: string, index: number): number {
    return this.container.ints(column)[index];
  }
}

function cardsOf(items: [Item["type"], number][]): number[] {
  return items.filter(([type]) => type === "card").map(([, ref]) => ref);
}

/** What lies in the cards that only bundle, by their units. */
function bundlesOf(container: Container): Map<number, Held> {
  const [ops, groups] = [sums(container.ints("b.ops")), sums(container.ints("b.groups"))];
  const part = (column: string, ends: Int32Array, place: number) => Array.from(container.ints(column).subarray(ends[place], ends[place + 1]));
  return new Map(Array.from(container.ints("b.unit"), (unit, place) => [unit, { ops: part("b.op", ops, place), groups: part("b.group", groups, place) }]));
}
