import { describe, expect, it } from "vitest";
import type { Facts } from "../../src/data/facts";
import type { Memory } from "../../src/data/memory";
import { peakSheet } from "../../src/ui/memorysheet";

const NAMES = ["dense/MatMul", "adam/AssignSubVariableOp"];
const FLOAT = { dtype: "float32", shape: [8, 4] };
const facts = {
  called: (row: number) => NAMES[row],
  nodes: { name: (row: number) => NAMES[row], group: () => -1, outputs: (row: number) => (row === 0 ? [FLOAT] : []) },
  groups: { parent: () => -1, cls: () => "", path: () => "" },
} as unknown as Facts;
const memory = { tensors: [[1, 0, 1152], [0, 0, 128]] } as unknown as Memory;

describe("what is alive at the peak", () => {
  it("is told of an op without outputs too: an update takes a buffer", () => {
    const sheet = peakSheet(facts, memory, { bytes: (bytes: number) => `${bytes} B` } as never);
    const told = sheet.rows.map((row) => sheet.columns.map(({ text }) => text(row)));
    expect(told).toEqual([["1152 B", "adam/AssignSubVariableOp", "", "buffer, no output"], ["128 B", "dense/MatMul", "", "float32 (8, 4)"]]);
  });
});
