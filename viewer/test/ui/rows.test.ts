import { describe, expect, it } from "vitest";
import { csv, sorted, type Column, type Sheet } from "../../src/ui/rows";

const names = ["b", "=cmd()", 'say "hi", you', ""];
const times = [2, NaN, 30, 1];
const name: Column = { id: "name", title: "Name", value: (row) => names[row], text: (row) => names[row] };
const time: Column = { id: "time", title: "Time", value: (row) => times[row], text: (row) => String(times[row]) };
const sheet: Sheet = { id: "x", title: "X", rows: [0, 1, 2, 3], columns: [name, time], stands: () => ({ ops: [], groups: [] }) };

describe("a table", () => {
  it("sorts numbers by size and puts rows without a figure last, either way", () => {
    expect(sorted(sheet, time, true)).toEqual([2, 0, 3, 1]);
    expect(sorted(sheet, time, false)).toEqual([3, 0, 2, 1]);
    expect(sorted(sheet, name, false)[3]).toBe(3);
  });

  it("sorts names as they are shown, and a file has the graph's own", () => {
    const own = ["net_1/b", "net/c", "net_1/a"];
    const column: Column = { id: "name", title: "Name", value: (row) => own[row], text: (row) => own[row].replace("_1", "") };
    const shown: Sheet = { id: "ops", title: "Ops", rows: [0, 1, 2], columns: [column], stands: (row) => ({ ops: [row], groups: [] }) };
    expect(sorted(shown, column, false)).toEqual([2, 0, 1]);
    expect(csv(shown, [0])).toBe("Name\nnet_1/b\n");
  });

  it("becomes CSV whose cells no spreadsheet runs", () => {
    expect(csv(sheet, [0, 1, 2])).toBe("Name,Time\nb,2\n'=cmd(),\n\"say \"\"hi\"\", you\",30\n");
  });

  it("gives errors a column of their own in CSV, where there are any", () => {
    const errors = [0.5, NaN, NaN, NaN];
    const sure: Column = { ...time, text: (row) => `${times[row]} ± ${errors[row]}`, error: (row) => errors[row] };
    expect(csv({ ...sheet, columns: [name, sure] }, [0, 3])).toBe("Name,Time,Time error\nb,2,0.5\n,1,\n");
    expect(csv({ ...sheet, columns: [name, { ...sure, error: () => NaN }] }, [0])).toBe("Name,Time\nb,2\n");
  });
});
