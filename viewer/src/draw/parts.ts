// Where the parts of a mark stand that are drawn beside it, in the mark's own coordinates: the cards behind a stack, the bar
// of a card's figure, the lines to its chips. The same as in `render/svg/marks.py`; `tests/page/golden/card-*.json` pin both.
import type { MarkShape } from "../data/style";
import { behind } from "../place/card";
import type { Mark, Point, Rect } from "./frame";

/** The cards that are seen behind a stack, the one furthest back first. */
export function sheets({ x, y, w, h, count }: Mark, shape: MarkShape): Rect[] {
  const found: Rect[] = [];
  for (let sheet = behind(count, shape); sheet > 0; sheet--) {
    found.push({ x: x + sheet * shape.stackStep, y: y + sheet * shape.stackStep, w, h });
  }
  return found;
}

/** The bar beside a card, and beside those behind it. */
export function heatBar({ x, y, w, h, count }: Rect & { count: number }, shape: MarkShape): Rect {
  return { x: x + w + shape.stackStep * behind(count, shape) + shape.heatGap, y, w: shape.heatBar, h };
}

/** The line from each chip to the mark; chips above or below the mark's height are joined by a line that runs beside it. */
export function docks({ x, y, h, tags }: Mark, { dockBus }: MarkShape): Point[][] {
  return tags.map((tag) => {
    const from = { x: x + tag.x + tag.w, y: y + tag.y + tag.h / 2 };
    if (from.y >= y && from.y <= y + h) return [from, { x, y: from.y }];
    const middle = y + h / 2;
    return [from, { x: x - dockBus, y: from.y }, { x: x - dockBus, y: middle }, { x, y: middle }];
  });
}
