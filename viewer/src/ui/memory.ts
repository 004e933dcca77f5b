// Memory alive along the schedule: a curve with its peak, linked to the drawing both ways, and beside it what is alive at the peak.
import { curveOf, type Memory } from "../data/memory";
import { exact, plural, type Words } from "../data/words";
import { widthOf } from "../draw/text";
import { inkOn, mix, type Theme } from "../draw/theme";
import type { Session } from "../state/session";
import { tellPlace, walkable } from "./curvewalk";
import { button, eachFrame, h, replace } from "./dom";
import { shortName, telling } from "./flamelabels";
import { FlameTree } from "./flametree";
import { NAMED, reached, runsOf, unnamed, type Run } from "./memoryruns";
import { peakSheet } from "./memorysheet";
import { Table } from "./table";

const LEFT = 62;
const RIGHT = 12;
const TOP = 18;
const BAND = 17;
const SIZE = 11;
/** Under the blocks: what the axis is, where there is room for it. */
const AXIS = 16;
const AXIS_ROOM = 96;

export class MemoryView {
  readonly element: HTMLElement;
  readonly table: Table;
  private readonly canvas = h("canvas", { class: "curve", tabindex: 0, role: "slider", "aria-label": "Memory over the step; arrow keys move, Enter selects the op" });
  private readonly said = h("p", { class: "memory-at" });
  private readonly runs = h("p", { class: "memory-at" });
  private readonly redraw = eachFrame(() => this.draw());
  private readonly places: Int32Array;
  private readonly tree: FlameTree;
  /** How often the curve reaches its peak. */
  private readonly peaks: number;
  private font = "";
  private at: number;

  constructor(
    private readonly session: Session,
    private readonly memory: Memory,
    private readonly words: Words,
    private readonly theme: () => Theme,
    private readonly go: (op: number) => void,
  ) {
    const { facts } = session;
    this.at = memory.at;
    this.peaks = reached(memory.alive, memory.peak);
    this.tree = new FlameTree(facts, session.cards);
    this.places = new Int32Array(facts.nodes.count).fill(-1);
    memory.rows.forEach((row, place) => (this.places[row] = place));
    const sheet = peakSheet(facts, memory, words);
    this.table = new Table(sheet, (index) => go(memory.tensors[index][0]));
    const left = memory.count > memory.tensors.length ? `; the largest ${exact(memory.tensors.length)}:` : "";
    const unknown = memory.unknown ? `; ${plural(memory.unknown, "tensor")} of unknown size not counted` : "";
    this.element = h("div", { class: "memory" },
      h("div", { class: "memory-curve" }, h("div", { class: "caption" }, this.said, this.runs), this.canvas),
      h("div", { class: "memory-peak" }, h("p", { class: "caption" },
        `${plural(memory.count, "tensor")} alive at the peak${unknown}${left}`), this.table.element));
    session.on("select", () => this.redraw());
    session.on("colour", () => this.redraw());
    new ResizeObserver(() => this.redraw()).observe(this.canvas);
    this.listen();
    this.tell();
  }

  csv(): string {
    return this.table.csv();
  }

  // Moving along the schedule

  private listen(): void {
    const { canvas, memory: { rows } } = this;
    const place = (part: number) => Math.floor(part * rows.length);
    walkable(canvas, LEFT, RIGHT, { count: rows.length, at: () => this.at, place, move: (to) => this.move(to), choose: () => this.go(rows[this.at]) });
  }

  private move(place: number): void {
    this.at = Math.max(0, Math.min(this.memory.rows.length - 1, place));
    this.tell();
    this.redraw();
  }

