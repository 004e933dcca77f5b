// Marks written down in a few numbers.
import type { Mark } from "../src/draw/frame";

export function mark(key: number, x: number, y: number, w = 40, h = 20, more: Partial<Mark> = {}): Mark {
  return {
    key, x, y, w, h, form: "box", family: "", title: `m${key}`, subtitle: "", detail: "", corner: "", note: "", kind: "box",
    tags: [], beside: 0, count: 1, inside: null, inset: { x: 0, y: 0 }, ...more,
  };
}
