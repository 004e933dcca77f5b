import { describe, expect, it } from "vitest";
import { LabelPlaces, type Start } from "../../src/ui/labelplaces";

describe("where labels stand", () => {
  const starts: Start[] = [[10, 20], [60, 20]];

  it("gives a label the first place that is free", () => {
    const places = new LabelPlaces([0, 0, 100, 100], 10);
    expect(places.place(30, starts)).toEqual([10, 20]);
    expect(places.place(30, starts)).toEqual([60, 20]);
    expect(places.place(30, starts)).toBeUndefined();
  });

  it("keeps clear of what it is told, and inside the field", () => {
    const places = new LabelPlaces([0, 0, 100, 100], 10);
    expect(places.place(30, starts, [[35, 15, 45, 25]])).toEqual([60, 20]);
    expect(places.place(30, [[80, 20], [10, 5], [10, 99]])).toBeUndefined(); // beyond the right, the upper and the lower edge
  });
});
