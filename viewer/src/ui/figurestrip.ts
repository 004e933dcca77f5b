// The figures of an overview that is wider than its window: those that matter most stand in a strip at the window's right edge, each at the height of its row.
import type { ColumnId, FigureLine, Figures } from "../opened/figures";
import { plural } from "../data/words";
import { h, replace } from "./dom";
import { placesOf } from "./figureplaces";
import { sumsOver } from "./overviewfigures";

/** So many columns at most in a window that shows a part of the drawing, in a narrow one of these only one. */
const BESIDE_PART = 2;
const NARROW = 600;
/** About how wide a letter of a figure is, and of its head; the gap before a column; the margins of the strip. */
const LETTER = 6.7;
const HEAD_LETTER = 7.6;
const LABEL_LETTER = 5.5;
const COUNTED_LETTER = 6.1;
const GAP = 10;
const SIDES = 16;
/** How much of the words of one line the longer of two has. */
const WRAPPED = 0.66;
/** In a narrower window a figure stands without its error. */
const WITH_ERRORS = 700;
/** What the sign before a figure means, as `words.meanings.error` tells at length. */
const DOUBTFUL = "~: ± over 10 %";
/** Above rows at the lower end that have no room at their height, and how many of them there are at most. */
const NO_ROOM = "no room above:";
const MOST_LISTED = 3;
/** More rows than this do not stand in a window without a figure. */
const MOST_UNLISTED = 9;
/** Above the figure of what all rows in view lie in, which have none themselves. */
const WHOLE = "only as a whole:";
/** A figure, its error, its unit. */
const ERROR = /^(~?)([\d.,]+) ± ([\d.,]+)(.*)$/;
/** Words before a figure that stand in its line: of how many copies it is. Others, as the name of a row, may stand above it. */
const COPIES = /^[\d,]+ of [\d,]+$/;
/** The name of a row and its copies. */
const NAME_AND_COPIES = /^(?:(.*), )?([\d,]+ of [\d,]+)$/;

/** A figure without its error: doubtful where that is above a tenth of it, as everywhere. */
export function withoutError(figure: string): string {
  const [, doubted, value, error, unit] = ERROR.exec(figure) ?? [];
  if (value === undefined) return figure;
  const amount = (text: string) => Number(text.replace(/,/g, ""));
  return `${doubted || amount(error) > 0.1 * amount(value) ? "~" : ""}${value}${unit}`;
}

/** A line of figures with its row in the strip. */
interface Placed {
  line: FigureLine;
  row: HTMLElement;
  /** How high it is, and from its upper edge to the middle of its number. */
  high: number;
  above: number;
  /** The height of its row in the drawing, in pixels from the top of what scrolls; null: that is not drawn. */
  middle: number | null;
}

/** What stands before the figures of a row: its name, and in their line of how many copies they are, whose number would be taken for a figure in another. */
export function namedCopies(label: string): { name: string; copies: string } {
  const [, name, copies] = NAME_AND_COPIES.exec(label) ?? [];
  return copies ? { name: name ?? "", copies } : { name: label, copies: "" };
}

/** The columns of figures, the most wanted first: that of the colour mode, that of the bars, FLOPs, parameters. */
export function wantedColumns(colour: string, quantity: string | null): ColumnId[] {
  const chosen: ColumnId[] = colour === quantity ? ["bars"] : colour === "flops" || colour === "parameters" ? [colour] : [];
  return [...chosen, "bars", "flops", "parameters"];
}

export class FigureStrip {
  private readonly cells = h("div", { class: "figures-titles" });
  private readonly head: HTMLElement;
  private readonly rows = h("div", { class: "figures-rows" });
  /** The rows that there is no room for at their height, with their names, else how many: who adds up those that are listed is to know. And what a sign at a figure means. */
  private readonly missing = h("div", { class: "figures-missing", hidden: true });
  readonly element: HTMLElement;
  /** How wide it is at most, with all that the drawing has; 0: there is nothing to show. */
  wide = 0;
  /** How wide it is beside what is in view: where that has no figures it takes no room. */
  now = 0;
  private shown: { id: ColumnId; wide: number }[] = [];
  private placed: Placed[] = [];
  private brief = false;
  /** Whether the words below the heads have two lines. */
  private wrapped = false;
  /** Whether the names of rows stand before their figures, not above them. */
  private named = false;

