import { describe, expect, it } from "vitest";
import { placesOf, SLIP, type Beside } from "../../src/ui/figureplaces";

const number = (middle: number): Beside => ({ middle, above: 7, high: 14, named: false });
const words = (middle: number, above = 20, high = 27): Beside => ({ middle, above, high, named: true });
/** How far the number of each line that has a place is off its row. */
const off = (lines: Beside[]) => placesOf(lines).map((at, index) => (at === null ? null : at + lines[index].above - lines[index].middle));

describe("the lines of a strip of figures", () => {
  it("stand at the height of their rows where there is room", () => {
    expect(off([number(100), words(140), number(170)])).toEqual([0, 0, 0]);
  });

  it("are left out rather than pushed beside the next row", () => {
    // Query, key and value beside each other, the words of each above its number; below them two rows of their own.
    const lines = [number(180), words(209), words(209), words(209), number(247), number(285)];
    const places = placesOf(lines);
    expect(places[3]).toBeNull();
    const [, , , , matmul, values] = off(lines);
    expect(matmul).toBeLessThanOrEqual(SLIP);
    expect(values).toBe(0);
  });

  it("have all their room where the names stand before the numbers", () => {
    const lines = [number(180), words(209, 7, 14), words(209, 7, 14), words(209, 7, 14), number(260)];
    expect(off(lines)).toEqual([0, 0, 14, 28, 0]);
  });

  it("give way to a number without a name, which has no other place", () => {
    expect(off([number(417), words(430), number(448)])).toEqual([0, null, 0]);
  });

  it("never overlap, never stand above another one of a higher row, and are off their rows by little without a name", () => {
    let seed = 7;
    const random = (below: number) => (seed = (seed * 48271) % 2147483647) % below;
    for (let round = 0; round < 300; round++) {
      let middle = 0;
      const lines = Array.from({ length: 12 }, () => ((middle += random(30)), random(3) ? number(middle) : words(middle)));
      const placed = placesOf(lines).flatMap((at, index) => (at === null ? [] : [{ at, line: lines[index] }]));
      placed.slice(1).forEach(({ at }, index) => expect(at).toBeGreaterThanOrEqual(placed[index].at + placed[index].line.high));
      for (const { at, line } of placed) if (!line.named) expect(Math.abs(at + line.above - line.middle)).toBeLessThanOrEqual(SLIP);
    }
  });
});
