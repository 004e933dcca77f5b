// Placing, step 5: the tracks of one gap. A trunk that runs sideways there does so on a track, which is a y (`layout/place/route.py`).
import type { Spacing } from "../data/style";

/** The cost of two vertical wires that lie on each other; a crossing costs 1. */
const OVERLAP = 50;
/** If a gap has more trunks than this, they are not compared in pairs. */
const COMPARED = 60;

/** One trunk in one gap: the x of its ends above and below, the leftmost and rightmost of these, and its track. */
export class Trunk {
  readonly tops: number[] = [];
  readonly bottoms: number[] = [];
  low = 0;
  high = 0;
  track = -1;

  constructor(readonly net: number) {}

  close(): void {
    this.low = Math.min(...this.tops, ...this.bottoms);
    this.high = Math.max(...this.tops, ...this.bottoms);
  }

  straight(least: number): boolean {
    return this.high - this.low < least;
  }
}

/** Give each trunk that runs sideways its track, 0 being the uppermost; return the number of tracks. */
export function assign(trunks: Trunk[], spacing: Spacing): number {
  const keyed = trunks.filter((trunk) => !trunk.straight(spacing.straight)).map((trunk) => ({ trunk, first: firstKey(trunk) }));
  keyed.sort((a, b) => a.first - b.first || a.trunk.net - b.trunk.net);
  const sideways = keyed.map(({ trunk }) => trunk);
  if (sideways.length <= COMPARED) improve(sideways, spacing.same);
  let count = 0;
  for (let index = 0; index < sideways.length; index++) {
    const trunk = sideways[index];
    trunk.track = 0;
    // below all earlier ones that it would meet
    for (let before = 0; before < index; before++) {
      const other = sideways[before];
      if (other.low < trunk.high + spacing.apart && trunk.low < other.high + spacing.apart && other.track >= trunk.track) {
        trunk.track = other.track + 1;
      }
    }
    count = Math.max(count, trunk.track + 1);
  }
  return count;
}

function mean(values: number[]): number {
  let total = 0;
  for (const value of values) total += value;
  return values.length ? total / values.length : 0;
}

/** The order to begin with: trunks that lead right, the rightmost first; then those that lead left, leftmost first. */
function firstKey(trunk: Trunk): number {
  const top = mean(trunk.tops);
  return mean(trunk.bottoms) > top ? -top : top;
}

/** Swap neighbouring trunks while that lowers their cost (bubble sort). */
function improve(trunks: Trunk[], same: number): void {
  const count = trunks.length;
  const place = new Map(trunks.map((trunk, index) => [trunk.net, index]));
  const costs = trunks.map((upper) => trunks.map((lower) => (upper === lower ? 0 : cost(upper, lower, same))));
  const costOf = (a: Trunk, b: Trunk) => costs[place.get(a.net) as number][place.get(b.net) as number];
  for (let round = 0; round < count; round++) {
    let swapped = false;
    for (let index = 0; index < count - 1; index++) {
      const [first, second] = [trunks[index], trunks[index + 1]];
      if (costOf(first, second) > costOf(second, first)) {
        trunks[index] = second;
        trunks[index + 1] = first;
        swapped = true;
      }
    }
    if (!swapped) break;
  }
}

/** What it costs if `upper` runs sideways above `lower`: their crossings and, much dearer, vertical wires that lie on each other. */
function cost(upper: Trunk, lower: Trunk, same: number): number {
  let total = 0;
  for (const x of lower.tops) if (upper.low < x && x < upper.high) total++;
  for (const x of upper.bottoms) {
    if (lower.low < x && x < lower.high) total++;
    for (const other of lower.tops) if (Math.abs(x - other) < same) total += OVERLAP;
  }
  return total;
}
