// All that the page was given: the graph's facts, its cards, the style, and what the header says of the whole.
import { Cards } from "./cards";
import type { Container } from "./container";
import { Facts } from "./facts";
import { styleOf, type Style } from "./style";
import { Words } from "./words";

/** An op family in the drawing: its name and what the legend calls it. */
export type Family = [string, string];

export interface PageData {
  facts: Facts;
  cards: Cards;
  style: Style;
  words: Words;
  families: Family[];
  /** A line on the whole graph, and what its drawing leaves out. */
  about: string;
  notes: string[];
  /** The colour mode and the theme that the page was made for. */
  start: { colour?: string | null; theme?: string };
}

export function pageData(container: Container): PageData {
  const header = container.header as unknown as Pick<PageData, "families" | "about" | "notes" | "start">;
  const style = styleOf(container.header);
  const facts = new Facts(container);
  const cards = new Cards(container);
  cards.nameOf = (group) => facts.groups.part(group);
  const { families, about, notes, start } = header;
  return { facts, cards, style, words: new Words(style.units, style.coverage, style.quantities, style.uncertain, style.meanings), families, about, notes, start };
}
