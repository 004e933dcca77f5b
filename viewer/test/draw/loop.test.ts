import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { FrameLoop, type Stale } from "../../src/draw/loop";

/** The browser's next frame, run by hand. */
let asked = new Map<number, () => void>();
let drawn: Stale[][] = [];

function frame(): void {
  const acts = [...asked.values()];
  asked = new Map();
  for (const act of acts) act();
}

beforeEach(() => {
  asked = new Map();
  drawn = [];
  let number = 0;
  vi.stubGlobal("requestAnimationFrame", (act: () => void) => {
    asked.set(++number, act);
    return number;
  });
  vi.stubGlobal("cancelAnimationFrame", (id: number) => asked.delete(id));
});

afterEach(() => vi.unstubAllGlobals());

const loop = () => new FrameLoop((stale) => drawn.push([...stale]));

it("draws once for all that has changed before a frame", () => {
  const frames = loop();
  for (const what of ["cards", "pointing", "cards"] as const) frames.mark(what);
  expect(drawn).toEqual([]);
  frame();
  expect(drawn).toEqual([["cards", "pointing"]]);
  frame();
  expect(drawn.length).toBe(1);
});

it("draws at once for who asks, and not again in the frame that was due", () => {
  const frames = loop();
  frames.mark("camera");
  frames.now();
  frames.now();
  frame();
  expect(drawn).toEqual([["camera"]]);
});

it("goes on for who marks something while it is drawn", () => {
  let left = 3;
  const frames: FrameLoop = new FrameLoop((stale) => {
    drawn.push([...stale]);
    if (--left) frames.mark("camera");
  });
  frames.mark("cards");
  for (let turn = 0; turn < 5; turn++) frame();
  expect(drawn).toEqual([["cards"], ["camera"], ["camera"]]);
});
