// How large an item is and where its parts stand, from widths that Python measured (`layout/measure.py`).
import type { Rect } from "../draw/frame";
import type { BoxSize } from "./flat";

export const BOX_HEIGHT = 28;
export const PILL_HEIGHT = 30;
export const INSIDE = 20;
const CHIP_HEIGHT = 21;
const CHIP_PITCH = 25;
const CHIP_GAP = 10;
const CHIP_ROWS = 4;
const CARD_LEAST = 150;
const HEAD_ONE = 34;
const HEAD_TWO = 52;
const STACK_ROOM = 15;
/** Where a wire ends that means a card as a whole: this far from its right edge. */
export const WHOLE_INSET = 16;

/** An item's parts: x from its axis, y from its top. `size` is the room of all. */
export interface Measure {
  size: BoxSize;
  body: Rect;
  chips: Rect[];
}

export function headHeight(title: string, second: boolean): number {
  if (!title) return INSIDE - 6;
  return second ? HEAD_TWO : HEAD_ONE;
}

/** A card of these texts, open around something of the size `inside` or folded around nothing. */
export function measureCard(head: number, height: number, inside: [number, number], right: number, stack: boolean): Measure {
  const half = Math.ceil(Math.max(CARD_LEAST, head, inside[0]) / 2);
  const found = around({ x: -half, y: 0, w: 2 * half, h: height + inside[1] }, [], Math.max(right, stack ? STACK_ROOM : 0));
  if (stack) found.size.height = Math.max(found.size.height, found.body.h + STACK_ROOM);
  return found;
}

/** Chips left of the body, the first column nearest; the body in the middle of the height that they need. */
export function around(body: Rect, chips: number[], right: number): Measure {
  const half = body.w / 2;
  const rows = Math.min(CHIP_ROWS, chips.length);
  const height = Math.max(body.h, rows * CHIP_PITCH - (CHIP_PITCH - CHIP_HEIGHT));
  const top = body.h >= height ? 0 : (height - body.h) / 2;
  const rects: Rect[] = [];
  let edge = -half;
  for (let start = 0; start < chips.length; start += CHIP_ROWS) {
    const column = chips.slice(start, start + CHIP_ROWS);
    const middle = Math.min(body.h, chips.length === 1 ? BOX_HEIGHT : height) / 2;
    const first = Math.max(0, top + middle - (column.length * CHIP_PITCH - 4) / 2);
    column.forEach((own, index) => rects.push({ x: edge - CHIP_GAP - own, y: first + index * CHIP_PITCH, w: own, h: CHIP_HEIGHT }));
    edge -= CHIP_GAP + Math.max(...column);
  }
  const size = { left: -edge, right: half + right, height, half, tops: null, bottoms: null };
  return { size, body: { x: body.x, y: top, w: body.w, h: body.h }, chips: rects };
}

/** The room under a body that only its chips need. */
export function slackBelow({ size, body }: Measure): number {
  return size.height > body.y + body.h && body.y === 0 ? 0 : size.height - body.y - body.h;
}
