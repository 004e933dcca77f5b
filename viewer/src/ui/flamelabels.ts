// What a bar of the flame graph says: as much of its name and its figure as there is room for.

/** Measures a text, in pixels. */
export type Measuring = (text: string) => number;

/** Fewer characters of a name than this tell nothing. */
const LEAST = 3;

/** A bar's name, its figure with its error, and the figure alone. */
export interface Said {
  name: string;
  /** What the name ends in that no sibling's does, the longest first; null: the name is only told whole. */
  ends: readonly string[] | null;
  told: string;
  brief: string;
  /** What is told where there is no room for the name. */
  least?: string;
}

/** The lines of a label: the name in full or else shortened, and the figure; where there is no room for both, the name; none where that says too little. */
export function labelOf({ name, ends, told, brief, least }: Said, room: number, lines: number, measure: Measuring): string[] {
  const fits = (text: string) => measure(text) <= room;
  const short = (wide: number) => shortName(name, ends, wide, measure) || (least && measure(least) <= wide ? least : "");
  const figures = [told, brief].filter(Boolean);
  const whole = figures.map((figure) => `${name} ${figure}`).find(fits);
  if (whole) return [whole];
  if (lines > 1) {
    const figure = short(room) && figures.find(fits);
    return [short(room), figure].filter((line): line is string => Boolean(line));
  }
  // On one line the figure counts more than the beginning of a name that can be told by its end.
  const beside = figures.length && ends?.length ? short(room - measure(` ${brief}`)) : "";
  if (ends?.some((end) => beside.endsWith(end))) return [`${beside} ${brief}`];
  return [short(room)].filter(Boolean);
}

/** The name; else an ending that tells it from its siblings, and as much of its beginning as there is room for; else what it begins with; empty where that is too little. */
export function shortName(name: string, ends: readonly string[] | null, room: number, measure: Measuring): string {
  if (measure(name) <= room) return name;
  if (!ends) return "";
  const most = (text: (count: number) => string, from: number) => {
    let count = from;
    while (count > 0 && measure(text(count)) > room) count--;
    return count;
  };
  for (const end of ends) {
    const cut = (count: number) => `${name.slice(0, count)}…${end}`;
    const count = most(cut, name.length - end.length - 1);
    if (measure(cut(count)) <= room && count + end.length >= LEAST) return cut(count);
  }
  const least = ends[ends.length - 1] ?? name;
  const begin = (count: number) => `${least.slice(0, count)}…`;
  const count = most(begin, least.length - 1);
  return count >= LEAST ? begin(count) : "";
}

/** Of each name the endings that none of the others has, from the beginning of a word on, the longest first, and last its number. */
export function telling(names: readonly string[]): string[][] {
  const counts = new Map<string, number>();
  for (const name of new Set(names)) for (const end of endings(name)) counts.set(end, (counts.get(end) ?? 0) + 1);
  return names.map((name) => endings(name).filter((end) => counts.get(end) === 1));
}

function endings(name: string): string[] {
  const found: string[] = [];
  for (let at = 1; at < name.length; at++) if (/^[^a-z0-9][a-z0-9]|^[a-z]\d+$/i.test(name.slice(at - 1))) found.push(name.slice(at));
  return found;
}
