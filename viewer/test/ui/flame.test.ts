import { expect, it } from "vitest";
import type { Facts } from "../../src/data/facts";
import { barsOf, shortName, step } from "../../src/ui/flamebars";

const inside: Record<number, number[]> = { [-1]: [0, 3], 0: [1, 2], 1: [], 2: [], 3: [] };
const facts = { groups: { children: (group: number) => inside[group], chain: (group: number) => [[], [0], [0, 1], [0, 2], [3]][group + 1] } } as unknown as Facts;
const time = [60, 20, 30, 40];
const amount = (group: number) => time[group];

it("gives each group its share of the width under its parent", () => {
  const { bars, total } = barsOf(facts, { amount, least: 0.001 });
  expect(total).toBe(100);
  expect(bars.map(({ group, left, width, depth }) => [group, Math.round(100 * left), Math.round(100 * width), depth])).toEqual([
    [0, 0, 60, 1], [1, 0, 20, 2], [2, 20, 30, 2], [3, 60, 40, 1],
  ]);
});

it("leaves out what is narrower than can be seen", () => {
  expect(barsOf(facts, { amount, least: 0.25 }).bars.map((bar) => bar.group)).toEqual([0, 2, 3]);
});

it("is walked by arrow keys: along a row, down to what a bar holds, up to what holds it", () => {
  const { bars } = barsOf(facts, { amount, least: 0.001 });
  const walk = (group: number, key: string) => bars[step(bars, bars.findIndex((bar) => bar.group === group), key)]?.group;
  expect(walk(0, "ArrowRight")).toBe(3);
  expect(walk(3, "ArrowLeft")).toBe(0);
  expect(walk(0, "ArrowDown")).toBe(1);
  expect(walk(2, "ArrowUp")).toBe(0);
  expect(walk(3, "ArrowDown")).toBeUndefined();
});

it("leaves room for what a step spends outside of groups", () => {
  expect(barsOf(facts, { amount, least: 0.001, whole: 200 }).bars[0].width).toBeCloseTo(0.3);
});

it("sums what a group without a figure of its own holds", () => {
  const { total } = barsOf(facts, { amount: (group) => (group === 0 ? NaN : time[group]), least: 0.001 });
  expect(total).toBe(90);
});

it("draws no child wider than what it is in, though the children come to more", () => {
  const more = [60, 50, 70, 40];
  const { bars } = barsOf(facts, { amount: (group) => more[group], least: 0.001 });
  expect(bars.map(({ group, left, width }) => [group, Math.round(100 * left), Math.round(100 * width)])).toEqual([[0, 0, 60], [1, 0, 25], [2, 25, 35], [3, 60, 40]]);
});

it("puts together what is too narrow to be told apart", () => {
  const many = { groups: { children: (group: number) => (group < 0 ? Array.from({ length: 100 }, (_, at) => at) : []), chain: () => [] } } as unknown as Facts;
  const { bars } = barsOf(many, { amount: (group) => (group === 7 ? 50 : 0.5), least: 0.01 });
  expect(bars.map(({ group, value, count }) => [group, value, count])).toEqual([[7, 50, 1], [-1, 49.5, 99]]);
});

it("gives the group that was chosen the whole width, with those around it", () => {
  const { bars } = barsOf(facts, { amount, least: 0.001, focus: 0 });
  expect(bars.map(({ group, left, width, depth }) => [group, Math.round(100 * left), Math.round(100 * width), depth])).toEqual([[0, 0, 100, 1], [1, 0, 33, 2], [2, 33, 50, 2]]);
});

it("says no figure of a group that has none", () => {
  const { bars } = barsOf(facts, { amount: (group) => (group === 0 ? NaN : time[group]), least: 0.001 });
  expect(bars[0].value).toBeNaN();
});

it("cuts a name where its siblings are alike", () => {
  expect([shortName("conv2_block1_2_conv", 30), shortName("conv2_block1_2_conv", 7), shortName("conv2_block1_2_conv", 4)]).toEqual(["conv2_block1_2_conv", "…2_conv", ""]);
});
