// What stands in the cards: boxes, pills, chips and cards, read from their columns when asked. The items of all cards follow each other.
import type { Container } from "./container";
import { sums, type Said } from "./said";

export interface Chip {
  text: string;
  family: string;
  /** Where it stands, from the item's axis and top. */
  x: number;
  y: number;
  width: number;
  /** The op that has its place here; -1 for a mention. */
  op: number;
}

/** One thing in a card. `ref` is the op's row (box, pill; -1: none) or the index of a card. */
export interface Item {
  type: "box" | "pill" | "card";
  ref: number;
  title: string;
  note: string;
  family: string;
  /** Half the width of its body; the room that it takes left of its axis, and right of its body. */
  half: number;
  left: number;
  right: number;
  /** The height of its room with all chips, and where its body begins in it. */
  height: number;
  top: number;
  chips: Chip[];
}

const TYPES = ["box", "pill", "card"] as const;

export class Items {
  /** The first item of each card, and the end of the last. */
  private readonly first: Int32Array;
  /** The first chip of each item, and the end of the last. */
  private readonly firstChip: Int32Array;
  private readonly types: Int32Array;
  private readonly refs: Int32Array;
  private homes: Map<number, number> | null = null;

  constructor(
    private readonly container: Container,
    private readonly strings: string[],
    private readonly said: Said,
  ) {
    this.first = sums(container.ints("c.items"));
    this.firstChip = sums(container.ints("i.chips"));
    this.types = container.ints("i.type");
    this.refs = container.ints("i.ref");
  }

  /** How many items a card has. */
  count(card: number): number {
    return this.first[card + 1] - this.first[card];
  }

  /** Type and reference of each item of a card, in the drawn copy. */
  of(card: number): [Item["type"], number][] {
    return Array.from({ length: this.count(card) }, (_, index) => {
      const item = this.first[card] + index;
      return [TYPES[this.types[item]], this.refs[item]];
    });
  }

  /** The items of a card; `bind` gives the op that is shown now in the place of one of the drawn copy. */
  read(card: number, bind: (row: number) => number): Item[] {
    return Array.from({ length: this.count(card) }, (_, index) => this.item(this.first[card] + index, bind));
  }

  /** The card that holds an op of the drawn copy, and the op whose box or pill has the place; null where the op is not drawn. */
  home(node: number): { card: number; box: number; isChip: boolean } | null {
    this.homes ??= this.findHomes();
    const item = this.homes.get(node);
    return item === undefined ? null : { card: this.cardOf(item), box: this.refs[item], isChip: this.refs[item] !== node };
  }

  private cardOf(item: number): number {
    let low = 0;
    let high = this.first.length - 2;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.first[middle] <= item) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** The item of each op that is drawn: its own, else the one it is a chip of. */
  private findHomes(): Map<number, number> {
    const homes = new Map<number, number>();
    const chips = this.container.ints("k.node");
    for (let item = 0; item < this.types.length; item++) {
      if (TYPES[this.types[item]] !== "card" && this.refs[item] >= 0) homes.set(this.refs[item], item);
      for (let chip = this.firstChip[item]; chip < this.firstChip[item + 1]; chip++) {
        if (chips[chip] >= 0 && !homes.has(chips[chip])) homes.set(chips[chip], item);
      }
    }
    return homes;
  }

  private item(index: number, bind: (row: number) => number): Item {
    const type = TYPES[this.types[index]];
    const first = this.refs[index];
    const ref = type === "card" ? first : bind(first);
    const said = type === "card" || ref === first ? undefined : this.said.item(ref);
    const [prefix, place] = said ? ["x", said.place] : ["i", index];
    return {
      type,
      ref,
      title: this.text(`${prefix}.title`, place),
      note: this.text(`${prefix}.note`, place),
      family: this.text("i.family", index),
      half: this.number(`${prefix}.half`, place),
      left: this.number(`${prefix}.left`, place),
      right: this.tenths(`${prefix}.right`, place),
      height: this.number(`${prefix}.height`, place),
      top: this.tenths(`${prefix}.top`, place),
      chips: said ? this.chips("y", said.chip, this.number("x.chips", said.place)) : this.drawnChips(this.firstChip[index], this.number("i.chips", index), bind),
    };
  }

  /** The chips of an item whose words are those of the drawn copy. */
  private drawnChips(first: number, count: number, bind: (row: number) => number): Chip[] {
    return this.chips("k", first, count).map((chip, place) => {
      const op = this.number("k.node", first + place);
      return { ...chip, op: op < 0 ? op : bind(op) };
    });
  }

  private chips(prefix: string, first: number, count: number): Chip[] {
    return Array.from({ length: count }, (_, place) => ({
      text: this.text(`${prefix}.text`, first + place),
      family: this.text(`${prefix}.family`, first + place),
      x: this.number(`${prefix}.x`, first + place),
      y: this.tenths(`${prefix}.y`, first + place),
      width: this.number(`${prefix}.width`, first + place),
      op: -1,
    }));
  }

  private text(column: string, index: number): string {
    return this.strings[this.number(column, index)];
  }

  /** A length that is stored in tenths of a pixel. */
  private tenths(column: string, index: number): number {
    return this.number(column, index) / 10;
  }

  private number(column: string, index: number): number {
    return this.container.ints(column)[index];
  }
}
