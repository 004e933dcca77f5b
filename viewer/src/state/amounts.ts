// The figure of a card: that of its group. A stack has the sum over its copies, a card that stands for no group the sum of what is in it.
import type { Cards } from "../data/cards";

export interface Figures {
  op(row: number): number;
  group(group: number): number;
}

/** NaN where nothing in the card has a figure. */
export function amountOf(cards: Cards, card: number, figures: Figures): number {
  return within(cards, card, card, figures);
}

function within(cards: Cards, card: number, upTo: number, figures: Figures): number {
  const group = cards.firstGroup(card);
  if (group >= 0) return sum(cards.everyCopy("groups", group, card, upTo).map((row) => figures.group(row)));
  const parts: number[] = [];
  for (const [type, ref] of cards.firstItems(card)) {
    if (type === "card") parts.push(within(cards, ref, upTo, figures));
    else if (ref >= 0) parts.push(sum(cards.everyCopy("nodes", ref, card, upTo).map((row) => figures.op(row))));
  }
  return sum(parts);
}

/** The sum of what is known. */
function sum(values: number[]): number {
  const known = values.filter((value) => !Number.isNaN(value));
  return known.length ? known.reduce((total, value) => total + value, 0) : NaN;
}
