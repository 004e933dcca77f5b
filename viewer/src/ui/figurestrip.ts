// The figures of an overview that is wider than its window: those that matter most stand in a strip at the window's right edge, each at the height of its row.
import type { ColumnId, FigureLine, Figures } from "../opened/figures";
import { h, replace } from "./dom";
import { DOUBTFUL, FigureFoot, MORE_ROWS, MOST_UNLISTED, neededBy, roomOf, unlistedRows } from "./figurefoot";
import { placesOf } from "./figureplaces";
import { allCopies, sumsOver } from "./overviewfigures";

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
/** So much of a window the strip takes at most to have the name of a row before its figures: two lines of figures need more of its height. */
const NAMED_PART = 0.32;
/** In a narrower window a figure stands without its error. */
const WITH_ERRORS = 700;
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
  /** How high it is, from its upper edge to the middle of its number, and how wide a strip it needs. */
  high: number;
  above: number;
  wide: number;
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
  private readonly foot = new FigureFoot();
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
  /** The room before a figure for the number of copies that it counts. */
  private counting = 0;

  constructor(
    private readonly figures: Figures,
    /** What the bars show, in words. */
    private readonly bars: string,
    /** What figures count besides the layers that they stand beside: `forward + backward`. */
    private readonly counted: string,
    /** Of how many copies the figures of a line are, `all 4`; empty: of what they stand beside. */
    private readonly copies: (line: FigureLine) => string = () => "",
    /** What the row of a line is called that bears no name itself. */
    private readonly nameOf: (line: FigureLine) => string = () => "",
  ) {
    this.head = h("div", { class: "figures-head" }, this.cells, counted && h("div", { class: "figures-counted" }, counted));
    this.element = h("div", { class: counted ? "figures counting" : "figures", "aria-hidden": "true", hidden: true }, this.head, this.rows, this.foot.element);
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
    // Where there is room, the names of all rows stand before their figures; else those that are short enough for the width that there is.
    const named = columns && this.room(this.shown, lines, true);
    const most = width - wideOf(columns) < room ? NAMED_PART * width : width - room;
    const single = lines.map((line) => this.room(this.shown, [line], true)).filter((wide) => wide <= most);
    const sums = new Set(lines.map((line) => this.copies(line)).filter(Boolean));
    const below = [MORE_ROWS, DOUBTFUL, unlistedRows(MOST_UNLISTED), ...[...sums, allCopies()].map(sumsOver)];
    this.counting = Math.ceil(Math.max(0, ...lines.map((line) => this.counts(line).length * LABEL_LETTER + GAP).filter((wide) => wide > GAP)));
    this.wide = columns && Math.max(roomOf(below), this.counting + Math.max(named && width - named >= room ? named : wideOf(columns), ...single));
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

  /** Of how many copies a figure is, as it is said before it where the head of their stack is out of view: `all 4`. */
  private counts(line: FigureLine): string {
    return line.below || namedCopies(line.label).copies ? "" : this.copies(line);
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
    this.placed = this.figures.lines.filter((line) => this.shown.some(({ id }) => line.figures.has(id))).map((line) => {
      const cells = this.shown.map(({ id, wide }) => cell(wide, this.text(line, id)));
      const { name, copies } = namedCopies(line.label);
      const counts = this.counts(line);
      return { line, middle: null, high: 0, above: 0, wide: 0, row: h("div", { class: `figures-row ${line.look}` }, said(name, true), h("span", { class: "figures-cells" }, said(copies), counts && h("span", { class: "figures-counts" }, counts), ...cells), line.below && h("span", { class: "figures-label figures-below" }, line.below)) };
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
      placed.above = (row.querySelector<HTMLElement>(".figures-cell")?.offsetTop ?? 0) - row.offsetTop + CELL / 2;
      placed.high = row.offsetHeight + (placed.above > CELL ? APART : 0);
      placed.wide = neededBy([row]);
    }
  }

  /**
   * Follow what scrolls, in a window so `high`: each line that is `seen` stands beside its row, and where there is no room, below all with the row's name. None is cut by the head,
   * nor where `more` is below by the window. The strip is as wide as the lines in view need. Where none is in view the innermost of those `around` all that is stands at its lower end.
   */
  follow(scrolled: number, high: number, more: boolean, seen: (line: FigureLine) => boolean, around: (line: FigureLine) => Around | null): void {
    const beside = this.placed.filter(({ line, middle }) => middle !== null && seen(line)).sort((a, b) => (a.middle ?? 0) - (b.middle ?? 0));
    const places = placesOf(beside.map(({ line, middle, above, high: own }) => ({ middle: middle ?? 0, above, high: own, named: namedCopies(line.label).name !== "" })));
    const from = scrolled + HEAD + (this.counted ? CELL * (this.wrapped ? 2 : 1) : 0) - 1;
    const isIn = (at: number, { high: own }: Placed, end: number) => at >= from && at + own <= end + LEADING;
    const whole = scrolled + high;
    const endOf = (foot: number) => whole - Math.max(more ? FADING : 0, foot && foot + FADING - CELL);
    const inView = beside.filter(({ middle }) => (middle ?? 0) - CELL / 2 + LEADING >= scrolled + HEAD - 1 && (middle ?? 0) + CELL / 2 <= endOf(0) + LEADING);
    // What stands beside a row in view and is out of view itself, has a name too; so has a part of a card in view, whose parts would seem to be less than it.
    const isNext = (placed: Placed) => (placed.line.look === "part" && beside.some(({ line }) => line.look === "sum")) || (isNamed(placed) && beside.some((other) => isNamed(other) && isBeside(other, placed)));
    const next = this.placed.filter((placed) => placed.middle !== null && !beside.includes(placed) && isIn((placed.middle ?? 0) - placed.above, placed, whole) && isNext(placed));
    const at = (end: number) => new Map(beside.flatMap((placed, index): [Placed, number][] => {
      const place = places[index];
      return place !== null && isIn(place, placed, end) ? [[placed, place]] : [];
    }));
    this.element.style.width = `${this.wide}px`;
    const tell = (listed: readonly Placed[]) => {
      const doubtful = [...inView, ...listed].some(({ row }) => row.textContent?.includes("~"));
      const later = (placed: Placed) => (next.includes(placed) ? Infinity : (placed.middle ?? 0)); // of those out of view there is what has room
      const sorted = [...listed].sort((a, b) => (later(a) < later(b) ? -1 : 1));
      const sum = this.summed([...beside, ...listed], at(whole));
      this.element.classList.toggle("apart", sum !== "");
      this.foot.tell(FOOT_PART * (whole - from), sorted.map(({ line, row }) => ({ row, name: namedCopies(line.label).name ? "" : this.nameOf(line) })), sum, doubtful);
      return endOf(this.foot.high);
    };
    // What stands below takes the room of rows, which are told there then.
    let found = inView.filter((placed) => places[beside.indexOf(placed)] === null);
    let covered: Placed[];
    do {
      const standing = at(tell([...found, ...next]));
      covered = inView.filter((placed) => !standing.has(placed) && !found.includes(placed));
      found = [...found, ...covered];
    } while (covered.length);
    const listed = [...found, ...next];
    const standing = at(endOf(this.foot.high));
    const isTold = (placed: Placed) => this.foot.tells(placed.row);
    const shown = new Map([...standing].filter(([placed]) => !isTold(placed)));
    this.foot.count(listed.filter((placed) => !shown.has(placed) && !isTold(placed)).length);
    this.rows.style.transform = `translateY(${-scrolled}px)`;
    for (const placed of this.placed) {
      const place = shown.get(placed);
      placed.row.classList.toggle("elsewhere", place === undefined);
      if (place !== undefined) placed.row.style.transform = `translateY(${Math.round(place)}px)`;
    }
    if (!shown.size && !listed.length) return this.tellAround(around, more);
    this.now = Math.min(this.wide, Math.max(this.headWide(), this.foot.wide, ...[...shown.keys()].map(({ line, wide }) => wide + (this.element.classList.contains("apart") && this.counts(line) ? this.counting : 0))));
    this.tellWidth(more);
  }

  /** Of how many copies the figures of some lines are, where the head of a stack that says it is out of view. */
  private summed(lines: readonly Placed[], shown: ReadonlyMap<Placed, number>): string {
    const sums = new Set(lines.map(({ line }) => this.copies(line)).filter(Boolean));
    const said = new Set([...sums].map(sumsOver));
    const [all = ""] = sums.size > 1 ? [allCopies()] : sums;
    return [...shown.keys()].some(({ line }) => said.has(line.below)) ? "" : sumsOver(all);
  }

  private headWide(): number {
    return this.room(this.shown, [], false);
  }

  /** Of rows without figures the figure of what they lie in: else it seems that the chosen figures are nowhere. */
  private tellAround(around: (line: FigureLine) => Around | null, more: boolean): void {
    const found = this.placed.flatMap((placed) => {
      const card = placed.middle === null ? null : around(placed.line);
      return card ? [{ placed, ...card }] : [];
    });
    const inner = found.sort((a, b) => a.high - b.high)[0];
    if (inner) this.foot.tellWhole(inner.name, inner.placed.row, inner.placed.line.below || sumsOver(this.copies(inner.placed.line)));
    else this.foot.element.hidden = true;
    this.now = inner ? Math.min(this.wide, Math.max(this.headWide(), this.foot.wide)) : 0;
    this.tellWidth(more);
  }

  private tellWidth(more: boolean): void {
    this.element.style.width = `${this.now}px`;
    this.element.classList.toggle("empty", !this.now);
    this.element.classList.toggle("cut", more);
  }
}

/** A card around all that is in view: its name, and how high it is. */
export interface Around {
  name: string;
  high: number;
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
/** So much of the strip its lower end takes at most. */
const FOOT_PART = 0.55;
/** Above and below the letters of a line. */
const LEADING = 3;
const FADING = 24;
