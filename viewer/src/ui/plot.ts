// What plots on a canvas have in common: a canvas as large as its element, logarithmic axes, and a point that is near the pointer.

/** Device pixels for a CSS pixel beyond which nobody sees a difference. */
const MOST_RATIO = 3;

export interface Drawn {
  pen: CanvasRenderingContext2D;
  wide: number;
  high: number;
}

/** The canvas in the size of its element, empty, and its pen in CSS pixels; null while it has no room. */
export function emptied(canvas: HTMLCanvasElement): Drawn | null {
  const [wide, high] = [canvas.clientWidth, canvas.clientHeight];
  const pen = canvas.getContext("2d");
  if (!pen || wide < 40 || high < 40) return null;
  const ratio = Math.min(MOST_RATIO, window.devicePixelRatio || 1);
  canvas.width = Math.round(wide * ratio);
  canvas.height = Math.round(high * ratio);
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  return { pen, wide, high };
}

/** A logarithmic axis between two powers of ten. */
export class LogAxis {
  constructor(
    readonly low: number,
    readonly high: number,
    private readonly start: number,
    private readonly end: number,
  ) {}

  at(value: number): number {
    return this.start + ((this.end - this.start) * (Math.log10(value) - this.low)) / (this.high - this.low);
  }

  /** The powers of ten, every one or as many as lie `apart` pixels from each other. */
  ticks(apart: number): number[] {
    const each = Math.abs(this.end - this.start) / (this.high - this.low);
    const step = Math.max(1, Math.ceil(apart / each));
    const found: number[] = [];
    for (let power = this.low; power <= this.high; power += step) found.push(10 ** power);
    return found;
  }
}

/** The powers of ten around values, with some room. */
export function decades(values: number[]): [low: number, high: number] {
  const inside = values.map((value) => Math.min(Math.max(value, 1e-12), 1e30));
  const low = Math.floor(Math.log10(Math.min(...inside) / 1.5));
  return [low, Math.max(low + 1, Math.ceil(Math.log10(Math.max(...inside) * 1.5)))];
}
