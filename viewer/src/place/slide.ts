// Placing, step 3: ports slide along their box to where their wires run straight; those of open cards stay (`layout/place/slide.py`).
import type { Spacing } from "../data/style";
import { key, type Order, type Sizes } from "./flat";
import type { Offsets } from "./offsets";

/** Changes the offsets in `tops` and `bottoms` in place, row by row from the top down. */
export class Slide {
  /** Slot -> the links that end at its top, and those that begin at its bottom. */
  private readonly above: number[][];
  private readonly below: number[][];

  constructor(
    private readonly order: Order,
    private readonly sizes: Sizes,
    private readonly tops: Offsets,
    private readonly bottoms: Offsets,
    private readonly x: number[],
    private readonly spacing: Spacing,
  ) {
    this.above = x.map(() => []);
    this.below = x.map(() => []);
    order.links.forEach(({ upper, lower, net }, index) => {
      if (net < 0) return;
      this.above[lower].push(index);
      this.below[upper].push(index);
    });
  }

  /** `left` and `right` are how far each slot reaches: labels stay within that, so that they touch no neighbour. */
  run(left: number[], right: number[]): void {
    const { order, sizes } = this;
    for (const row of order.rows) {
      const boxes = row.filter((slot) => slot < order.boxes);
      for (const box of boxes) {
        if (!sizes.boxes[box].tops) slide(order.tops[box].order, this.tops[box], this.wanted(box, true), this.spacing);
      }
      for (const box of boxes) {
        if (sizes.boxes[box].bottoms) continue;
        const wanted = this.wanted(box, false);
        this.keepLabels(box, wanted, left[box], right[box]);
        slide(order.bottoms[box].order, this.bottoms[box], wanted, this.spacing);
      }
    }
  }

  /** Where each port on one side would have to be, if it has a single link and the body reaches that far. */
  private wanted(slot: number, top: boolean): Map<number, number> {
    const misses = new Map<number, number[]>();
    for (const index of top ? this.above[slot] : this.below[slot]) {
      const link = this.order.links[index];
      const port = top ? link.into : link.out;
      const end = top ? this.at(this.bottoms, link.upper, link.out) : this.at(this.tops, link.lower, link.into);
      misses.set(port, [...(misses.get(port) ?? []), end - this.x[slot]]);
    }
    const room = this.sizes.boxes[slot].half - this.spacing.portMargin;
    const wanted = new Map<number, number>();
    for (const [port, ends] of misses) if (ends.length === 1 && Math.abs(ends[0]) <= room) wanted.set(port, ends[0]);
    return wanted;
  }

  /** Take those ports out of `wanted` whose labels would then reach further than there is room for. */
  private keepLabels(slot: number, wanted: Map<number, number>, left: number, right: number): void {
    const ports = this.order.bottoms[slot].order;
    ports.forEach((port, index) => {
      const label = this.sizes.labels.get(key(slot, port)) ?? 0;
      const end = wanted.get(port);
      if (end === undefined || label <= 0) return;
      const onLeft = index === 0 && ports.length > 1;
      if (label + this.spacing.labelGap + (onLeft ? -end : end) > (onLeft ? left : right)) wanted.delete(port);
    });
  }

  private at(offsets: Offsets, slot: number, port: number): number {
    return this.x[slot] + (slot < this.order.boxes ? (offsets[slot].get(port) ?? 0) : 0);
  }
}

/** Move each port to where it is wanted, unless that is too near to another. Twice, because one that moves may make room for one that could not. */
function slide(ports: number[], offsets: Map<number, number>, wanted: Map<number, number>, { straight, portLeast }: Spacing): void {
  const at = (index: number): number => offsets.get(ports[index]) ?? 0;
  for (let turn = 0; turn < 2; turn++) {
    ports.forEach((port, index) => {
      const end = wanted.get(port);
      if (end === undefined || Math.abs(end - at(index)) < straight) return;
      const afterLeft = index === 0 || end - at(index - 1) >= portLeast;
      const beforeRight = index === ports.length - 1 || at(index + 1) - end >= portLeast;
      if (afterLeft && beforeRight) offsets.set(port, end);
    });
  }
}
