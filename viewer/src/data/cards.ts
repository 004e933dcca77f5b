// The drawing's content without coordinates: cards, what is in each, and the wires between, read from columns when asked.
import type { Container } from "./container";
import { Items, type Item } from "./items";
import { Structures, type Structure, type StructureTables } from "./structures";
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

export class Cards {
  readonly count: number;
  private readonly contents: Items;
  private readonly strings: string[];
  private readonly structures: Structures;
  private readonly parents: Int32Array;
  private readonly byGroup = new Map<number, number>();
  readonly stacks: Stacks;
  /** The name of a group, set by the session: the data have titles for the first copies only. */
  nameOf: (group: number) => string = () => "";
  /** Which copy of each stack is in the drawing now. */
  readonly shown: Shown = new Map();

  constructor(private readonly container: Container) {
    const header = container.header as unknown as StructureTables;
    this.stacks = new Stacks(container);
    this.strings = header.strings;
    this.structures = new Structures(header);
    this.contents = new Items(container, this.strings);
    this.count = container.ints("c.items").length;
    this.parents = new Int32Array(this.count).fill(-1);
    for (let card = 0; card < this.count; card++) {
      const group = container.ints("c.group")[card];
      if (group >= 0 && !this.byGroup.has(group)) this.byGroup.set(group, card);
      for (const child of this.childCards(card)) this.parents[child] = card;
    }
  }

  parent(card: number): number {
    return this.parents[card];
  }

  /** The graph's group that a card shows now; -1 for the drawing itself and for cards that only bundle. */
  group(card: number): number {
    return this.bind("groups", this.container.ints("c.group")[card], card);
  }

  /** The card of a group, whichever copy that shows now; -1 when the group is not drawn. */
  ofGroup(group: number): number {
    return group < 0 ? -1 : (this.byGroup.get(this.stacks.base("groups", group)) ?? -1);
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

  /** The drawing is made of rows of first copies. This is the row that is shown in the place of one of them now; `card` is the card around it. */
  bind(kind: "nodes" | "groups", row: number, card: number): number {
    for (let at = card; at > 0; at = this.parents[at]) {
      const stack = this.stack(at);
      const copy = stack >= 0 ? (this.shown.get(stack) ?? 0) : 0;
      if (copy) row = this.stacks.bind(kind, row, stack, copy);
    }
    return row;
  }

  /** The group of a card in the first copy; -1 for cards that only bundle. */
  firstGroup(card: number): number {
    return this.container.ints("c.group")[card];
  }

  /** Type and reference of each item in a card, in the first copy. */
  firstItems(card: number): [Item["type"], number][] {
    return this.contents.of(card);
  }

  /** The same row in every copy: of all stacks from `card` out to the card `upTo`. Stacks further out count with the copy that is shown. */
  everyCopy(kind: "nodes" | "groups", row: number, card: number, upTo: number): number[] {
    let rows = [row];
    for (let at = card; at > 0; at = this.parents[at]) {
      const stack = this.stack(at);
      if (stack >= 0) {
        rows = rows.flatMap((one) => this.stacks.names[stack].map((_, copy) => this.stacks.bind(kind, one, stack, copy)));
      }
      if (at === upTo) break;
    }
    return upTo > 0 ? rows.map((one) => this.bind(kind, one, this.parents[upTo])) : rows;
  }

  /** The card of each stack. */
  cardOfStack(stack: number): number {
    return this.container.ints("c.stack").indexOf(stack);
  }

  kind(card: number): string {
    return this.text("c.kind", card);
  }

  title(card: number): string {
    if (this.copy(card)) return this.stacks.names[this.stack(card)][this.copy(card)];
    const named = this.container.ints("c.group")[card] >= 0 && this.isCopy(card);
    return named ? this.nameOf(this.group(card)) : this.text("c.title", card);
  }

  subtitle(card: number): string {
    return this.text("c.subtitle", card);
  }

  detail(card: number, open: boolean): string {
    return this.text(open ? "c.detail" : "c.folded", card);
  }

  corner(card: number): string {
    return this.text("c.corner", card);
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
    return { width: this.number(open ? "c.head" : "c.foldedHead", card), height: this.number(open ? "c.top" : "c.foldedTop", card) };
  }

  /** The chip of the card while it is closed; null where all that it uses is wired to it. */
  closedChip(card: number): ClosedChip | null {
    const text = this.text("c.chip", card);
    return text ? { text, family: this.text("c.chipFamily", card), width: this.number("c.chipWidth", card), top: this.tenths("c.chipTop", card) } : null;
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

  childCards(card: number): number[] {
    return this.firstItems(card).filter(([type]) => type === "card").map(([, ref]) => ref);
  }

  items(card: number): Item[] {
    return this.contents.read(card, (row) => this.bind("nodes", row, card));
  }

  structure(card: number): Structure {
    return this.structures.get(this.number("c.structure", card));
  }

  /** The card that shows an op as a box, a pill or a chip, and the op that box shows now; null when none does. */
  home(node: number): { card: number; box: number } | null {
    const found = this.contents.home(this.stacks.base("nodes", node));
    return found && { card: found.card, box: this.bind("nodes", found.box, found.card) };
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
