// The sign of a note on a mark: a small sheet with a folded corner, on the lower right. Of a closed card that holds notes it is hollow.
import type { Mark } from "./frame";
import type { Surface } from "./surface";
import type { Theme } from "./theme";

/** Its size, and how large it is at least on screen: smaller ones are drawn larger, up to so many times. */
const SIZE = 12;
const LEAST = 9;
const MOST_LARGER = 2.5;
/** Marks lower than this on screen have none. */
const SEEN = 5;
const FOLD = 4;

export type Noted = "own" | "inside";

export function paintNoteSign(context: Surface, mark: Mark, noted: Noted, scale: number, { note, paper }: Theme): void {
  if (mark.h * scale < SEEN) return;
  const larger = Math.min(MOST_LARGER, Math.max(1, LEAST / (SIZE * scale)));
  const [size, fold] = [SIZE * larger, FOLD * larger];
  const [x, y] = [mark.x + mark.w - size * 0.6, mark.y + mark.h - size * 0.6];
  context.beginPath();
  context.moveTo(x, y);
  context.lineTo(x + size, y);
  context.lineTo(x + size, y + size - fold);
  context.lineTo(x + size - fold, y + size);
  context.lineTo(x, y + size);
  context.closePath();
  context.fillStyle = noted === "own" ? note : paper;
  context.fill();
  context.strokeStyle = noted === "own" ? paper : note;
  context.lineWidth = 1.2 * larger;
  context.stroke();
  context.strokeStyle = noted === "own" ? paper : note;
  context.beginPath();
  for (const line of [0.32, 0.58]) {
    context.moveTo(x + size * 0.22, y + size * line);
    context.lineTo(x + size * (line > 0.5 ? 0.55 : 0.78), y + size * line);
  }
  context.stroke();
}
