import { expect, it } from "vitest";
import { History, type Moment } from "../../src/state/history";

const at = (x: number): Moment => ({ open: [x], copies: [], selection: null, camera: { x, y: 0, scale: 1 }, overview: false, inPlace: [], side: "" });

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
