// The figures of an overview that is wider than its window: those that matter most stand in a strip at the window's right edge, each at the height of its row.
import type { ColumnId, FigureLine, Figures } from "../opened/figures";
import { h, replace } from "./dom";
import { placesOf } from "./figureplaces";

/** So many columns at most in a window that shows a part of the drawing, in a narrow one of these only one. */
const BESIDE_PART = 2;
const NARROW = 600;
/** About how wide a letter of a figure is, and of its head; the gap before a column; the margins of the strip. */
const LETTER = 6.7;
const HEAD_LETTER = 7.6;
const LABEL_LETTER = 5.5;
const GAP = 10;
const SIDES = 16;
/** Before the figures of rows beside each other: how many of these are left out. */
const LEFT_OUT = 18;
/** In a narrower window a figure stands without its error. */
const WITH_ERRORS = 700;
/** A figure, its error, its unit. */
const ERROR = /^(~?)([\d.,]+) ± ([\d.,]+)(.*)$/;
/** Words before a figure that stand in its line: of how many copies it is. Others, as the name of a row, may stand above it. */
const COPIES = /^all [\d,]+$/;
/** The name of a row and its copies. */
const NAME_AND_COPIES = /^(?:(.*,) )?(all [\d,]+)$/;

/** A figure without its error: doubtful where that is above a tenth of it, as everywhere. */
export function withoutError(figure: string): string {
  const [, doubted, value, error, unit] = ERROR.exec(figure) ?? [];
  if (value === undefined) return figure;
  const amount = (text: string) => Number(text.replace(/,/g, ""));
  return `${doubted || amount(error) > 0.1 * amount(value) ? "~" : ""}${value}${unit}`;
}

/** What stands before the figures of a row: its name, and in their line of how many copies they are, whose number would be taken for a figure in another. */
export function namedCopies(label: string): { name: string; copies: string } {
  const [, name, copies] = NAME_AND_COPIES.exec(label) ?? [];
  return copies ? { name: name ?? "", copies } : { name: label, copies: "" };
}

export class FigureStrip {
  private readonly head = h("div", { class: "figures-head" });
  private readonly rows = h("div", { class: "figures-rows" });
  /** Said where no line has a figure: an empty strip looks broken. */
  private readonly none = h("div", { class: "figures-none" }, "no row in view has figures");
  /** What the number before a figure means, where one is in view. */
  private readonly missing = h("div", { class: "figures-missing", hidden: true }, "+: rows not listed");
  readonly element = h("div", { class: "figures", "aria-hidden": "true", hidden: true }, this.head, this.rows, this.none, this.missing);
  /** How wide it is; 0: there is nothing to show. */
  wide = 0;
  private shown: { id: ColumnId; wide: number }[] = [];
  private placed: { line: FigureLine; row: HTMLElement; from: number; to: number }[] = [];
  private brief = false;

  constructor(
    private readonly figures: Figures,
    /** What the bars show, in words. */
    private readonly bars: string,
  ) {}

