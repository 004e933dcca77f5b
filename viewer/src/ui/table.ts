// A sortable table over one sheet; selecting a row selects, or lights, what it stands for.
import { exact, plural } from "../data/words";
import { button, h, replace, tellCut } from "./dom";
import { VirtualList } from "./list";
import { ROOFLINE_AMOUNTS } from "./rooflinecolumns";
import { csv, sorted, type Column, type Sheet } from "./rows";

const ROW = 26;
const AMOUNTS = new Set(["added", "removed", "changed", "ops-first", "ops-second", "more", "time", "share", "calls", "memory", "flops", "macs", "parameters", "ops", ...ROOFLINE_AMOUNTS]);
const OF_ROOFLINE: ReadonlySet<string> = new Set(ROOFLINE_AMOUNTS);

export class Table {
  readonly element = h("div", { class: "table", role: "table" });
  private readonly header = h("div", { class: "table-head", role: "row" });
  private readonly list = new VirtualList(ROW, (index) => this.row(index));
  private rows: number[] = [];
  /** What rows are sorted by at first, and now. */
  private readonly telling: Column;
  private column: Column;
  /** The columns that are shown. */
  private columns: Column[];
  private down = true;
  /** The row that was chosen last or stands for what is selected, wherever sorting puts it; -1: none. */
  private current = -1;

  constructor(
    private readonly sheet: Sheet,
    private readonly pick: (row: number) => void,
  ) {
    const telling = ["time", "flops", "parameters", "ops"].map((id) => sheet.columns.find((column) => column.id === id));
    this.telling = telling.find((column) => column !== undefined) ?? sheet.columns[0];
    this.column = this.telling;
    this.list.element.setAttribute("role", "rowgroup");
    this.list.element.tabIndex = 0;
    this.list.element.setAttribute("aria-label", `${sheet.title}: arrow keys move, Enter selects`);
    this.list.element.addEventListener("keydown", (event) => this.key(event));
    this.element.setAttribute("aria-label", sheet.title);
    this.element.setAttribute("aria-rowcount", String(sheet.rows.length + 1));
    this.element.append(this.header, this.list.element);
    this.columns = sheet.columns;
    this.measure();
    new ResizeObserver(() => this.fit()).observe(this.element);
    tellCut(this.element);
    this.sort();
  }

  /** The columns that there is room for: those that are least needed go first. Where the table is wider all the same, what it is sorted by at first stands beside the names. */
  private fit(): void {
    const least = this.sheet.least ?? [];
    const shown = (left: number) => this.sheet.columns.filter(({ id }) => !least.slice(0, left).includes(id));
    let left = 0;
    while (left < least.length && wanted(shown(left)) > this.element.clientWidth) left++;
    const columns = this.inView(shown(left));
    if (columns.every((column, index) => column === this.columns[index]) && columns.length === this.columns.length) return;
    this.columns = columns;
    this.measure();
    this.sort();
  }

  private inView(columns: Column[]): Column[] {
    const { telling } = this;
    const before = columns.slice(0, columns.indexOf(telling) + 1);
    const wide = before.reduce((sum, column) => sum + roomOf(column, this.sheet).least + GAP, SIDES);
    const [first, ...others] = columns;
    return wide <= this.element.clientWidth || telling === first ? columns : [first, telling, ...others.filter((column) => column !== telling)];
  }

  private measure(): void {
    const rooms = this.columns.map((column) => roomOf(column, this.sheet));
    this.element.style.setProperty("--columns", rooms.map(trackOf).join(" "));
    this.element.style.setProperty("--rooms", `${rooms.reduce((sum, { least }) => sum + least, 0)}px`);
    this.element.style.setProperty("--gaps", String(rooms.length - 1));
  }

  csv(): string {
    return csv(this.sheet, this.rows);
  }

  private sort(): void {
    this.rows = sorted(this.sheet, this.column, this.down);
    replace(this.header, ...this.columns.map((column) => this.heading(column)));
    this.list.show(this.rows.length);
  }

  /** How many rows there are stands beside the title of what they are: the header counts a layer that is called twice once. */
  private countText(column: Column): string {
    return column === this.sheet.columns[0] && !AMOUNTS.has(column.id) ? ` · ${plural(this.rows.length, this.sheet.each ?? "row")}` : "";
  }

  private heading(column: Column): HTMLElement {
    const own = column === this.column;
    const sign = own ? (this.down ? " ↓" : " ↑") : "";
    const sort = () => {
      this.down = own ? !this.down : AMOUNTS.has(column.id);
      this.column = column;
      this.sort();
    };
    return h("div", {
      role: "columnheader", class: AMOUNTS.has(column.id) ? "cell amount" : "cell",
      "aria-sort": own ? (this.down ? "descending" : "ascending") : "none",
    }, button(`${column.title}${column.pass ?? ""}${sign}${this.countText(column)}`, sort, { title: [column.meaning, `${exact(this.rows.length)} rows, sort by ${column.title.toLowerCase()}`].filter(Boolean).join("\n") }));
  }

  private row(index: number): HTMLElement {
    const row = this.rows[index];
    const cells = this.columns.map((column) => {
      const text = column.text(row);
      // Of a path without room the beginning is cut: its end tells the row apart.
      if (PATHS.has(column.id)) return h("div", { role: "cell", class: "cell path", title: text }, h("bdi", { dir: "ltr" }, text));
      return h("div", { role: "cell", class: AMOUNTS.has(column.id) ? "cell amount" : "cell", title: text || column.none }, text || (column.none ? "–" : ""));
    });
    const element = h("div", { role: "row", class: row === this.current ? "table-row current" : "table-row", "aria-rowindex": index + 2 }, ...cells);
    element.addEventListener("click", () => this.choose(index));
    return element;
  }

