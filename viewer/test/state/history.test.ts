import { expect, it } from "vitest";
import { History, type Moment } from "../../src/state/history";

const at = (x: number): Moment => ({ open: [x], copies: [], selection: null, camera: { x, y: 0, scale: 1 }, overview: false, inPlace: [], tab: null, side: "" });

it("goes back and forward again, and forgets what lay ahead of a new way", () => {
  const history = new History();
  expect(history.back(at(9))).toBeNull();
  history.keep(at(1));
  history.keep(at(2));
  expect(history.back(at(3))?.camera.x).toBe(2);
  expect(history.back(at(2))?.camera.x).toBe(1);
  expect(history.forward(at(1))?.camera.x).toBe(2);
  history.keep(at(2));
  expect(history.canForward).toBe(false);
  expect(history.canBack).toBe(true);
});

it("keeps one moment of what is one step for the reader", () => {
  const history = new History();
  history.asOne(at(1), () => {
    history.keep(at(2));
    history.keep(at(3));
  });
  history.keep(at(4));
  expect(history.back(at(5))?.camera.x).toBe(4);
  expect(history.back(at(4))?.camera.x).toBe(1);
  expect(history.canBack).toBe(false);
});

it("tells of steps and moves, and counts the steps behind the present, those that it forgot with them", () => {
  const history = new History();
  const told: string[] = [];
  history.onStep((before) => told.push(`step from ${before.camera.x}`));
  history.onMove(() => told.push(`now at ${history.depth}`));
  history.keep(at(1));
  history.keep(at(2));
  history.back(at(3));
  expect(told).toEqual(["step from 1", "step from 2", "now at 1"]);
  expect([0, 1, 2, 3].map((depth) => history.reaches(depth))).toEqual([true, true, true, false]);
  for (let step = 0; step < 300; step++) history.keep(at(step));
  expect(history.depth).toBe(301);
  expect(history.reaches(0)).toBe(false);
  expect(history.reaches(101)).toBe(true);
});
