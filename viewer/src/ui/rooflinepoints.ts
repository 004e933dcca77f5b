// What the roofline plot shows of a graph: its layers, or its ops, and what is said of each.
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

/** What is not in a layer, as the table of layers calls it. */
const OUTSIDE = "(outside of layers)";

/** What can be drawn on logarithmic axes, the longest first, and what is said of the rest. */
export function spotsOf({ nodes, groups }: Facts, roofline: Roofline, level: Level): { spots: Spot[]; leftOut: string } {
  const points = level === "ops" ? roofline.ops : roofline.layers;
  const name = (row: number) => (level === "ops" ? nodes.name(row) : row < 0 ? OUTSIDE : groups.path(row));
  const known = Array.from(points.rows).flatMap((row): Spot[] => {
    const point = points.of(row);
    return point ? [{ ...point, row, name: name(row) }] : [];
  });
  const spots = known.filter(({ intensity, flops }) => intensity > 0 && flops > 0).sort((a, b) => b.time - a.time || a.row - b.row);
  if (level === "layers") return { spots, leftOut: roofline.leftOut };
  const timed = Array.from({ length: nodes.count }, (_, row) => row).filter((row) => nodes.measures.figure(row, "time") > 0).length;
  return { spots, leftOut: leftOutText(known.length - spots.length, timed - known.length) };
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

/** Which ops the plot leaves out, in words: some compute nothing, of some a figure is not known. */
export function leftOutText(idle: number, unknown: number): string {
  const said = [idle ? `${plural(idle, "op")} that compute${idle === 1 ? "s" : ""} nothing` : "", unknown ? `${plural(unknown, "op")} of which FLOPs or bytes are not known` : ""];
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
  const drawn = new Set(spots.map(({ row }) => row));
  const around = [...held.ops.map((op) => nodes.group(op)), ...held.groups].map((group) => groups.chain(group).reverse().find((each) => drawn.has(each)));
  return new Set(around.filter((row) => row !== undefined));
}
