// How things look and read, as Python has it: distances, fonts, colours, units (`render/page/header_style.py`). The page has no numbers of its own for them.
import type { Header } from "./container";

/** The distances that placing keeps, in pixels (`layout/place/spacing.py` and the modules beside it say what each is). */
export interface Spacing {
  boxGap: number;
  wireGap: number;
  wireRoom: number;
  portPitch: number;
  portLeast: number;
  portMargin: number;
  trackPitch: number;
  trackMargin: number;
  arrowRoom: number;
  rowGap: number;
  borderGap: number;
  labelHeight: number;
  labelGap: number;
  straight: number;
  small: number;
  mostBent: number;
  mostWider: number;
  same: number;
  apart: number;
}

/** What a card keeps around what it holds (`layout/sizes/extents.py`, `layout/engine.py`). */
export interface CardRoom {
  inside: number;
  boxHeight: number;
  pillHeight: number;
  chipHeight: number;
  chipGap: number;
  stackStep: number;
  stackCards: number;
  wholeInset: number;
  mostGrowth: number;
  mostAside: number;
  mostLabels: number;
  headGap: number;
  headHigh: number;
  headRise: number;
  longSide: number;
}

/** Where texts stand in a mark, and its corners and arrow heads (`layout/sizes/extents.py`, `render/svg/marks.py`, `render/svg/wire_paths.py`). */
export interface MarkShape {
  cardPad: number;
  lineOne: number;
  lineTwo: number;
  noteGap: number;
  textGap: number;
  heatGap: number;
  heatBar: number;
  heatText: number;
  stackStep: number;
  stackCards: number;
  cardRound: number;
  boxRound: number;
  chipRound: number;
  barRound: number;
  dockBus: number;
  nameDrop: number;
  noteDrop: number;
  chipDrop: number;
  badgeHigh: number;
  badgeRise: number;
  foundRound: number;
  corner: number;
  arrow: number;
  arrowHalf: number;
}

export const FONT_NAMES = ["title", "subtitle", "detail", "op", "pill", "chip", "small", "heat", "badge"] as const;
export type FontName = (typeof FONT_NAMES)[number];

export interface Face {
  family: string;
  weight: number;
}

/** Properties of a class as a style sheet writes them. */
export interface Declared {
  fill?: string;
  "fill-opacity"?: string;
  stroke?: string;
  "stroke-width"?: string;
  "stroke-dasharray"?: string;
}

export interface Paint {
  fill: string;
  stroke: string;
}

export interface ThemeRecord {
  classes: Record<string, Declared>;
  families: Record<string, Paint>;
  categories: Paint[];
  heat: string[];
}

/** A unit, its size in the smallest one, and the least value, in that one too, that is told in it. */
export type Unit = [name: string, size: number, least: number];

/** The units of each quantity, the smallest first (`graph/quantities.py`). */
export interface Units {
  /** Microseconds and what is made of them. */
  time: Unit[];
  bytes: Unit[];
  /** Prefixes of large counts; the first is empty. */
  counts: Unit[];
  flops: Unit[];
  macs: Unit[];
  calls: Unit[];
}

export interface Style {
  place: Spacing;
  card: CardRoom;
  mark: MarkShape;
  faces: Record<string, Face>;
  /** Rules for an SVG of its own: what takes the place of the faces where they are not installed. */
  narrowed: string;
  fonts: Record<FontName, { face: string; size: number }>;
  /** The kinds of cards that are loops or choices, and bodies of these; the kinds of pills that are a loop's variables. */
  kinds: { loops: string[]; bodies: string[]; states: string[] };
  /** Kind of wire -> its class. */
  wires: Record<string, string>;
  light: ThemeRecord;
  dark: ThemeRecord;
  units: Units;
  /** What the quantities are called that cards and ops have figures of. */
  quantities: Record<string, string>;
  /** What the parts of a measured step are called. */
  coverage: Record<string, string>;
  /** A figure whose error is more than this part of it is marked with ~. */
  uncertain: number;
  meanings: Meanings;
}

/** What the words beside figures mean, for readers who have not met them (`graph/meanings.py`). */
export interface Meanings {
  /** By the names of the parts of a measured step. */
  parts: Record<string, string>;
  unprofiled: string;
  profiled: string;
  /** Of a figure with its error. */
  error: string;
  /** What estimates are of where the batch is open. */
  sample: string;
}

export function styleOf(header: Header): Style {
  if (!header.style) throw new Error("the page's data does not say how to draw it; save the page again with opscope");
  return header.style as Style;
}
