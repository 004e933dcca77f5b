// Placing, step 2: the x of every slot. Lines are moved, never single slots, so what is straight stays straight (`layout/place/columns.py`, which
// gives the source and says why).
import type { Spacing } from "../data/style";
import type { Order } from "./flat";
import { Lines, type Pair, type Pull } from "./lines";
import type { Offsets } from "./offsets";

/** Rounds in which each line is pulled by the lines above it, then by those below it, then by both. */
const ROUNDS = 8;
/** Rounds at the end in which each line is pulled by both. */
const SETTLE = 4;

/** The x of the lines while they are moved. */
class Moving {
  readonly x: number[];
  private readonly count: number;
  private readonly pairs: Pair[];
  private readonly up: Pull[][];
  private readonly down: Pull[][];

  constructor(
    { count, pairs, up, down }: Lines,
    private readonly spacing: Spacing,
  ) {
    this.count = count;
    this.pairs = pairs;
    this.up = up;
    this.down = down;
    this.x = new Array<number>(count).fill(0);
  }

  /** Every line as far left as it may. When a line's own pairs come, all pairs that end on it have been seen: `pairs` is sorted so. */
  pack(): void {
    for (const [line, other, distance] of this.pairs) this.x[other] = Math.max(this.x[other], this.x[line] + distance);
  }

  /** Move every line towards the mean of those that pull at it, as far as there is room. */
  balance(above: boolean, below: boolean): void {
    const force = new Array<number>(this.count).fill(0);
    const weight = new Array<number>(this.count).fill(0);
    for (let line = 0; line < this.count; line++) {
      let total = 0;
      let number = 0;
      if (above) {
        for (const [other, shift] of this.up[line]) {
          total = total + this.x[other] + shift - this.x[line];
          number++;
        }
      }
      if (below) {
        for (const [other, shift] of this.down[line]) {
          total = total + this.x[other] + shift - this.x[line];
          number++;
        }
      }
      // A line without wires weighs next to nothing: in a region it gives way to the others.
      weight[line] = number > 0 ? number : 0.01;
      force[line] = number > 0 ? total / number : 0;
    }
    this.move(this.regions(force, weight), force);
  }

  /** Join lines that touch and press on each other. A region is named by its first line, where `force` then has the region's. */
  private regions(force: number[], weight: number[]): number[] {
    const region = Array.from({ length: this.count }, (_, line) => line);
    let joined = true;
    while (joined) {
      joined = false;
      for (const [line, other, distance] of this.pairs) {
        let first = root(region, line);
        let second = root(region, other);
        const touching = this.x[other] - this.x[line] - distance < this.spacing.straight;
        if (first === second || !touching || !(force[first] > force[second])) continue;
        if (second < first) [first, second] = [second, first];
        const both = weight[first] + weight[second];
        force[first] = (force[first] * weight[first] + force[second] * weight[second]) / both;
        weight[first] = both;
        region[second] = first;
        joined = true;
      }
    }
    return region.map((_, line) => root(region, line));
  }

  /** Move each region by its force, or as far as there is room: those that go left from the first on, then those that go right from the last on. */
  private move(region: number[], force: number[]): void {
    const members: number[][] = Array.from({ length: this.count }, () => []);
    for (let line = 0; line < this.count; line++) members[region[line]].push(line);
    const lefts: Pull[][] = Array.from({ length: this.count }, () => []);
    const rights: Pull[][] = Array.from({ length: this.count }, () => []);
    for (const [line, other, distance] of this.pairs) {
      if (region[line] === region[other]) continue;
      rights[region[line]].push([other, this.x[line] + distance]);
      lefts[region[other]].push([line, this.x[other] - distance]);
    }
    for (let index = 0; index < this.count; index++) {
      if (!(force[index] < 0) || !members[index].length) continue;
      let step = force[index];
      for (const [line, limit] of lefts[index]) step = Math.max(step, this.x[line] - limit);
      this.shift(members[index], Math.min(0, step));
    }
    for (let index = this.count - 1; index >= 0; index--) {
      if (!(force[index] > 0) || !members[index].length) continue;
      let step = force[index];
      for (const [line, limit] of rights[index]) step = Math.min(step, this.x[line] - limit);
      this.shift(members[index], Math.max(0, step));
    }
  }

