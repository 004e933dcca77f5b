// Which bar of the flame graph shows what is selected.
import { exact } from "../data/words";
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

/** Which of the levels of a bar of several holds what is selected: `all 48, selected: copy 1`, as the bar is as wide as all of them; empty where what is selected is in no such bar. */
export function amongOf(session: Session, bars: Bar[]): string {
  const bar = bars[markedOf(session, bars).at];
  const { selection, facts, cards } = session;
  if (bar?.kind !== "more" || !selection) return "";
  const own = selection.op >= 0 ? facts.nodes.group(selection.op) : selection.group >= 0 ? selection.group : (cards.held(selection.card).groups[0] ?? -1);
  const chain = new Set(facts.groups.chain(own));
  const level = bar.levels.find(({ held }) => held.some(({ groups }) => groups.some((group) => chain.has(group))));
  if (!level) return "";
  const stack = level.parent;
  // All levels of a stack are its copies, in their order.
  const place = stack?.kind === "stack" ? stack.held.findIndex(({ groups }) => groups.some((group) => chain.has(group))) : -1;
  return stack && place >= 0 ? `all ${exact(stack.held.length)}, selected: copy ${exact(place + 1)}` : `selected: ${level.name}`;
}
