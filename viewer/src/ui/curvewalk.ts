// Moving along a curve of memory: by pointer, click and keys.

export interface CurveWalk {
  /** How many places the curve has. */
  readonly count: number;
  /** The place now. */
  at(): number;
  /** The place at this part of the curve's width. */
  place(part: number): number;
  /** Go to a place, which may lie before the first or behind the last. */
  move(place: number): void;
  /** Select what the place now is of. */
  choose(): void;
}

/** Lets a reader move along the curve on a canvas, which has so much beside it on the left and on the right. */
export function walkable(canvas: HTMLCanvasElement, left: number, right: number, walk: CurveWalk): void {
  const place = (event: MouseEvent) => {
    const rect = canvas.getBoundingClientRect();
    return walk.place((event.clientX - rect.left - left) / Math.max(1, rect.width - left - right));
  };
  canvas.addEventListener("pointermove", (event) => walk.move(place(event)));
  canvas.addEventListener("click", (event) => {
    walk.move(place(event));
    walk.choose();
  });
  canvas.addEventListener("keydown", (event) => {
    const page = Math.max(1, Math.round(walk.count / 20));
    const steps: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, ArrowDown: -1, ArrowUp: 1, PageUp: page, PageDown: -page, Home: -Infinity, End: Infinity };
    if (event.key in steps) walk.move(walk.at() + steps[event.key]);
    else if (event.key === "Enter" || event.key === " ") walk.choose();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
}

/** Tells who hears the page where on a curve they are. */
export function tellPlace(canvas: HTMLCanvasElement, at: number, count: number, told: string): void {
  canvas.setAttribute("aria-valuemin", "1");
  canvas.setAttribute("aria-valuemax", String(count));
  canvas.setAttribute("aria-valuenow", String(at + 1));
  canvas.setAttribute("aria-valuetext", told);
}
