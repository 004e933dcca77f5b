// What the painter draws on: a canvas' context, or whatever else can do this much of what one can (`export/svg.ts`).

export interface Surface {
  fillStyle: string | CanvasGradient | CanvasPattern;
  strokeStyle: string | CanvasGradient | CanvasPattern;
  lineWidth: number;
  lineJoin: CanvasLineJoin;
  globalAlpha: number;
  font: string;
  textAlign: CanvasTextAlign;
  save(): void;
  restore(): void;
  translate(x: number, y: number): void;
  scale(x: number, y: number): void;
  beginPath(): void;
  moveTo(x: number, y: number): void;
  lineTo(x: number, y: number): void;
  arcTo(x1: number, y1: number, x2: number, y2: number, radius: number): void;
  closePath(): void;
  rect(x: number, y: number, w: number, h: number): void;
  roundRect(x: number, y: number, w: number, h: number, radius: number): void;
  setLineDash(dash: number[]): void;
  fill(): void;
  stroke(): void;
  fillText(text: string, x: number, y: number): void;
  /** Draws around the next text what keeps it readable where wires cross it. */
  strokeText(text: string, x: number, y: number): void;
  measureText(text: string): { width: number };
}
