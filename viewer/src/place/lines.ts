// Placing, step 2, first half: what `columns.ts` moves. A line is a block, or a part of one, that is moved as a whole (`layout/place/lines.py`).
import type { Spacing } from "../data/style";
import type { Order } from "./flat";
import type { Offsets } from "./offsets";


/** A line and a shift: the line that has this pull is pulled towards the x of that line plus the shift. */
export type Pull = [number, number];
/** Left line, right line, least distance of their x. */
export type Pair = [number, number, number];

/** The lines of a group, numbered from left to right: a line's number is greater than those of all lines left of it. */
export class Lines {
  count = 0;
  /** For each slot its line. */
  readonly owner: number[];
  /** For each slot the offset of its axis from its line's x. */
  readonly inner: number[];
  /** For lines side by side, sorted. */
  readonly pairs: Pair[];
  /** For each line what pulls at it from above, and from below. */
  readonly up: Pull[][];
  readonly down: Pull[][];

  constructor(
    private readonly order: Order,
    private readonly half: number[],
    tops: Offsets,
    bottoms: Offsets,
    left: number[],
    right: number[],
    private readonly spacing: Spacing,
  ) {
    this.owner = new Array<number>(left.length).fill(0);
    this.inner = new Array<number>(left.length).fill(0);
    this.join(tops, bottoms);
    this.pairs = this.distances(left, right);
    this.up = Array.from({ length: this.count }, () => []);
    this.down = Array.from({ length: this.count }, () => []);
    this.pull(tops, bottoms);
    this.pullBack(left, right);
  }

  /** Cut blocks into lines, so that joined ports stand above each other. `bent` adds up how far the boxes have led the line aside. */
  private join(tops: Offsets, bottoms: Offsets): void {
    for (const { slots, links } of this.order.blocks) {
      let entry = 0;
      let bent = 0;
      for (let index = 0; index < slots.length; index++) {
        const slot = slots[index];
        if (index > 0) {
          const link = this.order.links[links[index - 1]];
          const out = offset(bottoms, link.upper, link.out);
          bent += index > 1 ? out - entry : 0;
          entry = offset(tops, link.lower, link.into);
          if (Math.abs(bent) <= this.spacing.mostBent) this.inner[slot] = this.inner[slots[index - 1]] + (out - entry);
        }
        if (index === 0 || Math.abs(bent) > this.spacing.mostBent) {
          this.count++;
          bent = 0;
        }
        this.owner[slot] = this.count - 1;
      }
    }
  }

  /** Distances are whole, so that lines can stand on whole pixels. */
  private distances(left: number[], right: number[]): Pair[] {
    const least = new Map<number, Pair>();
    for (const row of this.order.rows) {
      for (let index = 0; index < row.length - 1; index++) {
        const [slot, other] = [row[index], row[index + 1]];
        const [from, to] = [this.owner[slot], this.owner[other]];
        const raw = right[slot] + gap(this.order, slot, other, this.spacing) + left[other];
        const distance = Math.ceil(raw + this.inner[slot] - this.inner[other]);
        const known = least.get(from * this.count + to);
        if (!known) least.set(from * this.count + to, [from, to, distance]);
        else known[2] = Math.max(known[2], distance);
      }
    }
    return [...least.values()].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  }

  /** A link between two lines pulls at both until its ends, or the middles of two wide cards, stand above each other. */
  private pull(tops: Offsets, bottoms: Offsets): void {
    for (const link of this.order.links) {
      const [upper, lower] = [this.owner[link.upper], this.owner[link.lower]];
      if (upper === lower) continue;
      let shift = offset(bottoms, link.upper, link.out) - offset(tops, link.lower, link.into);
      if (this.wider(link.upper, link.lower, shift) > this.spacing.mostWider) shift = 0;
      shift += this.inner[link.upper] - this.inner[link.lower];
      this.up[lower].push([upper, shift]);
      this.down[upper].push([lower, -shift]);
    }
  }

  /** How much more width two boxes take together than the wider of them, if their middles stand `shift` apart. */
  private wider(upper: number, lower: number, shift: number): number {
    const { half } = this;
    const low = Math.min(-half[upper], shift - half[lower]);
    const high = Math.max(half[upper], shift + half[lower]);
    return high - low - 2 * Math.max(half[upper], half[lower]);
  }

  /** A wire that runs upwards and its boxes pull at each other until they stand side by side. Being in one row, they pull from above and from below. */
  private pullBack(left: number[], right: number[]): void {
    const { order, inner, owner } = this;
    const place = new Array<number>(left.length).fill(0);
    for (const row of order.rows) row.forEach((slot, index) => (place[slot] = index));
    for (const wire of order.back) {
      const route = order.routes[wire];
      const ends: [number, number][] = [
        [route[1], route[0]],
        [route[route.length - 2], route[route.length - 1]],
      ];
      for (const [slot, box] of ends) {
        let shift = inner[box] - inner[slot];
        if (place[box] < place[slot]) shift = shift + right[box] + this.spacing.wireGap + left[slot];
        else shift = shift - left[box] - this.spacing.wireGap - right[slot];
        this.up[owner[slot]].push([owner[box], shift]);
        this.down[owner[slot]].push([owner[box], shift]);
        this.up[owner[box]].push([owner[slot], -shift]);
        this.down[owner[box]].push([owner[slot], -shift]);
      }
    }
  }
}

/** A port's offset from its slot's axis; 0 where the slot is no box. */
function offset(offsets: Offsets, slot: number, port: number): number {
  return slot < offsets.length ? (offsets[slot].get(port) ?? 0) : 0;
}

/** What stays free between two neighbours in a row. */
function gap(order: Order, slot: number, other: number, { boxGap, wireGap }: Spacing): number {
  if (slot < order.boxes && other < order.boxes) return boxGap;
  return slot < order.boxes || other < order.boxes ? wireGap : 0;
}
