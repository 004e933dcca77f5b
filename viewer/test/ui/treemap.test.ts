import { expect, it } from "vitest";
import type { Bar } from "../../src/ui/flamebars";
import type { Level } from "../../src/ui/flametree";
import { squarified, type Rect } from "../../src/ui/squarify";
import { areasOf } from "../../src/ui/treemapareas";

const ROOM = { x: 0, y: 0, w: 60, h: 40 };
const areaOf = ({ w, h }: Rect) => w * h;
const overlap = (a: Rect, b: Rect) => Math.max(0, Math.min(a.x + a.w, b.x + b.w) - Math.max(a.x, b.x)) * Math.max(0, Math.min(a.y + a.h, b.y + b.h) - Math.max(a.y, b.y));

it("divides a room as the paper's example does: areas as sizes, no two over each other", () => {
  const found = squarified([6, 6, 4, 3, 2, 2, 1], { x: 0, y: 0, w: 6, h: 4 });
  expect(found.map(areaOf).map((area) => Math.round(area * 1e6) / 1e6)).toEqual([6, 6, 4, 3, 2, 2, 1]);
  // The two of 6 stand on each other at the left, 3 wide and 2 high (figure 4 of the paper).
  expect(found.slice(0, 2).map(({ x, w, h }) => [x, w, h])).toEqual([[0, 3, 2], [0, 3, 2]]);
  found.forEach((one, at) => found.slice(at + 1).forEach((other) => expect(overlap(one, other)).toBeLessThan(1e-9)));
});

it("fills the room with one, and with none", () => {
  expect(squarified([5], ROOM)).toEqual([ROOM]);
  expect(squarified([], ROOM)).toEqual([]);
});

function bar(name: string, depth: number, width: number, kind: Bar["kind"] = "level"): Bar {
  return { kind, levels: [{ name } as Level], left: 0, width, depth, value: width };
}

it("nests areas as bars are nested, with areas as their widths; what no bar has stays empty", () => {
  const room = { x: 0, y: 0, w: 1000, h: 400 };
  const bars = [bar("a", 1, 0.6), bar("a/b", 2, 0.3), bar("a/c", 2, 0.2), bar("d", 1, 0.3)];
  const areas = areasOf(bars, 1, [{ name: "dispatch", share: 0.1, parts: [] }], room);
  const told = areas.map((area) => [area.bar?.levels[0].name ?? area.rest?.name ?? "", area.depth, Math.round((areaOf(area) / areaOf(room)) * 1000) / 1000]);
  expect(told).toEqual([["a", 0, 0.6], ["a/b", 1, 0.3], ["a/c", 1, 0.2], ["", 1, 0.1], ["d", 0, 0.3], ["dispatch", 0, 0.1]]);
  expect(areas.map(({ above }) => above)).toEqual([0, 1, 0, 0, 0, 0]);
  expect(areas[0].corner).toBe(areas[1].w);
  for (const inner of areas.slice(1, 4)) expect(overlap(inner, areas[0])).toBeCloseTo(areaOf(inner), 6);
});

it("does not divide what is too small, and begins below the level that has all the room", () => {
  const bars = [bar("a", 1, 1), bar("a/b", 2, 0.75), bar("a/b/c", 3, 0.75), bar("a/d", 2, 0.25)];
  expect(areasOf(bars, 2, [], { x: 0, y: 0, w: 200, h: 200 }).map(({ bar: one, isDivided }) => [one?.levels[0].name, isDivided])).toEqual([["a/b", true], ["a/b/c", false], ["a/d", false]]);
  expect(areasOf(bars, 1, [], { x: 0, y: 0, w: 50, h: 200 })).toHaveLength(1);
});
