// The flame graph: its levels, which bars there are and how wide, what they say, and how they are walked.
import { expect, it } from "vitest";
import type { Cards } from "../../src/data/cards";
import type { Facts } from "../../src/data/facts";
import { barsOf, restOf, step, type Bar, type Wanted } from "../../src/ui/flamebars";
import { labelOf, shortName, telling, WHOLE } from "../../src/ui/flamelabels";
import { between, FlameTree, type Level } from "../../src/ui/flametree";

const level = (name: string, parent: Level | null = null): Level => ({ kind: "group", name, path: name, held: [], card: -1, copies: new Map(), parent });
const outer = level("0");
const levels = [outer, level("1", outer), level("2", outer), level("3")];
const inside = (around: Level | null) => levels.filter((one) => one.parent === around);
const time = [60, 20, 30, 40];
const amount = (one: Level) => time[Number(one.name)];
const own = () => 10;
const made = (wanted: Partial<Wanted> = {}) => barsOf({ inside, amount, own, least: 0.001, ...wanted });
const told = ({ kind, levels: held, left, width, depth }: Bar) => [kind === "level" ? held[0].name : kind, Math.round(100 * left), Math.round(100 * width), depth];

it("gives each level its share of the width under what it is in, and its own ops what is left", () => {
  const { bars, total } = made();
  expect(total).toBe(100);
  expect(bars.map(told)).toEqual([["0", 0, 60, 1], ["1", 0, 20, 2], ["2", 20, 30, 2], ["own", 50, 10, 2], ["3", 60, 40, 1]]);
  expect(bars[3].value).toBe(10);
  expect(made({ own: () => NaN }).bars.map(told).map(([name]) => name)).toEqual(["0", "1", "2", "3"]);
});

it("puts together what is too narrow to be told apart, and says what it comes to", () => {
  expect(made({ least: 0.25 }).bars.map(told)).toEqual([["0", 0, 60, 1], ["2", 0, 30, 2], ["3", 60, 40, 1]]);
  const many = Array.from({ length: 100 }, (_, at) => level(String(at)));
  const { bars } = barsOf({ inside: (around) => (around ? [] : many), amount: (one) => (one.name === "7" ? 50 : 0.5), own, least: 0.01 });
  expect(bars.map(({ kind, value, levels: held }) => [kind, value, held.length])).toEqual([["level", 50, 1], ["more", 49.5, 99]]);
});

it("is walked by arrow keys: along a row, down to what a bar holds, up to what holds it", () => {
  const { bars } = made();
  const walk = (name: string, key: string) => {
    const to = bars[step(bars, bars.findIndex((bar) => told(bar)[0] === name), key)];
    return to && told(to)[0];
  };
  expect(walk("0", "ArrowRight")).toBe("3");
  expect(walk("3", "ArrowLeft")).toBe("0");
  expect(walk("0", "ArrowDown")).toBe("1");
  expect(walk("2", "ArrowUp")).toBe("0");
  expect(walk("3", "ArrowDown")).toBeUndefined();
});

it("leaves room for what a step spends outside of groups", () => {
  expect(made({ whole: 200 }).bars[0].width).toBeCloseTo(0.3);
});

it("puts the parts of a step together that are too narrow for a name", () => {
  const facts = { measurement: { coverage: { ops: 0.9, dispatch: 0.06, python: 0.03, copies: 0.01 } } } as unknown as Facts;
  const words = { part: (name: string) => name } as unknown as Parameters<typeof restOf>[1];
  const bars = [{ kind: "level", levels: [], left: 0, width: 0.9, depth: 1, value: 1 } as Bar];
  expect(restOf(facts, words, bars, 0.05).map(({ name, parts }) => [name, parts])).toEqual([["dispatch", []], ["2 more", ["python", "copies"]]]);
  expect(restOf(facts, words, bars, 0.05)[1].share).toBeCloseTo(0.04);
});

it("sums what a level without a figure of its own holds, and says none of it", () => {
  const { total, bars } = made({ amount: (one) => (one === outer ? NaN : amount(one)) });
  expect(total).toBe(90);
  expect(bars[0].value).toBeNaN();
});

