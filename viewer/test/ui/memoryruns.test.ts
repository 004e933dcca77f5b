import { expect, it } from "vitest";
import type { Facts } from "../../src/data/facts";
import type { Memory } from "../../src/data/memory";
import type { FlameTree, Level } from "../../src/ui/flametree";
import { NAMED, reached, runsOf, unnamed } from "../../src/ui/memoryruns";

/** Two stacks: groups 0 and 1, and groups 2 and 3. */
const levels = [{ name: "a ×2", held: [{ groups: [0], ops: [] }, { groups: [1], ops: [] }] }, { name: "b ×2", held: [{ groups: [2], ops: [] }, { groups: [3], ops: [] }] }] as unknown as Level[];
const outer = [{ name: "net", held: [{ groups: [4], ops: [] }] }] as unknown as Level[];
const tree = { inside: (level: Level | null) => (level === null ? outer : level === outer[0] ? levels : []) } as unknown as FlameTree;

function runs(groups: number[], width: number) {
  const facts = { groups: { chain: (group: number) => (group < 0 ? [] : [4, group]) }, nodes: { group: (row: number) => groups[row] } } as unknown as Facts;
  return runsOf(facts, { rows: Int32Array.from(groups.keys()) } as Memory, tree, width).map(({ name, from, to }) => [name, from, to]);
}

it("names the stack whose copies run, and is not interrupted by an op in no layer", () => {
  expect(runs([0, 0, -1, 1, 1, 2, 2, 2, 3, 3], 40)).toEqual([["a ×2", 0, 20], ["b ×2", 20, 40]]);
  expect(runs(Array.from({ length: 100 }, (_, row) => (row === 20 ? -1 : row < 40 ? 0 : row < 50 ? 1 : 2)), 100)).toEqual([["a ×2", 0, 50], ["b ×2", 50, 100]]);
});

it("ends a block where other layers or many ops in none run, and counts what has no block with its name", () => {
  expect(runs(Array.from({ length: 100 }, (_, row) => (row < 40 ? 0 : row < 60 ? -1 : 1)), 100)).toEqual([["a ×2", 0, 40], ["a ×2", 60, 100]]);
  const narrow = runs(Array.from({ length: 100 }, (_, row) => (row < 10 ? 2 : row < 80 ? 0 : 2)), 100);
  expect(narrow).toEqual([["b ×2", 0, 10], ["a ×2", 10, 80], ["b ×2", 80, 100]]);
  const all = narrow.map(([name, from, to]) => ({ name: String(name), from: Number(from), to: Number(to) }));
  expect(unnamed(all, new Set(all.filter(({ from, to }) => to - from >= NAMED).map(({ name }) => name)))).toBe(1); // b runs twice, and is one
});

it("counts how often a curve comes up to its peak, a flat top once", () => {
  expect([reached([0, 3, 3, 1, 3, 0], 3), reached([3], 3), reached([1, 2], 3)]).toEqual([2, 1, 0]);
});
