// The drawing on screen: canvas, camera, pointer and wheel. It tells clicks and moves; it knows nothing of ops.
import { between, centred, fit, panBy, readable, toScreen, toWorld, visible, zoomAt, type Camera, type Size } from "../draw/camera";
import { find, markAt, overlaps, type Frame, type Mark, type Point, type Rect } from "../draw/frame";
import type { Look } from "../draw/look";
import { Painter, type Painted } from "../draw/paint";
import { eachFrame, h, reducedMotion } from "./dom";

export interface Pointing {
  click(mark: Mark | null, event: PointerEvent): void;
  open(mark: Mark): void;
  hover(mark: Mark | null, at: Point): void;
}

const MARGIN = 48;
/** Browsers keep measures until they are cleared: a page that is open all day must not grow by its frames. */
const KEPT_FRAMES = 2000;

export class CanvasView {
  readonly element = h("canvas", { class: "drawing", tabindex: 0, role: "application", "aria-roledescription": "drawing" });
  readonly redraw: () => void;
  camera: Camera = { x: 0, y: 0, scale: 1 };
  frame: Frame = { w: 0, h: 0, marks: [], lines: [] };
  size: Size = { w: 1, h: 1 };
  painted: Painted = { marks: 0, texts: 0 };
  onCamera: () => void = () => undefined;
  private readonly painter: Painter;
  private readonly pointers = new Map<number, Point>();
  private ratio = 1;
  private moved = false;
  private animation = 0;
  private frames = 0;
  /** Whether the camera is still where the page put it: then it follows a changing size, as of a cell that is laid out late. */
  private untouched = false;

  constructor(
    private readonly look: () => Look,
    private readonly pointing: Pointing,
  ) {
    const context = this.element.getContext("2d", { alpha: false });
    if (!context) throw new Error("this browser gives no canvas to draw on; try another browser");
    this.painter = new Painter(context);
    this.redraw = eachFrame(() => this.paint());
    new ResizeObserver(() => this.resize()).observe(this.element);
    this.listen();
  }

  /** Take the canvas' size from the page; keeps the middle of the view where it was. */
  resize(): void {
    const rect = this.element.getBoundingClientRect();
    const ratio = Math.min(3, window.devicePixelRatio || 1);
    const size = { w: Math.max(1, rect.width), h: Math.max(1, rect.height) };
    if (size.w === this.size.w && size.h === this.size.h && ratio === this.ratio) return;
    if (!this.untouched) this.camera = { ...this.camera, x: this.camera.x + (this.size.w - size.w) / 2 / this.camera.scale };
    this.size = size;
    if (this.untouched) this.showStart();
    this.ratio = ratio;
    this.element.width = Math.round(size.w * ratio);
    this.element.height = Math.round(size.h * ratio);
    this.paint();
  }

  paint(): void {
    performance.mark("opscope:frame-start");
    this.painted = this.painter.draw(this.frame, this.camera, this.size, this.ratio, this.look());
    performance.measure("opscope:frame", { start: "opscope:frame-start", detail: this.painted });
    performance.clearMarks("opscope:frame-start");
    if (++this.frames % KEPT_FRAMES === 0) performance.clearMeasures("opscope:frame");
    this.onCamera();
  }

  setFrame(frame: Frame): void {
    this.frame = frame;
    this.redraw();
  }

  setCamera(camera: Camera): void {
    cancelAnimationFrame(this.animation);
    this.untouched = false;
    this.camera = camera;
    this.redraw();
  }

  /** Move the camera so that the eye can follow, or at once where motion is not wanted. */
  glide(to: Camera): void {
    cancelAnimationFrame(this.animation);
    if (reducedMotion()) return this.setCamera(to);
    this.untouched = false;
    const from = this.camera;
    const start = performance.now();
    const step = (now: number) => {
      const part = Math.min(1, (now - start) / 220);
      this.camera = part < 1 ? between(from, to, Math.max(0, part)) : to;
      this.paint();
      if (part < 1) this.animation = requestAnimationFrame(step);
    };
    this.animation = requestAnimationFrame(step);
  }

  world(): Rect {
    return { x: 0, y: 0, w: this.frame.w, h: this.frame.h };
  }

  showStart(): void {
    // Reading begins at the first input, or at what stands uppermost.
    const first = this.frame.marks.reduce<Mark | null>((best, mark) => (best && best.y <= mark.y + 0.5 ? best : mark), null);
    this.setCamera(readable(this.world(), this.size, first ? first.x + first.w / 2 : this.frame.w / 2));
    this.untouched = true;
  }

  /** The lower end, at the present zoom. */
  showEnd(): void {
    const { camera, size, frame } = this;
    this.setCamera({ ...camera, x: frame.w / 2 - size.w / camera.scale / 2, y: frame.h + 40 / camera.scale - size.h / camera.scale });
  }

  showAll(): void {
    this.glide(fit(this.world(), this.size));
  }

  zoom(factor: number): void {
    this.setCamera(zoomAt(this.camera, { x: this.size.w / 2, y: this.size.h / 2 }, factor));
  }

  pan(dx: number, dy: number): void {
    this.setCamera(panBy(this.camera, dx, dy));
  }

