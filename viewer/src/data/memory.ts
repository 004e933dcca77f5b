// Activation memory as Python estimated it: bytes alive along the schedule, and what is alive at the peak.
import type { Container } from "./container";

export interface Memory {
  /** The ops in the order they run. */
  rows: Int32Array;
  /** Bytes alive while each of them runs. */
  alive: Float64Array;
  peak: number;
  /** The place of the peak in the schedule. */
  at: number;
  /** What is alive at the peak, largest first: op, output, bytes. */
  tensors: [number, number, number][];
  /** How many tensors are alive at the peak, those that are not listed included. */
  count: number;
  /** Tensors whose size is not known and that no figure contains. */
  unknown: number;
}

type MemoryRecord = Omit<Memory, "rows" | "alive">;

export function memoryOf(container: Container): Memory | null {
  const record = container.header.memory as MemoryRecord | null | undefined;
  if (!record) return null;
  const alive = Float64Array.from(container.numbers("a.change"));
  for (let at = 1; at < alive.length; at++) alive[at] += alive[at - 1];
  return { ...record, rows: container.ints("a.row"), alive };
}

/** The memory that a measured step really took, of the allocator with the highest peak. */
export interface MeasuredMemory {
  allocator: string;
  /** What was handed out before the step; null: not told. */
  held: number | null;
  /** The most that the step had taken at once, and when, in microseconds from its start. */
  peak: number;
  at: number;
  /** The smallest buffer that was reported, in bytes: smaller ones may not have been. */
  smallest: number;
  /** Of which buffers all of it is, in words. */
  part: string;
  /** Whose memory it was at the peak, the largest first: op (-1: not known), bytes. */
  owners: [number, number][];
  count: number;
  allocators: number;
  /** When memory was taken or given back, how much the step had then, and whose it was. */
  times: Float64Array;
  alive: Float64Array;
  rows: Int32Array;
}

type MeasuredRecord = Omit<MeasuredMemory, "times" | "alive" | "rows">;

export function measuredMemoryOf(container: Container): MeasuredMemory | null {
  const record = container.header.measured_memory as MeasuredRecord | null | undefined;
  if (!record) return null;
  const alive = Float64Array.from(container.numbers("am.change"));
  for (let at = 1; at < alive.length; at++) alive[at] += alive[at - 1];
  return { ...record, times: container.floats("am.us"), alive, rows: container.ints("am.row") };
}

/** For each of `width` columns the most that is alive in its part of the schedule. */
export function curveOf({ alive }: Memory, width: number): Float64Array {
  const tops = new Float64Array(width);
  for (let column = 0; column < width; column++) {
    const first = Math.floor((column * alive.length) / width);
    const last = Math.max(first + 1, Math.floor(((column + 1) * alive.length) / width));
    for (let at = first; at < last && at < alive.length; at++) tops[column] = Math.max(tops[column], alive[at]);
  }
  return tops;
}
