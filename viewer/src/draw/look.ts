// How marks look now: everything that the painter is told besides what to draw.
import type { Status } from "../data/difference";
import type { Serious } from "../data/findings";
import type { MarkShape, Style } from "../data/style";
import type { Mark, Tag } from "./frame";
import type { Noted } from "./notesign";
import { fontsOf, type Fonts } from "./text";
import type { Paint, Theme } from "./theme";

/** What a mark looks like in the present colour mode. */
export interface Tint {
  /** The same object for marks of the same colours. */
  paint: Paint;
  /** The bar beside a card and the words in its head; null without a figure. `all`: the figure of all copies of a stack. */
  bar: { colour: string; text: string; all?: string } | null;
}

/** What no theme and no colour mode changes. */
export interface Drafting {
  fonts: Fonts;
  /** Rules that an SVG has for machines without these fonts. */
  narrowed: string;
  shape: MarkShape;
  /** The kinds of cards that are drawn as a loop, the kinds drawn as a loop's body, and the kinds of pills that are a loop's variables. */
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
  /** Whether a mark, or a chip, is of none of the kinds that are looked at; absent: all kinds are. */
  pale?: { mark(mark: Mark): boolean; chip(tag: Tag): boolean } | null;
  /** Cards that have lit marks inside, with how many. */
  holders: Map<number, number> | null;
  /** Cards of stacks of which other copies than the one that is shown have lit marks inside, with how many. */
  elsewhere: Map<number, number> | null;
  /** How a mark differs between two graphs that are drawn as one, and an op that a chip stands for; null and undefined: it does not. */
  differs(mark: Mark): { status: Status; text: string } | null;
  /** What was found in what a mark stands for; null: nothing. */
  found(mark: Mark): { severity: Serious; text: string } | null;
  /** Whether the reader has written a note on a mark, or in a closed card on something in it; absent: nothing is written. */
  noted?(mark: Mark): Noted | null;
  chipDiffers(op: number): Status | undefined;
}

export function draftingOf(style: Style): Drafting {
  const { loops, bodies, states } = style.kinds;
  return { fonts: fontsOf(style), narrowed: style.narrowed, shape: style.mark, loops: new Set(loops), bodies: new Set(bodies), states: new Set(states) };
}

/** The ink of a mark's own name. */
export function nameInk(mark: Mark, { theme, drafting }: Look): string {
  if (mark.form === "box") return theme.ink.op;
  if (mark.form === "pill") return drafting.states.has(mark.family) ? theme.ink.turn : theme.ink.port;
  return drafting.loops.has(mark.kind) || drafting.bodies.has(mark.kind) ? theme.ink.flow : theme.ink.name;
}

/** Whether a mark steps back: others are lit, or it is of none of the kinds that are looked at. A card stays while something in it is lit. */
export function isDim(mark: Mark, { lit, holders, elsewhere, pale }: Look): boolean {
  const unlit = lit !== null && !lit.has(mark.key) && !(mark.form === "card" && (holders?.has(mark.key) || elsewhere?.has(mark.key)));
  return unlit || (pale?.mark(mark) ?? false);
}

/** The opacity of marks that are not lit while others are. */
export const DIM = 0.32;
/** Browsers measure texts up to this many pixels wider than the font's own metrics say. */
export const SLACK = 2;
