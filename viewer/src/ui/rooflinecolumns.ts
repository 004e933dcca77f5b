// What a table says of the roofline: what rows achieve, what bounds them, and what the best case would save.
import type { Points } from "../data/roofline";
import { number, percent, type Words } from "../data/words";
import type { Column } from "./column";

export const ROOFLINE_AMOUNTS = ["intensity", "achieved", "moved", "attainable", "saved"] as const;

/** A share that may be above 1. */
export function shareText(share: number): string {
  return share <= 1 ? percent(share) : `${Math.round(100 * share).toLocaleString("en-US")} %`;
}

export function rooflineColumns(points: Points | undefined, words: Words): Column[] {
  if (!points) return [];
  const amount = (id: (typeof ROOFLINE_AMOUNTS)[number], title: string, meaning: string, name: Parameters<Points["figure"]>[1], told: (value: number) => string): Column => ({
    id, title, meaning, none: UNKNOWN, value: (row) => points.figure(row, name), text: (row) => (Number.isNaN(points.figure(row, name)) ? "" : told(points.figure(row, name))),
  });
  return [
    amount("achieved", "Achieved", "The estimated FLOPs by the time of the step", "flops", words.flopRate),
    amount("moved", "Moved", "The estimated bytes by the time of the step", "bytes", words.byteRate),
    amount("intensity", "FLOP/B", "Arithmetic intensity: FLOPs for each byte that is moved", "intensity", number),
    amount("attainable", "Of attainable", "The least time that arithmetic and memory of this machine allow, as a part of the time that it took", "share", shareText),
    { id: "bound", title: "Bound by", meaning: "What the least time is of, compute or memory; overhead: the time is four times that or more", value: (row) => points.bound(row), text: (row) => points.bound(row) },
    amount("saved", "Best case saves", "The time of a step above the least time", "saved", words.time),
  ];
}

const UNKNOWN = "not known: FLOPs, bytes or a peak for them are not";
