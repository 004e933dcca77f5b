import { describe, expect, it } from "vitest";
import { find, type Frame } from "../../src/draw/frame";
import { toScreen } from "../../src/draw/camera";
import { Viewport } from "../../src/draw/viewport";
import { mark } from "../marks";

const before: Frame = { w: 4000, h: 300, lines: [], marks: [mark(1, 0, 0), mark(2, 600, 40, 200, 100, { form: "card" })] };
/** The same drawing after something left of the card has grown. */
const after: Frame = { w: 4500, h: 300, lines: [], marks: [mark(1, 0, 0), mark(2, 1100, 90, 200, 200, { form: "card" })] };

function viewport(still = true): { port: Viewport; asked: () => number } {
  let asked = 0;
  const port = new Viewport(() => asked++, () => still);
  port.resize({ w: 1000, h: 600 });
  port.set({ x: 500, y: 0, scale: 0.5 });
  return { port, asked: () => asked };
}

function onScreen(port: Viewport, frame: Frame, key: number): { x: number; y: number } {
  return toScreen(port.camera, find(frame, key)?.[1] ?? { x: NaN, y: NaN });
}

describe("the camera", () => {
  it("asks for a frame and moves only when one is drawn", () => {
    const { port, asked } = viewport();
    const [camera, count] = [port.camera, asked()];
    port.go({ to: "end" });
    expect(port.camera).toBe(camera);
    expect(asked()).toBe(count + 1);
    port.settle(before, 0);
    expect(port.camera).not.toEqual(camera);
  });

  it("keeps a mark on its pixel while the drawing around it changes", () => {
    const { port } = viewport();
    const at = onScreen(port, before, 2);
    port.hold(before, 2);
    port.settle(after, 0);
    expect(onScreen(port, after, 2)).toEqual(at);
    port.hold(before, 99);
    port.settle(after, 0);
    expect(onScreen(port, after, 2)).toEqual(at);
  });

  it("finds a mark in the frame that is drawn, not in the one that was", () => {
    const { port } = viewport();
    port.set({ x: 3000, y: 0, scale: 1 });
    port.go({ to: "mark", key: 2 });
    port.settle(after, 0);
    expect(onScreen(port, after, 2)).toEqual({ x: 400, y: 240 }); // the drawing is lower than the window: all of its height is in view
  });

  it("leaves a mark alone that is well in view", () => {
    const { port } = viewport();
    port.set({ x: 800, y: -100, scale: 1 });
    const camera = port.camera;
    port.go({ to: "mark", key: 2 });
    port.settle(after, 0);
    expect(port.camera).toEqual(camera);
  });

  it("glides where motion is welcome, until the reader takes over", () => {
    const { port } = viewport(false);
    const [from, to] = [port.camera, { x: 0, y: 0, scale: 1 }];
    port.go({ to: "camera", camera: to, glide: true });
    expect(port.settle(before, 1000)).toBe(true);
    expect(port.camera).toEqual(from);
    expect(port.settle(before, 1110)).toBe(true);
    expect(port.camera.scale).toBeGreaterThan(0.5);
    expect(port.settle(before, 1300)).toBe(false);
    expect(port.camera).toEqual(to);
    port.go({ to: "camera", camera: from, glide: true });
    port.settle(before, 2000);
    port.pan(10, 0);
    expect(port.settle(before, 2100)).toBe(false);
    expect(port.camera).toEqual({ x: -10, y: 0, scale: 1 });
  });

  it("follows a changing size until the reader has moved it", () => {
    const { port } = viewport();
    port.go({ to: "start" });
    port.settle(before, 0);
    const narrow = port.camera;
    port.resize({ w: 3000, h: 600 });
    port.settle(before, 0);
    expect(port.camera).not.toEqual(narrow);
    port.pan(30, 0);
    const moved = port.camera;
    port.resize({ w: 1000, h: 600 });
    port.settle(before, 0);
    expect(port.camera.x + 500 / port.camera.scale).toBeCloseTo(moved.x + 1500 / moved.scale);
  });

  it("leads a mark into the middle of the room that a panel leaves which opens on the way", () => {
    const frame: Frame = { w: 4000, h: 3000, lines: [], marks: [mark(3, 2000, 1500, 200, 100)] };
    const { port } = viewport(false);
    port.go({ to: "mark", key: 3 });
    port.settle(frame, 0);
    port.settle(frame, 50);
    port.resize({ w: 600, h: 600 });
    for (const now of [60, 200, 1000]) port.settle(frame, now);
    const { x, y } = onScreen(port, frame, 3);
    const half = 50 * port.camera.scale;
    expect([x + 2 * half, y + half].map(Math.round)).toEqual([260, 300]);
  });

  it("shows a mark with both borders of the cards around it, as far as that leaves letters that can be read", () => {
    const inner = mark(3, 100, 60, 200, 100, { form: "card" });
    const around = (w: number): Frame => ({ w, h: 2000, lines: [], marks: [mark(2, 0, 0, w, 2000, { form: "card", inside: { w, h: 2000, marks: [inner], lines: [] } })] });
    for (const [w, whole] of [[1200, true], [2500, false]] as const) {
      const { port } = viewport();
      port.set({ x: 0, y: 1500, scale: 1 });
      port.go({ to: "mark", key: 3 });
      port.settle(around(w), 0);
      const { x, scale } = port.camera;
      expect(scale).toBeGreaterThanOrEqual(0.7);
      expect(x <= 0 && x + 1000 / scale >= w).toBe(whole);
    }
  });

  it("of an open card that is wider than the window shows the chain that leads out of it", () => {
    const [aside, last] = [mark(4, 50, 50), mark(5, 3000, 900)];
    const frame: Frame = { w: 4000, h: 1000, lines: [], marks: [mark(2, 0, 0, 4000, 1000, { form: "card", inside: { w: 4000, h: 1000, marks: [aside, last], lines: [] } })] };
    const { port } = viewport();
    port.go({ to: "mark", key: 2 });
    port.settle(frame, 0);
    const { x, scale } = port.camera;
    expect(scale).toBeGreaterThanOrEqual(0.8);
    expect(x).toBeLessThan(3000);
    expect(x + 1000 / scale).toBeGreaterThan(3040);
  });
});
