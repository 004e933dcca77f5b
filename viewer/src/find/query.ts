// A search text -> terms. Words match anywhere; `field:word` matches one field; `time>0.1ms` compares; `/x/` is a regular expression.
import { AMOUNTS, type Amount, type AmountUnits } from "./units";

export const FIELDS = ["name", "op", "class", "dtype", "shape", "file", "layer", "device", "executed", "note"] as const;
export type Field = (typeof FIELDS)[number];
const OTHER_NAMES: Record<string, Field> = { source: "file" };

export type Term =
  | { kind: "word"; text: string; not: boolean }
  | { kind: "field"; field: Field; text: string; test: (value: string) => boolean; not: boolean }
  | { kind: "pattern"; pattern: RegExp; not: boolean }
  | { kind: "amount"; amount: Amount; test: (value: number) => boolean; not: boolean };

export interface Query {
  terms: Term[];
  /** What is wrong with the text; empty when it could be read. */
  problem: string;
}

export function parseQuery(text: string, units: AmountUnits): Query {
  const terms: Term[] = [];
  let problem = "";
  for (const raw of split(text)) {
    const not = raw.length > 1 && raw.startsWith("-");
    const word = not ? raw.slice(1) : raw;
    try {
      terms.push(termOf(word, not, units));
    } catch (error) {
      problem = error instanceof Error ? error.message : String(error);
    }
  }
  return { terms, problem };
}

/** Cut at blanks outside of quotes, brackets and regular expressions. */
function split(text: string): string[] {
  return text.match(/-?(?:\w+:)?(?:\/(?:[^/\\]|\\.)+\/|"[^"]*"?|\([^)]*\)?)(?=\s|$)|\S+/g) ?? [];
}

function termOf(word: string, not: boolean, units: AmountUnits): Term {
  const compared = /^([a-z]+)\s*(>=|<=|>|<|=)\s*([\d.,]+(?:e[+-]?\d+)?)\s*([a-zµμ]*)$/i.exec(word);
  if (compared && (AMOUNTS as readonly string[]).includes(compared[1].toLowerCase())) {
    const amount = compared[1].toLowerCase() as Amount;
    const limit = Number(compared[3].replace(/,/g, "")) * units.size(amount, compared[4]);
    return { kind: "amount", amount, test: comparison(compared[2], limit), not };
  }
  if (isPattern(word)) return { kind: "pattern", pattern: patternOf(word), not };
  const colon = word.indexOf(":");
  const written = colon > 0 ? word.slice(0, colon).toLowerCase() : "";
  const field = OTHER_NAMES[written] ?? FIELDS.find((one) => one === written);
  if (field) return { kind: "field", field, text: plainWord(word.slice(colon + 1)), test: fieldTest(field, word.slice(colon + 1)), not };
  refuseUnknown(word);
  return { kind: "word", text: plainWord(word), not };
}

/** `tme>1` and `colour:red` look like filters. They are refused with what there is, since no name contains such a text. */
function refuseUnknown(word: string): void {
  const [, field] = /^([a-z]{3,}):[^\s/:\d][^/:]*$/i.exec(word) ?? [];
  if (field) throw new Error(`no filter "${field}:"; use ${FIELDS.join(": ")}:, or quotes to search for the text`);
  const [, amount] = /^([a-z]+)(?:>=|<=|>|<)/i.exec(word) ?? [];
  if (amount && (AMOUNTS as readonly string[]).includes(amount.toLowerCase())) throw new Error(`${word} does not compare with a number; write ${amount}>1 with a unit such as ms, MB or k`);
  if (amount) throw new Error(`"${amount}" is not an amount to compare; use ${AMOUNTS.join(", ")}`);
}

function isPattern(word: string): boolean {
  return word.length > 2 && word.startsWith("/") && word.endsWith("/");
}

function patternOf(word: string): RegExp {
  try {
    return new RegExp(word.slice(1, -1), "i");
  } catch {
    throw new Error(`${word} is not a regular expression`);
  }
}

function plainWord(word: string): string {
  return word.replace(/^"|"$/g, "").toLowerCase();
}

/** Op types and dtypes match whole words from their start (`op:Conv` finds Conv2D); other fields anywhere. */
function fieldTest(field: Field, value: string): (value: string) => boolean {
  if (isPattern(value)) {
    const pattern = patternOf(value);
    return (text) => pattern.test(text);
  }
  const wanted = field === "shape" ? plainWord(value).replace(/[\s()]/g, "") : plainWord(value);
  if (field === "op" || field === "dtype") return (text) => text.toLowerCase().startsWith(wanted);
  if (field === "shape") return (text) => text.split(" ").some((shape) => shapeMatches(shape.replace(/[()]/g, ""), wanted));
  return (text) => text.toLowerCase().includes(wanted);
}

/** Whether `wanted` is a run of whole dimensions in `shape`; `*` stands for any dimension, `None` or `?` for one that is not known. */
function shapeMatches(shape: string, wanted: string): boolean {
  const own = shape.toLowerCase().split(",").filter(Boolean);
  const asked = wanted.split(",").filter(Boolean).map((dimension) => (dimension === "?" ? "none" : dimension));
  if (!asked.length) return own.length === 0;
  for (let start = 0; start + asked.length <= own.length; start++) {
    if (asked.every((dimension, index) => dimension === "*" || dimension === own[start + index])) return true;
  }
  return false;
}

/** A figure is shown rounded, so "equal" means equal to within half a percent. */
function comparison(sign: string, limit: number): (value: number) => boolean {
  switch (sign) {
    case ">": return (value) => value > limit;
    case ">=": return (value) => value >= limit;
    case "<": return (value) => value < limit;
    case "<=": return (value) => value <= limit;
    default: return (value) => Math.abs(value - limit) <= 0.005 * Math.abs(limit);
  }
}
