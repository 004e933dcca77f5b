// The wires of the overview where marks have moved: each keeps its corners and ends on the marks that it ended on.
import type { Point, Rect } from "../draw/frame";
import type { Stretch } from "./stretch";

/** A mark that wires may end on, and where it is now. */
export interface Ground {
  was: Rect;
  now: Rect;
  /** By how much a wire that meets it at this x moves right, at its top or at its bottom. */
  dx(x: number, atTop: boolean): number;
}

const NEAR = 0.6;
/** A line ends inside its arrow head, so far above the mark. */
const HEAD = 7;
/** Where a wire between two marks steps aside: so far above its arrow head, below the words beside it. */
const STEP = 4;
/** The radius of a corner: as in pictures. */
const ROUND = 6;

/** The corners of a wire as the overview writes it: level and upright pieces, with a curve around each corner. */
export function cornersOf(path: string): Point[] {
  const points: Point[] = [];
  let [at, lines] = [{ x: 0, y: 0 }, 0];
  for (const [, command, text] of path.matchAll(/([MHVLQ])([^MHVLQ]*)/g)) {
    const numbers = text.trim().split(/[\s,]+/).map(Number);
    if (command === "Q") {
      if (lines) points.pop(); // where the curve begins is no corner
      points.push({ x: numbers[0], y: numbers[1] });
      at = { x: numbers[2], y: numbers[3] };
      lines = 0;
      continue;
    }
    at = command === "H" ? { x: numbers[0], y: at.y } : command === "V" ? { x: at.x, y: numbers[0] } : { x: numbers[0], y: numbers[1] };
    lines = command === "M" ? 0 : 1;
    points.push(at);
  }
  return points;
}

/** The path through some corners, these rounded. */
export function pathThrough(points: readonly Point[]): string {
  const corners = points.filter((point, index) => !index || point.x !== points[index - 1].x || point.y !== points[index - 1].y);
  const text = ({ x, y }: Point) => `${tidy(x)} ${tidy(y)}`;
  const parts = corners.slice(1, -1).map((corner, index) => {
    const [before, after] = [corners[index], corners[index + 2]];
    const radius = Math.min(ROUND, far(before, corner) / 2, far(corner, after) / 2);
    return `L${text(towards(corner, before, radius))}Q${text(corner)} ${text(towards(corner, after, radius))}`;
  });
  return `M${text(corners[0])}${parts.join("")}${corners.length > 1 ? `L${text(corners[corners.length - 1])}` : ""}`;
}

