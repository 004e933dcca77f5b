// Which mark an arrow key goes to: the nearest in that direction in the same frame.
import type { Frame, Mark } from "../draw/frame";

export type Direction = "ArrowLeft" | "ArrowRight" | "ArrowUp" | "ArrowDown";

/** The frame that holds the mark called `key`; null when it is not drawn. */
export function frameOf(frame: Frame, key: number): Frame | null {
  for (const mark of frame.marks) {
    if (mark.key === key) return frame;
    if (mark.inside) {
      const found = frameOf(mark.inside, key);
      if (found) return found;
    }
  }
  return null;
}

export function neighbour(frame: Frame, key: number, direction: Direction): Mark | null {
  const from = frame.marks.find((mark) => mark.key === key);
  if (!from) return null;
  const [x, y] = middle(from);
  let best: Mark | null = null;
  let least = Infinity;
  for (const mark of frame.marks) {
    if (mark === from) continue;
    const [ox, oy] = middle(mark);
    const [dx, dy] = [ox - x, oy - y];
    const along = direction === "ArrowLeft" ? -dx : direction === "ArrowRight" ? dx : direction === "ArrowUp" ? -dy : dy;
    const across = direction === "ArrowLeft" || direction === "ArrowRight" ? Math.abs(dy) : Math.abs(dx);
    if (along <= 1) continue;
    const cost = along + 2.5 * across;
    if (cost < least) {
      least = cost;
      best = mark;
    }
  }
  return best;
}

function middle(mark: Mark): [number, number] {
  return [mark.x + mark.w / 2, mark.y + mark.h / 2];
}
