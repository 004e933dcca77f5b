// Which layers run under which part of the memory's curve.
import type { Facts } from "../data/facts";
import type { Memory } from "../data/memory";
import type { FlameTree } from "./flametree";

/** What is narrower has no room for a name: it is not told apart from those beside it, as stripes would look like hatching, but counted. */
export const NAMED = 30;
/** Ops in no layer that take at most so many pixels between two of one layer. */
const BRIDGED = 4;

/** How often a curve comes up to this height. */
export function reached(curve: ArrayLike<number>, height: number): number {
  let times = 0;
  for (let at = 0; at < curve.length; at++) if (curve[at] >= height && !(curve[at - 1] >= height)) times++;
  return times;
}

/** Columns of the curve in which ops of one layer, or of one stack, run. */
export interface Run {
  name: string;
  from: number;
  to: number;
}

/** The outer layers and stacks that run one after the other, in columns of a curve `width` wide; below one that holds all others, those in it. */
export function runsOf({ groups, nodes }: Facts, { rows }: Memory, tree: FlameTree, width: number): Run[] {
  let levels = tree.inside(null);
  while (levels.length === 1 && levels[0].kind !== "stack" && tree.inside(levels[0]).length) levels = tree.inside(levels[0]);
  const names = new Map(levels.flatMap(({ name, held }) => held.flatMap((one) => one.groups.map((group): [number, string] => [group, name]))));
  const runs: Run[] = [];
  for (let column = 0; column < width; column++) {
    const row = rows[Math.floor(((column + 0.5) * rows.length) / width)];
    const name = names.get(groups.chain(nodes.group(row)).find((group) => names.has(group)) ?? -1);
    if (name === undefined) continue;
    const last = runs[runs.length - 1];
    // A weight that is handed to a layer lies in none, and does not end the layer's block.
    if (last?.name === name && column - last.to <= BRIDGED) last.to = column + 1;
    else runs.push({ name, from: column, to: column + 1 });
  }
  return runs;
}

/** How many layers and stacks run without a block that has their name. */
export function unnamed(runs: readonly Run[], named: ReadonlySet<string>): number {
  return new Set(runs.map(({ name }) => name).filter((name) => !named.has(name))).size;
}
