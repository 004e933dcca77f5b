// What cards of one structure share: their wires and their order, read from the header when first asked for.
import type { Order } from "../place/flat";
import { readOrder, type OrderRecord } from "../place/read";

/** The kind of a wire that in the shown copy runs through what is not drawn, comes from that, or is not there: the words at its arrow head say which. */
export const UNDRAWN = "undrawn";

/** A wire inside a card: its ends among the card's items (-1: the border), and the trunk its label belongs to. */
export interface Wire {
  source: number;
  target: number;
  kind: string;
  label: string;
  labelWidth: number;
  trunkBox: number;
  trunkPort: number;
  /** What stands at the arrow head, and how wide that is: how the copies of a stack take the tensor. */
  head: string;
  headWidth: number;
}

/** What cards of one structure share. `tops` and `bottoms` name, for each item, the border ports its wires use. */
export interface Structure {
  order: Order;
  tops: number[][];
  bottoms: number[][];
  wires: Wire[];
  /** The card's items as they are drawn: from the top down, those of a row from left to right. */
  drawn: number[];
}

export interface StructureRecord {
  order: number;
  tops: number[][];
  bottoms: number[][];
  wires: [number, number, string, number, number, number, number, number?, number?][];
}

/** The tables of the header that structures are read from. */
export interface StructureTables {
  strings: string[];
  structures: StructureRecord[];
  orders: OrderRecord[];
}

export class Structures {
  private readonly orders: Order[] = [];
  private readonly known: Structure[] = [];

  constructor(private readonly tables: StructureTables) {}

  get(id: number): Structure {
    return (this.known[id] ??= this.read(this.tables.structures[id]));
  }

  private read(record: StructureRecord): Structure {
    const { strings, orders } = this.tables;
    const order = (this.orders[record.order] ??= readOrder(orders[record.order]));
    const wires = record.wires.map(([source, target, kind, label, labelWidth, trunkBox, trunkPort, head, headWidth = 0]) => ({
      source, target, kind, label: strings[label], labelWidth, trunkBox, trunkPort, head: head === undefined ? "" : strings[head], headWidth,
    }));
    return { order, tops: record.tops, bottoms: record.bottoms, wires, drawn: order.rows.flat().filter((slot) => slot < order.boxes) };
  }
}
