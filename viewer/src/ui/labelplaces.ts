// Where the labels of a plot stand, so that none lies on another one.

/** A rectangle, in pixels. */
export type Box = [left: number, top: number, right: number, bottom: number];

/** Where a label starts: its left end, and the line that its letters stand on. */
export type Start = [left: number, base: number];

export function overlap(a: Box, b: Box): boolean {
  return a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
}

/** Gives labels their places one after the other: the first place of each that is free. */
export class LabelPlaces {
  private readonly taken: Box[] = [];

  constructor(
    /** All labels stand inside. */
    private readonly field: Box,
    /** How high letters are. */
    private readonly size: number,
  ) {}

  /** The first of `starts` where a label of this width lies on no other one, nor on what it is to be clear of; taken from now on. */
  place(wide: number, starts: readonly Start[], clearOf: readonly Box[] = []): Start | undefined {
    const [left, top, right, bottom] = this.field;
    return starts.find(([x, base]) => {
      const box: Box = [x, base - this.size + 2, x + wide, base + 2];
      const inside = box[0] >= left && box[2] <= right && box[1] >= top && box[3] <= bottom;
      return inside && ![...this.taken, ...clearOf].some((other) => overlap(box, other)) && this.taken.push(box) > 0;
    });
  }
}
