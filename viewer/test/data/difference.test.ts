import { describe, expect, it } from "vitest";
import { FOLLOWING } from "../../src/data/difference";
import { difference } from "../difference";

describe("a difference", () => {
  it("has below each entry of the story its exact changes, and at the end what no entry tells of", () => {
    const { entries } = difference();
    expect(entries.map(({ below }) => below)).toEqual([[0, 1], [2, 3], [4], [5]]);
    expect(entries[3].kind).toBe(FOLLOWING);
  });

  it("knows by row what is not the same, and what the first graph calls it", () => {
    const found = difference();
    expect([found.of("op", 1), found.of("op", 0), found.of("group", 2), found.of("variable", 0)]).toEqual([3, -1, 0, 4]);
    expect([found.nameInFirst("op", 1), found.nameInFirst("group", 1), found.nameInFirst("op", 2), found.nameInFirst("op", 0)]).toEqual(["a/Mul", "net/a", "", ""]);
  });

  it("leads to ops and groups, of a variable to the group that has it", () => {
    const found = difference();
    expect([found.place(1), found.place(2), found.place(4)]).toEqual([["op", 2], ["group", 1], ["group", 1]]);
  });

  it("says which graph has an op", () => {
    const found = difference();
    expect([0, 2, 3].map((row) => [found.has(0, row), found.has(1, row)])).toEqual([[true, true], [false, true], [true, false]]);
  });

  it("has the type of an op in either graph, also where it is another one in the first", () => {
    const found = difference();
    expect([found.typeIn(0, 0, "Mul"), found.typeIn(0, 2, "Mul"), found.typeIn(1, 3, "Mul"), found.typeIn(0, 1, "Mul"), found.typeIn(1, 1, "Mul")]).toEqual(["Mul", undefined, undefined, "Add", "Mul"]);
  });

  it("counts the ops of a group in each graph, and of a group that neither has none", () => {
    const found = difference();
    expect([found.size(0, 3), found.size(1, 3), found.size(1, 2)]).toEqual([1, NaN, 1]);
  });

  it("tells counts in signs, and nothing of what is not counted", () => {
    expect(difference().countText({ added: 1200, removed: 0, changed: 2 })).toBe("+1,200 ~2");
    expect(difference().countText({ added: 0, removed: 0, changed: 0 })).toBe("");
  });
});
