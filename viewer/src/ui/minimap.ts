// The whole drawing in small, with the part in view, the selection and what was found marked; a click or drag goes there. It stands under the layers, where
// it covers nothing; where these are hidden it lies over the drawing, if it is asked for.
import { centred, visible } from "../draw/camera";
import { walk, type Frame, type Mark, type Rect } from "../draw/frame";
import type { Look } from "../draw/look";
import type { Viewport } from "../draw/viewport";
import { h } from "./dom";

const WIDE = 160;
const HIGH = 100;
const DEEP = 3;
/** The windows in which it is hidden until it is asked for. */
const SMALL = "(max-width: 900px), (max-height: 560px)";

export class Minimap {
  readonly element = h("canvas", { class: "minimap", "aria-hidden": "true" });
  private picture: HTMLCanvasElement | null = null;
  private frame: Frame | null = null;
  private scale = 1;
  /** Where what is lit is, and the selection; null when that is to be looked up again. */
  private spots: { lit: Rect[]; selected: Rect | null } | null = null;
  /** Its place under the layers. */
  readonly dock = h("div", { class: "map-dock" });
  /** Whether a reader wants it; null: nobody has said. */
  private asked: boolean | null = null;
  private readonly small = matchMedia(SMALL);
  /** Whether all of the drawing is in view: there is nothing for a map to show then. */
  whole = false;
  /** Told when it comes or goes. */
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
      go(event);
    });
    this.element.addEventListener("pointermove", go);
  }

  /** Where it stands while the layers are hidden. */
  set room(room: HTMLElement) {
    const place = () => {
      const home = this.dock.offsetParent ? this.dock : room;
      if (this.element.parentElement !== home) home.append(this.element);
      this.tell();
    };
    new ResizeObserver(place).observe(this.dock);
    this.small.addEventListener("change", () => this.tell());
    place();
  }

  get shown(): boolean {
    return !this.whole && (this.asked ?? (!this.small.matches && this.element.parentElement === this.dock));
  }

  /** Show it or hide it, as a reader wants. */
  toggle(): void {
    this.asked = !this.shown;
    this.tell();
  }

  private tell(): void {
    this.element.hidden = !this.shown;
    this.changedBy();
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
    const whole = seen.w >= frame.w && seen.h >= frame.h && seen.x <= 0 && seen.y <= 0;
    if (whole === this.whole) return;
    this.whole = whole;
    this.tell();
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
