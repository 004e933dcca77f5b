import { describe, expect, it } from "vitest";
import { Container } from "../../src/data/container";
import { counterpartOf, otherSide } from "../../src/data/counterpart";
import { outcomesIn } from "../../src/state/crossing";

/** Three written ops: two fused into `layer/relu`, one deleted; and one of which nothing is told. */
const HEADER = {
  strings: ["", "layer/", "relu", "_Fused"],
  counterpart: { side: "written", first: "executed", ops: 5, kinds: [["fused", "fused", "fused into one kernel"], ["deleted", "deleted", "deleted: not needed"]] },
};
const COLUMNS: Record<string, number[]> = {
  "o.kind": [0, 1, 0, -1], "o.count": [1, 0, 1, 0], "o.optimised": [3, 0, 0, 0], "o.scope": [1, 1], "o.leaf": [2, 2], "o.op": [3, 3],
};

class Known extends Container {
  override ints(name: string): Int32Array {
    return Int32Array.from(COLUMNS[name]);
  }
}

const made = (header: object) => counterpartOf(new Known(header as never, new Uint8Array()));

describe("what a side knows of the other", () => {
  const counterpart = made(HEADER)!;

  it("tells of each op what became of it, and which ops stand for it", () => {
    expect(counterpart.outcome(0)).toEqual({ kind: "fused", words: "fused", sentence: "fused into one kernel", count: 2 });
    expect(counterpart.others(2)).toEqual([{ name: "layer/relu", op: "_Fused" }]);
    expect(counterpart.others(1)).toEqual([]);
    expect([counterpart.optimised(0), counterpart.optimised(2)]).toEqual(["_Fused", ""]);
    expect(counterpart.outcome(3)).toBeNull();
    expect([counterpart.side, counterpart.first, otherSide(counterpart.side)]).toEqual(["written", "executed", "executed"]);
  });

  it("counts what became of the ops of a group, in the order of all", () => {
    expect(outcomesIn(counterpart, [3, 1, 0]).map(([{ kind }, count]) => [kind, count])).toEqual([["fused", 1], ["deleted", 1]]);
    expect(outcomesIn(counterpart, [3])).toEqual([]);
  });

  it("is not there on a page of one side", () => {
    expect(made({ strings: [] })).toBeNull();
  });
});
