// What is drawn: marks with coordinates. It knows nothing of what the marks stand for.

export interface Point {
  x: number;
  y: number;
}

export interface Rect extends Point {
  w: number;
  h: number;
}

/** A small docked label, placed relative to its mark. */
export interface Tag extends Rect {
  text: string;
  family: string;
  /** The op that it stands for; -1: it only mentions one. */
  op: number;
}

/** A wire: its corners, its kind (`data`, `bundle` of several, `control`, `next`, `branch`) and the text beside it. */
export interface Line {
  points: Point[];
  kind: string;
  label: string;
  labelAt: Point | null;
  /** Whether the label is written to the left of its place. */
  labelLeft: boolean;
  /** What stands at the arrow head, and where. */
  head: string;
  headAt: Point | null;
  headLeft: boolean;
  /** The ends as positions in the frame's marks; -1 is the border. */
  source: number;
  target: number;
  box: Rect;
}

/** One box, pill or card. `key` names it over the whole drawing. */
export interface Mark extends Rect {
  key: number;
  form: "box" | "pill" | "card";
  family: string;
  title: string;
  subtitle: string;
  detail: string;
  corner: string;
  /** A few words to the right of the mark. */
  note: string;
  /** A card's kind, which decides its frame. */
  kind: string;
  tags: Tag[];
  /** Room kept free to the right of a card, for the cards behind it and for its figure. */
  beside: number;
  /** More than 1: a stack of that many equal cards. */
  count: number;
  /** An open card's inside, drawn from `inset` on. */
  inside: Frame | null;
  inset: Point;
}

/** Marks and lines in one coordinate system. */
export interface Frame {
  w: number;
  h: number;
  marks: Mark[];
  lines: Line[];
}

/** Every mark with its place in the world, parents before children; `into` decides whether to look inside a mark. */
export function* walk(frame: Frame, origin: Point, into: (mark: Mark, at: Point) => boolean): Generator<[Mark, Point]> {
  for (const mark of frame.marks) {
    const at = { x: origin.x + mark.x, y: origin.y + mark.y };
    yield [mark, at];
    if (mark.inside && into(mark, at)) {
      yield* walk(mark.inside, { x: at.x + mark.inset.x, y: at.y + mark.inset.y }, into);
    }
  }
}

export function overlaps(a: Rect, b: Rect): boolean {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}

export function holds(rect: Rect, point: Point): boolean {
  return point.x >= rect.x && point.x <= rect.x + rect.w && point.y >= rect.y && point.y <= rect.y + rect.h;
}

/** The smallest rectangle around some points. */
export function around(points: Point[]): Rect {
  let left = Infinity;
  let top = Infinity;
  let right = -Infinity;
  let bottom = -Infinity;
  for (const { x, y } of points) {
    left = Math.min(left, x);
    right = Math.max(right, x);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  }
  return points.length ? { x: left, y: top, w: right - left, h: bottom - top } : { x: 0, y: 0, w: 0, h: 0 };
}

/** The innermost mark under a point, with its place in the world; null where there is none. */
export function markAt(frame: Frame, point: Point, origin: Point = { x: 0, y: 0 }): [Mark, Rect] | null {
  for (let index = frame.marks.length - 1; index >= 0; index--) {
    const mark = frame.marks[index];
    const rect = { x: origin.x + mark.x, y: origin.y + mark.y, w: mark.w, h: mark.h };
    if (!holds(rect, point)) continue;
    if (mark.inside) {
      const inner = markAt(mark.inside, point, { x: rect.x + mark.inset.x, y: rect.y + mark.inset.y });
      if (inner) return inner;
    }
    return [mark, rect];
  }
  return null;
}

/** The mark called `key` with its place in the world, behind the marks that hold it, the outermost first; empty when it is not drawn now. */
export function wayTo(frame: Frame, key: number, origin: Point = { x: 0, y: 0 }): [Mark, Rect][] {
  for (const mark of frame.marks) {
    const rect = { x: origin.x + mark.x, y: origin.y + mark.y, w: mark.w, h: mark.h };
    if (mark.key === key) return [[mark, rect]];
    const inner = mark.inside ? wayTo(mark.inside, key, { x: rect.x + mark.inset.x, y: rect.y + mark.inset.y }) : [];
    if (inner.length) return [[mark, rect], ...inner];
  }
  return [];
}

/** Where the mark called `key` is in the world; null when it is not drawn now. */
export function find(frame: Frame, key: number): [Mark, Rect] | null {
  return wayTo(frame, key).pop() ?? null;
}

/** A side of a rectangle as far as it is in view; `cut`: the rectangle goes on beyond it. */
export interface Side {
  from: Point;
  to: Point;
  cut: boolean;
}

/** The sides of a rectangle, those that lie out of view in their stead at its edge. */
export function sidesWithin({ x, y, w, h }: Rect, view: Rect): Side[] {
  const along = (start: number, length: number, from: number, room: number) => {
    const [before, after] = [start < from, start + length > from + room];
    return { start: before ? from : start, end: after ? from + room : start + length, before, after };
  };
  const [across, down] = [along(x, w, view.x, view.w), along(y, h, view.y, view.h)];
  if (across.end <= across.start || down.end <= down.start) return [];
  return sidesOf({ left: across.start, right: across.end, top: down.start, bottom: down.end }, [down.before, across.after, down.after, across.before]);
}

/** The sides of a rectangle that is cut: where one is, those beside it run on to the edge of the view. */
export function runningOn([top, right, bottom, left]: readonly Side[], { x, y, w, h }: Rect): Side[] {
  const ends = {
    left: left.cut ? x : left.from.x, right: right.cut ? x + w : right.from.x,
    top: top.cut ? y : top.from.y, bottom: bottom.cut ? y + h : bottom.from.y,
  };
  return sidesOf(ends, [top.cut, right.cut, bottom.cut, left.cut]);
}

function sidesOf({ left, right, top, bottom }: { left: number; right: number; top: number; bottom: number }, cut: readonly boolean[]): Side[] {
  const corners = [{ x: left, y: top }, { x: right, y: top }, { x: right, y: bottom }, { x: left, y: bottom }];
  return corners.map((from, index) => ({ from, to: corners[(index + 1) % corners.length], cut: cut[index] }));
}
