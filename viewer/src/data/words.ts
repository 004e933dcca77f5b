// Numbers as words: the same units and thousands as the pictures.

const TIMES: [number, string][] = [[1e6, "s"], [1e3, "ms"], [1, "µs"]];
const SIZES: [number, string][] = [[2 ** 30, "GiB"], [2 ** 20, "MiB"], [2 ** 10, "KiB"], [1, "B"]];
const COUNTS: [number, string][] = [[1e12, "T"], [1e9, "G"], [1e6, "M"], [1e3, "k"], [1, ""]];

/** The parts of a measured step, as they are told. */
export const COVERAGE: Record<string, string> = { ops: "ops", dispatch: "dispatch", python: "Python", copies: "copies", unattributed: "not attributed" };

const WHOLE = new Intl.NumberFormat("en-US");

export function short(value: number): string {
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 100 || Number.isInteger(value)) return WHOLE.format(Math.round(value));
  return size >= 10 ? value.toFixed(1) : size >= 0.01 ? value.toFixed(2) : value.toPrecision(1);
}

/** Microseconds with the unit that reads best: 0.65 ms beside 2.38 ms. */
export function timeText(us: number): string {
  const [size, unit] = TIMES.find(([least]) => us >= 0.1 * least) ?? [1, "µs"];
  return `${short(us / size)} ${unit}`;
}

export function bytesText(bytes: number): string {
  const [size, unit] = SIZES.find(([least]) => bytes >= least) ?? [1, "B"];
  return `${short(bytes / size)} ${unit}`;
}

/** A large count in short: 5.2 M. */
export function countText(value: number, unit = ""): string {
  const [size, prefix] = COUNTS.find(([least]) => Math.abs(value) >= least) ?? [1, ""];
  return `${short(value / size)}${prefix || unit ? " " : ""}${prefix}${unit}`;
}

export function exact(value: number): string {
  return WHOLE.format(value);
}

export function percent(share: number): string {
  return `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;
}

export function plural(count: number, noun: string): string {
  return `${exact(count)} ${noun}${count === 1 ? "" : "s"}`;
}
