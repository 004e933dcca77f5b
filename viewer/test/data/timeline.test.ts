import { expect, it } from "vitest";
import { firstAfter, lanesOf } from "../../src/data/timeline";

/** Executions as `[thread, start, end]`, by their start. */
function lanes(events: [number, number, number][], threads = 2, rounding = 1e-9) {
  const column = (place: 1 | 2) => Float64Array.from(events, (event) => event[place]);
  return lanesOf(Int32Array.from(events, ([thread]) => thread), column(1), column(2), threads, rounding).map(({ thread, depth, events: own }) => [thread, depth, [...own]]);
}

it("puts what runs in each other into lanes below each other, and what follows into the first", () => {
  expect(lanes([[0, 0, 10], [0, 1, 4], [0, 2, 3], [0, 4, 6], [0, 10, 12]])).toEqual([[0, 0, [0, 4]], [0, 1, [1, 3]], [0, 2, [2]]]);
});

it("does not take for nested what only rounding makes overlap", () => {
  expect(lanes([[0, 0, 10.001], [0, 10, 12], [0, 11.9, 13]], 1, 0.0015)).toEqual([[0, 0, [0, 1]], [0, 1, [2]]]);
});

it("keeps threads apart, and knows those on which nothing was kept", () => {
  expect(lanes([[2, 0, 5], [0, 1, 2], [2, 3, 9]], 3)).toEqual([[0, 0, [1]], [2, 0, [0]], [2, 1, [2]]]);
});

it("finds the first execution that ends after a time", () => {
  const ends = Float64Array.from([2, 5, 9]);
  const lane = { thread: 0, depth: 0, events: Int32Array.from([0, 1, 2]) };
  expect([0, 2, 4.9, 5, 9, 20].map((time) => firstAfter(lane, ends, time))).toEqual([0, 1, 1, 2, 3, 3]);
});
