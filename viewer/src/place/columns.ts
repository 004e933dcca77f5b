// Placing, step 2: the x of every slot; blocks are moved, never single slots (`layout/columns.py`, which gives the source).
import type { Order } from "./flat";
import type { Offsets } from "./offsets";
import { BOX_GAP, STRAIGHT, WIRE_GAP } from "./spacing";

const ROUNDS = 8;
const SETTLE = 4;
const SMALL = 14;
const MOST_BENT = 40;
const MOST_WIDER = 60;

type Pull = [number, number];
type Pair = [number, number, number];

class Lines {
  private count = 0;
  readonly owner: number[];
  readonly inner: number[];
  readonly x: number[];
  private readonly pairs: Pair[];
  private readonly up: Pull[][];
  private readonly down: Pull[][];

  constructor(
    private readonly order: Order,
    private readonly half: number[],
    tops: Offsets,
    bottoms: Offsets,
    left: number[],
    right: number[],
  ) {
    this.owner = new Array<number>(left.length).fill(0);
    this.inner = new Array<number>(left.length).fill(0);
    this.join(tops, bottoms);
    this.x = new Array<number>(this.count).fill(0);
    this.pairs = this.distances(left, right);
    this.up = Array.from({ length: this.count }, () => []);
    this.down = Array.from({ length: this.count }, () => []);
    this.draw(tops, bottoms);
    this.drawBack(left, right);
  }

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
          if (Math.abs(bent) <= MOST_BENT) this.inner[slot] = this.inner[slots[index - 1]] + (out - entry);
        }
        if (index === 0 || Math.abs(bent) > MOST_BENT) {
          this.count++;
          bent = 0;
        }
        this.owner[slot] = this.count - 1;
      }
    }
  }

  private distances(left: number[], right: number[]): Pair[] {
    const least = new Map<number, Pair>();
    for (const row of this.order.rows) {
      for (let index = 0; index < row.length - 1; index++) {
        const [slot, other] = [row[index], row[index + 1]];
        const [from, to] = [this.owner[slot], this.owner[other]];
        const raw = right[slot] + gap(this.order, slot, other) + left[other];
        const distance = Math.ceil(raw + this.inner[slot] - this.inner[other]);
        const known = least.get(from * this.count + to);
        if (!known) least.set(from * this.count + to, [from, to, distance]);
        else known[2] = Math.max(known[2], distance);
      }
    }
    return [...least.values()].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  }

  private draw(tops: Offsets, bottoms: Offsets): void {
    for (const link of this.order.links) {
      const [upper, lower] = [this.owner[link.upper], this.owner[link.lower]];
      if (upper === lower) continue;
      let shift = offset(bottoms, link.upper, link.out) - offset(tops, link.lower, link.into);
      if (this.wider(link.upper, link.lower, shift) > MOST_WIDER) shift = 0;
      shift += this.inner[link.upper] - this.inner[link.lower];
      this.up[lower].push([upper, shift]);
      this.down[upper].push([lower, -shift]);
    }
  }

  private wider(upper: number, lower: number, shift: number): number {
    const { half } = this;
    const low = Math.min(-half[upper], shift - half[lower]);
    const high = Math.max(half[upper], shift + half[lower]);
    return high - low - 2 * Math.max(half[upper], half[lower]);
  }

  private drawBack(left: number[], right: number[]): void {
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
        if (place[box] < place[slot]) shift = shift + right[box] + WIRE_GAP + left[slot];
        else shift = shift - left[box] - WIRE_GAP - right[slot];
        this.up[owner[slot]].push([owner[box], shift]);
        this.down[owner[slot]].push([owner[box], shift]);
        this.up[owner[box]].push([owner[slot], -shift]);
        this.down[owner[box]].push([owner[slot], -shift]);
      }
    }
  }

  pack(): void {
    for (const [block, other, distance] of this.pairs) this.x[other] = Math.max(this.x[other], this.x[block] + distance);
  }

  balance(above: boolean, below: boolean): void {
    const force = new Array<number>(this.count).fill(0);
    const weight = new Array<number>(this.count).fill(0);
    for (let block = 0; block < this.count; block++) {
      let total = 0;
      let number = 0;
      if (above) {
        for (const [other, shift] of this.up[block]) {
          total = total + this.x[other] + shift - this.x[block];
          number++;
        }
      }
      if (below) {
        for (const [other, shift] of this.down[block]) {
          total = total + this.x[other] + shift - this.x[block];
          number++;
        }
      }
      weight[block] = number > 0 ? number : 0.01;
      force[block] = number > 0 ? total / number : 0;
    }
    this.move(this.regions(force, weight), force);
  }

  private regions(force: number[], weight: number[]): number[] {
    const region = Array.from({ length: this.count }, (_, block) => block);
    let joined = true;
    while (joined) {
      joined = false;
      for (const [block, other, distance] of this.pairs) {
        let first = root(region, block);
        let second = root(region, other);
        const touching = this.x[other] - this.x[block] - distance < STRAIGHT;
        if (first === second || !touching || !(force[first] > force[second])) continue;
        if (second < first) [first, second] = [second, first];
        const both = weight[first] + weight[second];
        force[first] = (force[first] * weight[first] + force[second] * weight[second]) / both;
        weight[first] = both;
        region[second] = first;
        joined = true;
      }
    }
    return region.map((_, block) => root(region, block));
  }

  private move(region: number[], force: number[]): void {
    const members: number[][] = Array.from({ length: this.count }, () => []);
    for (let block = 0; block < this.count; block++) members[region[block]].push(block);
    const lefts: Pull[][] = Array.from({ length: this.count }, () => []);
    const rights: Pull[][] = Array.from({ length: this.count }, () => []);
    for (const [block, other, distance] of this.pairs) {
      if (region[block] === region[other]) continue;
      rights[region[block]].push([other, this.x[block] + distance]);
      lefts[region[other]].push([block, this.x[other] - distance]);
    }
    for (let index = 0; index < this.count; index++) {
      if (!(force[index] < 0) || !members[index].length) continue;
      let step = force[index];
      for (const [block, limit] of lefts[index]) step = Math.max(step, this.x[block] - limit);
      this.shift(members[index], Math.min(0, step));
    }
    for (let index = this.count - 1; index >= 0; index--) {
      if (!(force[index] > 0) || !members[index].length) continue;
      let step = force[index];
      for (const [block, limit] of rights[index]) step = Math.min(step, this.x[block] - limit);
      this.shift(members[index], Math.max(0, step));
    }
  }

  private shift(blocks: number[], step: number): void {
    for (const block of blocks) this.x[block] += step;
  }

  gather(): void {
    const part = Array.from({ length: this.count }, (_, block) => block);
    for (let block = 0; block < this.count; block++) {
      for (const [other] of this.up[block]) {
        const [first, second] = [root(part, block), root(part, other)];
        part[Math.max(first, second)] = Math.min(first, second);
      }
    }
    const members: number[][] = Array.from({ length: this.count }, () => []);
    const pairs: Pair[][] = Array.from({ length: this.count }, () => []);
    for (let block = 0; block < this.count; block++) members[root(part, block)].push(block);
    for (const pair of this.pairs) {
      if (root(part, pair[0]) !== root(part, pair[1])) pairs[root(part, pair[1])].push(pair);
    }
    for (let index = 0; index < this.count; index++) {
      const room = pairs[index].map(([block, other, distance]) => this.x[other] - this.x[block] - distance);
      if (room.length) this.shift(members[index], -Math.max(0, Math.min(...room)));
    }
  }

  snap(): void {
    for (let block = 0; block < this.count; block++) this.x[block] = Math.floor(this.x[block] + 0.5);
    const before: Pull[][] = Array.from({ length: this.count }, () => []);
    const after: Pull[][] = Array.from({ length: this.count }, () => []);
    for (const [block, other, distance] of this.pairs) {
      before[other].push([block, distance]);
      after[block].push([other, distance]);
    }
    for (let block = 0; block < this.count; block++) this.straighten(block, before[block], after[block]);
  }

  private straighten(block: number, before: Pull[], after: Pull[]): void {
    const misses = this.up[block].map(([other, shift]) => this.x[other] + shift - this.x[block]);
    for (const [other, shift] of this.down[block]) misses.push(this.x[other] + shift - this.x[block]);
    const near = misses.filter((miss) => Math.abs(miss) < SMALL);
    if (!near.length || Math.min(...near.map(Math.abs)) < STRAIGHT) return;
    near.sort((a, b) => a - b);
    const step = near[Math.floor((near.length - 1) / 2)];
    for (const [other, distance] of before) if (this.x[other] + distance > this.x[block] + step) return;
    for (const [other, distance] of after) if (this.x[block] + step + distance > this.x[other]) return;
    this.x[block] += step;
  }
}

