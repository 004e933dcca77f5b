// When each op ran in one measured step: executions in order of their start, on threads and streams of devices.
import type { Container } from "./container";

/** Beginning and duration are whole ticks, so that what follows at once may seem to begin so many before the end. */
const ROUNDED = 1.5;

interface TimelineRecord {
  duration_us: number;
  tick_us: number;
  threads: [name: string, device: boolean][];
  left_out: number;
  left_out_us: number;
  /** Op type -> the family by which drawings colour it. */
  families: Record<string, string>;
  /** What those families are called. */
  family_titles: [family: string, title: string][];
}

/** Executions that run beside or in each other on a thread lie in lanes below each other. */
export interface Lane {
  thread: number;
  depth: number;
  /** Executions in order of their start, none of which overlaps another. */
  events: Int32Array;
}

export class Timeline {
  readonly count: number;
  /** The op of each execution; -1: it belongs to none. */
  readonly rows: Int32Array;
  readonly threads: Int32Array;
  /** In microseconds from the start of the step. */
  readonly starts: Float64Array;
  readonly ends: Float64Array;
  /** When the last execution ends, which may be after the step. */
  readonly end: number;
  readonly lanes: Lane[];

  constructor(
    private readonly container: Container,
    readonly record: TimelineRecord,
    private readonly strings: string[],
  ) {
    this.rows = container.ints("t.row");
    this.threads = container.ints("t.thread");
    this.count = this.rows.length;
    const [starts, durations] = [container.ints("t.start"), container.ints("t.duration")];
    this.starts = Float64Array.from(starts, (ticks) => ticks * record.tick_us);
    this.ends = Float64Array.from(durations, (ticks, event) => this.starts[event] + ticks * record.tick_us);
    this.end = this.ends.reduce((most, end) => Math.max(most, end), record.duration_us);
    this.lanes = lanesOf(this.threads, this.starts, this.ends, record.threads.length, ROUNDED * record.tick_us);
  }

  /** The name under which it was executed, where that is not the op's own. */
  executed(event: number): string {
    return this.strings[this.container.ints("t.name")[event]];
  }

  threadName(event: number): string {
    return this.record.threads[this.threads[event]][0];
  }

  duration(event: number): number {
    return this.ends[event] - this.starts[event];
  }
}

/** Null where it is not known when ops ran. */
export function timelineOf(container: Container): Timeline | null {
  const record = container.header.timeline as TimelineRecord | undefined;
  return record ? new Timeline(container, record, container.header.strings as string[]) : null;
}

/** The lanes, thread after thread: an execution lies in the first lane of its thread that is free when it starts, or within `rounding` after that. */
export function lanesOf(threads: Int32Array, starts: Float64Array, ends: Float64Array, count: number, rounding: number): Lane[] {
  const found: number[][][] = Array.from({ length: count }, () => []);
  const free: number[][] = Array.from({ length: count }, () => []);
  for (let event = 0; event < threads.length; event++) {
    const thread = threads[event];
    let depth = free[thread].findIndex((until) => until <= starts[event] + rounding);
    if (depth < 0) depth = free[thread].length;
    free[thread][depth] = ends[event];
    (found[thread][depth] ??= []).push(event);
  }
  return found.flatMap((lanes, thread) => lanes.map((events, depth) => ({ thread, depth, events: Int32Array.from(events) })));
}

/** The first execution of a lane that ends after `time`; the lane's length where there is none. */
export function firstAfter(lane: Lane, ends: Float64Array, time: number): number {
  let [low, high] = [0, lane.events.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ends[lane.events[middle]] > time) high = middle;
    else low = middle + 1;
  }
  return low;
}
