import { describe, expect, it } from "vitest";
import { between, fit, LEAST, MOST, panBy, readable, toScreen, toWorld, visible, zoomAt } from "../../src/draw/camera";

const camera = { x: 100, y: -50, scale: 0.8 };
const size = { w: 1000, h: 600 };

describe("the camera", () => {
  it("maps a point to the screen and back", () => {
    const point = { x: 321.5, y: -12 };
    const back = toWorld(camera, toScreen(camera, point));
    expect(back.x).toBeCloseTo(point.x);
    expect(back.y).toBeCloseTo(point.y);
  });

  it("keeps the point under the pointer when it zooms", () => {
    const at = { x: 340, y: 220 };
    const before = toWorld(camera, at);
    const after = toWorld(zoomAt(camera, at, 1.7), at);
    expect(after.x).toBeCloseTo(before.x);
    expect(after.y).toBeCloseTo(before.y);
  });

  it("zooms no further than its ends", () => {
    expect(zoomAt(camera, { x: 0, y: 0 }, 1e9).scale).toBe(MOST);
    expect(zoomAt(camera, { x: 0, y: 0 }, 1e-9).scale).toBe(LEAST);
  });

  it("moves by screen pixels at any scale", () => {
    const moved = panBy(camera, 80, -40);
    expect(toScreen(moved, { x: 0, y: 0 }).x - toScreen(camera, { x: 0, y: 0 }).x).toBeCloseTo(80);
    expect(toScreen(moved, { x: 0, y: 0 }).y - toScreen(camera, { x: 0, y: 0 }).y).toBeCloseTo(-40);
  });

  it("fits a rectangle into the middle of the view", () => {
    const rect = { x: 10, y: 20, w: 4000, h: 900 };
    const seen = visible(fit(rect, size), size);
    expect(seen.x).toBeLessThanOrEqual(rect.x);
    expect(seen.x + seen.w).toBeGreaterThanOrEqual(rect.x + rect.w);
    expect(seen.x + seen.w / 2).toBeCloseTo(rect.x + rect.w / 2);
  });

  it("starts at the top where all would be too small to read", () => {
    const start = readable({ x: 0, y: 0, w: 9000, h: 9000 }, size, 7000);
    const seen = visible(start, size);
    expect(start.scale).toBeGreaterThanOrEqual(0.5);
    expect(seen.y).toBeLessThan(0);
    expect(seen.y).toBeGreaterThan(-200);
    expect(seen.x + seen.w / 2).toBeCloseTo(7000);
  });

  it("shows a drawing whole where its letters can be read, a part of a wider one with larger letters, and a long one from its top", () => {
    expect(readable({ x: 0, y: 0, w: 1500, h: 800 }, size, 750).scale).toBeCloseTo((1000 - 64) / 1500);
    expect(readable({ x: 0, y: 0, w: 1700, h: 900 }, size, 0).scale).toBeGreaterThan(0.8);
    const long = readable({ x: 0, y: 0, w: 600, h: 2000 }, size, 300);
    expect(long.scale).toBe(1);
    expect(visible(long, size).y).toBeGreaterThan(-60);
  });

  it("does not look past the drawing's sides when reading begins near one", () => {
    const start = readable({ x: 0, y: 0, w: 9000, h: 9000 }, size, 10);
    expect(start.x).toBeGreaterThan(-100);
  });

  it("shows what is read first and the title left of it, and where one is too far from the other what is read first", () => {
    const phone = { w: 390, h: 600 };
    const near = visible(readable({ x: 0, y: 0, w: 3000, h: 2000 }, phone, 300, 0), phone);
    expect(near.x).toBeLessThan(0);
    expect(near.x + near.w).toBeGreaterThan(300);
    const far = visible(readable({ x: 0, y: 0, w: 3000, h: 2000 }, phone, 1300, 0), phone);
    expect(far.x + far.w / 2).toBeCloseTo(1300);
  });

  it("arrives where a glide leads", () => {
    const to = { x: 5, y: 6, scale: 2 };
    expect(between(camera, to, 0)).toEqual(camera);
    const end = between(camera, to, 1);
    expect(end.x).toBeCloseTo(5);
    expect(end.scale).toBeCloseTo(2);
  });
});
