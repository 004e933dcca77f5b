import { describe, expect, it } from "vitest";
import { around, find, markAt, overlaps, sidesWithin, walk, type Frame } from "../../src/draw/frame";
import { frameOf, neighbour } from "../../src/ui/neighbour";
import { mark } from "../marks";

const inner: Frame = { w: 100, h: 100, marks: [mark(3, 10, 10), mark(4, 10, 50)], lines: [] };
const frame: Frame = {
  w: 400, h: 300, lines: [],
  marks: [mark(1, 0, 0), mark(2, 100, 0, 200, 200, { form: "card", inside: inner, inset: { x: 20, y: 52 } })],
};

describe("a frame", () => {
  it("finds the innermost mark under a point", () => {
    expect(markAt(frame, { x: 135, y: 70 })?.[0].key).toBe(3);
    expect(markAt(frame, { x: 110, y: 10 })?.[0].key).toBe(2);
    expect(markAt(frame, { x: 399, y: 299 })).toBeNull();
  });

  it("tells where a mark is in the world", () => {
    expect(find(frame, 4)?.[1]).toEqual({ x: 130, y: 102, w: 40, h: 20 });
    expect(find(frame, 9)).toBeNull();
  });

  it("is walked parents first, and only where wanted", () => {
    expect([...walk(frame, { x: 0, y: 0 }, () => true)].map(([each]) => each.key)).toEqual([1, 2, 3, 4]);
    expect([...walk(frame, { x: 0, y: 0 }, () => false)].map(([each]) => each.key)).toEqual([1, 2]);
  });

  it("knows the bounds of points and what overlaps", () => {
    expect(around([{ x: 3, y: 9 }, { x: -1, y: 4 }])).toEqual({ x: -1, y: 4, w: 4, h: 5 });
    expect(around([])).toEqual({ x: 0, y: 0, w: 0, h: 0 });
    expect(overlaps({ x: 0, y: 0, w: 2, h: 2 }, { x: 2, y: 0, w: 2, h: 2 })).toBe(false);
  });

  it("leads an arrow key to the nearest neighbour that way", () => {
    expect(frameOf(frame, 4)).toBe(inner);
    expect(neighbour(inner, 3, "ArrowDown")?.key).toBe(4);
    expect(neighbour(inner, 3, "ArrowUp")).toBeNull();
    expect(neighbour(frame, 1, "ArrowRight")?.key).toBe(2);
  });
});

describe("the sides of a rectangle in view", () => {
  const view = { x: 0, y: 0, w: 100, h: 60 };

  it("are its own where it is in view whole", () => {
    const sides = sidesWithin({ x: 10, y: 10, w: 30, h: 20 }, view);
    expect(sides.map(({ from }) => from)).toEqual([{ x: 10, y: 10 }, { x: 40, y: 10 }, { x: 40, y: 30 }, { x: 10, y: 30 }]);
    expect(sides.some(({ cut }) => cut)).toBe(false);
  });

  it("lie within the edges of the view that cut it", () => {
    const sides = sidesWithin({ x: -50, y: 20, w: 300, h: 400 }, view);
    expect(sides.map(({ from }) => from)).toEqual([{ x: 0, y: 20 }, { x: 100, y: 20 }, { x: 100, y: 60 }, { x: 0, y: 60 }]);
    expect(sides.map(({ cut }) => cut)).toEqual([false, true, true, true]);
  });

  it("are none out of view", () => {
    expect(sidesWithin({ x: 200, y: 0, w: 10, h: 10 }, view)).toEqual([]);
  });
});
