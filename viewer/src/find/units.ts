// What may be written behind a number in a search, from the units of the page's header.
import type { Unit, Units } from "../data/style";

export const AMOUNTS = ["time", "memory", "flops", "bytes", "parameters"] as const;
export type Amount = (typeof AMOUNTS)[number];

/** A time that is written without a unit is in this one: layers take milliseconds. */
const BARE_TIME = "ms";

export class AmountUnits {
  private readonly shown: Record<Amount, Unit[]>;
  private readonly sizes: Record<Amount, Map<string, number>>;

  constructor({ time, bytes, counts, flops }: Units) {
    const prefixes = counts.filter(([prefix]) => prefix);
    this.shown = { time, memory: bytes, flops: prefixes, bytes, parameters: prefixes };
    // 1 MB is a million bytes, 1 MiB is 2 ** 20, and a bare M is a million of anything.
    const sized = sizesOf(counts, bytes, counts.map(([prefix, size]) => [`${prefix}B`, size]));
    const timed = sizesOf(time);
    timed.set("", timed.get(BARE_TIME) ?? 1);
    this.sizes = { time: timed, memory: sized, flops: sizesOf(counts, flops), bytes: sized, parameters: sizesOf(counts) };
  }

  /** The size of a unit in the one that amounts are stored in; throws an error that says which units there are. */
  size(amount: Amount, unit: string): number {
    const found = this.sizes[amount].get(plain(unit));
    if (found === undefined) throw new Error(`"${unit}" is not a unit of ${amount}; use ${this.shown[amount].map(([name]) => name).join(", ")}`);
    return found;
  }
}

function sizesOf(...lists: (Unit | [string, number])[][]): Map<string, number> {
  return new Map(lists.flat().map(([name, size]) => [plain(name), size]));
}

/** A unit as it is looked up: in lower case, with u for the micro sign. There are two characters that look like one, and keyboards have either. */
function plain(unit: string): string {
  return unit.toLowerCase().replace(/[\u00b5\u03bc]/g, "u");
}
