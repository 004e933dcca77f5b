// What a pointer does on the overview: it points, clicks, opens, and drags what is shown.
import type { Point } from "../draw/frame";

export interface Pointed {
  /** A click that is no second one and ends no drag. */
  pick(event: MouseEvent): void;
  open(): void;
  /** Null: it points at nothing any more. */
  hover(event: PointerEvent | null): void;
  /** It was dragged by so many pixels. */
  drag(dx: number, dy: number): void;
}

/** A pointer that has moved less is still a click, in pixels. */
const CLICK = 4;

export function listenToPointer(sheet: HTMLElement, acts: Pointed): void {
  let pressed: Point | null = null;
  let dragged = false;
  // What the first click of two has selected opens: the panel that tells of it may have moved the overview.
  sheet.addEventListener("click", (event) => !dragged && event.detail < 2 && acts.pick(event));
  sheet.addEventListener("dblclick", () => acts.open());
  sheet.addEventListener("pointerleave", () => acts.hover(null));
  sheet.addEventListener("pointerdown", (event) => {
    pressed = event.pointerType === "mouse" && event.button === 0 ? { x: event.clientX, y: event.clientY } : null;
    dragged = false;
    acts.hover(null);
  });
  sheet.addEventListener("pointermove", (event) => {
    if (!pressed || !event.buttons) {
      pressed = null;
      acts.hover(event);
      return;
    }
    const [dx, dy] = [event.clientX - pressed.x, event.clientY - pressed.y];
    if (!dragged && Math.hypot(dx, dy) < CLICK) return;
    dragged = true;
    acts.drag(dx, dy);
    pressed = { x: event.clientX, y: event.clientY };
  });
}
