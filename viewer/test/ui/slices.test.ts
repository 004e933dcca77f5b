import { expect, it } from "vitest";
import { isCut, isCutAcross } from "../../src/ui/slices";

const line = (top: number) => ({ top, bottom: top + 20 });

it("tells the lines that an end of the room runs through", () => {
  // The room is from 100 to 500; letters take the middle 14 of a line's 20 pixels.
  expect([70, 80, 90, 99, 100].map((top) => isCut(line(top), 100, 500))).toEqual([false, false, true, false, false]);
  expect([480, 484, 490, 500].map((top) => isCut(line(top), 100, 500))).toEqual([false, true, true, false]);
});

it("cuts nothing at an end with nothing beyond it", () => {
  expect(isCut(line(90), -Infinity, 500)).toBe(false);
  expect(isCut(line(490), 100, Infinity)).toBe(false);
});

it("tells what a side of the room runs through, but for the ground beside a last letter", () => {
  const word = (left: number) => ({ left, right: left + 50 });
  const room = { from: 100, to: 500 };
  expect([40, 49, 60, 99, 100].map((left) => isCutAcross(word(left), room))).toEqual([false, false, true, false, false]);
  expect([450, 451, 460, 499].map((left) => isCutAcross(word(left), room))).toEqual([false, false, true, false]);
});
