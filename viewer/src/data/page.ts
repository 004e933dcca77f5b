// All that the page was given: the graph's facts, its cards, the style, and what the header says of the whole.
import { Cards } from "./cards";
import type { Container } from "./container";
import { counterpartOf, type Counterpart } from "./counterpart";
import { differenceOf, type Difference } from "./difference";
import { Facts } from "./facts";
import { findingsOf, type Findings } from "./findings";
import { styleOf, type Style } from "./style";
import { Words } from "./words";

/** The overview of a large graph: its SVG, and the rules of its style sheet, with those that come after them in the dark. */
export interface OverviewData {
  svg: string;
  light: string;
  dark: string;
  /** What its bars show, as `heat` calls it; null where nothing is known. */
  quantity: string | null;
  scopes: OverviewScope[];
}

/** A mark whose line of figures counts more than it, an op or a unit, and in words what the line counts. */
export type OverviewScope = [kind: "op" | "unit", row: number, scope: string];

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
  start: { colour?: string | null; theme?: "light" | "dark" | "auto" };
  /** What the page shows first; of a small graph there is none, and that is the drawing. */
  overview: OverviewData | null;
  /** Of a page of two graphs how these differ; null: it is of one. */
  difference: Difference | null;
  /** What `check` found; null: nothing was looked for. */
  findings: Findings | null;
  /** Of a graph that is known as written and as executed what is known of the other of these; else null. */
  counterpart: Counterpart | null;
}

export function pageData(container: Container): PageData {
  const header = container.header as unknown as Pick<PageData, "families" | "about" | "notes" | "start"> & { overview?: OverviewData };
  const style = styleOf(container.header);
  const facts = new Facts(container);
  const cards = new Cards(container);
  cards.nameOf = (group) => facts.groups.part(group);
  const { families, about, notes, start } = header;
  return { facts, cards, style, words: new Words(style.units, style.coverage, style.quantities, style.uncertain, style.meanings), families, about, notes, start, overview: canShow() ? header.overview ?? null : null, difference: differenceOf(container), findings: findingsOf(container), counterpart: counterpartOf(container) };
}

/** Whether this browser takes style sheets from a script: the page's policy allows no others to the overview. Without them the page starts with the drawing. */
function canShow(): boolean {
  return "adoptedStyleSheets" in document;
}
