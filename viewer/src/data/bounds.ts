// Which sums of estimates say anything. Python does the same for groups in `graph/estimate_sum.py`; `tests/graph/bounds.json` holds both to one table.
import type { Cost, Estimate } from "./values";

/** What ops have together of an estimate, and what of it is not known. */
export interface Counts {
  /** The sum of what is known. */
  known: number;
  /** Of how many ops it is not known. */
  lost: number;
  /** How many ops have FLOPs. */
  computing: number;
  /** Of how many it is not known whether they have. */
  uncounted: number;
  /** The multiply-adds among what is known. */
  macs: number;
}

export const NO_COUNTS: Counts = { known: 0, lost: 0, computing: 0, uncounted: 0, macs: 0 };

/** Whether a sum says something: a bound does if it is not 0, and if a contraction counts, or more ops than do not. */
export function boundTells({ known, lost, computing, uncounted, macs }: Counts): boolean {
  return lost === 0 || (known > 0 && (macs > 0 || uncounted === 0 || computing > uncounted));
}

export function countsOf(estimate: Estimate, costs: (Cost | null)[]): Counts {
  return costs.reduce((counts: Counts, cost) => (cost === null ? counts : added(counts, countsIn(estimate, cost))), NO_COUNTS);
}

function countsIn(estimate: Estimate, cost: Cost): Counts {
  return { known: cost[estimate] ?? 0, lost: Number(cost[estimate] === null), computing: Number((cost.flops ?? 0) > 0), uncounted: Number(cost.flops === null), macs: cost.macs ?? 0 };
}

export function added(one: Counts, other: Counts): Counts {
  return {
    known: one.known + other.known, lost: one.lost + other.lost, computing: one.computing + other.computing,
    uncounted: one.uncounted + other.uncounted, macs: one.macs + other.macs,
  };
}
