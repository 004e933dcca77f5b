// Names of siblings that have no room: what tells each apart is kept, at its beginning and its end, and what is between is shortened.

/** A name in three parts. Where there is no room the middle one is shortened. */
export interface Parts {
  start: string;
  middle: string;
  end: string;
}

/** A name of so many letters is not cut. */
const SHORT = 8;
/** The most that is kept of a beginning and of an end, and what is left at least for the middle. */
const MOST = 24;
const LEAST_MIDDLE = 3;
/** What is kept of the end of a name that no beginning and end tell apart. */
const USUAL_END = 9;

/** A name as far as there is room for it: all of it in `start`, or its two ends with what is between them left out. */
export function fitted({ start, middle, end }: Parts, room: number, measure: (text: string) => number): Parts {
  const name = start + middle + end;
  if (measure(name) <= room) return { start: name, middle: "", end: "" };
  const fits = (from: number, to: number) => measure(`${name.slice(0, from)}…${name.slice(to)}`) <= room;
  let from = start.length + middle.length;
  let to = from;
  while (from > start.length && !fits(from, to)) from--;
  // What tells it apart has no room either: the end counts more, as everywhere.
  while (from > 0 && !fits(from, to)) from--;
  while (to < name.length && !fits(from, to)) to++;
  // One ellipsis is enough: `conv2d_4 … max_pooling2d_2` has its own.
  return partsOf(name, name.slice(0, from).replace(/[… ]+$/, "").length, to);
}

export class Names {
  /** How many of the names have each beginning and end. */
  private readonly counts = new Map<string, number>();

  /** What some name begins with, up to the sign before one of its words: `conv` of `conv_1`. */
  private readonly stems = new Set<string>();

  constructor(names: Iterable<string>) {
    for (const name of names) {
      for (const cut of cutsOf(name)) this.counts.set(keyOf(cut), (this.counts.get(keyOf(cut)) ?? 0) + 1);
      for (const at of wordsOf(name)) this.stems.add(name.slice(0, at).replace(/[^a-zA-Z0-9]$/, ""));
    }
  }

  /** A name cut so that beginning and end together are the shortest that no other has; of two as short, the longer beginning. */
  cut(name: string): Parts {
    if (name.length <= SHORT) return partsOf(name, 0, name.length);
    const own = cutsOf(name).filter((cut) => (this.counts.get(keyOf(cut)) ?? 0) < 2);
    const length = ({ start, end }: Parts) => start.length + end.length;
    own.sort((a, b) => length(a) - length(b) || b.start.length - a.start.length);
    // A name of one word, or with which others go on, is cut at its end: it has no part that tells it apart, and in two pieces it reads as two names.
    if (!wordsOf(name).length || this.stems.has(name)) return partsOf(name, 0, name.length);
    return own[0] ?? (name.length > USUAL_END + LEAST_MIDDLE ? partsOf(name, 0, name.length - USUAL_END) : partsOf(name, 0, name.length));
  }
}

function partsOf(name: string, from: number, to: number): Parts {
  return { start: name.slice(0, from), middle: name.slice(from, to), end: name.slice(to) };
}

function keyOf({ start, end }: Parts): string {
  return `${start}\n${end}`;
}

/** Where the words of a name begin, its first one aside. */
function wordsOf(name: string): number[] {
  const words: number[] = [];
  for (let at = 1; at < name.length; at++) if (/[^a-z0-9][a-z0-9]|[a-z0-9][A-Z]/.test(name.slice(at - 1, at + 1))) words.push(at);
  return words;
}

/** Every way to cut a name between its words. */
function cutsOf(name: string): Parts[] {
  const words = wordsOf(name);
  const starts = [0, ...words.filter((at) => at <= MOST)];
  const ends = [...words.filter((at) => name.length - at <= MOST), name.length];
  return starts.flatMap((from) => ends.filter((to) => to - from >= LEAST_MIDDLE && to - from < name.length).map((to) => partsOf(name, from, to)));
}
