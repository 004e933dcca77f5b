// The part of a step that a timeline shows: zoomed around a time, moved, and never beyond the step.

export interface TimeWindow {
  from: number;
  to: number;
}

/** No less than this part of the step is shown. */
const LEAST = 1e-5;

/** The window inside the step, which ends at `end`; one that is too long is all of it. */
export function within({ from, to }: TimeWindow, end: number): TimeWindow {
  const span = Math.min(end, Math.max(to - from, end * LEAST));
  const start = Math.max(0, Math.min(end - span, from));
  return { from: start, to: start + span };
}

/** As much less of the step as `factor` tells, with the time `at` where it is. */
export function zoomed({ from, to }: TimeWindow, factor: number, at: number, end: number): TimeWindow {
  const span = Math.max(end * LEAST, Math.min(end, (to - from) / factor));
  const part = (at - from) / (to - from);
  return within({ from: at - part * span, to: at + (1 - part) * span }, end);
}

export function moved({ from, to }: TimeWindow, by: number, end: number): TimeWindow {
  return within({ from: from + by, to: to + by }, end);
}

/** The window moved so far that a time span can be seen; of a longer one its beginning. */
export function showing(window: TimeWindow, from: number, to: number, end: number): TimeWindow {
  if (from >= window.from && to <= window.to) return window;
  const span = window.to - window.from;
  if (to - from >= span) return within({ from, to: from + span }, end);
  const margin = Math.min(span * 0.1, (span - (to - from)) / 2);
  return within(from < window.from ? { from: from - margin, to: from - margin + span } : { from: to + margin - span, to: to + margin }, end);
}

/** The distance of round times of which about `count` lie in the window. */
export function roundStep({ from, to }: TimeWindow, count: number): number {
  const rough = (to - from) / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(rough));
  return power * ([1, 2, 5, 10].find((part) => part * power >= rough) ?? 10);
}
