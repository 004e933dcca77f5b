import { expect, it } from "vitest";
import { shapeText } from "../../src/data/facts";
import { percent, plural, Words } from "../../src/data/words";
import { STYLE } from "../style";

const words = new Words(STYLE.units, STYLE.coverage, STYLE.quantities);

it("says times, sizes and counts in the unit that reads best", () => {
  expect([650, 2380, 53.4, 0.5, 3.2e6].map(words.time)).toEqual(["0.65 ms", "2.38 ms", "53.4 µs", "0.50 µs", "3.20 s"]);
  expect([512, 2048, 3 * 2 ** 20].map(words.bytes)).toEqual(["512 B", "2 KiB", "3 MiB"]);
  expect([999, 5.2e6, 9e9].map((value) => words.count(value))).toEqual(["999", "5.20 M", "9 G"]);
  expect(words.count(3e9, "FLOP/s")).toBe("3 GFLOP/s");
  expect(["python", "unattributed", "ops"].map((name) => words.part(name))).toEqual(["Python", "not attributed", "ops"]);
  expect(["time", "busy", "flops", "bytes"].map((name) => words.title(name))).toEqual(["Time", "Busy time", "FLOPs", "Bytes moved"]);
  expect(percent(0.156)).toBe("16 %");
  expect(percent(0.005)).toBe("0.5 %");
  expect(plural(1, "op")).toBe("1 op");
  expect(plural(47695, "op")).toBe("47,695 ops");
});

it("writes shapes as Python does", () => {
  expect([[8, null], [3], [], null].map(shapeText)).toEqual(["(8, ?)", "(3,)", "()", "(...)"]);
});
