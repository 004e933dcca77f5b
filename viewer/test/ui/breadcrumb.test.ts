import { expect, it } from "vitest";
import { roomsOf } from "../../src/ui/breadcrumb";

const wide = (text: string) => text.length;

it("gives short names what they need, and long ones what is left", () => {
  // " › " twice takes 6 of 40; "net" takes 3, and each of the others half of what is left.
  expect(roomsOf(["net", "a".repeat(30), "b".repeat(30)], 40, wide)).toEqual({ left: 0, rooms: [3, 15.5, 15.5], told: false });
});

it("leaves out the outer names before it shows less than seven letters of one", () => {
  const names = ["mobilenet_v2", "block_12_stage", "block_12_depthwise", "batchnorm"];
  const { left, rooms, told } = roomsOf(names, 30, wide);
  expect([left, told]).toEqual([2, true]);
  expect(Math.min(...rooms)).toBeGreaterThanOrEqual(7);
  expect(4 + rooms.reduce((sum, room) => sum + room, 3)).toBeLessThanOrEqual(30);
});

it("gives the last name all the room before it tells that others are left out, and no more than there is", () => {
  expect(roomsOf(["net", "block_12_depthwise"], 9, wide)).toEqual({ left: 1, rooms: [9], told: false });
  expect(roomsOf(["net", "tail"], 5, wide)).toEqual({ left: 1, rooms: [4], told: false });
});