  constructor(
    private readonly figures: Figures,
    /** What the bars show, in words. */
    private readonly bars: string,
    /** What figures count besides the layers that they stand beside: `forward + backward`. */
    private readonly counted: string,
    /** Of how many copies the figures of a line are, `sums over all 4`; empty: of what they stand beside. */
    private readonly copies: (line: FigureLine) => string = () => "",
  ) {
    this.head = h("div", { class: "figures-head" }, this.cells, counted && h("div", { class: "figures-counted" }, counted));
    this.element = h("div", { class: counted ? "figures counting" : "figures", "aria-hidden": "true", hidden: true }, this.head, this.rows, this.missing);
  }

  /** Take the columns that a window has room for, the `wanted` first, and always one: as many as leave the drawing `room` to be shown with all of its width, or a few where it is too wide for that anyway. */
  choose(width: number, room: number, wanted: readonly ColumnId[]): void {
    this.brief = width < WITH_ERRORS;
    this.wrapped = width < NARROW;
    this.element.classList.toggle("wrapped", this.wrapped);
    const found = [...new Set(wanted)].flatMap((id) => {
      const long = Math.max(0, ...this.figures.lines.map((line) => this.text(line, id).length));
      return long ? [{ id, wide: Math.max(HEAD_LETTER * this.title(id).length, LETTER * long) }] : [];
    });
    const { lines } = this.figures;
    const wideOf = (columns: number) => (columns ? this.room(found.slice(0, columns), lines, false) : 0);
    let columns = found.length;
    while (columns > 1 && width - wideOf(columns) < room) columns--;
    if (width - wideOf(columns) < room) columns = Math.min(found.length, width < NARROW ? 1 : BESIDE_PART);
    this.shown = found.slice(0, columns);
    const order: ColumnId[] = ["parameters", "flops", "bars"]; // as in the overview
    this.shown.sort((a, b) => order.indexOf(a.id) - order.indexOf(b.id));
    // Where there is room, the name of a row stands before its figures instead of above them.
    const named = columns && this.room(this.shown, lines, true);
    this.named = named > 0 && width - named >= room;
    // What is said below the figures is not cut, neither.
    this.wide = columns && Math.max(this.named ? named : wideOf(columns), roomOf([NO_ROOM, DOUBTFUL, unlistedRows(MOST_UNLISTED), ...lines.map((line) => this.copies(line))]));
    this.now = this.wide;
    this.fill();
  }

  /** The room of some lines, with the words that stand `before` their figures, or above and below them. */
  private room(columns: readonly { wide: number }[], lines: readonly FigureLine[], before: boolean): number {
    const most = (of: (line: FigureLine) => string) => Math.max(0, ...lines.map((line) => of(line).length)) * LABEL_LETTER;
    const ahead = most(({ label }) => (before || COPIES.test(label) ? label : namedCopies(label).copies));
    const figures = columns.reduce((sum, { wide }) => sum + wide, SIDES + GAP * (columns.length - 1) + (ahead && ahead + GAP));
    const apart = Math.max(most(({ below }) => below), before ? 0 : most(({ label }) => namedCopies(label).name), COUNTED_LETTER * this.counted.length * (this.wrapped ? WRAPPED : 1));
    return Math.ceil(Math.max(figures, apart + SIDES));
  }

  private title(id: ColumnId): string {
    return id === "bars" ? this.bars : (this.figures.heads.get(id) ?? "");
  }

  private text(line: FigureLine, id: ColumnId): string {
    const text = line.figures.get(id) ?? "";
    return this.brief ? withoutError(text) : text;
  }

