// What the roofline plot shows of a graph: its innermost layers, or its ops, and what is said of each.
import type { Facts } from "../data/facts";
import type { Point, Roofline } from "../data/roofline";
import { exact, number, percent, plural, type Words } from "../data/words";
import type { Session } from "../state/session";

/** A point of the plot: an op, or a layer. */
export interface Spot extends Point {
  row: number;
  name: string;
}

export type Level = "layers" | "ops";

/** The innermost layers, those of gradients and updates included; where nothing is a layer, the innermost groups. */
export function innermost({ groups }: Facts): number[] {
  const all = Array.from({ length: groups.count }, (_, group) => group);
  const layers = all.filter((group) => groups.cls(group) || groups.of(group));
  const chosen = new Set(layers.length ? layers : all);
  const around = new Set<number>();
  for (const group of chosen) for (let at = groups.parent(group); at >= 0; at = groups.parent(at)) around.add(at);
  return [...chosen].filter((group) => !around.has(group));
}

/** What can be drawn on logarithmic axes, the longest first; how many compute nothing; of how many some figure is not known. */
export function spotsOf(facts: Facts, roofline: Roofline, level: Level): { spots: Spot[]; idle: number; unknown: number } {
  const { nodes, groups } = facts;
  const points = level === "ops" ? roofline.ops : roofline.groups;
  const measures = level === "ops" ? nodes.measures : groups.measures;
  const rows = (level === "ops" ? Array.from({ length: nodes.count }, (_, row) => row) : innermost(facts)).filter((row) => measures.figure(row, "time") > 0);
  const known = rows.flatMap((row): Spot[] => {
    const point = points.of(row);
    return point ? [{ ...point, row, name: level === "ops" ? nodes.name(row) : groups.path(row) }] : [];
  });
  const spots = known.filter(({ intensity, flops }) => intensity > 0 && flops > 0);
  return { spots: spots.sort((a, b) => b.time - a.time || a.row - b.row), idle: known.length - spots.length, unknown: rows.length - known.length };
}

/** What bounds it and how near it is, in words, as the picture of the roofline has it. */
export function boundText({ bound, share }: Point): string {
  if (bound === "overhead") return `overhead: takes ${share > 0 ? `${exact(Math.round(1 / share))} times what` : "time without"} arithmetic or memory would`;
  return share > 1 ? `${bound}-bound, faster than the measured peak allows` : `${bound}-bound, at ${percent(share)} of what is attainable`;
}

export function spotText(spot: Spot, words: Words): string {
  const figures = [words.time(spot.time), words.flopRate(spot.flops), words.byteRate(spot.bytes), `${number(spot.intensity)} FLOP/B`];
  return `${boundText(spot)}; ${figures.join(", ")}; the best case saves ${words.time(spot.saved)}`;
}

/** What the plot leaves out, in words. */
export function leftOutText({ idle, unknown }: { idle: number; unknown: number }, level: Level): string {
  const noun = level === "ops" ? "op" : "layer";
  const said = [idle ? `${plural(idle, noun)} that compute${idle === 1 ? "s" : ""} nothing` : "", unknown ? `${plural(unknown, noun)} of which FLOPs or bytes are not known` : ""];
  return said.some(Boolean) ? `not drawn: ${said.filter(Boolean).join(" and ")}` : "";
}

/** The spots that the selection stands for: it itself, what lies in it, or the layer that it lies in. */
export function markedSpots({ selection, facts, cards }: Session, spots: Spot[], level: Level): Set<number> {
  if (!selection) return new Set();
  const { nodes, groups } = facts;
  const held = selection.op >= 0 ? { groups: [], ops: [selection.op] } : selection.group >= 0 ? { groups: [selection.group], ops: [] } : cards.held(selection.card);
  const chainOf = (row: number) => groups.chain(level === "ops" ? nodes.group(row) : row);
  const inside = spots.filter(({ row }) => (level === "ops" && held.ops.includes(row)) || chainOf(row).some((group) => held.groups.includes(group)));
  if (inside.length || level === "ops") return new Set(inside.map(({ row }) => row));
  const around = new Set([...held.ops.map((op) => nodes.group(op)), ...held.groups].flatMap((group) => groups.chain(group)));
  return new Set(spots.filter(({ row }) => around.has(row)).map(({ row }) => row));
}
