// A stack of three equal blocks, each a layer with an op `Mul` and an op that is no box; a constant `c` stands as a chip at `Mul`; `out` is in no group.
// Rows are those of the data: block k has its Mul at 2k and the other at 2k + 1, then c at 6 and out at 7. Groups: block k at 2k, its layer at 2k + 1.
import { beforeEach, describe, expect, it } from "vitest";
import type { Cards } from "../../src/data/cards";
import type { Facts } from "../../src/data/facts";
import type { Finding, Severity } from "../../src/data/findings";
import { cardKey } from "../../src/draw/keys";
import { Found } from "../../src/state/found";

const COPIES = 3;
const [BLOCK, LAYER] = [1, 2];
/** A group in the layer of the first block that leads to nothing, so that it is not drawn. */
const UNDRAWN = 6;
const [MUL, CONSTANT, OUT] = [0, 6, 7];
let shown = 0;

const copy = (row: number) => (row < 2 * COPIES ? Math.floor(row / 2) : 0);
const base = (row: number) => (row < 2 * COPIES ? row % 2 : row);
const cards = {
  home: (row: number) => ({ 0: { card: LAYER, box: MUL }, 1: null, 6: { card: LAYER, box: MUL }, 7: { card: 0, box: OUT } })[row] ?? null,
  ofGroup: (group: number) => (group < 0 || group === UNDRAWN ? -1 : [BLOCK, LAYER][group % 2]),
  parent: (card: number) => card - 1,
  stack: (card: number) => (card === BLOCK ? 0 : -1),
  copy: (card: number) => (card === BLOCK ? shown : 0),
  repeat: (card: number) => (card === BLOCK ? COPIES : 1),
  stacks: { base: (_: string, row: number) => base(row), unwind: (_: string, row: number) => ({ row: base(row), choices: copy(row) ? new Map([[0, copy(row)]]) : new Map() }) },
} as unknown as Cards;
const facts = {
  nodes: { count: 8, group: (row: number) => (row < 2 * COPIES ? 2 * copy(row) + 1 : -1) },
  groups: { parent: (group: number) => (group === UNDRAWN ? 1 : group % 2 ? group - 1 : -1) },
} as unknown as Facts;

function at(place: Finding["place"], severity: Severity = "warning", rule = "rule"): Finding {
  return { rule, severity, message: "", remedy: "", line: "", where: "", place };
}

function found(...entries: Finding[]): Found {
  return new Found({ told: "", signs: { error: "!!", warning: "!" }, entries }, facts, cards);
}

const text = (all: Found, key: number, open = false) => all.mark(key, open)?.text ?? null;

describe("the signs of what was found", () => {
  beforeEach(() => {
    shown = 0;
  });

  it("stand at the op, and at each closed card around it", () => {
    const all = found(at(["op", MUL], "error"), at(["op", OUT]));
    expect([text(all, MUL), text(all, OUT)]).toEqual(["!!", "!"]);
    expect([text(all, cardKey(LAYER)), text(all, cardKey(LAYER), true)]).toEqual(["!!", null]);
    expect(text(all, cardKey(BLOCK))).toBe("!! 1 of 3");
  });

  it("of a chip stand at its box", () => {
    expect(text(found(at(["op", CONSTANT])), MUL)).toBe("!");
  });

  it("of an op that is no box, and of a layer, stand at the open card", () => {
    const all = found(at(["op", 1]), at(["group", 1], "error", "other"));
    expect([text(all, MUL), text(all, cardKey(LAYER), true)]).toEqual([null, "!! 2"]);
  });

  it("of what is in a group that is not drawn stand at the card around it", () => {
    expect(text(found(at(["group", UNDRAWN])), cardKey(LAYER), true)).toBe("!");
  });

  it("are those of the copy that is shown, and of a closed stack say how many copies have it", () => {
    const all = found(at(["op", 4]));
    expect([text(all, MUL), text(all, cardKey(BLOCK)), text(all, cardKey(BLOCK), true)]).toEqual([null, "! 1 of 3", "! 1 of 3"]);
    shown = 2;
    expect([text(all, MUL), text(all, cardKey(BLOCK)), text(all, cardKey(BLOCK), true)]).toEqual(["!", "! 1 of 3", null]);
  });

  it("count one finding that all copies have once, and say between how many copies several are", () => {
    const each = [0, 2, 4].map((row) => at(["op", row]));
    expect(text(found(...each), cardKey(BLOCK))).toBe("!");
    expect(text(found(...each, at(["op", 2], "error", "other")), cardKey(BLOCK))).toBe("!! 2, 1 to 3 of 3");
  });

  it("of a finding that tells of several copies stand in each of them", () => {
    const all = found({ ...at(["op", 2]), layers: [3, 5] });
    expect([text(all, MUL), text(all, cardKey(BLOCK))]).toEqual([null, "! 2 of 3"]);
    for (const other of [1, 2]) {
      shown = other;
      expect([text(all, MUL), text(all, cardKey(BLOCK)), text(all, cardKey(BLOCK), true)]).toEqual(["!", "! 2 of 3", null]);
    }
    const told = (what: "op" | "group", ...rows: number[]) => rows.filter((row) => all.at(what, row).length);
    expect(told("op", 0, 1, 2, 3, 4, 5)).toEqual([2, 4]);
    expect(told("group", 0, 1, 2, 3, 4, 5)).toEqual([2, 3, 4, 5]);
  });

  it("of a finding in the first copy that tells of a later one are not in the one between", () => {
    const all = found({ ...at(["op", MUL]), layers: [1, 5] });
    const seen = [0, 1, 2].map((copy) => ((shown = copy), text(all, MUL)));
    expect(seen).toEqual(["!", null, "!"]);
  });

  it("are none of notes, nor of what is about the whole graph; the details tell of notes", () => {
    const all = found(at(["op", MUL], "note"), at(null, "error"));
    expect([text(all, MUL), text(all, cardKey(BLOCK))]).toEqual([null, null]);
    expect(all.at("op", MUL).map(({ severity }) => severity)).toEqual(["note"]);
    expect([all.at("group", 0).length, all.at("group", 2).length, all.at("op", OUT).length]).toEqual([1, 0, 0]);
  });
});
