import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { boundTells, countsOf } from "../../src/data/bounds";
import { ESTIMATES, type Cost } from "../../src/data/values";

type Figure = number | null;
interface Row extends Record<"flops" | "macs" | "bytes", Figure> {
  what: string;
  ops: [Figure, Figure, Figure][];
}

/** Written by hand; `tests/graph/test_estimate_sum.py` holds Python to the same. */
const table = JSON.parse(readFileSync(new URL("../../../tests/graph/bounds.json", import.meta.url), "utf8")) as Row[];

it.each(table.filter(({ ops }) => ops.length).map((row) => [row.what, row] as const))("tells a sum where Python does: %s", (_, row) => {
  const costs = row.ops.map(([flops, macs, bytes]): Cost => ({ flops, macs, bytes, per: "step" }));
  for (const estimate of ESTIMATES) {
    const sum = costs.reduce((all, cost) => all + (cost[estimate] ?? 0), 0);
    expect(boundTells(countsOf(estimate, costs)) ? sum : null, estimate).toBe(row[estimate]);
  }
});
