import { expect, it } from "vitest";
import type { Facts } from "../../src/data/facts";
import { Words } from "../../src/data/words";
import { parseQuery } from "../../src/find/query";
import { AmountUnits } from "../../src/find/units";
import { pieces, placed, shortened, why } from "../../src/find/why";
import { STYLE } from "../style";

const units = new AmountUnits(STYLE.units);
const words = new Words(STYLE.units, STYLE.coverage, STYLE.quantities, STYLE.uncertain, STYLE.meanings);
const facts = {
  nodes: {
    name: () => "net/conv_1/add", op: () => "AddV2", group: () => 0, device: () => "/GPU:0", sourceId: () => 0,
    outputs: () => [{ dtype: "float64", shape: [8, null] }], measures: { figure: () => 1500 }, cost: () => ({ flops: 2e6, bytes: 4096 }),
  },
  groups: { path: () => "net/conv_1", cls: () => "Conv2D", parameters: () => 12_345, sourceId: () => 0, measures: { figure: () => NaN }, cost: () => null },
  source: () => ({ file: "model.py", line: 7, func: "call" }),
} as unknown as Facts;

const reasons = (text: string, kind: "op" | "group" = "op") => why(facts, words, parseQuery(text, units).terms, kind, 0);

it("marks what words and patterns found, and fields of names and types", () => {
  expect(reasons("conv op:add -relu")).toEqual({ marks: ["conv"], types: ["add"], told: [] });
  expect(reasons("/v_\\d/").marks).toEqual(["v_1"]);
});

it("tells what a filter looked at and neither name nor type says", () => {
  expect(reasons("dtype:float64").told).toEqual(["float64 (8, None)"]);
  expect(reasons("shape:8").told).toEqual(["(8, None)"]);
  expect(reasons("file:model.py").told).toEqual(["model.py:7"]);
  expect(reasons("class:Conv").told).toEqual(["in Conv2D"]);
  expect(reasons("device:GPU").told).toEqual(["/GPU:0"]);
  expect(reasons("time>1ms flops>1M").told).toEqual(["1.5 ms", "2 MFLOP"]);
  expect(reasons("parameters>1k", "group").told).toEqual(["12.3 k parameters"]);
  expect(reasons("-dtype:int32 -time>1ms")).toEqual({ marks: [], types: [], told: [] });
});

it("keeps what was found and the end of a path that has no room", () => {
  const path = "network_1/stage_2/conv_block_1/convolution/ReadVariableOp";
  for (let room = 12; room < path.length; room++) {
    const short = shortened(path, ["conv_bl"], room);
    expect(short.length).toBeLessThanOrEqual(room);
    expect(short).toContain("conv_bl");
    expect(short.endsWith("Op")).toBe(true);
  }
  expect(shortened(path, ["conv_bl"], 100)).toBe(path);
  expect(shortened(path, [], 12)).toMatch(/^….*eOp$/);
});

it("takes letters from the longest parts of a path, and leaves the ends of each", () => {
  const path = "network_with_a_long_name/second_convolution/pointwise/Relu";
  expect(shortened(path, ["conv"], 48)).toBe("network…g_name/second_convolution/pointwise/Relu");
  expect(shortened(path, ["conv"], 36)).toBe("…ame/second_convolution/poi…ise/Relu");
});

it("tells the layers an op lies in before a name scope that calls them otherwise", () => {
  const [layers, scope] = ["net/block_0/conv2d", "net_1/block_0_1/conv2d_1"];
  expect(placed(layers, scope, [], 100)).toBe(`${layers} · scope ${scope}`);
  expect(placed("block/conv2d", "net/block/conv2d/Tensordot", [], 100)).toBe("net/block/conv2d/Tensordot");
  expect(placed("conv2d", "net/conv2d_1", [], 100)).toBe("conv2d · scope net/conv2d_1");
  expect(placed("", scope, [], 100)).toBe(scope);
  expect(placed(layers, "", [], 100)).toBe(layers);
  for (let room = 30; room < 60; room++) {
    const short = placed(layers, scope, ["d_1"], room);
    expect(short.length).toBeLessThanOrEqual(room);
    expect(short).toContain("d_1");
  }
});

it("cuts a text into pieces without losing a letter", () => {
  expect(pieces("lstm/LSTM_cell", ["lstm"])).toEqual([["lstm", true], ["/", false], ["LSTM", true], ["_cell", false]]);
  expect(pieces("plain", ["x"])).toEqual([["plain", false]]);
});
