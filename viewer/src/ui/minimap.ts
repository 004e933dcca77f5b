// The whole drawing in small, with the part in view, the selection and what was found marked; a click or drag goes there.
import { centred, visible } from "../draw/camera";
import { around, overlaps, walk, type Frame, type Mark, type Point, type Rect } from "../draw/frame";
import type { Look } from "../draw/look";
import { withBeside, type Viewport } from "../draw/viewport";
import { h } from "./dom";

const WIDE = 108;
const HIGH = 100;
const DEEP = 3;
/** Between the picture and the edges of the drawing, and between it and what is drawn. */
const EDGE = 10;
const APART = 4;
/** Where it may stand, the usual corner first. */
const CORNERS = ["right bottom", "left bottom", "right top", "left top"];

export class Minimap {
  readonly element = h("canvas", { class: "minimap", "aria-hidden": "true" });
  private picture: HTMLCanvasElement | null = null;
  private frame: Frame | null = null;
  private scale = 1;
  /** Where what is lit is, and the selection; null when that is to be looked up again. */
  private spots: { lit: Rect[]; selected: Rect | null } | null = null;
  private corner = CORNERS[0];
  /** Whether it makes room where something is drawn in each corner; not where a reader asked for it. */
  private modest = true;
  private held = false;
  /** Whether all of the drawing is in view: there is nothing for a map to show then. */
  whole = false;
  /** Told when it comes or goes by itself. */
  changedBy: () => void = () => undefined;

  constructor(
    private readonly viewport: Viewport,
    private readonly look: () => Look,
  ) {
    const go = (event: PointerEvent) => {
      if (!event.buttons) return;
      const rect = this.element.getBoundingClientRect();
      const x = (event.clientX - rect.left - this.left()) / this.scale;
      const y = (event.clientY - rect.top - this.top()) / this.scale;
      viewport.set(centred({ x, y, w: 0, h: 0 }, viewport.size, viewport.camera.scale));
    };
    this.element.addEventListener("pointerdown", (event) => {
      this.element.setPointerCapture(event.pointerId);
      this.held = true;
      go(event);
    });
    for (const end of ["pointerup", "pointercancel"]) {
      this.element.addEventListener(end, () => {
        this.held = false;
        if (this.frame) this.stand(this.frame);
      });
    }
    this.element.addEventListener("pointermove", go);
  }

  get shown(): boolean {
    return !this.element.classList.contains("off") && !this.element.hidden;
  }

  /** Show it or hide it. `asked`: a reader wants it, whatever it covers. */
  show(shown: boolean, asked: boolean): void {
    this.modest = !asked;
    this.element.classList.toggle("off", !shown);
    if (this.frame) this.stand(this.frame);
  }

  /** Stand where it covers nothing, or go away, and tell who shows whether it is there. */
  private stand(frame: Frame): void {
    const before = [this.shown, this.whole].join();
    this.place(frame);
    if ([this.shown, this.whole].join() !== before) this.changedBy();
  }

  /** Where there is no corner in which it covers nothing, it goes away. Not from under the pointer. */
  private place(frame: Frame): void {
    const { viewport, element } = this;
    const seen = visible(viewport.camera, viewport.size);
    this.whole = seen.w >= frame.w && seen.h >= frame.h && seen.x <= 0 && seen.y <= 0;
    if (this.whole || this.held || element.classList.contains("off")) {
      element.hidden = this.whole;
      return;
    }
    const { selected } = this.look();
    const free = (bordered: (mark: Mark) => boolean) => [this.corner, ...CORNERS.filter((one) => one !== this.corner)].find((corner) => !covers(this.at(corner), frame, bordered));
    // Best over no border at all; that of a selected card is never covered.
    const corner = free(() => true) ?? free((mark) => mark.key === selected);
    element.hidden = corner === undefined && this.modest;
    this.corner = corner ?? CORNERS[0];
    element.dataset.corner = this.corner;
  }

  /** The part of the world that it would cover in a corner. */
  private at(corner: string): Rect {
    const { camera: { x, y, scale }, size } = this.viewport;
    const left = corner.startsWith("left") ? EDGE : size.w - EDGE - WIDE;
    const top = corner.endsWith("top") ? EDGE : size.h - EDGE - HIGH;
    return { x: x + (left - APART) / scale, y: y + (top - APART) / scale, w: (WIDE + 2 * APART) / scale, h: (HIGH + 2 * APART) / scale };
  }

  /** Forget the picture: the drawing or its colours have changed. */
  changed(): void {
    this.picture = null;
    this.spots = null;
  }

  /** Forget what is marked: the selection or what is lit has changed. */
  pointed(): void {
    this.spots = null;
  }

  draw(frame: Frame): void {
    const { viewport, element } = this;
    const ratio = Math.min(2, window.devicePixelRatio || 1);
    if (element.width !== WIDE * ratio) {
      element.width = WIDE * ratio;
      element.height = HIGH * ratio;
    }
    if (!this.picture || this.frame !== frame) this.paint(frame, ratio);
    const context = element.getContext("2d");
    if (!context || !this.picture) return;
    const { theme } = this.look();
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.drawImage(this.picture, 0, 0);
    const seen = visible(viewport.camera, viewport.size);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.points(context, frame);
    context.strokeStyle = theme.accent;
    context.lineWidth = 1.5;
    const x = Math.max(1, this.left() + seen.x * this.scale);
    const y = Math.max(1, this.top() + seen.y * this.scale);
    const right = Math.min(WIDE - 1, this.left() + (seen.x + seen.w) * this.scale);
    const bottom = Math.min(HIGH - 1, this.top() + (seen.y + seen.h) * this.scale);
    if (right > x && bottom > y) context.strokeRect(x, y, right - x, bottom - y);
    this.stand(frame);
  }

