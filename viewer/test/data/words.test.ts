import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { shapeText } from "../../src/data/facts";
import { exact, number, percent, plural, Words } from "../../src/data/words";
import { STYLE } from "../style";

const words = new Words(STYLE.units, STYLE.coverage, STYLE.quantities, STYLE.uncertain, STYLE.meanings);

/** Written by hand; `tests/graph/test_number_text.py` holds Python to the same. */
const table = JSON.parse(readFileSync(new URL("../../../tests/graph/numbers.json", import.meta.url), "utf8")) as Record<string, [never, string][]>;

const writers: Record<string, (value: never) => string> = {
  time: words.time as (us: number) => string, "time with its error": ([us, error]: [number, number]) => words.time(us, error), bytes: words.bytes, flops: words.flops, macs: words.macs, calls: words.calls, counts: words.count, number, percent,
};

it("has a writer for every kind of number in the table", () => {
  expect(Object.keys(table).sort()).toEqual(Object.keys(writers).sort());
});

it.each(Object.entries(table))("writes numbers as Python does: %s", (kind, rows) => {
  expect(rows.map(([value]) => [value, writers[kind](value)])).toEqual(rows);
});

it("writes counts, rates and names", () => {
  expect(words.flopRate(3e9)).toBe("3 GFLOP/s");
  expect(exact(25557032)).toBe("25,557,032");
  expect(["python", "unattributed", "ops"].map((name) => words.part(name))).toEqual(["Python and TensorFlow outside ops", "not attributed", "ops"]);
  expect(["time", "busy", "flops", "bytes"].map((name) => words.title(name))).toEqual(["Time", "Time summed over threads", "FLOPs", "Bytes moved"]);
  expect(plural(1, "op")).toBe("1 op");
  expect(plural(47695, "op")).toBe("47,695 ops");
});

it("writes shapes as Python does", () => {
  expect([[8, null], [3], [], null].map(shapeText)).toEqual(["(8, None)", "(3)", "()", "?"]);
});
