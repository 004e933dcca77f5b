// Pointer and wheel on the drawing: what moves the camera moves it here, what means a mark is told. It knows nothing of ops.
import { panBy, toWorld, zoomAt } from "../draw/camera";
import { markAt, type Frame, type Mark, type Point } from "../draw/frame";
import type { Viewport } from "../draw/viewport";

export interface Pointing {
  click(mark: Mark | null, event: PointerEvent): void;
  open(mark: Mark): void;
  hover(mark: Mark | null, at: Point): void;
}

/** A pointer that has moved less is still a click, in pixels. */
const CLICK = 4;

export class Pointer {
  private readonly pointers = new Map<number, Point>();
  private moved = false;

  constructor(
    private readonly element: HTMLElement,
    private readonly viewport: Viewport,
    private readonly frame: () => Frame,
    private readonly pointing: Pointing,
  ) {
    element.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    element.addEventListener("pointerdown", (event) => {
      if (event.button > 1) return;
      pointing.hover(null, this.place(event)); // what it says may be gone after the click
      viewport.stop();
      element.setPointerCapture(event.pointerId);
      this.pointers.set(event.pointerId, this.place(event));
      this.moved = this.pointers.size > 1;
    });
    element.addEventListener("pointermove", (event) => this.move(event));
    element.addEventListener("pointerup", (event) => {
      const pressed = this.pointers.delete(event.pointerId);
      element.classList.remove("dragged");
      if (pressed && !this.moved) pointing.click(this.markAt(this.place(event)), event);
    });
    element.addEventListener("pointercancel", (event) => this.pointers.delete(event.pointerId));
    element.addEventListener("pointerleave", () => pointing.hover(null, { x: 0, y: 0 }));
    element.addEventListener("dblclick", (event) => {
      const mark = this.markAt(this.place(event));
      if (mark) pointing.open(mark);
    });
  }

  private markAt(point: Point): Mark | null {
    return markAt(this.frame(), toWorld(this.viewport.camera, point))?.[0] ?? null;
  }

  private place(event: MouseEvent): Point {
    const rect = this.element.getBoundingClientRect();
    return { x: event.clientX - rect.left, y: event.clientY - rect.top };
  }

  private wheel(event: WheelEvent): void {
    // In a notebook's cell the wheel scrolls the notebook until the reader has clicked into the drawing.
    if (window.parent !== window && document.activeElement !== this.element && !event.ctrlKey) return;
    event.preventDefault();
    this.pointing.hover(null, this.place(event));
    const { viewport } = this;
    const unit = event.deltaMode === 1 ? 16 : event.deltaMode === 2 ? viewport.size.h : 1;
    if (event.shiftKey && !event.ctrlKey) viewport.pan(-(event.deltaY + event.deltaX) * unit, 0);
    else if (event.ctrlKey || Math.abs(event.deltaX) < 1) {
      const speed = event.ctrlKey ? 0.01 : 0.0016;
      viewport.zoom(Math.exp(-event.deltaY * unit * speed), this.place(event));
    } else viewport.pan(-event.deltaX * unit, -event.deltaY * unit);
  }

  private move(event: PointerEvent): void {
    const at = this.place(event);
    const before = this.pointers.get(event.pointerId);
    if (!before) {
      this.pointing.hover(this.markAt(at), at);
      return;
    }
    if (!this.moved && Math.hypot(at.x - before.x, at.y - before.y) < CLICK) return;
    this.moved = true;
    this.element.classList.add("dragged");
    const other = [...this.pointers].find(([id]) => id !== event.pointerId)?.[1];
    this.pointers.set(event.pointerId, at);
    if (other) this.pinch(before, at, other);
    else this.viewport.pan(at.x - before.x, at.y - before.y);
  }

  private pinch(before: Point, at: Point, other: Point): void {
    const factor = distance(at, other) / Math.max(1, distance(before, other));
    const middle = { x: (at.x + other.x) / 2, y: (at.y + other.y) / 2 };
    this.viewport.set(panBy(zoomAt(this.viewport.camera, middle, factor), (at.x - before.x) / 2, (at.y - before.y) / 2));
  }
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}
