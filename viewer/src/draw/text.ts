// Text on the canvas: fonts, widths, and shortening to the room there is.

export const SANS = "Inter, Helvetica, Arial, sans-serif";
export const MONO = '"JetBrains Mono", "DejaVu Sans Mono", monospace';

export const FONT = {
  title: `600 14px ${SANS}`,
  subtitle: `400 13px ${SANS}`,
  detail: `400 11px ${MONO}`,
  corner: `400 10.5px ${MONO}`,
  box: `400 12.5px ${SANS}`,
  pill: `600 13px ${SANS}`,
  tag: `400 10px ${MONO}`,
  note: `400 10.5px ${MONO}`,
  label: `400 10.5px ${MONO}`,
  heat: `600 12px ${SANS}`,
} as const;

const widths = new Map<string, Map<string, number>>();

/** The width of a text in world units; remembered, since the same few thousand texts are drawn again and again. */
export function widthOf(context: CanvasRenderingContext2D, font: string, text: string): number {
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
export function shorten(context: CanvasRenderingContext2D, font: string, text: string, room: number, ends = false): string {
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
