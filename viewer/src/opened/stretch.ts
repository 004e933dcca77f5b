// Makes room in the overview: where one mark gives way to a larger frame, what is below moves down and what is right of it moves right. Everything keeps its order
// in both directions, so what did not overlap does not overlap afterwards, and a wire that met a mark still can.
import type { Point, Rect } from "../draw/frame";

/** A mark that gives way to a frame of this size. */
export interface Grown {
  mark: Rect;
  wide: number;
  /** With what is kept free above and below the frame, where wires step aside. */
  high: number;
  above?: number;
  below?: number;
  /** What stands nearest at its height: how far left the frame may begin, and what has to move when it reaches further right. */
  from: number;
  next: number;
}

/** Between a frame and what stands beside it. */
export const BESIDE = 10;
const NEAR = 0.6;

/** From a place on, everything moves by so much. */
interface Step {
  at: number;
  by: number;
}

export class Stretch {
  private readonly right: Step[] = [];
  private readonly down: Step[] = [];

  constructor(grown: readonly Grown[]) {
    for (const each of [...grown].sort((a, b) => middle(a.mark).x - middle(b.mark).x)) {
      const most = middle(each.mark).x;
      const beyond = left(each) + each.wide + BESIDE - each.next;
      this.right.push({ at: each.next - NEAR, by: moved(this.right, most) + Math.max(0, beyond) });
    }
    for (const { mark, high } of [...grown].sort((a, b) => a.mark.y - b.mark.y)) {
      this.down.push({ at: mark.y + mark.h + NEAR / 10, by: moved(this.down, middle(mark).y) + Math.max(0, high - mark.h) });
    }
  }

  /** By how much what is at this x moves right. */
  dx(x: number): number {
    return moved(this.right, x);
  }

  /** By how much what is at this y moves down. */
  dy(y: number): number {
    return moved(this.down, y);
  }

  /** A mark that keeps its size. */
  moved(mark: Rect): Point {
    const { x, y } = middle(mark);
    return { x: this.dx(x), y: this.dy(y) };
  }

  /** An open card, which grows with what is in it. */
  around({ x, y, w, h }: Rect): Rect {
    const [x1, y1] = [x + this.dx(x), y + this.dy(y)];
    return { x: x1, y: y1, w: x + w + this.dx(x + w) - x1, h: y + h + this.dy(y + h) - y1 };
  }

  /** The frame of a mark that gives way: at its top or what is kept free there below that, over its whole width, so that wires end on it where they ended on the mark. */
  frame(grown: Grown): Rect {
    const { mark, above = 0, below = 0 } = grown;
    const whole = this.around(mark);
    const { x, y } = middle(mark);
    const from = Math.min(left(grown) + this.dx(x), whole.x);
    return { x: from, y: mark.y + this.dy(y) + above, w: Math.max(left(grown) + this.dx(x) + grown.wide, whole.x + whole.w) - from, h: grown.high - above - below };
  }
}

/** In the middle over the mark, as far as there is room on the left; what is too much reaches right. */
function left({ mark, wide, from }: Grown): number {
  return Math.min(mark.x, Math.max(from, middle(mark).x - wide / 2));
}

function moved(steps: readonly Step[], at: number): number {
  let by = 0;
  for (const step of steps) if (step.at <= at && step.by > by) by = step.by;
  return by;
}

export function middle({ x, y, w, h }: Rect): Point {
  return { x: x + w / 2, y: y + h / 2 };
}

/** How far a frame in the place of `mark` may reach: `from` and `next` of what stands beside it, `around` being what holds it. */
export function room(mark: Rect, beside: Iterable<Rect>, around: Rect): { from: number; next: number } {
  let [from, next] = [around.x + BESIDE, around.x + around.w];
  for (const { x, y, w, h } of beside) {
    if (y + h <= mark.y + NEAR || y >= mark.y + mark.h - NEAR) continue;
    if (x + w <= mark.x + NEAR) from = Math.max(from, x + w + BESIDE);
    else if (x >= mark.x + mark.w - NEAR) next = Math.min(next, x);
  }
  return { from, next };
}
