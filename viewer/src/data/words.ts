// How a number becomes text, in the units of the page's header. Python does the same in `graph/number_text.py`;
// `tests/graph/numbers.json` holds both to one table, and `docs/drawing.md` has the rule.
import type { Meanings, Unit, Units } from "./style";

const WHOLE = new Intl.NumberFormat("en-US");

/** Significant digits; more are shown only of numbers from 1,000 on, which are whole. */
const DIGITS = 3;
/** Decimals at most: what is smaller than the last of them is said to be smaller. */
const DECIMALS = 3;

/** Amounts in the unit that reads best. Its functions are passed about on their own. */
export class Words {
  private readonly rates: Unit[];
  private readonly bandwidths: Unit[];

  constructor(
    private readonly units: Units,
    private readonly parts: Record<string, string>,
    private readonly quantities: Record<string, string>,
    private readonly uncertain: number,
    readonly meanings: Meanings,
  ) {
    this.rates = units.flops.map(([name, size, least]) => [`${name}/s`, size, least]);
    this.bandwidths = units.counts.map(([prefix, size, least]) => [`${prefix}B/s`, size, least]);
  }

  /** Microseconds: 650 µs beside 2.38 ms; with the standard error, where it is known, 2.38 ± 0.04 ms, or ~650 ± 90 µs where it is large. */
  readonly time = (us: number, error = NaN): string => (Number.isNaN(error) ? amount(us, this.units.time) : withError(us, error, this.units.time, this.uncertain));

  readonly bytes = (bytes: number): string => amount(bytes, this.units.bytes);

  /** Bytes in the unit that another amount is told in: figures of one axis share a unit. */
  bytesBeside(bytes: number, other: number): string {
    const name = this.bytes(other).split(" ").pop();
    const unit = this.units.bytes.find(([own]) => own === name);
    return unit ? `${number(bytes / unit[1])} ${unit[0]}` : this.bytes(bytes);
  }

  readonly flops = (flops: number): string => amount(flops, this.units.flops);

  readonly macs = (macs: number): string => amount(macs, this.units.macs);

  readonly flopRate = (flopsPerSecond: number): string => amount(flopsPerSecond, this.rates);

  /** Bytes per second in powers of 1,000, as bandwidths are told. */
  readonly byteRate = (bytesPerSecond: number): string => amount(bytesPerSecond, this.bandwidths);

  readonly calls = (calls: number): string => (calls === 1 ? "1 op run" : amount(calls, this.units.calls));

  /** A count in short, without a unit: 25.6 M. */
  readonly count = (value: number): string => amount(value, this.units.counts);

  /** What a quantity is called where a line begins with it. */
  title(quantity: string): string {
    const name = this.quantities[quantity] ?? quantity;
    return name.charAt(0).toUpperCase() + name.slice(1);
  }

  /** A part of a measured step, as it is told. */
  part(name: string): string {
    return this.parts[name] ?? name;
  }
}

/** A number as a whole number of its last decimal: 2.38 is 238 with 2 decimals. */
interface Rounded {
  digits: number;
  decimals: number;
}

/** Half is rounded up. */
function rounded(value: number): Rounded {
  for (let decimals = DECIMALS; decimals > 0; decimals--) {
    const digits = Math.floor(value * 10 ** decimals + 0.5);
    if (digits < 10 ** DIGITS) return { digits, decimals };
  }
  return { digits: Math.floor(value + 0.5), decimals: 0 };
}

function written({ digits, decimals }: Rounded): string {
  const one = 10 ** decimals;
  const behind = digits % one ? `.${String(digits % one).padStart(decimals, "0").replace(/0+$/, "")}` : "";
  return WHOLE.format(Math.floor(digits / one)) + behind;
}

/** A number of at least 0 in three significant digits. */
export function number(value: number): string {
  const found = rounded(value);
  return value > 0 && !found.digits ? `< ${10 ** -DECIMALS}` : written(found);
}

/** A value, given in the first of the units, in the largest unit that it reaches once it is rounded. */
function amount(value: number, units: Unit[]): string {
  const [name, size] = unitOf(value, units);
  return `${number(value / size)} ${name}`.trimEnd();
}

/** A value with its error, which has the decimals of the value and is not written smaller than one in the last of them. */
function withError(value: number, error: number, units: Unit[], uncertain: number): string {
  const [name, size] = unitOf(value, units);
  let { digits, decimals } = rounded(value / size);
  if (value && !digits) return amount(value, units); // smaller than anything that is written with digits
  let more = Math.max(Math.floor((error / size) * 10 ** decimals + 0.5), error ? 1 : 0);
  while (decimals && digits % 10 === 0 && more % 10 === 0) [digits, more, decimals] = [digits / 10, more / 10, decimals - 1];
  const fixed = (whole: number) => (whole / 10 ** decimals).toLocaleString("en-US", { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
  return `${error > uncertain * value ? "~" : ""}${fixed(digits)} ± ${fixed(more)} ${name}`;
}

function unitOf(value: number, units: Unit[]): [name: string, size: number] {
  let [name, size] = units[0];
  for (const [next, nextSize, least] of units.slice(1)) {
    const { digits, decimals } = rounded(value / size);
    if ((digits / 10 ** decimals) * size < least) break;
    [name, size] = [next, nextSize];
  }
  return [name, size];
}

/** A whole number with its thousands apart. */
export function exact(value: number): string {
  return WHOLE.format(value);
}

/** A share of one as percent. What is not none or not all does not read 0 % or 100 %. */
export function percent(share: number): string {
  const tenths = Math.floor(share * 1000 + 0.5);
  if (tenths === 0 && share > 0) return "< 0.1 %";
  if (tenths === 1000 && share < 1) return "> 99.9 %";
  return `${written({ digits: tenths, decimals: 1 })} %`;
}

export function plural(count: number, noun: string, several = `${noun}s`): string {
  return `${exact(count)} ${count === 1 ? noun : several}`;
}