it("draws nothing wider than what it is in, though what is inside comes to more", () => {
  const more = [60, 50, 70, 40];
  expect(made({ amount: (one) => more[Number(one.name)] }).bars.map(told)).toEqual([["0", 0, 60, 1], ["1", 0, 25, 2], ["2", 25, 35, 2], ["3", 60, 40, 1]]);
});

it("gives the level that was chosen the whole width, with those around it", () => {
  expect(made({ focus: outer }).bars.map(told)).toEqual([["0", 0, 100, 1], ["1", 0, 33, 2], ["2", 33, 50, 2], ["own", 83, 17, 2]]);
});

it("has a level for a stack and one for each copy, in the order of the data", () => {
  // Groups 0, 1, 2, 3 in a row; a stack of two copies, 1 with 2 and 3 with 4, of which the second is the drawn one; then 5.
  const parts = ["stem", "block_0_conv", "block_0_relu", "block_1_conv", "block_1_relu", "head"];
  const facts = { groups: { children: (group: number) => (group < 0 ? [0, 1, 2, 3, 4, 5] : []), part: (group: number) => parts[group], path: (group: number) => parts[group] } } as unknown as Facts;
  // The drawn copy has an op that the other lacks: in its place the other is said to hold that very op.
  const bundles = [{ groups: [3, 4], ops: [9, 7] }, { groups: [1, 2], ops: [8, 7] }];
  const cards = {
    childCards: (card: number) => (card === 0 ? [1, 2] : []), repeat: (card: number) => (card === 2 ? 2 : 1), stack: (card: number) => (card === 2 ? 0 : -1),
    heldIn: (_: number, copies: Map<number, number>) => bundles[copies.get(0) ?? 0], titleWhere: (_: number, copies: Map<number, number>) => ["block_1", "block_0"][copies.get(0) ?? 0],
    ofGroup: () => -1, stacks: { called: new Map(), copyAt: (_: number, place: number) => 1 - place, levelOf: () => "", unwind: (_: string, row: number) => ({ row, choices: new Map() }) },
  } as unknown as Cards;
  const tree = new FlameTree(facts, cards);
  const names = (around: Level | null): unknown[] => tree.inside(around).map((one) => (tree.inside(one).length ? [one.name, names(one)] : one.name));
  expect(names(null)).toEqual(["stem", ["block_0 … 1 ×2", [["block_0", ["block_0_conv", "block_0_relu"]], ["block_1", ["block_1_conv", "block_1_relu"]]]], "head"]);
  expect(tree.inside(tree.inside(null)[1]).map(({ held }) => held[0].ops)).toEqual([[8], [9, 7]]);
  const called = { ...cards, stacks: { ...cards.stacks, called: new Map([[0, { title: "encoder", room: 90, first: 0 }]]) } } as unknown as Cards;
  expect(new FlameTree(facts, called).inside(null).map(({ name }) => name)).toEqual(["stem", "encoder ×2", "head"]);
  const levels = { ...cards, stacks: { ...cards.stacks, levelOf: (_: number, copy: number) => `level ${copy + 1}` } } as unknown as Cards;
  const inLevels = new FlameTree(facts, levels);
  expect(inLevels.inside(inLevels.inside(null)[1]).map(({ name, path }) => [name, path])).toEqual([["level 2", "block_0 (level 2)"], ["level 1", "block_1 (level 1)"]]);
});

it("names a range of copies by what they share", () => {
  expect([between("block_0", "block_11"), between("layer_10", "layer_12"), between("dense", "dense_2"), between("a", "b")])
    .toEqual(["block_0 … 11", "layer_10 … 12", "dense … dense_2", "a … b"]);
  expect([between("norm_2 … grow_2", "norm_1 … grow_1"), between("norm … grow", "norm_1 … look_1"), between("ln47b … attn47", "ln1b … attn1")]).toEqual(["norm … grow", "norm … look_1", "ln47b … attn1"]);
});

const letters = (text: string) => text.length;

