// Where the camera is and where it goes. What it is aimed at is looked up in the frame that is drawn next, not in the last one.
import { between, centred, filled, fit, panBy, readable, toScreen, visible, zoomAt, type Camera, type Size } from "./camera";
import { find, wayTo, type Frame, type Mark, type Point, type Rect } from "./frame";

export type Aim =
  /** A camera; `glide`: moving there so that the eye can follow. */
  | { to: "camera"; camera: Camera; glide: boolean }
  /** Where the drawing begins, readable; its lower end; all of it. */
  | { to: "start" }
  | { to: "end" }
  | { to: "all" }
  /** A mark, into the middle, unless it is well in view; `anew`: even then, since what is around it was closed. */
  | { to: "mark"; key: number; anew?: boolean }
  /** A mark whose corner stays where it was on screen. */
  | { to: "hold"; key: number; at: Point };

/** Kept free around what is brought into view, in pixels of the screen: this part of the window, yet between these. */
const MARGIN = { part: 0.06, least: 24, most: 48 };
/** Below the first scale a mark is not well in view. Above the second the camera zooms out to show one. */
const READABLE = 0.7;
/** The scale at which a part of a mark is shown. */
const PART = 0.9;
const LARGE = 1.5;
/** A mark is shown whole down to this scale; of one that is larger still, the beginning is shown. */
const WHOLE = 0.7;
/** The room of the figure beside a box. */
const FIGURE = 80;
/** How long a move takes that the eye can follow, in milliseconds. */
const GLIDE = 220;

export class Viewport {
  camera: Camera = { x: 0, y: 0, scale: 1 };
  size: Size = { w: 1, h: 1 };
  private aim: Aim | null = null;
  /** What the camera was aimed at last. */
  private taken: Aim | null = null;
  private way: { from: Camera; to: Camera; start: number } | null = null;
  /** Whether the camera is still where the page put it. Then it is put there again when the size changes: a notebook lays out its cells late. */
  private untouched = false;

  /**
   * @param changed is told that a frame is due.
   * @param still whether motion is not wanted.
   */
  constructor(
    private readonly changed: () => void,
    private readonly still: () => boolean,
  ) {}

  /** Put the camera somewhere at once. */
  set(camera: Camera): void {
    this.stop();
    this.put(camera);
    this.changed();
  }

  /** Where the camera is once it is at rest. */
  get goal(): Camera {
    return this.way?.to ?? this.camera;
  }

  pan(dx: number, dy: number): void {
    this.set(panBy(this.camera, dx, dy));
  }

  /** Zoom about a point of the screen, its middle if none is given. */
  zoom(factor: number, at: Point = { x: this.size.w / 2, y: this.size.h / 2 }): void {
    this.set(zoomAt(this.camera, at, factor));
  }

  go(aim: Aim): void {
    this.aim = aim;
    this.changed();
  }

  /** Keep a mark of the present frame where it is on screen; one that is not drawn does not matter. */
  hold(frame: Frame, key: number): void {
    const found = find(frame, key);
    if (found) this.go({ to: "hold", key, at: toScreen(this.camera, found[1]) });
  }

  /** Stop moving, and forget where to. */
  stop(): void {
    this.way = null;
    this.aim = null;
  }

  /** Whether all of a mark of this frame is in view, and the camera is not on its way elsewhere. */
  shows(frame: Frame, key: number): boolean {
    const found = this.aim || this.way ? null : find(frame, key);
    if (!found) return false;
    const [rect, seen] = [found[1], visible(this.camera, this.size)];
    return rect.x >= seen.x && rect.y >= seen.y && rect.x + rect.w <= seen.x + seen.w && rect.y + rect.h <= seen.y + seen.h;
  }

  /** Take a new size; what is in the middle stays there. */
  resize(size: Size): void {
    if (this.untouched) this.aim ??= { to: "start" };
    else this.shift(this.size.w - size.w);
    this.size = size;
    this.changed();
  }

  /** Keep what is in the middle there, of a way both its ends: what is selected may bring the panel that takes the room. Then the aim is taken once more. */
  private shift(less: number): void {
    const moved = (camera: Camera): Camera => ({ ...camera, x: camera.x + less / 2 / camera.scale });
    this.camera = moved(this.camera);
    if (!this.way) return;
    this.way = { ...this.way, from: moved(this.way.from), to: moved(this.way.to) };
    this.aim ??= this.taken;
  }

  /** Move the camera for the frame that is drawn at the time `now`; returns whether it has further to go. */
  settle(frame: Frame, now: number): boolean {
    const { aim } = this;
    this.aim = null;
    if (aim) this.take(aim, frame, now);
    this.taken = aim ?? this.taken;
    if (!this.way) return false;
    const { from, to, start } = this.way;
    const part = Math.min(1, Math.max(0, (now - start) / GLIDE));
    this.camera = part < 1 ? between(from, to, part) : to;
    if (part === 1) this.way = null;
    return part < 1;
  }

  private put(camera: Camera): void {
    this.way = null;
    this.untouched = false;
    this.camera = camera;
  }

  private glide(to: Camera, now: number): void {
    this.put(this.camera);
    if (this.still()) this.camera = to;
    else this.way = { from: this.camera, to, start: now };
  }