  private fill(): void {
    const cell = (wide: number, text: string) => {
      const element = h("span", { class: "figures-cell" }, text);
      element.style.width = `${wide}px`;
      return element;
    };
    const said = (words: string, name = false) => words && h("span", { class: name ? "figures-label figures-name" : "figures-label" }, words);
    replace(this.cells, ...this.shown.map(({ id, wide }) => cell(wide, this.title(id))));
    this.element.classList.toggle("stacked", !this.named);
    this.placed = this.figures.lines.filter((line) => this.shown.some(({ id }) => line.figures.has(id))).map((line) => {
      const cells = this.shown.map(({ id, wide }) => cell(wide, this.text(line, id)));
      const { name, copies } = namedCopies(line.label);
      return { line, middle: null, high: 0, above: 0, row: h("div", { class: `figures-row ${line.look}` }, said(name, true), h("span", { class: "figures-cells" }, said(copies), ...cells), line.below && h("span", { class: "figures-label figures-below" }, line.below)) };
    });
    replace(this.rows, ...this.placed.map(({ row }) => row));
    this.element.style.width = `${this.wide}px`;
  }

  /** Note where each line is now, in pixels from the top of what scrolls. */
  measure(top: number): void {
    this.element.style.width = `${this.wide}px`;
    for (const placed of this.placed) {
      const { line, row } = placed;
      const drawn = line.element.checkVisibility() && line.element.getAttribute("display") !== "none";
      const { top: from, bottom: to } = line.at.getBoundingClientRect();
      placed.middle = drawn ? (from + to) / 2 - top : null;
      placed.high = row.offsetHeight + (namedCopies(line.label).name ? APART : 0);
      placed.above = (row.querySelector<HTMLElement>(".figures-cell")?.offsetTop ?? 0) - row.offsetTop + CELL / 2;
    }
  }

  /**
   * Follow what scrolls, in a window so `high`: each line that is `seen` stands beside its row, and where there is no room is counted below all. None is cut by the head,
   * nor where `more` is below by the window. The strip is as wide as the lines in view need. Where none is in view the innermost of those `around` all that is stands at its lower end.
   */
  follow(scrolled: number, high: number, more: boolean, seen: (line: FigureLine) => boolean, around: (line: FigureLine) => Around | null): void {
    const beside = this.placed.filter(({ line, middle }) => middle !== null && seen(line)).sort((a, b) => (a.middle ?? 0) - (b.middle ?? 0));
    const places = placesOf(beside.map(({ line, middle, above, high: own }) => ({ middle: middle ?? 0, above, high: own, named: namedCopies(line.label).name !== "" })));
    const from = scrolled + HEAD + (this.counted ? CELL * (this.wrapped ? 2 : 1) : 0) - 1;
    const isIn = (at: number, { high: own }: Placed, end: number) => at >= from && at + own <= end + LEADING;
    const whole = scrolled + high;
    const atIts = (placed: Placed) => isIn((placed.middle ?? 0) - placed.above, placed, whole);
    const left = beside.filter((placed, index) => places[index] === null && atIts(placed));
    // What stands beside a row in view and is out of view itself, has a name too.
    const next = this.placed.filter((placed) => placed.middle !== null && isNamed(placed) && !beside.includes(placed) && atIts(placed) && beside.some((other) => isNamed(other) && isBeside(other, placed)));
    const listed = [...left.filter(isNamed), ...next].slice(0, MOST_LISTED);
    const doubtful = [...beside, ...listed].some((placed) => placed.row.textContent?.includes("~") && atIts(placed));
    const at = (end: number) => new Map(beside.flatMap((placed, index): [Placed, number][] => {
      const place = places[index];
      return place !== null && isIn(place, placed, end) ? [[placed, place]] : [];
    }));
    // Where the head of a stack that says it is out of view.
    const sums = new Set([...beside, ...listed].map(({ line }) => this.copies(line)).filter(Boolean));
    const isSaid = beside.some((placed, index) => sums.has(placed.line.below) && places[index] !== null && isIn(places[index], placed, whole));
    const [sum = ""] = sums.size > 1 ? [sumsOver()] : sums;
    const summed = isSaid ? "" : sum;
    const endOf = (lines: number) => whole - Math.max(more ? FADING : 0, lines * CELL + (lines ? FADING - CELL : 0));
    const inView = beside.filter(({ middle }) => (middle ?? 0) - CELL / 2 >= scrolled + HEAD - 1 && (middle ?? 0) + CELL / 2 <= endOf(0) + LEADING);
    let unlisted = 0;
    const notes = () => [summed, unlisted ? unlistedRows(unlisted) : "", doubtful ? DOUBTFUL : ""].filter(Boolean);
    const foot = () => notes().length + (listed.length ? listed.length + 1 : 0);
    // What stands below takes the room of rows, and so does the note that says how many these are.
    let shown = at(endOf(foot()));
    for (let known = -1; known !== unlisted; shown = at(endOf(foot()))) {
      known = unlisted;
      unlisted = inView.filter((placed) => !shown.has(placed) && !listed.includes(placed)).length;
    }
    this.rows.style.transform = `translateY(${-scrolled}px)`;
    for (const placed of this.placed) {
      const place = shown.get(placed);
      placed.row.classList.toggle("elsewhere", place === undefined);
      if (place !== undefined) placed.row.style.transform = `translateY(${Math.round(place)}px)`;
    }
    if (!shown.size && !listed.length) return this.tellAround(around, more);
    const room = (rows: Placed[], before: boolean) => this.room(this.shown, rows.map(({ line }) => line), before);
    this.now = Math.min(this.wide, Math.max(room([...shown.keys()], this.named), listed.length ? room(listed, true) : 0, roomOf([...notes(), listed.length ? NO_ROOM : ""])));
    this.missing.hidden = !foot();
    replace(this.missing, ...(listed.length ? [h("div", {}, NO_ROOM)] : []), ...listed.map(({ row }) => alone(row)), ...notes().map((note) => h("div", {}, note)));
    this.tellWidth(more);
  }