/** The x of every slot's axis from the group's left edge, and the group's width. */
export function columns(
  order: Order, half: number[], tops: Offsets, bottoms: Offsets, left: number[], right: number[],
): [number[], number] {
  const lines = new Lines(order, half, tops, bottoms, left, right);
  lines.pack();
  for (let round = 0; round < ROUNDS; round++) {
    lines.balance(true, false);
    lines.balance(false, true);
    lines.balance(true, true);
  }
  for (let round = 0; round < SETTLE; round++) lines.balance(true, true);
  lines.gather();
  lines.snap();
  lines.snap();
  const x = left.map((_, slot) => lines.x[lines.owner[slot]] + lines.inner[slot]);
  let start = x.length ? Infinity : 0;
  let end = x.length ? -Infinity : 0;
  for (let slot = 0; slot < x.length; slot++) {
    start = Math.min(start, x[slot] - left[slot]);
    end = Math.max(end, x[slot] + right[slot]);
  }
  start = Math.floor(start);
  return [x.map((value) => value - start), Math.ceil(end - start)];
}

function offset(offsets: Offsets, slot: number, port: number): number {
  return slot < offsets.length ? (offsets[slot].get(port) ?? 0) : 0;
}

function gap(order: Order, slot: number, other: number): number {
  if (slot < order.boxes && other < order.boxes) return BOX_GAP;
  return slot < order.boxes || other < order.boxes ? WIRE_GAP : 0;
}

function root(region: number[], block: number): number {
  while (region[block] !== block) block = region[block];
  return block;
}
