import { describe, expect, it } from "vitest";
import type { OverviewScope } from "../../src/data/page";
import type { ColumnId, FigureLine } from "../../src/opened/figures";
import { OverviewFigures } from "../../src/ui/overviewfigures";

function line(dataset: Record<string, string>, figures: [ColumnId, string][]): FigureLine {
  return { element: { dataset }, figures: new Map(figures) } as unknown as FigureLine;
}

const LINES = [
  line({ unit: "4" }, [["parameters", "2,099,200"], ["flops", "≥ 972"], ["bars", "11.2 ms"]]),
  line({ unit: "4" }, [["flops", "3.00"], ["bars", "1.00 ms"]]), // the rest of the card
  line({ op: "4" }, [["parameters", "shared"], ["bars", "6.09 ms"]]),
];
const SCOPES: OverviewScope[] = [["unit", 4, "all 8 copies"], ["op", 4, "forward + backward"], ["op", 9, "all 2 copies"]];
const title = (name: string) => ({ time: "Time", flops: "FLOPs", parameters: "Parameters" })[name] ?? name;
const heads = (flops: string) => new Map<ColumnId, string>([["flops", flops], ["parameters", "parameters"]]);
const made = (flops = "MFLOP", perSample = false) => new OverviewFigures({ heads: heads(flops), lines: LINES }, SCOPES, "time", { title }, perSample);
const is = (kind: string, row: number) => (each: string, number: number) => each === kind && number === row;

describe("what the columns of the overview count", () => {
  it("is told as they write it, of the first line about the mark", () => {
    expect(made().at(is("unit", 4))).toEqual({ scope: "all 8 copies", rows: [["Time", "11.2 ms"], ["FLOPs", "≥ 972 MFLOP"], ["Parameters", "2,099,200"]] });
  });

  it("has no figure where the column has a word", () => {
    expect(made().at(is("op", 4))).toEqual({ scope: "forward + backward", rows: [["Time", "6.09 ms"]] });
  });

  it("is in the unit of the column's head", () => {
    expect(made("FLOPs").at(is("unit", 4))?.rows[1][1]).toBe("≥ 972 FLOP");
    expect(made("GFLOP", true).at(is("unit", 4))?.rows[1][1]).toBe("≥ 972 GFLOP per sample");
  });

  it("is nothing where a mark is told of alone, or has no line", () => {
    expect(made().at(is("unit", 9))).toBeNull();
    expect(made().at(is("op", 9))).toBeNull();
  });
});