  private shift(moved: number[], step: number): void {
    for (const line of moved) this.x[line] += step;
  }

  /** Move each part of the group that no wire joins to the rest next to what stands left of it. */
  gather(): void {
    const part = Array.from({ length: this.count }, (_, line) => line);
    for (let line = 0; line < this.count; line++) {
      for (const [other] of this.up[line]) {
        const [first, second] = [root(part, line), root(part, other)];
        part[Math.max(first, second)] = Math.min(first, second);
      }
    }
    const members: number[][] = Array.from({ length: this.count }, () => []);
    const pairs: Pair[][] = Array.from({ length: this.count }, () => []);
    for (let line = 0; line < this.count; line++) members[root(part, line)].push(line);
    for (const pair of this.pairs) {
      if (root(part, pair[0]) !== root(part, pair[1])) pairs[root(part, pair[1])].push(pair);
    }
    for (let index = 0; index < this.count; index++) {
      const room = pairs[index].map(([line, other, distance]) => this.x[other] - this.x[line] - distance);
      if (room.length) this.shift(members[index], -Math.max(0, Math.min(...room)));
    }
  }

  /** Round to whole pixels, then straighten one wire of each line that has none straight, if it is nearly so. */
  snap(): void {
    for (let line = 0; line < this.count; line++) this.x[line] = Math.floor(this.x[line] + 0.5);
    const before: Pull[][] = Array.from({ length: this.count }, () => []);
    const after: Pull[][] = Array.from({ length: this.count }, () => []);
    for (const [line, other, distance] of this.pairs) {
      before[other].push([line, distance]);
      after[line].push([other, distance]);
    }
    for (let line = 0; line < this.count; line++) this.straighten(line, before[line], after[line]);
  }

  /** Straighten the middle one of a line's nearly straight wires, if none is straight yet and there is room. */
  private straighten(line: number, before: Pull[], after: Pull[]): void {
    const misses = this.up[line].map(([other, shift]) => this.x[other] + shift - this.x[line]);
    for (const [other, shift] of this.down[line]) misses.push(this.x[other] + shift - this.x[line]);
    const near = misses.filter((miss) => Math.abs(miss) < this.spacing.small);
    if (!near.length || Math.min(...near.map(Math.abs)) < this.spacing.straight) return;
    near.sort((a, b) => a - b);
    const step = near[Math.floor((near.length - 1) / 2)];
    for (const [other, distance] of before) if (this.x[other] + distance > this.x[line] + step) return;
    for (const [other, distance] of after) if (this.x[line] + step + distance > this.x[other]) return;
    this.x[line] += step;
  }
}

/** The x of every slot's axis from the group's left edge, and the group's width. */
export function columns(
  order: Order, half: number[], tops: Offsets, bottoms: Offsets, left: number[], right: number[], spacing: Spacing,
): [number[], number] {
  const lines = new Lines(order, half, tops, bottoms, left, right, spacing);
  const moving = new Moving(lines, spacing);
  moving.pack();
  for (let round = 0; round < ROUNDS; round++) {
    moving.balance(true, false);
    moving.balance(false, true);
    moving.balance(true, true);
  }
  for (let round = 0; round < SETTLE; round++) moving.balance(true, true);
  moving.gather();
  moving.snap();
  moving.snap(); // again: a line that has moved leaves room for the one before it
  const x = left.map((_, slot) => moving.x[lines.owner[slot]] + lines.inner[slot]);
  let start = x.length ? Infinity : 0;
  let end = x.length ? -Infinity : 0;
  for (let slot = 0; slot < x.length; slot++) {
    start = Math.min(start, x[slot] - left[slot]);
    end = Math.max(end, x[slot] + right[slot]);
  }
  start = Math.floor(start);
  return [x.map((value) => value - start), Math.ceil(end - start)];
}

/** The first line of a region. `region` leads from each line to an earlier one of its region, and from the first to itself (union-find). */
function root(region: number[], line: number): number {
  while (region[line] !== line) line = region[line];
  return line;
}