  private tell(): void {
    const { memory, canvas, at } = this;
    const { facts, facts: { nodes } } = this.session;
    const row = memory.rows[at];
    const peak = at === memory.at ? ", the peak" : "";
    const told = `${this.words.bytes(memory.alive[at])} of activations alive${peak}, while ${nodes.op(row)} runs; weights are not counted`;
    replace(this.said, h("b", {}, `${this.words.bytes(memory.alive[at])}${at === memory.at ? " at the peak" : ""}`), h("span", {}, "of activations, without weights"),
      at === memory.at ? null : button("go to the peak", () => this.move(memory.at), { class: "quiet", title: "Where most memory is held" }));
    // Of a name without room the beginning is cut: its end tells the op.
    replace(this.runs, h("span", {}, `while ${nodes.op(row)} runs:`), button("", () => this.go(row), { class: "ref", title: nodes.name(row) }));
    this.runs.lastElementChild?.append(h("bdi", { dir: "ltr" }, facts.called(row)));
    tellPlace(canvas, at, memory.rows.length, `op ${exact(at + 1)} of ${exact(memory.rows.length)}: ${told}`);
  }

  // Drawing

  private draw(): void {
    const { canvas, memory } = this;
    const [wide, high] = [canvas.clientWidth, canvas.clientHeight];
    const context = canvas.getContext("2d");
    const width = Math.floor(wide - LEFT - RIGHT);
    if (!context || width < 10 || high < TOP + BAND + 10) return;
    const runs = runsOf(this.session.facts, memory, this.tree, width);
    const axis = high >= AXIS_ROOM ? AXIS : 3;
    const wideRuns = runs.filter(({ from, to }) => to - from >= NAMED);
    const band = wideRuns.length ? BAND + 4 : 0;
    const ratio = Math.min(3, window.devicePixelRatio || 1);
    canvas.width = Math.round(wide * ratio);
    canvas.height = Math.round(high * ratio);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    const theme = this.theme();
    this.font = `${SIZE}px ${getComputedStyle(canvas).fontFamily}`;
    const floor = high - band - axis;
    const level = (bytes: number) => floor - ((floor - TOP) * bytes) / Math.max(1, memory.peak);
    const x = (place: number) => LEFT + (width * (place + 0.5)) / memory.rows.length;
    this.area(context, theme, width, floor, level);
    const named = this.band(context, theme, wideRuns, floor + 4);
    const left = unnamed(runs, named);
    const missing = left ? `${plural(left, "narrow layer")} not named` : "";
    canvas.title = missing && `${missing} under the curve: point at it, and the line above says which op runs there`;
    this.chosen(context, theme, width, floor);
    context.font = this.font;
    context.fillStyle = theme.ink.note;
    context.textAlign = "right";
    context.fillText(this.words.bytes(memory.peak), LEFT - 6, TOP + 4);
    if (floor - TOP > 3 * SIZE) context.fillText(this.words.bytesBeside(memory.peak / 2, memory.peak), LEFT - 6, level(memory.peak / 2) + 4);
    context.fillText("0", LEFT - 6, floor);
    if (axis === AXIS) this.axis(context, theme, width, high - 3, named.size > 0, missing);
    this.flag(context, x(memory.at), floor, this.peaks > 1 ? `peak, the first of ${exact(this.peaks)}` : "peak", theme.ink.hot, width);
    if (this.at !== memory.at) this.flag(context, x(this.at), floor, "", theme.ink.note, width);
  }

  private area(context: CanvasRenderingContext2D, theme: Theme, width: number, floor: number, level: (bytes: number) => number): void {
    context.strokeStyle = theme.card.stroke;
    context.lineWidth = 1;
    context.setLineDash([2, 4]);
    context.beginPath();
    for (const part of [0.5, 1]) {
      const y = Math.round(level(part * this.memory.peak)) + 0.5;
      context.moveTo(LEFT, y);
      context.lineTo(LEFT + width, y);
    }
    context.stroke();
    context.setLineDash([]);
    const tops = curveOf(this.memory, width);
    context.beginPath();
    context.moveTo(LEFT, floor);
    tops.forEach((bytes, column) => {
      context.lineTo(LEFT + column, level(bytes));
      context.lineTo(LEFT + column + 1, level(bytes));
    });
    context.lineTo(LEFT + width, floor);
    context.fillStyle = mix(theme.heat[1], theme.paper, 0.35);
    context.fill();
    context.strokeStyle = theme.heat[3];
    context.lineWidth = 1.2;
    context.stroke();
  }

