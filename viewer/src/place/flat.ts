// What placing works with: Order and Sizes go in, Placed comes out. `layout/flat.py` has the same. Coordinates are pixels, y downwards.

export interface Ports {
  /** The numbers of the ports on one side of a box, from left to right. */
  order: number[];
  /** The position in `order` of the port that stands on the box's axis; -1: none does. */
  axis: number;
}

/** The part of a trunk between the slot `upper`, which it leaves by port `out`, and `lower` in the next row, which it enters by `into`. */
export interface Link {
  upper: number;
  out: number;
  lower: number;
  into: number;
  /** The number of the trunk; -1: not drawn, it only makes two boxes stand above each other. */
  net: number;
}

/** Slots of consecutive rows on one straight line, from the top down; `links[i]` joins `slots[i]` to the next. */
export interface Block {
  slots: number[];
  links: number[];
}

/**
 * What arranging has found: computed in Python, once for each structure. A slot is what takes a place in a row. Slots are numbered in
 * this order: boxes, border inputs, border outputs, the channels of wires that pass a row.
 */
export interface Order {
  boxes: number;
  inputs: number;
  outputs: number;
  /** The slots of each row from left to right. The first row holds the border inputs, the last the border outputs. */
  rows: number[][];
  links: Link[];
  /** A block comes after every block that stands left of it; `Lines` relies on this. */
  blocks: Block[];
  tops: Ports[];
  bottoms: Ports[];
  /** For each wire its slots, from source to target. */
  routes: number[][];
  /** For each wire the number of its trunk. */
  nets: number[];
  /** For each wire the port where it leaves its source, and the one where it enters its target. */
  ends: [number, number][];
  /** The wires that run upwards. */
  back: number[];
}

/** What a box needs: how far it reaches `left` and `right` of its axis with all its parts, and `half` the width of its body. */
export interface BoxSize {
  left: number;
  right: number;
  height: number;
  half: number;
  /** Offsets of the ports from the axis, by port number, where the layout inside has decided them; `null`: placing spreads them. */
  tops: number[] | null;
  bottoms: number[] | null;
}

/** The sizes of the boxes and the width of the label on each trunk, by `key(box, port)`. */
export interface Sizes {
  boxes: BoxSize[];
  labels: Map<number, number>;
}

export type Corner = [number, number];

/** Coordinates of a group from its top left corner. A label has its point beside the wire, and whether the text stands left of it. */
export interface Placed {
  width: number;
  height: number;
  /** Of each box the x of its axis and the y of its top. */
  boxes: Corner[];
  /** The x of the border's ports. */
  inputs: number[];
  outputs: number[];
  wires: Corner[][];
  labels: Map<number, [number, number, boolean]>;
}

/** One number for a box (-1: the border) and a port, since a `Map` compares arrays by identity. It sorts as the pair does, for ports below 2^20. */
export function key(box: number, port: number): number {
  return (box + 1) * 1048576 + port;
}

export function unkey(value: number): [number, number] {
  return [Math.floor(value / 1048576) - 1, value % 1048576];
}
