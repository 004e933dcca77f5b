// What a bar of the flame graph says: as much of its name and its figure as there is room for.

/** Measures a text, in pixels. */
export type Measuring = (text: string) => number;

/** Fewer letters of the beginning of a name than this tell nothing. */
const LEAST = 5;
/** Between the first and the last of several; and how the name of a stack ends. */
const RANGE = " … ";
const STACK = / ×[\d,]+$/;

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
  return [short(room)].filter(Boolean);
}

/**
 * The name; else what it begins with, as far as that tells it from its siblings; a stack's goes on with how often it is there, `block_0… ×6`. Empty where that is too
 * little: a piece from the middle or the end of a name is a riddle, and a part that several names have says nothing.
 */
export function shortName(name: string, { begins, isStack }: Telling, room: number, measure: Measuring): string {
  if (measure(name) <= room) return name;
  const times = isStack ? name.slice(name.lastIndexOf(" ×")) : "";
  const body = name.slice(0, name.length - times.length);
  const range = body.indexOf(RANGE) + 1; // with its blank, of `block_0 … 5` half of the end would be another one
  let count = range > 0 ? range : body.length - 1;
  const cut = () => `${body.slice(0, count).replace(/[\s:]+$/, "")}…${times}`;
  while (count > 0 && measure(cut()) > room) count--;
  return count >= Math.max(LEAST, begins) || (count > 0 && count === range && count >= begins) ? cut() : "";
}

/** What tells a name from its siblings. */
export interface Telling {
  /** So many letters of its beginning none of the others has, those aside that go on with all of the name. */
  begins: number;
  /** It ends in how often a stack is there. */
  isStack?: boolean;
}

/** Of a name that is only told whole. */
export const WHOLE: Telling = { begins: Infinity };

export function telling(names: readonly string[]): Telling[] {
  const starts = new Map<string, number>();
  for (const name of new Set(names)) for (let letters = 1; letters <= name.length; letters++) starts.set(name.slice(0, letters), (starts.get(name.slice(0, letters)) ?? 0) + 1);
  return names.map((name) => {
    const goingOn = starts.get(name) ?? 1;
    const letters = Array.from(name, (_, at) => at + 1).find((some) => (starts.get(name.slice(0, some)) ?? 1) <= goingOn);
    return { begins: letters ?? name.length, isStack: STACK.test(name) };
  });
}
