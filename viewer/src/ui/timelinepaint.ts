// Paints a timeline: a ruler, and a row of lanes for each thread. Executions that are narrower than a pixel share it.
import { firstAfter, type Lane, type Timeline } from "../data/timeline";
import type { Words } from "../data/words";
import { widthOf } from "../draw/text";
import { inkOn, mix, type Paint, type Theme } from "../draw/theme";
import type { Drawn } from "./plot";
import { roundStep, type TimeWindow } from "./timewindow";

export const RULER = 26;
/** A lane is as high as there is room for, between these. */
const LOW = 17;
const HIGH = 30;
const GAP = 1;
const THREAD_GAP = 7;
const SIZE = 11;
/** The whole step, above the ruler, with what of it is shown. */
const STRIP = 5;
/** What is marked is at least so wide. */
const SEEN = 2;
/** The height of the line under it. */
const MARK = 3;
/** The narrowest bar with a name, and with a border of its own. */
const NAMED = 24;
const BORDERED = 4;

export interface Scene {
  timeline: Timeline;
  window: TimeWindow;
  /** By how much the rows are scrolled down. */
  top: number;
  theme: Theme;
  words: Words;
  font: string;
  paint(event: number): Paint;
  name(event: number): string;
  /** Whether it is of none of the kinds that are looked at. */
  isPale(event: number): boolean;
  /** The executions of the selection, as flags and in order. */
  marked: { flags: Uint8Array; events: number[] };
  /** The one that is pointed at; -1: none. */
  at: number;
}

/** The room for names on the left. */
export function gutterOf(wide: number): number {
  return Math.round(Math.min(170, Math.max(64, wide * 0.16)));
}

export interface Rows {
  /** Of each lane, below the ruler. */
  tops: number[];
  /** Of a lane, and of all. */
  lane: number;
  high: number;
}

/** Where lanes stand in a canvas so high. */
export function rowsOf(lanes: Lane[], canvas: number): Rows {
  const threads = new Set(lanes.map(({ thread }) => thread)).size;
  const lane = Math.max(LOW, Math.min(HIGH, Math.floor((canvas - RULER - 8 - threads * THREAD_GAP) / Math.max(1, lanes.length))));
  let y = 4;
  const tops = lanes.map(({ depth }, index) => {
    if (index && depth === 0) y += THREAD_GAP;
    y += lane;
    return y - lane;
  });
  return { tops, lane, high: y + 4 };
}

/** The execution at a point of the canvas; -1: none. */
export function eventAt({ timeline, window, top }: Pick<Scene, "timeline" | "window" | "top">, wide: number, high: number, x: number, y: number): number {
  const left = gutterOf(wide);
  const rows = rowsOf(timeline.lanes, high);
  const lane = timeline.lanes[rows.tops.findIndex((from) => y - RULER + top >= from && y - RULER + top < from + rows.lane)];
  if (!lane || x < left || y < RULER) return -1;
  const pixel = (window.to - window.from) / (wide - left);
  const time = window.from + (x - left) * pixel;
  // Of those that share a pixel the longest, else one that is up to two pixels away.
  let [best, longest] = [-1, -Infinity];
  for (let place = firstAfter(lane, timeline.ends, time - 2 * pixel); place < lane.events.length; place++) {
    const event = lane.events[place];
    if (timeline.starts[event] > time + 2 * pixel) break;
    const inside = timeline.starts[event] <= time && timeline.ends[event] >= time;
    const score = inside ? Infinity : timeline.duration(event);
    if (score > longest) [best, longest] = [event, score];
  }
  return best;
}

export function paintTimeline({ pen, wide, high }: Drawn, scene: Scene): void {
  const left = gutterOf(wide);
  const { timeline, window, theme } = scene;
  const x = (time: number) => left + ((time - window.from) / (window.to - window.from)) * (wide - left);
  const { tops, lane: laneHigh } = rowsOf(timeline.lanes, high);
  pen.font = scene.font;
  ruler(pen, scene, x, left, wide, high);
  pen.save();
  pen.beginPath();
  pen.rect(0, RULER, wide, high - RULER);
  pen.clip();
  names(pen, scene, tops, left);
  pen.beginPath();
  pen.rect(left, RULER, wide - left, high - RULER);
  pen.clip();
  timeline.lanes.forEach((lane, index) => {
    const y = tops[index] + RULER - scene.top;
    if (y < high && y + laneHigh > RULER) laneBars(pen, scene, lane, x, { y, high: laneHigh, left, right: wide });
  });
  pen.restore();
  strip(pen, scene, left, wide);
  pen.fillStyle = theme.card.stroke;
  pen.fillRect(left - 1, RULER, 1, high - RULER);
}

function ruler(pen: CanvasRenderingContext2D, { window, theme, words, timeline }: Scene, x: (time: number) => number, left: number, wide: number, high: number): void {
  const step = roundStep(window, (wide - left) / 90);
  pen.textAlign = "left";
  for (let time = Math.ceil(window.from / step) * step; time <= window.to; time += step) {
    const at = Math.round(x(time)) + 0.5;
    pen.fillStyle = theme.dark ? "#2b333d" : "#e1e5ea";
    pen.fillRect(at, STRIP + 4, 1, high);
    pen.fillStyle = theme.ink.note;
    const text = words.time(time);
    if (at + widthOf(pen, pen.font, text) + 4 < wide) pen.fillText(text, at + 4, RULER - 6);
  }
  const end = x(timeline.record.duration_us);
  if (end < wide - 1) {
    pen.fillStyle = theme.ink.note;
    pen.fillRect(Math.round(end), STRIP + 4, 1, high); // what runs longer than the step
  }
}

