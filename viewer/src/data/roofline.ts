// The roofline as Python worked it out: the machine's peaks, and where each op and group is below them.
import type { Container } from "./container";

export const BOUNDS = ["compute", "memory", "overhead"] as const;
export type Bound = (typeof BOUNDS)[number];

/** Where an op or group is in the roofline. Times are in microseconds. */
export interface Point {
  bound: Bound;
  time: number;
  /** FLOPs for each byte; NaN where it moves none. */
  intensity: number;
  /** What it achieves, in FLOP/s and bytes/s. */
  flops: number;
  bytes: number;
  /** The least time that it could take, and that as a part of the time that it takes. */
  least: number;
  share: number;
  /** What the best case would save in a step. */
  saved: number;
}

const FIGURES = ["time", "intensity", "flops", "bytes", "least", "share", "saved"] as const;
export type RoofFigure = (typeof FIGURES)[number];

/** The points of ops, or of groups, by row. */
export class Points {
  readonly rows: Int32Array;
  private readonly place = new Map<number, number>();

  constructor(
    private readonly container: Container,
    private readonly prefix: string,
  ) {
    this.rows = container.ints(`${prefix}.row`);
    this.rows.forEach((row, place) => this.place.set(row, place));
  }

  /** A figure of a row; NaN where not all of it is known. */
  figure(row: number, name: RoofFigure): number {
    const place = this.place.get(row);
    return place === undefined ? NaN : this.container.floats(`${this.prefix}.${name}`)[place];
  }

  bound(row: number): Bound | "" {
    const place = this.place.get(row);
    return place === undefined ? "" : BOUNDS[this.container.ints(`${this.prefix}.bound`)[place]];
  }

  of(row: number): Point | null {
    const bound = this.bound(row);
    if (!bound) return null;
    const figures = Object.fromEntries(FIGURES.map((name) => [name, this.figure(row, name)])) as Record<RoofFigure, number>;
    return { bound, ...figures };
  }
}

export interface Roofline {
  /** FLOP/s at most, by dtype, and bytes/s. */
  flops: Record<string, number>;
  bytes: number;
  threads: number | null;
  device: string;
  /** Why some are above their roof, in words. */
  above: string[];
  /** What the plot of layers cannot show, in words. */
  leftOut: string;
  ops: Points;
  groups: Points;
  /** The rows of the table of layers that are drawn: of a group what lies in it alone; -1 is what lies outside of layers. */
  layers: Points;
}

/** Null where the machine was not measured. */
export function rooflineOf(container: Container): Roofline | null {
  const record = container.header.roofline as (Omit<Roofline, "ops" | "groups" | "layers" | "leftOut"> & { left_out: string }) | undefined;
  return record ? { ...record, leftOut: record.left_out, ops: new Points(container, "rf"), groups: new Points(container, "rg"), layers: new Points(container, "rl") } : null;
}
