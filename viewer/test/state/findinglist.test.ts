import { describe, expect, it } from "vitest";
import type { Finding, Findings, Severity } from "../../src/data/findings";
import { FindingRows } from "../../src/state/findinglist";

function findings(...severities: Severity[]): Findings {
  const entry = (severity: Severity): Finding => ({ rule: "rule", severity, message: "", remedy: "", line: "", where: "", place: null });
  return { told: "", signs: { error: "!!", warning: "!" }, entries: severities.map(entry) };
}

describe("the list of findings", () => {
  it("counts what there is of each severity, the worst first", () => {
    expect(new FindingRows(findings("error", "note", "note")).counts).toEqual([{ severity: "error", count: 1 }, { severity: "note", count: 2 }]);
    expect(new FindingRows(findings()).counts).toEqual([]);
  });

  it("leaves out the severities that are hidden, and steps over them", () => {
    const rows = new FindingRows(findings("error", "warning", "note"));
    rows.show("warning", false);
    expect(rows.rows()).toEqual([0, 2]);
    rows.choose(0);
    expect(rows.beside(1)).toBe(2);
    rows.choose(2);
    expect([rows.beside(1), rows.beside(-1)]).toEqual([2, 0]);
    rows.show("warning", true);
    expect(rows.rows()).toEqual([0, 1, 2]);
  });

  it("begins at either end where the reader is at none, and goes nowhere where none is listed", () => {
    const rows = new FindingRows(findings("error", "note"));
    expect([rows.beside(1), rows.beside(-1)]).toEqual([0, 1]);
    expect(new FindingRows(findings()).beside(1)).toBe(-1);
  });

  it("knows the findings by the numbers in links, and no other text", () => {
    const rows = new FindingRows(findings("error", "note"));
    expect(["1", "2", "3", "0", "", "1.2", "-1"].map((id) => rows.named(id))).toEqual([0, 1, -1, -1, -1, -1, -1]);
  });

  it("tells when the reader goes on", () => {
    const rows = new FindingRows(findings("error"));
    const seen: number[] = [];
    rows.on(() => seen.push(rows.at));
    rows.choose(0);
    expect(seen).toEqual([0]);
  });
});
