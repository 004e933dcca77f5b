// The vocabulary of placing: what `layout/flat.py` calls Order, Sizes and Placed. Numbers are pixels, y downwards.

export interface Ports {
  /** The ports on one side of a box from left to right. */
  order: number[];
  /** Which of them the axis runs through; -1: none. */
  axis: number;
}

export interface Link {
  upper: number;
  out: number;
  lower: number;
  into: number;
  net: number;
}

export interface Block {
  slots: number[];
  links: number[];
}

/** All that is combinatorial in a group's layout; computed in Python, once for each structure. */
export interface Order {
  boxes: number;
  inputs: number;
  outputs: number;
  rows: number[][];
  links: Link[];
  blocks: Block[];
  tops: Ports[];
  bottoms: Ports[];
  routes: number[][];
  nets: number[];
  ends: [number, number][];
  back: number[];
}

export interface BoxSize {
  left: number;
  right: number;
  height: number;
  half: number;
  tops: number[] | null;
  bottoms: number[] | null;
}

/** The sizes of the boxes and the width of the label on each trunk, by `key(box, port)`. */
export interface Sizes {
  boxes: BoxSize[];
  labels: Map<number, number>;
}

export type Corner = [number, number];

export interface Placed {
  width: number;
  height: number;
  boxes: Corner[];
  inputs: number[];
  outputs: number[];
  wires: Corner[][];
  labels: Map<number, [number, number, boolean]>;
}

/** One number for a box and a port; sorts as the pair does. Box -1 is the border. */
export function key(box: number, port: number): number {
  return (box + 1) * 1048576 + port;
}

export function unkey(value: number): [number, number] {
  return [Math.floor(value / 1048576) - 1, value % 1048576];
}
