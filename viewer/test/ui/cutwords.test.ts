import { expect, it } from "vitest";
import { kept } from "../../src/ui/cutwords";

const left = (text: string, fit: number) => text.slice(0, kept(text, fit));

it("keeps what can still be read of words that are cut", () => {
  expect(left("causal mask", 9)).toBe("causal");
  expect(left("downsampling", 7)).toBe("downsam");
  expect(left("7×7 conv, 64", 6)).toBe("7×7");
  expect(["conv1", "then 2, 3", "copy 1"].map((text) => left(text, 2))).toEqual(["", "", ""]);
});

it("leaves out a number that is cut, which is another one, and what leads to it", () => {
  expect(left("2×2 transposed conv, 128", 22)).toBe("2×2 transposed conv");
  expect(left("16×16×128", 8)).toBe("");
  expect(left("× 1/√32", 3)).toBe("");
  expect(left("skips ×4: each level", 7)).toBe("skips");
  expect(left("width 256, heads 8", 9)).toBe("width 256");
});

it("ends with no bracket or sign that leads on", () => {
  expect(left("transpose → (4, 128)", 13)).toBe("transpose");
  expect(left("level 1: (4, 64, 64, 32)", 15)).toBe("level 1");
  expect(left("reshape to (7, 7, 64) each", 22)).toBe("reshape to (7, 7, 64)");
});
