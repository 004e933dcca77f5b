// What painting needs to know of how marks look now; the canvas and the SVG read the same.
import type { MarkShape, Style } from "../data/style";
import type { Mark } from "./frame";
import { fontsOf, type Fonts } from "./text";
import type { Paint, Theme } from "./theme";

/** What a mark looks like in the present colour mode. */
export interface Tint {
  /** The same object for marks of the same colours. */
  paint: Paint;
  /** The bar beside a card and the words in its head; null without a figure. */
  bar: { colour: string; text: string } | null;
}

/** What no theme and no colour mode changes. */
export interface Drafting {
  fonts: Fonts;
  shape: MarkShape;
  /** Kinds of cards with a loop's ground, with a body's, and of pills that are a loop's variables. */
  loops: ReadonlySet<string>;
  bodies: ReadonlySet<string>;
  states: ReadonlySet<string>;
}

export interface Look {
  theme: Theme;
  drafting: Drafting;
  tint(mark: Mark): Tint;
  /** The paint of a chip of an op of this family. */
  chip(family: string): Paint;
  selected: number | null;
  /** Marks to point out (search hits, traced ops); null dims nothing. */
  lit: Set<number> | null;
  /** Marks that hold lit marks inside, with how many. */
  holders: Map<number, number> | null;
}

export function draftingOf(style: Style): Drafting {
  const { loops, bodies, states } = style.kinds;
  return { fonts: fontsOf(style), shape: style.mark, loops: new Set(loops), bodies: new Set(bodies), states: new Set(states) };
}

/** The ink of a mark's own name. */
export function nameInk(mark: Mark, { theme, drafting }: Look): string {
  if (mark.form === "box") return theme.ink.op;
  if (mark.form === "pill") return drafting.states.has(mark.family) ? theme.ink.turn : theme.ink.port;
  return drafting.loops.has(mark.kind) || drafting.bodies.has(mark.kind) ? theme.ink.flow : theme.ink.name;
}

/** How much of a mark that is not lit is left. */
export const DIM = 0.32;
/** What a browser may measure a text wider than the font's own metrics say. */
export const SLACK = 2;