  /** Bring a mark into the middle, readable, unless it is well in view already. */
  reveal(key: number, always = false): void {
    const found = find(this.frame, key);
    if (!found) return;
    const rect = found[1];
    const { camera, size } = this;
    const margin = MARGIN / camera.scale;
    const inner = visible(camera, size);
    const inView =
      rect.x >= inner.x + margin && rect.y >= inner.y + margin &&
      rect.x + Math.min(rect.w, inner.w / 2) <= inner.x + inner.w - margin &&
      rect.y + Math.min(rect.h, inner.h / 2) <= inner.y + inner.h - margin;
    if (inView && camera.scale >= 0.6 && !always) return;
    const most = Math.min(1, (size.w - 2 * MARGIN) / rect.w, (size.h - 2 * MARGIN) / rect.h);
    const scale = camera.scale >= 0.6 && camera.scale <= 1.5 ? Math.min(camera.scale, Math.max(most, 0.6)) : Math.max(0.6, most);
    this.glide(topOf(rect, size, scale));
  }

  /** Where a mark is on screen now. */
  onScreen(key: number): Rect | null {
    const found = find(this.frame, key);
    if (!found) return null;
    const at = toScreen(this.camera, found[1]);
    return { x: at.x, y: at.y, w: found[1].w * this.camera.scale, h: found[1].h * this.camera.scale };
  }

  /** Put a mark's corner back where it was on screen, after the drawing around it has changed. */
  hold(key: number, before: Rect): void {
    const found = find(this.frame, key);
    if (!found) return;
    const { scale } = this.camera;
    this.setCamera({ scale, x: found[1].x - before.x / scale, y: found[1].y - before.y / scale });
  }

  inView(rect: Rect): boolean {
    return overlaps(visible(this.camera, this.size), rect);
  }

  markAtScreen(point: Point): Mark | null {
    return markAt(this.frame, toWorld(this.camera, point))?.[0] ?? null;
  }

  private place(event: MouseEvent): Point {
    const rect = this.element.getBoundingClientRect();
    return { x: event.clientX - rect.left, y: event.clientY - rect.top };
  }

  private listen(): void {
    const { element } = this;
    element.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    element.addEventListener("pointerdown", (event) => {
      if (event.button > 1) return;
      cancelAnimationFrame(this.animation);
      element.setPointerCapture(event.pointerId);
      this.pointers.set(event.pointerId, this.place(event));
      this.moved = this.pointers.size > 1;
    });
    element.addEventListener("pointermove", (event) => this.move(event));
    element.addEventListener("pointerup", (event) => {
      const pressed = this.pointers.delete(event.pointerId);
      element.classList.remove("dragged");
      if (pressed && !this.moved) this.pointing.click(this.markAtScreen(this.place(event)), event);
    });
    element.addEventListener("pointercancel", (event) => this.pointers.delete(event.pointerId));
    element.addEventListener("pointerleave", () => this.pointing.hover(null, { x: 0, y: 0 }));
    element.addEventListener("dblclick", (event) => {
      const mark = this.markAtScreen(this.place(event));
      if (mark) this.pointing.open(mark);
    });
  }

  private wheel(event: WheelEvent): void {
    // In a notebook's cell the wheel scrolls the notebook until the reader has clicked into the drawing.
    if (window.parent !== window && document.activeElement !== this.element && !event.ctrlKey) return;
    event.preventDefault();
    const unit = event.deltaMode === 1 ? 16 : event.deltaMode === 2 ? this.size.h : 1;
    if (event.shiftKey && !event.ctrlKey) this.pan(-(event.deltaY + event.deltaX) * unit, 0);
    else if (event.ctrlKey || Math.abs(event.deltaX) < 1) {
      const speed = event.ctrlKey ? 0.01 : 0.0016;
      this.setCamera(zoomAt(this.camera, this.place(event), Math.exp(-event.deltaY * unit * speed)));
    } else this.pan(-event.deltaX * unit, -event.deltaY * unit);
  }

  private move(event: PointerEvent): void {
    const at = this.place(event);
    const before = this.pointers.get(event.pointerId);
    if (!before) {
      this.pointing.hover(this.markAtScreen(at), at);
      return;
    }
    if (!this.moved && Math.hypot(at.x - before.x, at.y - before.y) < 4) return;
    this.moved = true;
    this.element.classList.add("dragged");
    const other = [...this.pointers].find(([id]) => id !== event.pointerId)?.[1];
    this.pointers.set(event.pointerId, at);
    if (!other) return this.setCamera(panBy(this.camera, at.x - before.x, at.y - before.y));
    const factor = distance(at, other) / Math.max(1, distance(before, other));
    const middle = { x: (at.x + other.x) / 2, y: (at.y + other.y) / 2 };
    this.setCamera(panBy(zoomAt(this.camera, middle, factor), (at.x - before.x) / 2, (at.y - before.y) / 2));
  }
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

/** In the middle; what is larger than the room between the margins begins at them, so that its head can be read. */
function topOf(rect: Rect, size: Size, scale: number): Camera {
  const middle = centred(rect, size, scale);
  return {
    x: rect.w * scale > size.w - 2 * MARGIN ? rect.x - MARGIN / scale : middle.x,
    y: rect.h * scale > size.h - 2 * MARGIN ? rect.y - MARGIN / scale : middle.y,
    scale,
  };
}
