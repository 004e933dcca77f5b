// Which copy of a stack is selected, and which one the overview draws: said with the same words everywhere.
import type { Cards } from "../data/cards";
import { exact } from "../data/words";
import type { DrawnCopy } from "./overviewmarks";

/** A longer name of a copy, as of several layers in a row, says less than its number. */
const LONGEST = 24;
/** Between the first and the last of siblings that are one copy together. */
const SEVERAL = " … ";

/** A line for each stack around a card that the overview draws, the outermost first. */
export function copiesSaid(cards: Cards, card: number, drawnCopy: (card: number) => DrawnCopy | null): string[] {
  const lines: string[] = [];
  for (let at = card; at > 0; at = cards.parent(at)) {
    const drawn = cards.stack(at) >= 0 && cards.repeat(at) > 1 ? drawnCopy(at) : null;
    if (drawn) lines.unshift(copySaid(cards, at, drawn));
  }
  return lines;
}

/** `selected: copy 2 of 8 (block_1) · drawn: copy 1 (block_0)`. */
function copySaid(cards: Cards, card: number, { copy, called }: DrawnCopy): string {
  const stack = cards.stack(card);
  const own = cards.copy(card);
  const title = cards.titleIn(card, own);
  // A copy that is several siblings, `attn0 … ln0b`, would read like a range of copies: it is told by its number in the stack.
  const of = title.includes(SEVERAL) ? cards.stacks.called.get(stack)?.title : "";
  const selected = named(`copy ${exact(cards.stacks.place(stack, own) + 1)} of ${exact(cards.repeat(card))}${of ? ` of ${of}` : ""}`, title, own === copy ? called : cards.stacks.levelOf(stack, own));
  return own === copy ? `selected and drawn: ${selected}` : `selected: ${selected} · ${drawnSaid(cards, card, { copy, called })}`;
}

/** `drawn: copy 1 (block_0)`. */
function drawnSaid(cards: Cards, card: number, { copy, called }: DrawnCopy): string {
  return `drawn: ${named(`copy ${exact(cards.stacks.place(cards.stack(card), copy) + 1)}`, cards.titleIn(card, copy), called)}`;
}

function named(number: string, title: string, called: string): string {
  const names = [title.length <= LONGEST && !title.includes(SEVERAL) ? title : "", called].filter(Boolean);
  return names.length ? `${number} (${names.join(", ")})` : number;
}

/** Which copy the overview draws, of the innermost stack around a card of which another one is selected; empty where it draws what is selected. */
export function otherDrawn(cards: Cards, card: number, drawnCopy: (card: number) => DrawnCopy | null): string {
  for (let at = card; at > 0; at = cards.parent(at)) {
    const drawn = cards.stack(at) >= 0 && cards.repeat(at) > 1 ? drawnCopy(at) : null;
    if (drawn && drawn.copy !== cards.copy(at)) return drawnSaid(cards, at, drawn);
  }
  return "";
}