  private take(aim: Aim, frame: Frame, now: number): void {
    const { size, camera } = this;
    const world = { x: 0, y: 0, w: frame.w, h: frame.h };
    switch (aim.to) {
      case "camera":
        if (aim.glide) this.glide(aim.camera, now);
        else this.put(aim.camera);
        break;
      case "start":
        this.put(readable(world, size, ...beginning(frame)));
        this.untouched = true;
        break;
      case "end":
        this.put({ ...camera, x: frame.w / 2 - size.w / camera.scale / 2, y: frame.h + 40 / camera.scale - size.h / camera.scale });
        break;
      case "all":
        this.glide(fit(world, size), now);
        break;
      case "mark":
        this.reveal(frame, aim.key, now, aim.anew ?? false);
        break;
      case "hold": {
        const found = find(frame, aim.key);
        if (found) this.put({ scale: camera.scale, x: found[1].x - aim.at.x / camera.scale, y: found[1].y - aim.at.y / camera.scale });
      }
    }
  }

  /** Bring a mark into the middle, readable, unless it is well in view already. */
  private reveal(frame: Frame, key: number, now: number, anew: boolean): void {
    const found = wayTo(frame, key).reverse();
    const [rect, ...around] = found.map(([mark, at]) => withBeside(mark, at));
    if (!rect) return;
    const { camera, size } = this;
    const margin = marginOf(size);
    const whole = Math.min(1, (size.w - 2 * margin.x) / rect.w, (size.h - 2 * margin.y) / rect.h);
    if (!anew && camera.scale >= READABLE && inView(rect, camera, size, margin) && (whole < WHOLE || camera.scale <= whole || camera.scale > 1)) return;
    const scale = whole < WHOLE ? PART : whole;
    const kept = camera.scale >= READABLE && camera.scale <= LARGE ? Math.min(camera.scale, scale) : scale;
    const fitted = whole < WHOLE ? kept : withAround(kept, around, size.w - 2 * margin.x);
    this.glide(filled(topOf(rect, size, fitted, margin, chainOf(found[0])), size, [...around, { x: 0, y: 0, w: frame.w, h: frame.h }], margin), now);
  }
}

/** Where reading begins, the middle of the first input or of what stands uppermost, and the left of the first card under it, whose title is read first. */
function beginning({ marks, w }: Frame): [middle: number, left: number | undefined] {
  const upper = (best: Mark | null, mark: Mark) => (best && best.y <= mark.y + 0.5 ? best : mark);
  const first = marks.reduce<Mark | null>(upper, null);
  if (!first) return [w / 2, undefined];
  const middle = first.x + first.w / 2;
  const card = marks.filter(({ form, x, w: wide }) => form === "card" && x <= middle && middle <= x + wide).reduce<Mark | null>(upper, null);
  return [middle, card?.x];
}

/** A mark with all that is read with it: its chips on the left, on the right the cards behind it and its figure. */
export function withBeside({ tags, beside, form }: Mark, rect: Rect): Rect {
  const left = tags.reduce((least, tag) => Math.min(least, tag.x), 0);
  return { ...rect, x: rect.x + left, w: rect.w - left + (form === "box" ? Math.max(beside, FIGURE) : beside) };
}

function marginOf({ w, h }: Size): Point {
  const of = (length: number) => Math.max(MARGIN.least, Math.min(MARGIN.most, MARGIN.part * length));
  return { x: of(w), y: of(h) };
}

/** Whether a mark is in view with a margin around it; of one that is larger than the window, its beginning. */
function inView(rect: Rect, { x, y, scale }: Camera, { w, h }: Size, margin: Point): boolean {
  const within = (start: number, length: number, from: number, room: number, edge: number) =>
    start >= from + edge && start + Math.min(length, room - 2 * edge) <= from + room - edge + 1e-6;
  return within(rect.x, rect.w, x, w / scale, margin.x / scale) && within(rect.y, rect.h, y, h / scale, margin.y / scale);
}

/** A scale at which the cards around a mark are in view with both their borders, from the innermost on, as far as that does not make it too small. */
function withAround(scale: number, around: Rect[], room: number): number {
  let found = scale;
  for (const { w } of around) {
    if (room / w < READABLE) break;
    found = Math.min(found, room / w);
  }
  return found;
}

/** The middle of the chain that leads out of an open card: of its lowest mark. */
export function chainOf([{ inside, inset }, at]: [Mark, Point]): number | null {
  if (!inside?.marks.length) return null;
  const last = inside.marks.reduce((best, mark) => (mark.y + mark.h > best.y + best.h ? mark : best));
  return at.x + inset.x + last.x + last.w / 2;
}

/**
 * The mark in the middle. One that is higher than the window begins at the margin. One that is wider is shown where its main chain is: its title is
 * written where the window begins.
 */
function topOf(rect: Rect, size: Size, scale: number, margin: Point, main: number | null): Camera {
  const middle = centred(rect, size, scale);
  const [left, right] = [rect.x - margin.x / scale, rect.x + rect.w + margin.x / scale - size.w / scale];
  return {
    x: rect.w * scale > size.w - 2 * margin.x + 1e-6 ? Math.max(left, Math.min(right, main === null ? left : main - size.w / scale / 2)) : middle.x,
    y: rect.h * scale > size.h - 2 * margin.y + 1e-6 ? rect.y - margin.y / scale : middle.y,
    scale,
  };
}