  private points(context: CanvasRenderingContext2D, frame: Frame): void {
    const { theme } = this.look();
    const { lit, selected } = (this.spots ??= this.found(frame));
    const place = (rect: Rect, least: number): [number, number, number, number] => {
      const [w, high] = [Math.max(least, rect.w * this.scale), Math.max(least, rect.h * this.scale)];
      return [this.left() + (rect.x + rect.w / 2) * this.scale - w / 2, this.top() + (rect.y + rect.h / 2) * this.scale - high / 2, w, high];
    };
    context.fillStyle = theme.hit;
    for (const rect of lit) context.fillRect(...place(rect, 2.5));
    context.fillStyle = theme.accent;
    if (selected) context.fillRect(...place(selected, 4));
  }

  /** The marks that are lit, small ones once a place, and the selected one. */
  private found(frame: Frame): { lit: Rect[]; selected: Rect | null } {
    const { lit, holders, elsewhere, selected } = this.look();
    const places = new Map<string, Rect>();
    let chosen: Rect | null = null;
    if (lit || selected !== null) {
      for (const [mark, at] of walk(frame, { x: 0, y: 0 }, () => true)) {
        const rect = { ...at, w: mark.w, h: mark.h };
        const head = mark.inside ? { ...rect, h: Math.min(rect.h, 40) } : rect;
        if (mark.key === selected) chosen = head;
        // Of an open card only the head: what it holds is marked by itself.
        const shown = lit?.has(mark.key) || elsewhere?.has(mark.key) || (!mark.inside && holders?.has(mark.key));
        if (shown) places.set(`${Math.round(at.x * this.scale)},${Math.round(at.y * this.scale)}`, head);
      }
    }
    return { lit: [...places.values()], selected: chosen };
  }

  private left(): number {
    return (WIDE - (this.frame?.w ?? 0) * this.scale) / 2;
  }

  private top(): number {
    return (HIGH - (this.frame?.h ?? 0) * this.scale) / 2;
  }

  private paint(frame: Frame, ratio: number): void {
    this.frame = frame;
    this.spots = null;
    this.scale = Math.min((WIDE - 12) / Math.max(1, frame.w), (HIGH - 12) / Math.max(1, frame.h));
    this.picture = document.createElement("canvas");
    this.picture.width = WIDE * ratio;
    this.picture.height = HIGH * ratio;
    const context = this.picture.getContext("2d");
    if (!context) return;
    const look = this.look();
    context.fillStyle = look.theme.paper;
    context.fillRect(0, 0, WIDE * ratio, HIGH * ratio);
    context.setTransform(ratio * this.scale, 0, 0, ratio * this.scale, ratio * this.left(), ratio * this.top());
    this.marks(context, frame.marks, 0, 0, 0, look);
  }

  private marks(context: CanvasRenderingContext2D, marks: Mark[], x: number, y: number, depth: number, look: Look): void {
    const least = 0.8 / this.scale;
    for (const mark of marks) {
      const { paint, bar } = look.tint(mark);
      context.fillStyle = bar && !mark.inside ? bar.colour : paint.fill;
      context.strokeStyle = look.theme.dark ? look.theme.ink.note : paint.stroke; // so thin a line is not seen on a dark ground
      context.lineWidth = 0.6 / this.scale;
      const [w, high] = [Math.max(least, mark.w), Math.max(least, mark.h)];
      context.fillRect(x + mark.x, y + mark.y, w, high);
      if (w * this.scale > 3) context.strokeRect(x + mark.x, y + mark.y, w, high);
      if (mark.inside && depth < DEEP && mark.h * this.scale > 4) {
        this.marks(context, mark.inside.marks, x + mark.x + mark.inset.x, y + mark.y + mark.inset.y, depth + 1, look);
      }
    }
  }
}

function within(rect: Rect, outer: Rect): boolean {
  return rect.x >= outer.x && rect.y >= outer.y && rect.x + rect.w <= outer.x + outer.w && rect.y + rect.h <= outer.y + outer.h;
}

/** Whether a wire runs through a rectangle. */
function crosses(rect: Rect, points: Point[]): boolean {
  return points.some((point, index) => index > 0 && overlaps(rect, widened(around([points[index - 1], point]))));
}

/** A straight piece of a wire has no width of its own. */
function widened({ x, y, w, h }: Rect): Rect {
  return { x: x - 1, y: y - 1, w: w + 2, h: h + 2 };
}

/** Whether a part of the world has anything in it that is read: a wire, a mark, an open card's head, its bar, and the border where `bordered` says so. */
function covers(rect: Rect, frame: Frame, bordered: (mark: Mark) => boolean, origin: Point = { x: 0, y: 0 }): boolean {
  const own = { ...rect, x: rect.x - origin.x, y: rect.y - origin.y };
  if (frame.lines.some((line) => overlaps(own, line.box) && crosses(own, line.points))) return true;
  return frame.marks.some((mark) => {
    if (mark.y > own.y + own.h || mark.y + mark.h < own.y) return false; // nearly all of them
    const { x, y, w, h } = withBeside(mark, mark);
    if (!overlaps(own, { x, y, w: Math.max(w, mark.x + mark.w + mark.beside - x), h })) return false;
    if (!mark.inside) return true;
    const bar = { x: mark.x + mark.w, y, w: x + w - mark.x - mark.w, h };
    if (overlaps(own, bar) || overlaps(own, { x, y, w: mark.w + mark.beside, h: mark.inset.y })) return true;
    if (!overlaps(own, mark)) return false;
    if (bordered(mark) && !within(own, mark)) return true;
    return covers(rect, mark.inside, bordered, { x: origin.x + mark.x + mark.inset.x, y: origin.y + mark.y + mark.inset.y });
  });
}
