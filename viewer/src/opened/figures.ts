// Reads the columns of figures that an overview has beside its drawing: their heads, and of each line what stands under which head.
import type { Sheet } from "./sheet";

/** Which column: `bars` are those of the quantity that the bars show, where a number stands behind them. */
export type ColumnId = "parameters" | "flops" | "bars";

export interface FigureLine {
  /** What moves with its mark. */
  element: SVGGraphicsElement;
  /** A text at the height of what the line is about. */
  at: SVGTextElement;
  /** What it says that it is about; empty where it stands beside the only thing at its height. */
  label: string;
  /** What stands below its figures: of how many copies they are. */
  below: string;
  figures: Map<ColumnId, string>;
  /** How it is written: `sum` of lines that follow, `part` of one, `most` of all. */
  look: "sum" | "part" | "most" | "plain";
  /** The part of the drawing that it stands beside, counted from the left. */
  strip: number;
}

export interface Figures {
  /** The heads as they are written; the bars have that of their quantity elsewhere. */
  heads: Map<ColumnId, string>;
  lines: FigureLine[];
}

/** Two texts of one column end at one place, texts of one line stand at one height. */
const NEAR = 1;
const LINE = 6;
/** Heads stand so far below the upper end of the drawing at most, beside it. */
const HEADS = 12;
/** A number with its unit, which words such as `1×1 conv` or `2 Dense` are not. */
const FIGURE = /^[~≥<]?\s?[\d.,]+(?: ± [\d.,]+)?(?:\s?(?:[a-zµ%]|[KMGT]i?B)|$)/;
/** Before what a card has besides its rows: that it is not drawn, or which copy has it. */
const REST = /^(?:not drawn|[a-z][a-z0-9 ]*:)\s*/;

export function figuresOf(sheet: Sheet): Figures {
  const texts = sheet.around.filter((each): each is SVGTextElement => each.tagName === "text" && each.getAttribute("class") === "head" && number(each, "y") < sheet.top + HEADS);
  const ends = new Map<number, ColumnId>();
  const heads = new Map<ColumnId, string>();
  for (const head of texts.filter(isRight)) {
    const id = head.textContent === "parameters" ? "parameters" : "flops";
    ends.set(number(head, "x"), id);
    heads.set(id, head.textContent ?? "");
  }
  const columnOf = (text: Element) => [...ends].find(([x]) => Math.abs(number(text, "x") - x) < NEAR)?.[1];
  // Of the texts that begin at a place those left of a column of figures are names.
  const isName = (x: number) => [...ends.keys()].some((end) => end > x && stripOf(end, sheet) === stripOf(x, sheet));
  const lines = sheet.around.filter((each) => each.tagName === "g").flatMap((each) => lineOf(each, columnOf, isName, sheet) ?? []);
  return { heads, lines };
}

function lineOf(element: SVGGraphicsElement, columnOf: (text: Element) => ColumnId | undefined, isName: (x: number) => boolean, sheet: Sheet): FigureLine | null {
  // Names that stand only because other lines have some are left out: a narrow strip needs its room for figures.
  const texts = [...element.querySelectorAll<SVGTextElement>("text:not(.also *)")];
  // The number behind a bar. What stands behind that, or where bars have none, are words: which layers these figures are of.
  const behind = texts.find((text) => !isRight(text) && !isName(number(text, "x")));
  const known = texts.map((text) => [text, isRight(text) ? columnOf(text) : text === behind && FIGURE.test(text.textContent ?? "") ? "bars" : undefined] as const);
  const base = Math.min(...known.filter(([, id]) => id).map(([text]) => number(text, "y")));
  const [own, others] = [known.filter(([text, id]) => id && number(text, "y") < base + LINE), known.filter(([text, id]) => !id || number(text, "y") >= base + LINE)];
  if (!own.length) return null;
  const figures = new Map<ColumnId, string>();
  let rest = "";
  for (const [text, id] of own) {
    const said = text.textContent ?? "";
    rest ||= REST.exec(said)?.[0].trim() ?? "";
    const figure = said.replace(REST, "");
    if (figure && id) figures.set(id, figure);
  }
  const words = (below: boolean) => others.filter(([, id]) => (id !== undefined) === below).map(([text]) => text.textContent ?? "").join(" ");
  const named = whole(words(false), element, sheet.svg);
  const [at] = own[0];
  const looks = own.map(([text]) => text.getAttribute("class"));
  const look = looks.includes("hot") ? "most" : looks.includes("head") ? "sum" : looks.every((each) => each === "note") ? "part" : "plain";
  return { element, at, label: (rest.endsWith(":") ? [rest, named] : [named, rest]).filter(Boolean).join(" "), below: words(true), figures, look, strip: stripOf(number(at, "x"), sheet) };
}

function stripOf(x: number, { columns }: Sheet): number {
  return columns.filter(({ place }) => place.x < x).length - 1;
}

/** A name that the picture had no room for, with the end that its mark shows: here there is room. */
function whole(label: string, { dataset }: SVGGraphicsElement, svg: SVGSVGElement): string {
  const [begin, end] = label.split("…");
  const [key, value] = Object.entries(dataset).find(([name]) => name === "op" || name === "unit") ?? [];
  if (end === undefined || !begin || !key) return label;
  const texts = [...svg.querySelectorAll(`svg svg [data-${key}="${value}"] text`)].map(({ textContent }) => textContent ?? "");
  const name = texts.find((text) => text.startsWith(begin));
  return name && !texts.includes(label) ? name + end : label; // a stack's own name has the sign in its middle
}

function isRight(text: Element): boolean {
  return text.getAttribute("text-anchor") === "end";
}

function number(element: Element, name: string): number {
  return Number(element.getAttribute(name) ?? 0);
}
