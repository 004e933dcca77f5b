import { describe, expect, it } from "vitest";
import { fieldsOfEntry, ownLines, titleOf } from "../../src/data/sides";

describe("both sides", () => {
  it("compares lines one by one where only their order is another one", () => {
    expect(ownLines(["x:0", "y:0", "z:0"], ["y:0", "x:0", "z:0"])).toEqual([true, true, false]);
  });

  it("else marks what the other side does not have so often", () => {
    expect(ownLines(["x:0", "y:0"], ["x:0", "z:0"])).toEqual([false, true]);
    expect(ownLines(["a: 1", "c: 3", "d: 4"], ["a: 1", "b: 2", "c: 3"])).toEqual([false, false, true]);
    expect(ownLines(["x:0", "x:0", "y:0"], ["x:0"])).toEqual([false, true, true]);
    expect(ownLines(["x:0"], ["x:0", "x:0", "y:0"])).toEqual([false]);
    expect(ownLines(["x:0"], [])).toEqual([true]);
  });

  it("tells of an entry what no field tells", () => {
    const entry = { kind: "changed", status: "changed" as const, words: "", cost: 1, place: null, below: [], changes: [["order of layers", ["a", "b"], ["b", "a"]], ["settings.units", ["1"], ["2"]]] as never };
    const units = { title: "units", a: ["1"], b: ["2"], differs: true };
    const order = { title: "Order of layers", a: ["a", "b"], b: ["b", "a"], differs: true };
    expect(fieldsOfEntry(entry, [units])).toEqual([order]);
    expect(fieldsOfEntry(entry, [{ ...units, a: null }])).toEqual([order, units]);
  });

  it("calls attributes and settings by their own names, and the rest in words", () => {
    expect(["attrs.strides", "settings.units", "outputs[0].shape", "object_path", "op"].map(titleOf)).toEqual(["strides", "units", "Output 0, shape", "Object path", "Op type"]);
  });
});
