import { expect, it } from "vitest";
import type { Facts } from "../../src/data/facts";
import { barsOf, step } from "../../src/ui/flame";

const inside: Record<number, number[]> = { [-1]: [0, 3], 0: [1, 2], 1: [], 2: [], 3: [] };
const facts = { groups: { children: (group: number) => inside[group] } } as unknown as Facts;
const time = [60, 20, 30, 40];

it("gives each group its share of the width under its parent", () => {
  const { bars, total } = barsOf(facts, (group) => time[group], 0.001);
  expect(total).toBe(100);
  expect(bars.map(({ group, left, width, depth }) => [group, Math.round(100 * left), Math.round(100 * width), depth])).toEqual([
    [0, 0, 60, 1], [1, 0, 20, 2], [2, 20, 30, 2], [3, 60, 40, 1],
  ]);
});

it("leaves out what is narrower than can be seen", () => {
  expect(barsOf(facts, (group) => time[group], 0.25).bars.map((bar) => bar.group)).toEqual([0, 2, 3]);
});

it("is walked by arrow keys: along a row, down to what a bar holds, up to what holds it", () => {
  const { bars } = barsOf(facts, (group) => time[group], 0.001);
  const walk = (group: number, key: string) => bars[step(bars, bars.findIndex((bar) => bar.group === group), key)]?.group;
  expect(walk(0, "ArrowRight")).toBe(3);
  expect(walk(3, "ArrowLeft")).toBe(0);
  expect(walk(0, "ArrowDown")).toBe(1);
  expect(walk(2, "ArrowUp")).toBe(0);
  expect(walk(3, "ArrowDown")).toBeUndefined();
});

it("leaves room for what a step spends outside of groups", () => {
  expect(barsOf(facts, (group) => time[group], 0.001, 200).bars[0].width).toBeCloseTo(0.3);
});

it("sums what a group without a figure of its own holds", () => {
  const { total } = barsOf(facts, (group) => (group === 0 ? NaN : time[group]), 0.001);
  expect(total).toBe(90);
});
