import { expect, it } from "vitest";
import { calledIn } from "../../src/data/called";

it("calls an op after the layers that it lies in, where TensorFlow has put numbers behind their names", () => {
  expect(calledIn("gpt/block_0/attention/qkv", "gpt_1/block_0_1/attention_1/qkv_1/Tensordot/MatMul")).toBe("gpt/block_0/attention/qkv/Tensordot/MatMul");
  expect(calledIn("gpt/block_0/qkv/Tensordot", "gpt_1/block_0_1/qkv_1/Tensordot")).toBe("gpt/block_0/qkv/Tensordot");
  expect(calledIn("forward/discriminator#2/compare", "discriminator_1/compare_1/reduce_std/Sqrt")).toBe("forward/discriminator#2/compare/reduce_std/Sqrt");
});

it("leaves the name of an op that says where it lies, or that says something else", () => {
  for (const name of ["gpt/block_0/MatMul", "block_0/MatMul", "gpt_1/block_1_1/MatMul", "StatefulPartitionedCall/gpt/MatMul", "block_0", "gpt/block_0_1"]) expect(calledIn("gpt/block_0", name)).toBe(name);
  expect(calledIn("resnet50/conv2_block1_3_conv", "resnet50/conv2_block1_3_conv/convolution")).toBe("resnet50/conv2_block1_3_conv/convolution");
});
