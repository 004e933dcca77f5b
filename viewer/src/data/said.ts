// What cards, boxes and chips say when another copy of a stack is shown, where that is not what the drawn copy's words say.
import type { Container } from "./container";

/** The columns that a card's row and an item's row have. */
export const CARD_SAID = ["title", "subtitle", "detail", "folded", "corner", "head", "top", "foldedHead", "foldedTop", "chip", "chipFamily", "chipWidth", "chipTop"] as const;
export type CardSaid = (typeof CARD_SAID)[number];

export class Said {
  private readonly cards: Map<number, number>;
  private readonly items: Map<number, number>;
  /** The first chip of each item, and the end of the last. */
  private readonly firstChip: Int32Array;
  /** Unit -> the places of its wires' labels in the columns `l.*`. */
  private readonly wires = new Map<number, number[]>();

  constructor(private readonly container: Container) {
    const places = (column: string) => new Map(Array.from(container.ints(column), (row, place) => [row, place]));
    this.cards = places("w.unit");
    this.items = places("x.row");
    this.firstChip = sums(container.ints("x.chips"));
    container.ints("l.unit").forEach((unit, place) => {
      const known = this.wires.get(unit);
      if (known) known.push(place);
      else this.wires.set(unit, [place]);
    });
  }

  /** What the wires of a unit's card say in its copy, where that is not what the drawn copy's say: which wire, which string, how wide, and whether at its head. */
  labels(unit: number): { wire: number; label: number; width: number; atHead: boolean }[] {
    const at = (column: string, place: number) => this.container.ints(`l.${column}`)[place];
    return (this.wires.get(unit) ?? []).map((place) => ({ wire: at("wire", place), label: at("label", place), width: at("width", place), atHead: at("head", place) > 0 }));
  }

  /** What the card says that shows this unit; undefined where it is what the drawn copy's card says, but for the name. */
  card(unit: number, column: CardSaid | "differ"): number | undefined {
    const place = this.cards.get(unit);
    return place === undefined ? undefined : this.container.ints(`w.${column}`)[place];
  }

  /** The place of an op's words in the columns `x.*`, and of its chips in `y.*`; undefined where they are the drawn copy's. */
  item(row: number): { place: number; chip: number } | undefined {
    const place = this.items.get(row);
    return place === undefined ? undefined : { place, chip: this.firstChip[place] };
  }
}

/** Where each of several runs begins, and the end of the last. */
export function sums(counts: Int32Array): Int32Array {
  const result = new Int32Array(counts.length + 1);
  for (let index = 0; index < counts.length; index++) result[index + 1] = result[index] + counts[index];
  return result;
}