  /** Of rows without figures the figure of what they lie in: else it seems that the chosen figures are nowhere. */
  private tellAround(around: (line: FigureLine) => Around | null, more: boolean): void {
    const found = this.placed.flatMap((placed) => {
      const card = placed.middle === null ? null : around(placed.line);
      return card ? [{ placed, ...card }] : [];
    });
    const inner = found.sort((a, b) => a.high - b.high)[0];
    this.now = inner ? Math.min(this.wide, Math.max(this.room(this.shown, [{ ...inner.placed.line, label: inner.name }], true), WHOLE.length * LABEL_LETTER + SIDES)) : 0;
    this.missing.hidden = !inner;
    const sum = inner ? inner.placed.line.below || this.copies(inner.placed.line) : "";
    const notes = inner ? [h("div", {}, WHOLE), alone(inner.placed.row, inner.name), sum && h("div", {}, sum)] : [];
    replace(this.missing, ...notes);
    this.tellWidth(more);
  }

  private tellWidth(more: boolean): void {
    this.element.style.width = `${this.now}px`;
    this.element.classList.toggle("empty", !this.now);
    this.element.classList.toggle("cut", more);
  }
}

function unlistedRows(count: number): string {
  return `${plural(count, "row")} not listed`;
}

/** The room of words below the figures. */
function roomOf(words: readonly string[]): number {
  return Math.ceil(Math.max(0, ...words.map((each) => each.length)) * LABEL_LETTER) + SIDES;
}

/** A card around all that is in view: its name, and how high it is. */
export interface Around {
  name: string;
  high: number;
}

/** A row as it stands where it is beside nothing. */
function alone(row: HTMLElement, name = ""): HTMLElement {
  const copy = row.cloneNode(true) as HTMLElement;
  for (const words of copy.querySelectorAll(".figures-below")) words.remove();
  if (name && !copy.querySelector(".figures-name")) copy.prepend(h("span", { class: "figures-label figures-name" }, name));
  copy.classList.remove("elsewhere");
  copy.style.transform = "";
  return copy;
}

function isNamed({ line }: Placed): boolean {
  return namedCopies(line.label).name !== "";
}

/** Whether two lines are of marks that stand side by side: in pictures the lines of three of them stand below each other. */
function isBeside(one: Placed, other: Placed): boolean {
  return Math.abs((one.middle ?? 0) - (other.middle ?? 0)) < 2 * CELL;
}

/** How high a figure is, the head of the strip, and the part of its lower end that is fading, as in the style sheet. */
const CELL = 14;
const HEAD = 24;
/** What lines with a name keep between them. */
const APART = 4;
/** Above and below the letters of a line. */
const LEADING = 3;
const FADING = 24;
