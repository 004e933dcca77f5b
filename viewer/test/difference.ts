// A page of two small graphs, written down as Python writes it: `net` has a renamed layer `b` (`a` before), `new` is only in the second, `old` only in the first.
import { Container } from "../src/data/container";
import { Difference } from "../src/data/difference";

/** Columns of integers of one byte each. */
export function container(columns: Record<string, number[]>, header: Record<string, unknown>): Container {
  const places: Record<string, ["int", number, number, number]> = {};
  const bytes: number[] = [];
  for (const [name, values] of Object.entries(columns)) {
    places[name] = ["int", bytes.length, values.length, 1];
    bytes.push(...values.map((value) => value & 255));
  }
  return new Container({ format: "opscope-page", version: 4, ...header, columns: places }, Uint8Array.from(bytes));
}

const STORY = [
  { kind: "inserted", status: "added", words: "Dense net/new inserted (1 op)", cost: 1, place: ["group", 2], changes: [], below: 2 },
  { kind: "renamed", status: "changed", words: "Dense net/a renamed to net/b", cost: 1, place: ["group", 1], changes: [], below: 2 },
  { kind: "changed", status: "changed", words: "variable w: shape (1,) → (2,)", cost: 0, place: null, changes: [["shape", ["(1,)"], ["(2,)"]]], below: 1 },
];

export function difference(): Difference {
  const columns = {
    "d.what": [1, 0, 1, 0, 2, 0], "d.status": [0, 0, 2, 2, 2, 1], "d.row": [2, 2, 1, 1, 0, 3], "d.was": [0, 0, 1, 2, 0, 0], "d.changes": [0, 0, 1, 2, 3, 0],
    "d.holder": [-1, -1, -1, -1, 1, -1], "d.below": [0, 1, 2, 3, 4, 5], "dn.row": [2, 3], "dn.status": [0, 1], "dg.row": [1, 2], "dg.status": [2, 0], "dg.first": [3, 1, 0, 1], "dg.second": [3, 1, 1],
  };
  const changes = [[], [["name", ["a"], ["b"]]], [["inputs", ["x:0", "^y"], ["x:0", "z:1"]], ["attrs.n", ["1"], null], ["op", ["Add"], ["Mul"]]], [["shape", ["(1,)"], ["(2,)"]]]];
  const header = {
    strings: ["", "net/a", "a/Mul"],
    difference: {
      same: false, verdict: "different in 2 edits", figures: [], graphs: [{ Name: "one" }, { Name: "two" }], signs: { added: "+", removed: "−", changed: "~" },
      story: STORY, others: 1, changes, leftOut: 0,
    },
  };
  return new Difference(container(columns, header), header.difference as never, header.strings);
}