  /** Take the columns that a window has room for, the `wanted` first, and always one: as many as leave the drawing `room` to be shown with all of its width, or a few where it is too wide for that anyway. */
  choose(width: number, room: number, wanted: readonly ColumnId[]): void {
    this.brief = width < WITH_ERRORS;
    const found = [...new Set(wanted)].flatMap((id) => {
      const long = Math.max(0, ...this.figures.lines.map((line) => this.text(line, id).length));
      return long ? [{ id, wide: Math.max(HEAD_LETTER * this.title(id).length, LETTER * long) }] : [];
    });
    const copies = Math.max(0, ...this.figures.lines.filter(({ label }) => COPIES.test(label)).map(({ label }) => LABEL_LETTER * label.length + GAP));
    const names = Math.max(0, ...this.figures.lines.map(({ label }) => (label ? LABEL_LETTER * label.length + GAP : 0)));
    const leftOut = this.figures.lines.some(({ label }) => namedCopies(label).name) ? LEFT_OUT : 0; // only rows with a name of their own stand beside others
    const wideOf = (columns: number) => (columns ? Math.ceil(found.slice(0, columns).reduce((sum, { wide }) => sum + wide, SIDES + leftOut + copies + GAP * (columns - 1))) : 0);
    let columns = found.length;
    while (columns > 1 && width - wideOf(columns) < room) columns--;
    if (width - wideOf(columns) < room) columns = Math.min(found.length, width < NARROW ? 1 : BESIDE_PART);
    this.shown = found.slice(0, columns);
    const order: ColumnId[] = ["parameters", "flops", "bars"]; // as in the overview
    this.shown.sort((a, b) => order.indexOf(a.id) - order.indexOf(b.id));
    const below = Math.max(0, ...this.figures.lines.map((line) => line.below.length));
    this.wide = columns && Math.max(wideOf(columns), Math.ceil(LABEL_LETTER * below + SIDES));
    // Where there is room, the name of a row stands before its figures instead of above them.
    const named = this.wide + Math.ceil(names - copies);
    if (columns && width - named >= room) this.wide = named;
    this.fill();
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
    const said = (words: string) => words && h("span", { class: "figures-label" }, words);
    replace(this.head, ...this.shown.map(({ id, wide }) => cell(wide, this.title(id))));
    this.placed = this.figures.lines.filter((line) => this.shown.some(({ id }) => line.figures.has(id))).map((line) => {
      const cells = this.shown.map(({ id, wide }) => cell(wide, this.text(line, id)));
      const { name, copies } = namedCopies(line.label);
      return { line, from: 0, to: 0, row: h("div", { class: `figures-row ${line.look}` }, said(name), h("span", { class: "figures-cells" }, said(copies), ...cells), line.below && h("span", { class: "figures-label figures-below" }, line.below)) };
    });
    replace(this.rows, ...this.placed.map(({ row }) => row));
    this.element.style.width = `${this.wide}px`;
  }

  /** Put each row where its line is now, in pixels from the top of what scrolls. One that has no room there is left out, counted beside the row before it. */
  place(top: number): void {
    const rows = this.placed.map((placed) => {
      const { line, row } = placed;
      row.hidden = !line.element.checkVisibility() || line.element.getAttribute("display") === "none";
      delete row.dataset.leftOut;
      const { top: from, bottom: to } = line.at.getBoundingClientRect();
      return { placed, row, middle: (from + to) / 2 - top };
    }).filter(({ row }) => !row.hidden).sort((a, b) => a.middle - b.middle);
    const lines = rows.map(({ placed: { line }, row, middle }) => {
      const number = row.querySelector<HTMLElement>(".figures-cell")?.offsetTop ?? 0;
      return { middle, above: number - row.offsetTop + CELL / 2, high: row.offsetHeight, named: namedCopies(line.label).name !== "" };
    });
    let before: HTMLElement | null = null;
    placesOf(lines).forEach((at, index) => {
      const { placed, row } = rows[index];
      if (at === null) {
        row.hidden = true;
        if (before) before.dataset.leftOut = String(Number(before.dataset.leftOut ?? 0) + 1);
        return;
      }
      row.style.transform = `translateY(${Math.round(at)}px)`;
      [placed.from, placed.to] = [at, at + lines[index].high];
      before = row;
    });
  }

  /** Follow what scrolls. Of several parts of the drawing only the lines of those in view are shown whose own figures are not; none is cut by the head, nor where `more` is below by the window. */
  follow(scrolled: number, more: boolean, seen: (line: FigureLine) => boolean): void {
    const crowded = this.placed.some(({ row }) => !row.hidden && row.dataset.leftOut);
    const end = scrolled + this.element.clientHeight - (more || crowded ? FADING : 0);
    this.rows.style.transform = `translateY(${-scrolled}px)`;
    let some = false;
    for (const { line, row, from, to } of this.placed) {
      const shown = from >= scrolled + HEAD - 1 && to <= end + LEADING && seen(line);
      row.classList.toggle("elsewhere", !shown);
      some ||= shown && !row.hidden;
    }
    this.none.hidden = some;
    this.missing.hidden = !this.placed.some(({ row }) => row.dataset.leftOut && !row.hidden && !row.classList.contains("elsewhere"));
    this.element.classList.toggle("cut", more);
  }
}

/** How high a figure is, the head of the strip, and the part of its lower end that is fading, as in the style sheet. */
const CELL = 14;
const HEAD = 24;
/** Above and below the letters of a line. */
const LEADING = 3;
const FADING = 24;