function far(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

function towards(start: Point, end: Point, distance: number): Point {
  const length = far(start, end) || 1;
  return { x: start.x + ((end.x - start.x) * distance) / length, y: start.y + ((end.y - start.y) * distance) / length };
}

function tidy(value: number): string {
  return String(Math.round(value * 10) / 10);
}

/** The point of an arrow head, and where it leads: 1 to the right, -1 to the left, into a sign's side; 0 down. */
export interface Tip {
  at: Point;
  side: number;
}

/** Where the level piece leads with which a wire ends: 1 to the right, -1 to the left; 0 if it ends with an upright one. */
function entered(wire: readonly Point[]): number {
  if (wire.length < 2) return 0;
  const [before, last] = wire.slice(-2);
  return before.y === last.y ? Math.sign(last.x - before.x) : 0;
}

/** An upright piece of a wire: where it was and where it is. */
interface Upright {
  x: number;
  top: number;
  bottom: number;
  now: number;
}

/** Moves the wires of one column. Wires that branch off another one, and labels, follow the piece that they are at. */
export class WireMover {
  private readonly uprights: Upright[] = [];

  constructor(
    private readonly stretch: Stretch,
    private readonly grounds: readonly Ground[],
  ) {}

  /** The corners of all wires where they are now. Those that begin at a mark come first: others may branch off them. */
  move(wires: readonly Point[][]): Point[][] {
    const result = new Map<Point[], Point[]>();
    const own = (wire: Point[]) => this.left(wire[0]) !== undefined;
    for (const wire of [...wires.filter(own), ...wires.filter((each) => !own(each))]) result.set(wire, this.one(wire));
    return wires.map((wire) => result.get(wire) as Point[]);
  }

  /** The point of an arrow head. */
  head({ at, side }: Tip): Point {
    return side ? this.beside(at, side, 0) : this.shift(at, this.met(at, 0));
  }

  /** By how much the upright piece at a point has moved right. */
  dx(x: number, y: number): number {
    const found = this.uprights.find((each) => Math.abs(each.x - x) < NEAR && y >= each.top - NEAR && y <= each.bottom + NEAR);
    return found ? found.now - x : this.stretch.dx(x);
  }

  private one(wire: Point[]): Point[] {
    const { stretch } = this;
    const [first, last] = [wire[0], wire[wire.length - 1]];
    const [from, to] = [this.left(first), this.met(last, HEAD)];
    const start = from ? this.shift(first, from) : { x: first.x + this.dx(first.x, first.y), y: first.y + stretch.dy(first.y) };
    const side = entered(wire);
    const end = side ? this.beside(last, side, HEAD) : this.shift(last, to);
    const points = wire.map(({ x, y }) => ({ x: x + stretch.dx(x), y: y + stretch.dy(y) }));
    // The upright pieces at both ends go along with the marks there.
    for (let index = 0; index < wire.length && wire[index].x === first.x; index++) points[index].x = start.x;
    const straight = wire.every(({ x }) => x === first.x);
    if (side) points[wire.length - 2].y = end.y;
    for (let index = wire.length - 1; index >= 0 && !straight && !side && wire[index].x === last.x; index--) points[index].x = end.x;
    points[0] = start;
    points[points.length - 1] = end;
    if (straight && Math.abs(start.x - end.x) >= NEAR) {
      const level = Math.max((start.y + end.y) / 2, end.y - STEP);
      points.splice(1, points.length - 2, { x: start.x, y: level }, { x: end.x, y: level });
    }
    this.note(wire, points, straight);
    return points;
  }

  private note(wire: Point[], points: Point[], straight: boolean): void {
    const add = (a: Point, b: Point, now: number) => void this.uprights.push({ x: a.x, top: Math.min(a.y, b.y), bottom: Math.max(a.y, b.y), now });
    if (straight) return add(wire[0], wire[wire.length - 1], points[0].x);
    for (let index = 1; index < wire.length; index++) if (wire[index].x === wire[index - 1].x) add(wire[index - 1], wire[index], points[index].x);
  }

  /** The mark that a wire leaves at its bottom. */
  private left(start: Point): Ground | undefined {
    return this.grounds.find(({ was }) => leaves(was, start));
  }

  /** The mark that a wire meets at its top, `above` it at most. */
  private met(end: Point, above: number): Ground | undefined {
    return this.grounds.find(({ was }) => meets(was, end, above));
  }

  /** A point at the side of a sign, `before` it at most: `side` is 1 at its left side, where the wire leads to the right. */
  private beside(point: Point, side: number, before: number): Point {
    const { x, y } = point;
    const far = ({ x: left, w }: Rect) => side * ((side > 0 ? left : left + w) - x);
    const ground = this.grounds.find(({ was }) => far(was) > -NEAR && far(was) < before + NEAR && y > was.y && y < was.y + was.h);
    if (!ground) return this.shift(point, undefined);
    const { was, now } = ground;
    return { x: side > 0 ? now.x + x - was.x : now.x + now.w + x - was.x - was.w, y: now.y + y - was.y };
  }

  /** A point at the top or the bottom of a mark, or elsewhere. */
  private shift({ x, y }: Point, ground: Ground | undefined): Point {
    if (!ground) return { x: x + this.dx(x, y), y: y + this.stretch.dy(y) };
    const { was, now } = ground;
    const atTop = Math.abs(y - was.y) <= Math.abs(y - was.y - was.h);
    const dx = ground.dx(x, atTop);
    return { x: x + dx, y: atTop ? now.y + y - was.y : now.y + now.h + y - was.y - was.h };
  }
}

function leaves(mark: Rect, { x, y }: Point): boolean {
  return Math.abs(mark.y + mark.h - y) < NEAR && within(mark, x);
}

function meets(mark: Rect, { x, y }: Point, above: number): boolean {
  return mark.y - y > -NEAR && mark.y - y < above + NEAR && within(mark, x);
}

/** Where wires meet a mark at its top, and where they leave it at its bottom: each place once. */
export function endsOn(mark: Rect, wires: readonly Point[][]): { entering: number[]; leaving: number[] } {
  const ended = wires.filter((wire) => !entered(wire)).map((wire) => wire[wire.length - 1]).filter((end) => meets(mark, end, HEAD));
  const started = wires.map(([start]) => start).filter((start) => leaves(mark, start));
  const places = (points: Point[]) => [...new Set(points.map(({ x }) => tidy(x)))].map(Number);
  return { entering: places(ended), leaving: places(started) };
}

function within({ x, w }: Rect, at: number): boolean {
  return at >= x - 1 && at <= x + w + 1;
}
