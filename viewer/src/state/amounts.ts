// The figure of a card: that of the copy that it shows. Of a stack also that of all copies together.
import { added, boundTells, NO_COUNTS, type Counts } from "../data/bounds";
import type { Cards, Held } from "../data/cards";
import type { Facts } from "../data/facts";
import { AT_LEAST } from "../data/values";

export interface Figures {
  op(row: number): number;
  group(group: number): number;
  /** The figure of several groups together, where that is not their sum: calls of one layer share its parameters. */
  groups?(groups: number[]): number;
  /** How many ops do not count in a figure, or not as often as they run: then it is only known to be at least so much. */
  lacking?: { op(row: number): number; group(group: number): number };
  /** Of how many ops an estimate counts: a sum of too few says nothing. */
  counts?: { op(row: number): Counts; group(group: number): Counts };
  /** The standard errors of the figures. Of a sum, the sum of them is the most that its error can be. */
  errors?: Figures;
}

/** NaN where nothing in the card has a figure. */
export function amountOf(cards: Cards, card: number, figures: Figures): number {
  return figureOf([cards.held(card)], figures);
}

/** How figures are told. */
export type Told = Figures & { text(value: number, error?: number): string };

/** The figure of a card in words; `value` is that of `amountOf`. */
export function amountText(cards: Cards, card: number, figures: Told): string {
  return atLeast([cards.held(card)], figures) + figures.text(amountOf(cards, card, figures), errorOf(cards, card, figures));
}

/** What stands before a figure of which some is not counted. */
export function atLeast(held: Held[], { lacking }: Figures): string {
  return lacking && figureOf(held, lacking) > 0 ? AT_LEAST : "";
}

/** The error of the figure of a card; NaN where it is not known. */
export function errorOf(cards: Cards, card: number, figures: Figures): number {
  return figures.errors ? amountOf(cards, card, figures.errors) : NaN;
}

/** The error of the figure of all copies of a stack; NaN where it is not known. */
export function togetherErrorOf(cards: Cards, card: number, figures: Figures): number {
  return figures.errors ? togetherOf(cards, card, figures.errors) : NaN;
}

/** The figure of all copies of a stack; NaN for a card that stands for itself. */
export function togetherOf(cards: Cards, card: number, figures: Figures): number {
  const count = cards.repeat(card);
  if (count < 2 || cards.stack(card) < 0) return NaN;
  return figureOf(copiesOf(cards, card), figures);
}

/** What each copy of a stack holds. */
export function copiesOf(cards: Cards, card: number): Held[] {
  return Array.from({ length: cards.repeat(card) }, (_, copy) => cards.held(card, copy));
}

/** The figure of all that is held, together. */
export function figureOf(held: Held[], figures: Figures): number {
  const groups = held.flatMap((one) => one.groups);
  const ops = held.flatMap((one) => one.ops);
  if (figures.groups && groups.length > 1) return figures.groups(groups);
  if (figures.counts && !boundTells(together(groups, ops, figures.counts))) return NaN;
  return sum([...groups.map((group) => figures.group(group)), ...ops.map((row) => figures.op(row))]);
}

function together(groups: number[], ops: number[], { op, group }: NonNullable<Figures["counts"]>): Counts {
  return [...groups.map((one) => group(one)), ...ops.map((row) => op(row))].reduce(added, NO_COUNTS);
}

/** The sum of what is known. */
function sum(values: number[]): number {
  const known = values.filter((value) => !Number.isNaN(value));
  return known.length ? known.reduce((total, value) => total + value, 0) : NaN;
}

/** What the whole graph has beside the cards of the drawing itself: ops outside of all layers. NaN where the ops have no figures. */
export function restOf(cards: Cards, facts: Facts, figures: Figures): number {
  return beside(cards, 0, allOf(facts, figures), figures);
}

/** The same in words; empty where there is nothing. */
export function restText(cards: Cards, facts: Facts, figures: Told): string {
  const { lacking } = figures;
  return besideText(restOf(cards, facts, figures), lacking && beside(cards, 0, allOf(facts, figures), lacking), figures);
}

/** What the whole graph has of figures like these. Of the branches of an `if` only one counts in an estimate, so that is no sum over all ops. */
function allOf({ nodes, groups }: Facts, { counts }: Figures): (figures: Figures) => number {
  if (!counts) return ({ op }) => sum(Array.from({ length: nodes.count }, (_, row) => op(row)));
  return (figures) => figureOf([{ groups: groups.children(-1), ops: groups.members(-1) }], figures);
}

/** What a card has beside the cards in it, of each stack with all its copies: its own ops. NaN where that is nothing, or nothing is in it. */
export function ownOf(cards: Cards, card: number, figures: Figures): number {
  return cards.childCards(card).length ? beside(cards, card, (one) => amountOf(cards, card, one), figures) : NaN;
}

/** The same in words; empty where there is nothing. */
export function ownText(cards: Cards, card: number, figures: Told): string {
  return besideText(ownOf(cards, card, figures), figures.lacking && ownOf(cards, card, figures.lacking), figures);
}

function besideText(value: number, lacking: number | undefined, figures: Told): string {
  return Number.isNaN(value) ? "" : `${lacking && lacking > 0 ? AT_LEAST : ""}${figures.text(value)}`;
}

/** What is left of all beside what the cards in `card` have. */
function beside(cards: Cards, card: number, allOf: (figures: Figures) => number, figures: Figures): number {
  const told = cards.childCards(card).map((child) => (cards.repeat(child) > 1 ? togetherOf(cards, child, figures) : amountOf(cards, child, figures)));
  // What counts of an unknown figure is in that of all, and is nobody's own.
  if (figures.counts && told.some((value, index) => Number.isNaN(value) && unknown(cards, cards.childCards(card)[index], figures))) return NaN;
  const all = allOf(figures);
  const rest = all - (sum(told) || 0);
  if (figures.counts && !boundTells(countsBeside(cards, card, allOf, figures.counts))) return NaN;
  return rest > ROUNDING * all ? rest : NaN;
}

/** How many of the ops beside the cards count. */
function countsBeside(cards: Cards, card: number, allOf: (figures: Figures) => number, { op, group }: NonNullable<Figures["counts"]>): Counts {
  const left = (what: keyof Counts) => beside(cards, card, allOf, { op: (row) => op(row)[what], group: (one) => group(one)[what] }) || 0;
  return Object.fromEntries(Object.keys(NO_COUNTS).map((name) => [name, left(name as keyof Counts)])) as unknown as Counts;
}

/** Whether some of the ops of a card, in all its copies, do not count. */
function unknown(cards: Cards, card: number, { lacking }: Figures): boolean {
  return lacking !== undefined && figureOf(cards.repeat(card) > 1 ? copiesOf(cards, card) : [cards.held(card)], lacking) > 0;
}

/** Sums of times in another order differ by less than this part of them. */
const ROUNDING = 1e-6;

/** What all copies of a stack come to, in words: `all 12: 1.31 ms`; empty for a card that stands for itself. */
export function allText(cards: Cards, card: number, figures: Told): string {
  const value = togetherOf(cards, card, figures);
  return Number.isNaN(value) ? "" : `all ${cards.repeat(card)}: ${atLeast(copiesOf(cards, card), figures)}${figures.text(value, togetherErrorOf(cards, card, figures))}`;
}
