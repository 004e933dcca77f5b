// What a bar of the flame graph says: as much of its name and its figure as there is room for.

/** Measures a text, in pixels. */
export type Measuring = (text: string) => number;

/** Fewer characters of a name than this tell nothing. */
const LEAST = 3;

/** A bar's name, its figure with its error, and the figure alone. */
export interface Said {
  name: string;
  telling: Telling;
  told: string;
  brief: string;
  /** What is told where there is no room for the name. */
  least?: string;
  /** What is told as well, or in place of all else. */
  more?: string;
}

/** The lines of a label: the name in full or else shortened, and the figure; where there is no room for both, the name; none where that says too little. */
export function labelOf({ name, telling, told, brief, least, more }: Said, room: number, lines: number, measure: Measuring): string[] {
  const fits = (text: string) => measure(text) <= room;
  if (more) {
    const all = [`${name} ${told}`.trim(), more];
    if (lines > 1 && all.every(fits)) return all;
    const found = [all.join(" · "), more].find(fits);
    if (found) return [found];
  }
  const short = (wide: number) => shortName(name, telling, wide, measure) || (least && measure(least) <= wide ? least : "");
  const figures = [told, brief].filter(Boolean);
  const whole = figures.map((figure) => `${name} ${figure}`).find(fits);
  if (whole) return [whole];
  if (lines > 1) {
    const figure = short(room) && figures.find(fits);
    return [short(room), figure].filter((line): line is string => Boolean(line));
  }
  // On one line the figure counts more than the beginning of a name that can be told by its end.
  const beside = figures.length && telling.ends.length ? short(room - measure(` ${brief}`)) : "";
  if (telling.ends.some((end) => beside.endsWith(end))) return [`${beside} ${brief}`];
  return [short(room)].filter(Boolean);
}

/**
 * The name; else an ending that tells it from its siblings, and as much of its beginning as there is room for; of a name without such an ending what it begins
 * with, as far as that tells it from them. Empty where that is too little: a part that several names have says nothing, and less than a word is a riddle.
 */
export function shortName(name: string, { ends, begins, isStack }: Telling, room: number, measure: Measuring): string {
  if (measure(name) <= room) return name;
  const most = (text: (count: number) => string, from: number) => {
    let count = from;
    while (count > 0 && measure(text(count)) > room) count--;
    return count;
  };
  for (const end of ends) {
    const cut = (count: number) => `${name.slice(0, count).replace(/[… ]+$/, "")}…${end}`;
    const longest = most(cut, name.length - end.length - 1);
    // One or two letters of its beginning say nothing, if its end says something by itself.
    const count = longest < LEAST && end.length >= LEAST ? 0 : longest;
    if (measure(cut(count)) <= room && count + end.length >= LEAST && (!isStack || count >= begins)) return cut(count);
  }
  const begin = (count: number) => `${name.slice(0, count)}…`;
  const count = ends.length && !isStack ? 0 : most(begin, name.length - 1);
  return count >= Math.max(LEAST, begins) ? begin(count) : "";
}

/** What tells a name from its siblings. */
export interface Telling {
  /** What it ends in that none of the others does, from the beginning of a word on, the longest first; of a name of one word its number. */
  ends: readonly string[];
  /** So many letters of its beginning none of the others has, those aside that go on with all of the name. */
  begins: number;
  /** It ends in how often a stack is there: others may be there as often, so that its beginning tells it. */
  isStack?: boolean;
}

/** The same of a stack's name, `block_3 … 5 ×3`. */
export function ofStack(name: string, { begins }: Telling): Telling {
  return { ends: [name.slice(name.lastIndexOf("×"))], begins, isStack: true };
}

/** Of a name that is only told whole. */
export const WHOLE: Telling = { ends: [], begins: Infinity };

export function telling(names: readonly string[]): Telling[] {
  const counts = new Map<string, number>();
  const starts = new Map<string, number>();
  const count = (into: Map<string, number>, text: string) => into.set(text, (into.get(text) ?? 0) + 1);
  for (const name of new Set(names)) {
    for (const end of endings(name)) count(counts, end);
    for (let letters = 1; letters <= name.length; letters++) count(starts, name.slice(0, letters));
  }
  return names.map((name) => {
    const goingOn = starts.get(name) ?? 1;
    const letters = Array.from(name, (_, at) => at + 1).find((some) => (starts.get(name.slice(0, some)) ?? 1) <= goingOn);
    return { ends: wordsFirst(endings(name).filter((end) => counts.get(end) === 1)), begins: letters ?? name.length };
  });
}

/** A number alone tells a name only where no word with it does: of `block_2` what is left would be `b…2`. */
function wordsFirst(ends: string[]): string[] {
  const words = ends.filter((end) => !/^\d+$/.test(end));
  return words.length ? words : ends;
}

function endings(name: string): string[] {
  const found: string[] = [];
  for (let at = 1; at < name.length; at++) if (/^[^a-z0-9][a-z0-9]|^[a-z]\d+$/i.test(name.slice(at - 1))) found.push(name.slice(at));
  return found;
}
