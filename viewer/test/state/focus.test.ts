import { describe, expect, it } from "vitest";
import type { Mode } from "../../src/state/colours";
import { focusNamed, focusOn, kindNames, toggled } from "../../src/state/focus";
import { KindsOfOps } from "../../src/state/kinds";
import type { Session } from "../../src/state/session";

describe("what is chosen in legends", () => {
  it("is by legend, a second choice of a kind takes it back, and none is as at the start", () => {
    const two = toggled(toggled(toggled({}, "family", "matmul"), "dtype", "float32"), "family", "norm");
    expect(two).toEqual({ family: ["matmul", "norm"], dtype: ["float32"] });
    expect(toggled(two, "family", "matmul")).toEqual({ family: ["norm"], dtype: ["float32"] });
    expect(toggled(toggled({}, "family", "norm"), "family", "norm")).toEqual({});
    expect(focusOn(two, "family", [])).toEqual({ dtype: ["float32"] });
  });

  it("comes back from a link, and what a link has besides is left out", () => {
    const focus = { family: ["matmul", "norm"], source: ["a:b/c.py"] };
    expect(focusNamed(kindNames(focus))).toEqual(focus);
    expect(focusNamed(["family:a", "family:a", "nothing", ":x", "family:"])).toEqual({ family: ["a"] });
  });
});

describe("the ops of the chosen kinds", () => {
  // Cards: 1 holds 2; ops 0 and 1 lie in card 2, op 2 in card 3, op 3 in none.
  const ops = ["MatMul", "Relu", "Relu", "Add"];
  const session = {
    focus: {}, cardOfGroup: () => 0,
    facts: { family: (op: string) => ({ MatMul: "matmul", Relu: "activation" })[op] ?? "other", nodes: { count: 4, op: (row: number) => ops[row], group: () => -1 } },
    cards: { home: (row: number) => ({ card: [2, 2, 3, 0][row] }), parent: (card: number) => (card === 2 ? 1 : 0) },
  } as unknown as Session;
  const found = (mode: Partial<Mode>) => new KindsOfOps(session, () => mode as Mode);

  it("are found with the cards around them", () => {
    const kinds = found({ id: "family", kind: "family" });
    expect(kinds.chosen()).toBeNull();
    session.focus = { family: ["matmul", "other"] };
    const chosen = kinds.chosen();
    expect(chosen?.count).toBe(2);
    expect([...(chosen?.cards ?? [])].sort()).toEqual([1, 2]);
    expect([0, 1, 2, 3].map((row) => chosen?.has(row))).toEqual([true, false, false, true]);
    expect(kinds.chosen()).toBe(chosen);
  });

  it("are those of the legend that is shown; an amount has none", () => {
    session.focus = { family: ["matmul"], dtype: ["half"] };
    const value = (row: number) => (row === 3 ? "half" : "float32");
    expect(found({ id: "dtype", kind: "category", value }).chosen()?.count).toBe(1);
    expect(found({ id: "time", kind: "amount" }).chosen()).toBeNull();
  });
});
