import { expect, it } from "vitest";
import { fitted, Names } from "../../src/ui/names";

/** What is left of each name where only its beginning and its end have room. */
function kept(names: string[]): string[] {
  const all = new Names(names);
  return names.map((name) => {
    const { start, middle, end } = all.cut(name);
    expect(start + middle + end).toBe(name);
    return `${start}*${end}`;
  });
}

it("keeps the beginning where names differ there", () => {
  expect(kept(["conv1_pad", "conv2_block2", "conv3_block2", "conv4_block2"])).toEqual(["*pad", "conv2_*", "conv3_*", "conv4_*"]);
});

it("keeps the end where names differ there, however short it is", () => {
  expect(kept(["conv4_block1_1_conv", "conv4_block1_1_bn", "conv4_block1_2_conv", "conv4_block1_2_bn", "conv4_block1_add"])).toEqual([
    "*1_conv", "*1_bn", "*2_conv", "*2_bn", "*add",
  ]);
});

it("keeps both where one is not enough", () => {
  const names = ["encoder_0_attention_query", "encoder_0_attention_key", "decoder_0_attention_query", "decoder_0_attention_key"];
  expect(kept(names)).toEqual(["encoder_*query", "encoder_*key", "decoder_*query", "decoder_*key"]);
});

it("tells apart all names of a thousand blocks, and leaves the middle of each", () => {
  const names = Array.from({ length: 1000 }, (_, number) => `backbone_block${number % 40}_stage${Math.floor(number / 40)}_conv`);
  const found = kept(names);
  expect(new Set(found).size).toBe(1000);
});

it("cuts nothing off a short name, and keeps the end of what nothing tells apart", () => {
  expect(kept(["add", "add", "out"])).toEqual(["*", "*", "*"]);
  expect(kept(["a_very_long_name", "a_very_long_name"])).toEqual(["*long_name", "*long_name"]);
});

it("cuts a name with which others go on at its end", () => {
  expect(kept(["batch_normalization", "batch_normalization_1", "conv2d_transpose"])).toEqual(["*", "*1", "conv2d_*"]);
});

it("leaves a name of one word in one piece", () => {
  expect(kept(["discriminator", "discriminator#2", "generator"])).toEqual(["*", "*2", "*"]);
});

it("leaves out of a name what has no room, in one place", () => {
  const cut = new Names(["expanded_conv_depthwise", "expanded_conv_depthwise_BN", "expanded_conv_project_BN"]).cut("expanded_conv_depthwise_BN");
  const shown = (room: number) => {
    const { start, middle, end } = fitted(cut, room, (text) => text.length);
    return middle ? `${start}…${end}` : start + end;
  };
  expect(shown(26)).toBe("expanded_conv_depthwise_BN");
  expect(shown(25)).toBe("expanded_con…depthwise_BN");
  for (let room = 3; room <= 26; room++) expect(shown(room).length).toBeLessThanOrEqual(room);
});
