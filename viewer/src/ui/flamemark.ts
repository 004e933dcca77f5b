// Which bar of the flame graph shows what is selected.
import type { Session } from "../state/session";
import type { Bar } from "./flamebars";

/** The place of the least bar that holds the selection, -1: none, and whether it stands for nothing else. */
export function markedOf({ selection, facts, cards }: Session, bars: Bar[]): { at: number; whole: boolean } {
  const nothing = { at: -1, whole: false };
  if (!selection) return nothing;
  const own = selection.op >= 0 ? facts.nodes.group(selection.op) : selection.group;
  const groups = own >= 0 ? [own] : selection.op < 0 ? cards.held(selection.card).groups : [];
  if (!groups.length) return nothing;
  const chains = groups.map((group) => new Set(facts.groups.chain(group)));
  let [at, depth] = [-1, 0];
  bars.forEach((bar, index) => {
    if (bar.kind === "own" || bar.depth <= depth) return;
    const held = bar.levels.flatMap((level) => level.held.flatMap((one) => one.groups));
    if (chains.every((chain) => held.some((group) => chain.has(group)))) [at, depth] = [index, bar.depth];
  });
  if (at < 0) return nothing;
  const { kind, levels: [level] } = bars[at];
  const [held] = level.held;
  const whole = kind === "level" && level.kind !== "stack" && held.groups.length === groups.length && held.groups.every((group) => groups.includes(group));
  return { at, whole };
}
