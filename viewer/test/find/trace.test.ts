import { describe, expect, it } from "vitest";
import type { Nodes } from "../../src/data/facts";
import { trace } from "../../src/find/trace";

const feeds: Record<number, number[]> = { 0: [], 1: [0], 2: [1], 3: [1, 2], 4: [3] };
const nodes = {
  inputs: (row: number) => feeds[row].map((node) => ({ node, output: 0 })),
  consumers: (row: number) => Object.keys(feeds).map(Number).filter((other) => feeds[other].includes(row)),
} as unknown as Nodes;

describe("a trace", () => {
  it("goes as many steps as asked, either way", () => {
    expect(trace(nodes, [3], false, 1).sort()).toEqual([1, 2, 3]);
    expect(trace(nodes, [3], false, Infinity).sort()).toEqual([0, 1, 2, 3]);
    expect(trace(nodes, [1], true, 1).sort()).toEqual([1, 2, 3]);
    expect(trace(nodes, [1], true, Infinity).sort()).toEqual([1, 2, 3, 4]);
    expect(trace(nodes, [1], true, 0)).toEqual([1]);
  });
});
