// Text on the canvas: fonts, widths, and shortening to the room there is.
import { FONT_NAMES, type Face, type FontName, type Style } from "../data/style";
import type { Surface } from "./surface";

export interface Font extends Face {
  size: number;
  /** As a canvas takes it. */
  css: string;
}

/** What measures a text. */
export type Pen = Pick<Surface, "font" | "measureText">;

export type Fonts = Record<FontName, Font>;

/** The fonts of the drawing's texts. */
export function fontsOf({ fonts, faces }: Style): Fonts {
  return Object.fromEntries(FONT_NAMES.map((name) => [name, fontOf(faces[fonts[name].face], fonts[name].size)])) as Fonts;
}

export function fontOf(face: Face, size: number): Font {
  return { ...face, size, css: `${face.weight} ${size}px ${face.family}` };
}

const widths = new Map<string, Map<string, number>>();

/** The width of a text in world units. Widths are kept: the same few thousand texts are drawn in every frame. */
export function widthOf(context: Pen, font: string, text: string): number {
  let known = widths.get(font);
  if (!known) widths.set(font, (known = new Map()));
  let width = known.get(text);
  if (width === undefined) {
    if (known.size > 20000) known.clear();
    context.font = font;
    width = context.measureText(text).width;
    known.set(text, width);
  }
  return width;
}

/** The text, or part of it with an ellipsis where it is wider than `room`: its beginning, or both its ends; empty when not even that fits. */
export function shorten(context: Pen, font: string, text: string, room: number, ends = false): string {
  if (!text || widthOf(context, font, text) <= room) return text;
  let low = 0;
  let high = Math.min(text.length, 400);
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (widthOf(context, font, cut(text, middle, ends)) <= room) low = middle;
    else high = middle - 1;
  }
  return low > 0 ? cut(text, low, ends) : "";
}

/** `count` characters of the text and an ellipsis; of both ends the last characters count more: they tell siblings apart. */
function cut(text: string, count: number, ends: boolean): string {
  const head = ends ? Math.floor(count / 2) : count;
  return `${text.slice(0, head)}…${text.slice(text.length - (count - head))}`;
}

/** A figure with its unit, of a stack also that of all its copies. */
const FIGURE = /^[~≥<+]?\s?[\d.,]+(?: ± [\d.,]+)?\s?(?:[nµm]?s|[KMGTP]i?B|[kMGTP]?(?:FLOP|MAC)s?|%)(?: · .*)?$/;

/** Whether a text says something else when its end is cut off: 3.55 µs reads as 3.55 ms. */
export function isFigure(text: string): boolean {
  return FIGURE.test(text);
}
