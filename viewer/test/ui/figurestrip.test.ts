import { describe, expect, it } from "vitest";
import { namedCopies, withoutError } from "../../src/ui/figurestrip";

describe("a figure without its error", () => {
  it("is doubtful where the error is above a tenth of it", () => {
    expect(withoutError("4.22 ± 0.91 µs")).toBe("~4.22 µs");
    expect(withoutError("4.77 ± 0.21 ms")).toBe("4.77 ms");
    expect(withoutError("1,200 ± 200 µs")).toBe("~1,200 µs");
    expect(withoutError("~198 ± 36 µs")).toBe("~198 µs");
  });

  it("stays what it is where none is told", () => {
    for (const told of ["30.2 µs", "≥ 40", "shared", "2,112", ""]) expect(withoutError(told)).toBe(told);
  });
});

describe("the words before a figure", () => {
  it("have the copies in the line of the figure, without a name too", () => {
    expect(namedCopies("matmul q · k, 7 of 8")).toEqual({ name: "matmul q · k", copies: "7 of 8" });
    expect(namedCopies("1 of 1,024")).toEqual({ name: "", copies: "1 of 1,024" });
    expect(namedCopies("not drawn")).toEqual({ name: "not drawn", copies: "" });
    expect(namedCopies("")).toEqual({ name: "", copies: "" });
  });
});
