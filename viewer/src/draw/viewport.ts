// Where the camera is and where it goes. What it is aimed at is looked up in the frame that is drawn next, not in the last one.
import { between, centred, fit, panBy, readable, toScreen, visible, zoomAt, type Camera, type Size } from "./camera";
import { find, type Frame, type Mark, type Point, type Rect } from "./frame";

export type Aim =
  /** A camera; `glide`: moving there so that the eye can follow. */
  | { to: "camera"; camera: Camera; glide: boolean }
  /** Where the drawing begins, readable; its lower end; all of it. */
  | { to: "start" }
  | { to: "end" }
  | { to: "all" }
  /** A mark, into the middle, unless it is well in view. */
  | { to: "mark"; key: number }
  /** A mark whose corner stays where it was on screen. */
  | { to: "hold"; key: number; at: Point };

/** Kept free around what is brought into view, in pixels of the screen. */
const MARGIN = 48;
/** Below the first scale a mark is not well in view. Above the second the camera zooms out to show one. */
const READABLE = 0.6;
const LARGE = 1.5;
/** How long a move takes that the eye can follow, in milliseconds. */
const GLIDE = 220;

export class Viewport {
  camera: Camera = { x: 0, y: 0, scale: 1 };
  size: Size = { w: 1, h: 1 };
  private aim: Aim | null = null;
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

  /** Take a new size; what is in the middle stays there. */
  resize(size: Size): void {
    if (this.untouched) this.aim ??= { to: "start" };
    else this.camera = { ...this.camera, x: this.camera.x + (this.size.w - size.w) / 2 / this.camera.scale };
    this.size = size;
    this.changed();
  }

  /** Move the camera for the frame that is drawn at the time `now`; returns whether it has further to go. */
  settle(frame: Frame, now: number): boolean {
    const { aim } = this;
    this.aim = null;
    if (aim) this.take(aim, frame, now);
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
        this.put(readable(world, size, beginning(frame)));
        this.untouched = true;
        break;
      case "end":
        this.put({ ...camera, x: frame.w / 2 - size.w / camera.scale / 2, y: frame.h + 40 / camera.scale - size.h / camera.scale });
        break;
      case "all":
        this.glide(fit(world, size), now);
        break;
      case "mark":
        this.reveal(frame, aim.key, now);
        break;
      case "hold": {
        const found = find(frame, aim.key);
        if (found) this.put({ scale: camera.scale, x: found[1].x - aim.at.x / camera.scale, y: found[1].y - aim.at.y / camera.scale });
      }
    }
  }

  /** Bring a mark into the middle, readable, unless it is well in view already. */
  private reveal(frame: Frame, key: number, now: number): void {
    const found = find(frame, key);
    if (!found) return;
    const rect = found[1];
    const { camera, size } = this;
    if (camera.scale >= READABLE && inView(rect, camera, size)) return;
    const most = Math.min(1, (size.w - 2 * MARGIN) / rect.w, (size.h - 2 * MARGIN) / rect.h);
    const least = Math.max(READABLE, most);
    const scale = camera.scale >= READABLE && camera.scale <= LARGE ? Math.min(camera.scale, least) : least;
    this.glide(topOf(rect, size, scale), now);
  }
}

/** Where reading begins: the first input, or what stands uppermost. */
function beginning({ marks, w }: Frame): number {
  const first = marks.reduce<Mark | null>((best, mark) => (best && best.y <= mark.y + 0.5 ? best : mark), null);
  return first ? first.x + first.w / 2 : w / 2;
}

/** Whether a mark is in view with a margin around it; of one that is larger than half the window, its beginning. */
function inView(rect: Rect, camera: Camera, size: Size): boolean {
  const margin = MARGIN / camera.scale;
  const inner = visible(camera, size);
  return rect.x >= inner.x + margin && rect.y >= inner.y + margin &&
    rect.x + Math.min(rect.w, inner.w / 2) <= inner.x + inner.w - margin &&
    rect.y + Math.min(rect.h, inner.h / 2) <= inner.y + inner.h - margin;
}

/** The mark in the middle. One that is larger than the window begins at the margin, so that its title is in view. */
function topOf(rect: Rect, size: Size, scale: number): Camera {
  const middle = centred(rect, size, scale);
  return {
    x: rect.w * scale > size.w - 2 * MARGIN ? rect.x - MARGIN / scale : middle.x,
    y: rect.h * scale > size.h - 2 * MARGIN ? rect.y - MARGIN / scale : middle.y,
    scale,
  };
}
