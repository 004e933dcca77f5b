import { describe, expect, it } from "vitest";
import type { Counterpart } from "../../src/data/counterpart";
import type { Commands } from "../../src/state/commands";
import { land, standing } from "../../src/state/crossing";
import type { Session } from "../../src/state/session";

/** Written: `net/a` and `net/b` are fused into `net/b`; `net/gone` is deleted; `many` became two ops. */
const OTHERS: Record<string, string[]> = { "net/a": ["net/b"], "net/b": ["net/b"], "net/gone": [], many: ["x", "many"] };
const NAMES = Object.keys(OTHERS);
const GROUPS = ["net", "net/inner"];
const counterpart = {
  others: (row: number) => OTHERS[NAMES[row]].map((name) => ({ name, op: "Op" })), outcome: (row: number) => ({ kind: "k", words: "w", sentence: `became ${row}`, count: 1 }),
} as unknown as Counterpart;

function sessionOf(names: string[], groups: string[], selection: Session["selection"]): Session {
  return {
    selection, hasOverview: true,
    facts: {
      nodes: { name: (row: number) => names[row], find: (name: string) => names.indexOf(name), group: (row: number) => (names[row].startsWith("net/") ? 0 : -1) },
      groups: { path: (group: number) => groups[group], find: (path: string) => groups.indexOf(path), within: () => [0, 1] },
    },
    cards: { title: () => "2 siblings", held: () => ({ groups: [0], ops: [3] }), ofGroup: () => 7 },
  } as unknown as Session;
}

const op = (row: number) => ({ op: row, group: -1, card: -1 });

describe("what stands for a selection on the other side", () => {
  const of = (selection: Session["selection"]) => standing(sessionOf(NAMES, GROUPS, selection), counterpart);

  it("is for an op what does its work, that of its name first, or else the layers around it", () => {
    expect(of(op(0))).toEqual({ name: "net/a", ops: ["net/b"], groups: ["net"], told: "became 0" });
    expect(of(op(3))?.ops).toEqual(["many", "x"]);
    expect(of(op(2))).toMatchObject({ ops: [], groups: ["net"] });
    expect(of(null)).toBeNull();
  });

  it("is for a group its path and those around it, for a card without a group the ops in it", () => {
    expect(of({ op: -1, group: 1, card: 3 })).toEqual({ name: "net/inner", ops: [], groups: ["net/inner", "net"], told: "" });
    expect(of({ op: -1, group: -1, card: 4 })).toEqual({ name: "2 siblings", ops: ["x", "many", "net/b"], groups: [], told: "" });
  });
});

describe("coming to the other side", () => {
  function come(names: string[], groups: string[], stands: Parameters<typeof land>[0], overview = false): string[] {
    const done: string[] = [];
    const session = {
      ...sessionOf(names, groups, null), select: () => done.push("nothing"), setLit: ({ ops }: { ops: number[] }) => done.push(`lit ${ops.join(" ")}`), setOverview: () => done.push("overview"),
      selectShown: ({ group }: { group: number }) => done.push(`shown ${group}`),
    } as unknown as Session;
    const commands = { goOp: (row: number) => done.push(`op ${row}`), goGroup: (group: number) => done.push(`group ${group}`) } as unknown as Commands;
    return [land(stands, session, commands, overview), ...done];
  }

  it("selects one op, or the first of several and lights all", () => {
    expect(come(["a", "b"], [], { name: "x", ops: ["b"], groups: [], told: "fused" })).toEqual(["x: fused", "op 1"]);
    expect(come(["a", "b"], [], { name: "x", ops: ["b", "a"], groups: [], told: "lowered" })).toEqual(["x: lowered · 2 ops here", "op 1", "lit 1 0"]);
  });

  it("selects the innermost group that is there, and says of what it is not", () => {
    expect(come([], ["net"], { name: "net/gone", ops: [], groups: ["net/inner", "net"], told: "deleted" })).toEqual(["net/gone: deleted · its layer is selected", "group 0"]);
    expect(come([], ["net"], { name: "net", ops: [], groups: ["net"], told: "" })).toEqual(["", "group 0"]);
    expect(come([], ["net"], { name: "net/inner", ops: [], groups: ["net/inner", "net"], told: "" })).toEqual(["net/inner: nothing in it stands here; what is around it is selected", "group 0"]);
    expect(come([], ["net"], { name: "net", ops: [], groups: ["net"], told: "" }, true)).toEqual(["", "overview", "shown 0"]);
  });

  it("selects nothing where nothing stands for it", () => {
    expect(come([], [], { name: "loose", ops: [], groups: [], told: "deleted" })).toEqual(["loose: deleted", "nothing"]);
  });
});
