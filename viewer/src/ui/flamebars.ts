// The bars of the flame graph: groups by depth, as wide as their share of an amount, and never wider than what they are in.
import type { Facts } from "../data/facts";
import type { Words } from "../data/words";

const MOST_ROWS = 12;

export interface Bar {
  /** The group; -1 for several that are too narrow to be told apart. */
  group: number;
  left: number;
  width: number;
  depth: number;
  /** NaN where the group has no figure of its own. */
  value: number;
  /** How many groups it stands for. */
  count: number;
}

export interface Wanted {
  amount(group: number): number;
  /** The narrowest bar, as a part of 1. */
  least: number;
  /** What all of it comes to, where that is more than the groups are. */
  whole?: number;
  /** The group that has the whole width, with those around it; -1: none. */
  focus?: number;
}

/** The bars, as parts of 1; children stand under their parent, in their order, those too narrow together behind them. */
export function barsOf({ groups }: Facts, { amount, least, whole = 0, focus = -1 }: Wanted): { bars: Bar[]; total: number } {
  const sizes = new Map<number, number>();
  /** What a group's width stands for: its figure, or what it holds where it has none. */
  const size = (group: number): number => {
    let known = sizes.get(group);
    if (known === undefined) {
      const own = amount(group);
      known = Number.isNaN(own) ? groups.children(group).reduce((sum, child) => sum + size(child), 0) : own;
      sizes.set(group, known);
    }
    return known;
  };
  const sum = (list: number[]) => list.reduce((total, group) => total + size(group), 0);
  const total = Math.max(whole, sum(groups.children(-1)));
  const bars: Bar[] = [];
  /** The bars of `list` between two places that stand for `room` of the amount. */
  const put = (list: number[], left: number, right: number, room: number, depth: number) => {
    const unit = (right - left) / Math.max(room, sum(list)) || 0;
    const narrow = list.filter((group) => size(group) * unit < least);
    let at = left;
    for (const group of list) {
      const width = size(group) * unit;
      if (width < least) continue;
      bars.push({ group, left: at, width, depth, value: amount(group), count: 1 });
      if (depth < MOST_ROWS) put(groups.children(group), at, at + width, size(group), depth + 1);
      at += width;
    }
    const rest = sum(narrow);
    if (narrow.length > 1 && rest * unit >= least) bars.push({ group: -1, left: at, width: rest * unit, depth, value: rest, count: narrow.length });
  };
  const around = groups.chain(focus);
  around.forEach((group, index) => bars.push({ group, left: 0, width: 1, depth: index + 1, value: amount(group), count: 1 }));
  put(groups.children(focus), 0, 1, focus < 0 ? total : size(focus), around.length + 1);
  return { bars, total };
}

/** What of a measured step no op took, as names and parts of it; and what ops outside of all groups took. */
export function restOf(facts: Facts, words: Words, bars: Bar[]): [string, number][] {
  const coverage = facts.measurement?.coverage;
  if (!coverage) return [];
  const grouped = bars.filter((bar) => bar.depth === 1).reduce((sum, bar) => sum + bar.width, 0);
  const rest: [string, number][] = [["other ops", (coverage.ops ?? 0) - grouped]];
  for (const [name, share] of Object.entries(coverage)) if (name !== "ops") rest.push([words.part(name), share]);
  return rest.filter(([, share]) => share > 0);
}

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

/** A name for a bar with room for so many characters: cut at its beginning, since siblings share it; empty where that says too little. */
export function shortName(name: string, room: number): string {
  if (name.length <= room) return name;
  return room >= LEAST_SHOWN ? `…${name.slice(name.length - (room - 1))}` : "";
}

const LEAST_SHOWN = 6;
