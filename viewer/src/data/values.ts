// The small values that facts are made of, the tables that columns refer to, and the figures measured on rows.
import type { Container } from "./container";

export interface TensorType {
  dtype: string;
  shape: (number | null)[] | null;
}
export interface Source {
  file: string;
  line: number;
  func: string;
}
export interface Cost {
  flops: number | null;
  bytes: number | null;
  per: string;
  /** Multiply-adds of matrix products and convolutions. */
  macs: number | null;
  /** Of a group: how many of the ops in it have none of each, and so do not count. */
  uncounted?: Record<Estimate, number>;
}
export const ESTIMATES = ["flops", "bytes", "macs"] as const;
export type Estimate = (typeof ESTIMATES)[number];

/** Whether an estimate is at least so much: a loop in it with an unknown number of iterations is counted once, or an op of unknown shape is not counted. */
export function isLeast(cost: Cost | null, estimate: Estimate = "flops"): boolean {
  if (cost === null) return false;
  return cost[estimate] === null || (cost.per === "iteration" && cost[estimate] > 0) || (cost.uncounted?.[estimate] ?? 0) > 0;
}

/** What stands before such an estimate. */
export const AT_LEAST = "≥ ";

export interface Measured {
  time: number | null;
  /** The standard error of the time. */
  error: number | null;
  busy: number | null;
  calls: number | null;
  memory: number | null;
  fused: string[] | null;
}
export interface Variable {
  id: number;
  object_path: string;
  dtype: string;
  shape: (number | null)[] | null;
  trainable: boolean;
}

/** How many values a variable has. */
export function elements(variable: Variable): number {
  return (variable.shape ?? []).reduce((product: number, dimension) => product * (dimension ?? 0), variable.shape ? 1 : 0);
}

export interface Edge {
  node: number;
  /** Which of the producer's outputs; -1 for a control edge. */
  output: number;
}

/** The tables of the header. */
export interface Lists {
  strings: string[];
  types: [string, (number | null)[] | null][];
  outputs: number[][];
  attrs: Record<string, unknown>[];
  costs: [flops: number | null, bytes: number | null, per: string, macs: number | null][];
  sources: [number, number, number][];
  tuples: number[][];
  variables: Variable[];
  fused: Record<string, string[]>;
  groupFused: Record<string, string[]>;
}

const MEASURES = ["time", "error", "busy", "calls", "memory"] as const;

/** The figures that were measured, by row. */
export class Measures {
  private readonly place = new Map<number, number>();

  constructor(
    private readonly container: Container,
    private readonly prefix: string,
    private readonly fused: Record<string, string[]>,
  ) {
    container.ints(`${prefix}.row`).forEach((row, index) => this.place.set(row, index));
  }

  get size(): number {
    return this.place.size;
  }

  of(row: number): Measured | null {
    const place = this.place.get(row);
    if (place === undefined) return null;
    const [time, error, busy, calls, memory] = MEASURES.map((name) => {
      const value = this.container.floats(`${this.prefix}.${name}`)[place];
      return Number.isNaN(value) ? null : value;
    });
    return { time, error, busy, calls, memory, fused: this.fused[row] ?? null };
  }

  /** The first and the last place that a row may have by its time; -1 where that is not known. */
  ranked(row: number): [first: number, last: number] {
    const place = this.place.get(row);
    return place === undefined ? [-1, -1] : [this.container.ints(`${this.prefix}.first`)[place], this.container.ints(`${this.prefix}.last`)[place]];
  }

  /** Whether any row has this figure. */
  has(name: (typeof MEASURES)[number]): boolean {
    return this.size > 0 && this.container.floats(`${this.prefix}.${name}`).some((value) => !Number.isNaN(value));
  }

  figure(row: number, name: (typeof MEASURES)[number]): number {
    const place = this.place.get(row);
    return place === undefined ? NaN : this.container.floats(`${this.prefix}.${name}`)[place];
  }
}

export function typeOf([dtype, shape]: [string, (number | null)[] | null]): TensorType {
  return { dtype, shape };
}

/** A shape as cards and wires write it: `(8, 40, 64)`, `None` for an unknown dimension, `?` for an unknown rank. */
export function shapeText(shape: (number | null)[] | null): string {
  return shape === null ? "?" : `(${shape.map((dimension) => dimension ?? "None").join(", ")})`;
}

export function typeText(type: TensorType): string {
  return `${type.dtype} ${shapeText(type.shape)}`;
}