  /** Which part of the model runs, as named blocks under the curve; returns the names of those that have one. */
  private band(context: CanvasRenderingContext2D, theme: Theme, runs: Run[], y: number): Set<string> {
    context.font = this.font;
    context.textAlign = "left";
    const fill = theme.dark ? "#343e4a" : "#dde3ea";
    const measure = (text: string) => widthOf(context, this.font, text);
    const ends = telling(runs.map(({ name }) => name));
    const named = new Set<string>();
    runs.forEach(({ name, from, to }, index) => {
      const said = shortName(name, ends[index], to - from - 8, measure);
      if (!said) return; // a block without a name tells nothing
      named.add(name);
      context.fillStyle = fill;
      context.fillRect(LEFT + from, y, Math.max(1, to - from - 1), BAND);
      context.fillStyle = inkOn(fill, theme);
      context.fillText(said, LEFT + from + 4, y + 12);
    });
    return named;
  }

  /** What stands along the axis, and what the marks of the selection are. */
  private axis(context: CanvasRenderingContext2D, theme: Theme, width: number, y: number, named: boolean, missing: string): void {
    const last = exact(this.memory.rows.length);
    context.font = this.font;
    context.textAlign = "left";
    context.fillStyle = theme.ink.note;
    const own = this.ownRows().length > 0 ? "the selection" : "";
    const room = own ? width - context.measureText(own).width - 24 : width;
    const texts = axisTexts(last, named, missing);
    context.fillText(texts.find((text) => context.measureText(text).width <= room) ?? texts[texts.length - 1], LEFT, y);
    if (!own) return;
    context.textAlign = "right";
    context.fillText(own, LEFT + width, y);
    context.fillStyle = theme.accent;
    context.fillRect(LEFT + width - context.measureText(own).width - 11, y - 7, 7, 7);
  }

  /** The ops of the selection that run. */
  private ownRows(): number[] {
    const { selection, facts } = this.session;
    if (!selection) return [];
    const rows = selection.op >= 0 ? [selection.op] : selection.group >= 0 ? facts.groups.within(selection.group) : [];
    return rows.filter((row) => this.places[row] >= 0);
  }

  /** Where the selection runs: a line for an op, and on the floor for every op of a group a mark as wide as its place, so that neighbours join. */
  private chosen(context: CanvasRenderingContext2D, theme: Theme, width: number, floor: number): void {
    const rows = this.ownRows();
    const place = width / this.memory.rows.length;
    const lefts = new Set(rows.map((row) => Math.floor(place * this.places[row])));
    context.fillStyle = theme.accent;
    if (rows.length === 1) context.fillRect(LEFT + place * this.places[rows[0]], TOP, 2, floor - TOP);
    else for (const left of lefts) context.fillRect(LEFT + left, floor - 5, Math.max(1.5, Math.ceil(place)), 5);
  }

  private flag(context: CanvasRenderingContext2D, x: number, floor: number, text: string, ink: string, width: number): void {
    context.strokeStyle = ink;
    context.lineWidth = 1;
    context.setLineDash([3, 3]);
    context.beginPath();
    context.moveTo(x, TOP - 6);
    context.lineTo(x, floor);
    context.stroke();
    context.setLineDash([]);
    const right = x > LEFT + width - context.measureText(text).width - 10;
    context.textAlign = right ? "right" : "left";
    context.fillStyle = ink;
    context.font = this.font;
    context.fillText(text, x + (right ? -5 : 5), TOP - 5);
  }
}

/** What stands along the axis, the longest first: what it is, and what the blocks above it leave out. */
function axisTexts(last: string, named: boolean, missing: string): string[] {
  const inOrder = `ops 1 to ${last}, in an order they can run in`;
  const texts = [...(named ? [`${inOrder}, and the layers they are in`] : []), inOrder, `ops 1 to ${last}, in order`];
  return missing ? [...texts.map((text) => `${text}; ${missing}`), texts[texts.length - 1]] : texts;
}
