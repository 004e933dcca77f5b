// The camera: which part of the world the canvas shows. World units are pixels at scale 1.
import type { Point, Rect } from "./frame";

export const LEAST = 0.005;
export const MOST = 4;

export interface Camera {
  /** The world point in the canvas' top left corner. */
  x: number;
  y: number;
  /** Canvas pixels (CSS) for one world unit. */
  scale: number;
}

export interface Size {
  w: number;
  h: number;
}

export function clampScale(scale: number): number {
  return Math.min(MOST, Math.max(LEAST, scale));
}

export function toScreen(camera: Camera, point: Point): Point {
  return { x: (point.x - camera.x) * camera.scale, y: (point.y - camera.y) * camera.scale };
}

export function toWorld(camera: Camera, point: Point): Point {
  return { x: point.x / camera.scale + camera.x, y: point.y / camera.scale + camera.y };
}

/** Zoom by `factor` so that the world point under the screen point `at` stays there. */
export function zoomAt(camera: Camera, at: Point, factor: number): Camera {
  const scale = clampScale(camera.scale * factor);
  const world = toWorld(camera, at);
  return { x: world.x - at.x / scale, y: world.y - at.y / scale, scale };
}

/** Move by screen pixels: a positive `dx` shows what lies further left. */
export function panBy(camera: Camera, dx: number, dy: number): Camera {
  return { ...camera, x: camera.x - dx / camera.scale, y: camera.y - dy / camera.scale };
}

/** The part of the world that a canvas of this size shows. */
export function visible(camera: Camera, size: Size): Rect {
  return { x: camera.x, y: camera.y, w: size.w / camera.scale, h: size.h / camera.scale };
}

/** The camera that shows all of `rect` in the middle, with a margin, never enlarged beyond `most`. */
export function fit(rect: Rect, size: Size, most = 1, margin = 32): Camera {
  const wide = Math.max(1, size.w - 2 * margin) / Math.max(1, rect.w);
  const high = Math.max(1, size.h - 2 * margin) / Math.max(1, rect.h);
  return centred(rect, size, clampScale(Math.min(wide, high, most)));
}

/** The camera with the middle of `rect` in the middle of the canvas. */
export function centred(rect: Rect, size: Size, scale: number): Camera {
  return { x: rect.x + rect.w / 2 - size.w / scale / 2, y: rect.y + rect.h / 2 - size.h / scale / 2, scale };
}

/** All of a drawing is shown at once, or all of its width, down to this scale; one that is only long keeps larger letters. */
const WHOLE = 0.6;
/** The scale where not all of the width is shown: then nothing is won with small letters. */
const PART = 0.85;
/** The least scale for a title and what is read first side by side, and half the width of the latter, with the times beside it. */
const BOTH = 0.6;
const ABOUT = 220;

/**
 * Readable from the start: all of it where that can be read, else its top, with `anchor` (where reading begins) in the middle, yet from `left` on where
 * both have room. Where they have none, the titles of what begins further left are written at the edge of the window.
 */
export function readable(rect: Rect, size: Size, anchor: number, left = Infinity): Camera {
  const [side, top] = [24, 12];
  const whole = fit(rect, size);
  const across = Math.min(1, (size.w - 2 * side) / Math.max(1, rect.w));
  const wanted = across >= WHOLE ? across : PART;
  // What is read first and the title left of it are both in view, if that does not make them too small.
  const both = Number.isFinite(left) ? (size.w - 2 * side) / Math.max(1, anchor + ABOUT - left) : Infinity;
  const apart = both < BOTH;
  const scale = clampScale(apart ? wanted : Math.min(wanted, both));
  if (whole.scale >= Math.min(WHOLE, 0.9 * scale)) return whole;
  const room = size.w / scale;
  const wide = rect.w + (2 * side) / scale;
  const centre = apart ? anchor - room / 2 : Math.min(anchor - room / 2, left - side / scale);
  const x = wide <= room ? rect.x + rect.w / 2 - room / 2 : Math.max(rect.x - side / scale, Math.min(rect.x + rect.w + side / scale - room, centre));
  return { x, y: rect.y - top / scale, scale };
}

/** A camera part of the way between two, for a move that the eye can follow; `part` from 0 to 1. */
export function between(from: Camera, to: Camera, part: number): Camera {
  const ease = part < 0.5 ? 4 * part ** 3 : 1 - (2 - 2 * part) ** 3 / 2;
  const scale = from.scale * (to.scale / from.scale) ** ease;
  // Position follows the scale, so that the point both cameras share stays still.
  const way = Math.abs(to.scale - from.scale) < 1e-9 ? ease : (1 / scale - 1 / from.scale) / (1 / to.scale - 1 / from.scale);
  return { x: from.x + (to.x - from.x) * way, y: from.y + (to.y - from.y) * way, scale };
}

/** A camera moved so that nothing empty is in view while a part of what is around is not; `around`: the innermost first. */
export function filled(camera: Camera, size: Size, around: Rect[], margin: { x: number; y: number }): Camera {
  const { scale } = camera;
  return {
    x: alongside(camera.x, size.w / scale, around.map(({ x, w }) => [x, w]), margin.x / scale),
    y: alongside(camera.y, size.h / scale, around.map(({ y, h }) => [y, h]), margin.y / scale),
    scale,
  };
}

/** The same along one axis: what has room is in the middle, and of what has none no more than the margin beyond it is shown. */
function alongside(at: number, room: number, around: [start: number, length: number][], margin: number): number {
  let found = at;
  for (const [start, length] of around) {
    if (length + 2 * margin > room) return Math.max(start - margin, Math.min(start + length + margin - room, found));
    found = start + length / 2 - room / 2;
  }
  return found;
}
