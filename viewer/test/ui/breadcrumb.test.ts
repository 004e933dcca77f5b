import { expect, it } from "vitest";
import { roomsOf } from "../../src/ui/breadcrumb";

const wide = (text: string) => text.length;

it("shows the whole path where it has the room", () => {
  // Three names and " › " twice: 3 + 10 + 4 + 6.
  expect(roomsOf(["net", "downsample", "conv"], 23, wide)).toEqual({ left: 0, rooms: [3, 10, 4], told: false });
});

it("leaves out the outer names rather than cut any", () => {
  const names = ["mobilenet_v2", "block_12_stage", "block_12_depthwise", "batchnorm"];
  // "… › " takes 4, and each sign 3: of 18 + 3 + 9 + 4 letters one less leaves room for the last alone.
  expect(roomsOf(names, 34, wide)).toEqual({ left: 2, rooms: [18, 9], told: true });
  expect(roomsOf(names, 33, wide)).toEqual({ left: 3, rooms: [9], told: true });
});

it("gives the last name all the room before it tells that others are left out, and no more than there is", () => {
  expect(roomsOf(["net", "block_12_depthwise"], 9, wide)).toEqual({ left: 1, rooms: [9], told: false });
  expect(roomsOf(["net", "tail"], 5, wide)).toEqual({ left: 1, rooms: [4], told: false });
});
