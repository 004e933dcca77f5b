// The bars of the flame graph: levels by depth, as wide as their share of an amount, and never wider than what they are in.
import type { Facts } from "../data/facts";
import type { Words } from "../data/words";
import type { Level } from "./flametree";

const MOST_ROWS = 16;

/** What a bar stands for: one level; several that are too narrow to be told apart; or the ops of a level that lie in no level of it. */
export interface Bar {
  kind: "level" | "more" | "own";
  levels: Level[];
  left: number;
  width: number;
  depth: number;
  /** NaN where the level has no figure of its own. */
  value: number;
}

export interface Wanted {
  inside(level: Level | null): Level[];
  amount(level: Level): number;
  /** The figure of what lies in a level and in no level of it; NaN: not known. */
  own(level: Level): number;
  /** The narrowest bar, as a part of 1. */
  least: number;
  /** What all of it comes to, where that is more than the levels are. */
  whole?: number;
  /** The level that has the whole width, with those around it; null: none. */
  focus?: Level | null;
}

/** The level and those around it, the outermost first. */
export function chainOf(level: Level | null): Level[] {
  const chain: Level[] = [];
  for (let at = level; at; at = at.parent) chain.unshift(at);
  return chain;
}

/** The bars, as parts of 1; what is inside stands under what it is in, in its order, what is too narrow together behind it, and last its own ops. */
export function barsOf({ inside, amount, own, least, whole = 0, focus = null }: Wanted): { bars: Bar[]; total: number } {
  const sizes = new Map<Level, number>();
  /** What a level's width stands for: its figure, or what it holds where it has none. */
  const size = (level: Level): number => {
    let known = sizes.get(level);
    if (known === undefined) {
      const own = amount(level);
      sizes.set(level, (known = Number.isNaN(own) ? sum(inside(level)) : own));
    }
    return known;
  };
  const sum = (list: Level[]) => list.reduce((total, level) => total + size(level), 0);
  const total = Math.max(whole, sum(inside(null)));
  const bars: Bar[] = [];
  /** The bars of what lies in `around`, between two places that stand for `room` of the amount. */
  const put = (around: Level | null, left: number, right: number, room: number, depth: number) => {
    const list = inside(around);
    const unit = (right - left) / Math.max(room, sum(list)) || 0;
    const narrow = list.filter((level) => size(level) * unit < least);
    let at = left;
    for (const level of list) {
      const width = size(level) * unit;
      if (width < least) continue;
      bars.push({ kind: "level", levels: [level], left: at, width, depth, value: amount(level) });
      if (depth < MOST_ROWS) put(level, at, at + width, size(level), depth + 1);
      at += width;
    }
    const together = (kind: "more" | "own", levels: Level[], value: number) => {
      if (levels.length && value * unit >= least) bars.push({ kind, levels, left: at, width: value * unit, depth, value });
      at += value * unit;
    };
    together("more", narrow, sum(narrow));
    if (around && list.length) together("own", [around], Math.min(own(around), room - sum(list)));
  };
  const around = chainOf(focus);
  around.forEach((level, index) => bars.push({ kind: "level", levels: [level], left: 0, width: 1, depth: index + 1, value: amount(level) }));
  put(focus, 0, 1, focus ? size(focus) : total, around.length + 1);
  return { bars, total };
}

/** A part of the whole that no bar of a level has, beside them. */
export interface Rest {
  name: string;
  share: number;
  /** What it is made of, where it is more than one part. */
  parts: string[];
}

/** What of a measured step no op took; and what ops outside of all groups took. Parts with less than `least` of it are put together. */
export function restOf(facts: Facts, words: Words, bars: Bar[], least: number): Rest[] {
  const coverage = facts.measurement?.coverage;
  if (!coverage) return [];
  const grouped = bars.filter((bar) => bar.depth === 1).reduce((sum, bar) => sum + bar.width, 0);
  const loose = facts.measurement?.untimed?.length ? LOOSE_OR_UNTIMED : LOOSE;
  const rest: Rest[] = [{ name: loose, share: (coverage.ops ?? 0) - grouped, parts: [] }];
  for (const [name, share] of Object.entries(coverage)) if (name !== "ops") rest.push({ name: words.part(name), share, parts: [] });
  const some = rest.filter(({ share }) => share > 0);
  const narrow = some.filter(({ share }) => share < least);
  if (narrow.length < 2) return some;
  const together = { name: `${narrow.length} more`, share: narrow.reduce((sum, { share }) => sum + share, 0), parts: narrow.map(({ name }) => name) };
  return [...some.filter(({ share }) => share >= least), together];
}

/** What ops are called that lie in no group. */
export const LOOSE = "ops in no group";
/** The same where ops of layers are among them, since the layers have no time. */
const LOOSE_OR_UNTIMED = "other ops, also of layers whose time is not known";

/** The bar that an arrow key leads to from bar `at`: beside it in its row, to the one it stands under, or the first below; -1: none. */
export function step(bars: Bar[], at: number, key: string): number {
  const from = bars[at];
  if (!from) return -1;
  const under = (outer: Bar, inner: Bar) => inner.left >= outer.left - 1e-9 && inner.left < outer.left + outer.width;
  const beside = (sign: number) => {
    const row = bars.map((bar, index) => ({ bar, index })).filter(({ bar }) => bar.depth === from.depth && sign * (bar.left - from.left) > 0);
    return row.sort((a, b) => sign * (a.bar.left - b.bar.left))[0]?.index ?? -1;
  };
  switch (key) {
    case "ArrowRight": return beside(1);
    case "ArrowLeft": return beside(-1);
    case "ArrowUp": return bars.findIndex((bar) => bar.depth === from.depth - 1 && under(bar, from));
    case "ArrowDown": return bars.findIndex((bar) => bar.depth === from.depth + 1 && under(from, bar));
    default: return -1;
  }
}