/** The whole step, what of it is shown, and where in it the selection ran. */
function strip(pen: CanvasRenderingContext2D, { timeline, window, theme, marked }: Scene, left: number, wide: number): void {
  const x = (time: number) => left + (time / timeline.end) * (wide - left);
  pen.fillStyle = theme.none;
  pen.fillRect(left, 0, wide - left, STRIP);
  pen.fillStyle = mix(theme.ink.note, theme.paper, 0.45);
  pen.fillRect(x(window.from), 0, Math.max(2, x(window.to) - x(window.from)), STRIP);
  pen.fillStyle = theme.accent;
  let last = -1;
  for (const event of marked.events) {
    const at = Math.floor(x(timeline.starts[event]));
    if (at === last) continue;
    pen.fillRect(at, 0, Math.max(1.5, x(timeline.ends[event]) - at), STRIP);
    last = at;
  }
}

function names(pen: CanvasRenderingContext2D, { timeline, theme, font, top }: Scene, tops: number[], left: number): void {
  const all = timeline.record.threads.map(([name]) => name);
  pen.fillStyle = theme.ink.detail;
  pen.textAlign = "left";
  timeline.lanes.forEach(({ thread, depth }, index) => {
    if (depth) return;
    const measure = (text: string) => widthOf(pen, font, text);
    pen.fillText(withoutMiddle(all[thread], left - 14, measure), 8, tops[index] + RULER - top + 12);
  });
}

/** A name that fits, with both its ends: threads are told apart by their numbers. */
function withoutMiddle(name: string, room: number, measure: (text: string) => number): string {
  if (measure(name) <= room) return name;
  for (let kept = name.length - 2; kept > 2; kept--) {
    const text = `${name.slice(0, Math.ceil(kept / 2))}…${name.slice(name.length - Math.floor(kept / 2))}`;
    if (measure(text) <= room) return text;
  }
  return "…";
}

/** The room of a lane. */
interface Room {
  y: number;
  high: number;
  left: number;
  right: number;
}

function laneBars(pen: CanvasRenderingContext2D, scene: Scene, lane: Lane, x: (time: number) => number, room: Room): void {
  const { timeline, window, marked, at, theme } = scene;
  const { y, left, right } = room;
  const dims = marked.events.length > 0;
  let drawn = -1;
  const lines: [from: number, width: number][] = [];
  let ring: [from: number, width: number] | null = null;
  for (let place = firstAfter(lane, timeline.ends, window.from); place < lane.events.length; place++) {
    const event = lane.events[place];
    if (timeline.starts[event] >= window.to) break;
    const isMarked = marked.flags[event] === 1;
    const from = Math.max(left, x(timeline.starts[event]));
    const width = Math.min(right, x(timeline.ends[event])) - from;
    if (isMarked) lines.push([from, width]);
    if (event === at) ring = [from, width];
    const pixel = Math.floor(from + width);
    if (width < 1 && pixel === drawn && !isMarked) continue;
    drawn = pixel;
    bar(pen, scene, event, { y, high: room.high, left: from, right: from + Math.max(1, width - (width > 2 ? GAP : 0)) }, (dims || scene.isPale(event)) && !isMarked);
  }
  // A line under what is marked, so that its colour stays.
  pen.fillStyle = theme.accent;
  for (const [from, width] of lines) pen.fillRect(from, y + room.high - MARK, Math.max(SEEN, width), MARK);
  if (!ring) return;
  pen.strokeStyle = theme.ink.name;
  pen.lineWidth = 2;
  pen.strokeRect(ring[0] - 0.5, y, Math.max(SEEN, ring[1]), room.high - MARK);
}

function bar(pen: CanvasRenderingContext2D, { timeline, theme, font, paint, name }: Scene, event: number, { y, high, left, right }: Room, dim: boolean): void {
  const width = right - left;
  const { fill, stroke } = timeline.rows[event] < 0 ? { fill: theme.none, stroke: theme.ink.note } : paint(event);
  pen.globalAlpha = dim ? 0.3 : 1;
  pen.fillStyle = width < BORDERED ? mix(fill, stroke, 0.6) : fill;
  pen.fillRect(left, y, width, high - MARK - 1);
  if (width >= BORDERED) {
    pen.strokeStyle = stroke;
    pen.lineWidth = 1;
    pen.strokeRect(left + 0.5, y + 0.5, width - 1, high - MARK - 2);
  }
  if (width >= NAMED) {
    const text = name(event);
    if (widthOf(pen, font, text) <= width - 8) {
      pen.fillStyle = inkOn(fill, theme);
      pen.textAlign = "left";
      pen.fillText(text, left + 4, y + (high - MARK) / 2 + 3.5);
    }
  }
  pen.globalAlpha = 1;
}

export const TEXT_SIZE = SIZE;