it("counts the letters of a beginning that no sibling has, those aside that go on with the name", () => {
  const begins = (names: string[]) => telling(names).map((one) => one.begins);
  expect(begins(["conv2_block2", "conv3_block2", "pool"])).toEqual([5, 5, 1]);
  expect(begins(["dense", "dense_1", "dropout"])).toEqual([2, 6, 2]);
});

it("says a name whole, or a beginning of five letters or more that no sibling has, or nothing", () => {
  const named = (names: string[], rooms: number[]) => rooms.map((room) => shortName(names[0], telling(names)[0], room, letters));
  expect(named(["conv2_block1_2_conv", "conv2_block1_1_conv"], [30, 19, 18, 12, 7])).toEqual(["conv2_block1_2_conv", "conv2_block1_2_conv", "conv2_block1_2_co…", "", ""]);
  expect(named(["conv2d_transpose_1 … re_lu_13", "conv2d_transpose_2 … re_lu_15"], [29, 20, 18])).toEqual(["conv2d_transpose_1 … re_lu_13", "conv2d_transpose_1…", ""]);
  expect(named(["attention", "mlp"], [9, 8, 6, 5])).toEqual(["attention", "attenti…", "atten…", ""]);
  expect(named(["block_7", "block_8"], [7, 6])).toEqual(["block_7", ""]);
  expect(named(["norm … grow ×2", "to_image"], [14, 13, 8, 7])).toEqual(["norm … grow ×2", "norm… ×2", "norm… ×2", ""]);
  expect([6, 5].map((room) => shortName("4 more", WHOLE, room, letters))).toEqual(["4 more", ""]);
});

it("never cuts two siblings to the same text", () => {
  const names = ["conv2_block2", "conv3_block2", "conv4_block2", "encoder_norm_1", "encoder_norm_2", "decoder_norm_1", "dense", "dense_1"];
  const own = telling(names);
  for (let room = 1; room < 16; room++) {
    const cut = names.map((name, at) => shortName(name, own[at], room, letters)).filter(Boolean);
    expect(new Set(cut).size).toBe(cut.length);
  }
});

it("never cuts two stacks to the same text, however often both are there", () => {
  const names = ["block_1 … 2 ×2", "block_3 … 5 ×3", "block_6 … 9 ×4", "block_10 … 12 ×3", "block_13 … 15 ×3"];
  const own = telling(names);
  const cut = (room: number) => names.map((name, at) => shortName(name, own[at], room, letters));
  expect(cut(11)).toEqual(["block_1… ×2", "block_3… ×3", "block_6… ×4", "", ""]);
  for (let room = 1; room < 16; room++) {
    const shown = cut(room).filter(Boolean);
    expect(new Set(shown).size).toBe(shown.length);
  }
});

it("says name and figure where there is room: in full, without the error, the name cut, on two lines", () => {
  const said = { name: "conv2_block1_2_conv", telling: { begins: 5 }, told: "1.95 ± 0.13 ms", brief: "1.95 ms" };
  const label = (room: number, lines = 1) => labelOf(said, room, lines, letters);
  expect(label(34)).toEqual(["conv2_block1_2_conv 1.95 ± 0.13 ms"]);
  expect(label(28)).toEqual(["conv2_block1_2_conv 1.95 ms"]);
  expect(label(18)).toEqual(["conv2_block1_2_co…"]);
  expect(label(14)).toEqual(["conv2_block1_…"]);
  expect(label(14, 2)).toEqual(["conv2_block1_…", "1.95 ± 0.13 ms"]);
  expect(label(7, 2)).toEqual(["conv2_…", "1.95 ms"]);
  expect(label(3, 2)).toEqual([]);
  const more = { name: "118 more", telling: WHOLE, told: "7 ms", brief: "7 ms", least: "+118" };
  expect([13, 8, 4, 3].map((room) => labelOf(more, room, 1, letters))).toEqual([["118 more 7 ms"], ["118 more"], ["+118"], []]);
  expect(labelOf(more, 4, 2, letters)).toEqual(["+118", "7 ms"]);
});