  private choose(index: number): void {
    const at = Math.max(0, Math.min(this.rows.length - 1, index));
    this.current = this.rows[at];
    this.list.show(this.rows.length, at);
    this.pick(this.current);
  }

  /** Mark the row that stands for this op or group alone; a row that stands for many stays marked until another is. */
  mark(op: number, group: number): void {
    const alone = (row: number, of: "ops" | "groups") => {
      const all = this.sheet.stands(row);
      return all.ops.length + all.groups.length === 1 ? (all[of][0] ?? -1) : -1;
    };
    const [of, wanted] = op >= 0 ? (["ops", op] as const) : (["groups", group] as const);
    const found = wanted < 0 ? undefined : this.sheet.rows.find((row) => alone(row, of) === wanted);
    const left = this.current >= 0 && alone(this.current, "ops") < 0 && alone(this.current, "groups") < 0 ? this.current : -1;
    if ((found ?? left) === this.current) return;
    this.current = found ?? left;
    this.list.show(this.rows.length);
  }

  private key(event: KeyboardEvent): void {
    const page = 10;
    const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -this.rows.length, End: this.rows.length, Enter: 0 };
    const step = steps[event.key];
    if (step === undefined) return;
    this.choose(this.rows.indexOf(this.current) + step);
    event.preventDefault();
    event.stopPropagation();
  }
}

const WIDE = new Set(["name", "place", "code", "op"]);
const LONG = new Set(["name", "place", "code"]);
/** Columns of paths, of which the end is kept: the layer's own name, the file and the line. */
const PATHS = new Set(["name", "layer", "place", "source"]);
/** A table of so few columns is to fit beside a curve and on a phone. */
const FEW = 4;

/** The room in which names and tensors of these columns can be told apart. */
function wanted(columns: Column[]): number {
  return columns.reduce((sum, { id }) => sum + (AMOUNTS.has(id) ? 66 : id === "name" ? 170 : id === "type" ? 190 : 120) + GAP, SIDES);
}

/** The gap between columns, and the room at both ends of a row, as in the style sheet where there is most room. */
const GAP = 14;
const SIDES = 36 - GAP;

/** A time with its error, as `~0.624 ± 0.086 µs`: what is cut off its end would be the unit. */
const WITH_ERROR = 128;

/** The width of a letter of a cell, and the most that classes take beside names and figures. */
const LETTER = 6.7;
const MOST_CLASS = 104;

/** A shape of four dimensions, as `(16, 128, 128, 64)`. */
const OF_FOUR = 126;

/** The least width of a column, and that at which none of its texts is cut. */
interface Room {
  least: number;
  most: number;
  /** Whether it has texts of any length. */
  isLong: boolean;
}

function roomOf(column: Column, sheet: Sheet): Room {
  // Where all rows are measured, a column of short texts needs no more than these.
  const least = sheet.rows.length <= MEASURED ? Math.min(leastOf(column, sheet), neededBy(column, sheet)) : leastOf(column, sheet);
  // Figures are never cut; a short class needs no more room than it has letters.
  const isLong = LONG.has(column.id) || column === sheet.columns[0];
  return { least, isLong: isLong && !AMOUNTS.has(column.id), most: AMOUNTS.has(column.id) || column.error ? least : Math.max(least, neededBy(column, sheet)) };
}

function leastOf(column: Column, sheet: Sheet): number {
  const { id, error } = column;
  const { rows, columns: { length: columns } } = sheet;
  if (id === "share") return 132;
  if (id === "rank") return Math.max(84, Math.ceil(TITLE_LETTER * column.title.length));
  if (error && rows.some((row) => !Number.isNaN(error(row)))) return WITH_ERROR;
  if (columns <= FEW) return AMOUNTS.has(id) ? 66 : id === "type" ? Math.min(190, neededBy(column, sheet)) : WIDE.has(id) ? 84 : 52;
  if (id === "class") return Math.min(MOST_CLASS, Math.max(80, neededBy(column, sheet)));
  if (id === "ops") return 56;
  if (id === "memory" || id === "flops" || id === "macs") return Math.max(70, Math.ceil(TITLE_LETTER * column.title.length));
  if (OF_ROOFLINE.has(id)) return neededBy(column, sheet);
  if (AMOUNTS.has(id)) return 80;
  if (id === "output" || id === "shape") return OF_FOUR;
  if (id === "op") return Math.min(170, neededBy(column, sheet));
  return WIDE.has(id) ? 170 : 80;
}

/** The most rows whose texts are measured, evenly spread: a table of all ops has a million. */
const MEASURED = 2000;

function neededBy({ title, text }: Column, { rows }: Sheet): number {
  const step = Math.max(1, Math.floor(rows.length / MEASURED));
  let longest = 0;
  for (let at = 0; at < rows.length; at += step) longest = Math.max(longest, text(rows[at]).length);
  return Math.ceil(Math.max(LETTER * longest, TITLE_LETTER * (title.length + SORTED))) + 1;
}

/** The width of a letter of a heading in bold, and the letters of the sign at a column that rows are sorted by. */
const TITLE_LETTER = 7.6;
const SORTED = 2;

/** What a column beside the names takes at most: more of a long text is in its tip. */
const MOST = 260;

/** Columns get what they need, as far as there is room; names and lines of code share all the rest by what they need. */
function trackOf({ least, most, isLong }: Room): string {
  if (isLong) return `minmax(${least}px, ${most}fr)`;
  return least < most ? `minmax(${least}px, ${Math.min(most, Math.max(least, MOST))}px)` : `${least}px`;
}
