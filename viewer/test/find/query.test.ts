import { describe, expect, it } from "vitest";
import { parseQuery as parse, type Query, type Term } from "../../src/find/query";
import { AmountUnits } from "../../src/find/units";
import { STYLE } from "../style";

const units = new AmountUnits(STYLE.units);

function parseQuery(text: string): Query {
  return parse(text, units);
}

function field(text: string): (value: string) => boolean {
  const term = parseQuery(text).terms[0] as Term;
  if (term.kind !== "field") throw new Error(`${text} is ${term.kind}`);
  return term.test;
}

function amount(text: string): (value: number) => boolean {
  const term = parseQuery(text).terms[0] as Term;
  if (term.kind !== "amount") throw new Error(`${text} is ${term.kind}`);
  return term.test;
}

describe("a search text", () => {
  it("is words, fields, amounts and patterns", () => {
    const { terms } = parseQuery('dense op:MatMul time>1ms /a b/ -grad "two words"');
    expect(terms.map((term) => term.kind)).toEqual(["word", "field", "amount", "pattern", "word", "word"]);
    expect(terms.map((term) => term.not)).toEqual([false, false, false, false, true, false]);
    expect(terms[5]).toMatchObject({ text: "two words" });
  });

  it("compares amounts in the unit that is written", () => {
    expect(amount("time>0.1ms")(101)).toBe(true);
    expect(amount("time>0.1ms")(99)).toBe(false);
    expect(amount("time>=2us")(2)).toBe(true);
    expect(["us", "µs", "μs", "US"].map((unit) => amount(`time<2${unit}`)(1.9))).toEqual([true, true, true, true]);
    expect(amount("time>2")(2001)).toBe(true);
    expect(amount("memory<1MiB")(2 ** 20 - 1)).toBe(true);
    expect([1e6 - 1, 1e6 + 1].map(amount("memory<1MB"))).toEqual([true, false]);
    expect(amount("flops>2GFLOP")(2.1e9)).toBe(true);
    expect(amount("flops>2G")(2.1e9)).toBe(true);
    expect(amount("parameters=1,000")(1000)).toBe(true);
    expect(amount("time>1ms")(NaN)).toBe(false);
  });

  it("matches op types from their start and other fields anywhere", () => {
    expect(field("op:conv")("Conv2D")).toBe(true);
    expect(field("op:conv")("FusedConv2D")).toBe(false);
    expect(field("class:block")("ResidualBlock")).toBe(true);
    expect(field("op:/^(Conv|Mat)/")("MatMul")).toBe(true);
  });

  it("matches runs of whole dimensions", () => {
    expect(field("shape:8,64")("(1,8,64)")).toBe(true);
    expect(field("shape:(8,64)")("(8,64)")).toBe(true);
    expect(field("shape:8,64")("(18,64)")).toBe(false);
    expect(field("shape:8,*,3")("(8,5,3)")).toBe(true);
    expect(field("shape:()")("()")).toBe(true);
    expect(field("shape:?")("(None,5)")).toBe(true);
    expect(field("shape:None,5")("(None,5)")).toBe(true);
  });

  it("says what cannot be read", () => {
    expect(parseQuery("/(/").problem).toContain("not a regular expression");
    expect(parseQuery("time>3parsec").problem).toBe('"parsec" is not a unit of time; use µs, ms, s');
    expect(parseQuery("time>3k").problem).toContain("not a unit of time");
    expect(parseQuery("a:b").problem).toBe("");
    expect(parseQuery("colour:red").problem).toContain('no filter "colour:"');
    expect(parseQuery("tme>1").problem).toContain('"tme" is not an amount');
    expect(parseQuery("time>").problem).toContain("write time>1 with a unit");
    expect(parseQuery("source:model.py:34").problem).toBe("");
    expect(parseQuery("").terms).toEqual([]);
  });
});
