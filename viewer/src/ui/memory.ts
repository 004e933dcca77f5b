// Memory alive along the schedule: a curve with its peak, linked to the drawing both ways, and beside it what is alive at the peak.
import { typeText, type Facts } from "../data/facts";
import { curveOf, type Memory } from "../data/memory";
import { exact, plural, type Words } from "../data/words";
import { shorten } from "../draw/text";
import { inkOn, mix, type Theme } from "../draw/theme";
import type { Session } from "../state/session";
import { button, eachFrame, h, replace } from "./dom";
import type { Sheet } from "./rows";
import { Table } from "./table";

const LEFT = 62;
const RIGHT = 12;
const TOP = 18;
const BAND = 17;
const SIZE = 11;
/** Under the blocks: what the axis is, where there is room for it. */
const AXIS = 16;
const AXIS_ROOM = 96;
/** A block narrower than this has no room for its name: it is not told apart from those beside it, as stripes would look like hatching. */
const NAMED = 40;

export class MemoryView {
  readonly element: HTMLElement;
  readonly table: Table;
  private readonly canvas = h("canvas", { class: "curve", tabindex: 0, role: "slider", "aria-label": "Memory over the step; arrow keys move, Enter selects the op" });
  private readonly said = h("span", { class: "memory-at" });
  private readonly redraw = eachFrame(() => this.draw());
  private readonly places: Int32Array;
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
    this.places = new Int32Array(facts.nodes.count).fill(-1);
    memory.rows.forEach((row, place) => (this.places[row] = place));
    const sheet = peakSheet(facts, memory, words);
    this.table = new Table(sheet, (index) => go(memory.tensors[index][0]));
    const left = memory.count > memory.tensors.length ? `, the ${exact(memory.tensors.length)} largest` : "";
    const unknown = memory.unknown ? `; ${plural(memory.unknown, "tensor")} of unknown size not counted` : "";
    this.element = h("div", { class: "memory" },
      h("div", { class: "memory-curve" }, h("p", { class: "caption" }, this.said), this.canvas),
      h("div", { class: "memory-peak" }, h("p", { class: "caption" },
        `${plural(memory.count, "tensor")} alive at the peak${left}${unknown}`), this.table.element));
    session.on("select", () => this.redraw());
    session.on("colour", () => this.redraw());
    new ResizeObserver(() => this.redraw()).observe(this.canvas);
    this.listen();
    this.tell();
  }

  // Moving along the schedule

  private listen(): void {
    const { canvas, memory } = this;
    const place = (event: PointerEvent) => {
      const rect = canvas.getBoundingClientRect();
      const part = (event.clientX - rect.left - LEFT) / Math.max(1, rect.width - LEFT - RIGHT);
      return Math.floor(part * memory.rows.length);
    };
    canvas.addEventListener("pointermove", (event) => this.move(place(event)));
    canvas.addEventListener("click", (event) => {
      this.move(place(event as PointerEvent));
      this.go(memory.rows[this.at]);
    });
    canvas.addEventListener("keydown", (event) => {
      const page = Math.max(1, Math.round(memory.rows.length / 20));
      const steps: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, ArrowDown: -1, ArrowUp: 1, PageUp: page, PageDown: -page, Home: -Infinity, End: Infinity };
      if (event.key in steps) this.move(this.at + steps[event.key]);
      else if (event.key === "Enter" || event.key === " ") this.go(memory.rows[this.at]);
      else return;
      event.preventDefault();
      event.stopPropagation();
    });
  }

  private move(place: number): void {
    this.at = Math.max(0, Math.min(this.memory.rows.length - 1, place));
    this.tell();
    this.redraw();
  }

  private tell(): void {
    const { memory, canvas, at } = this;
    const { nodes } = this.session.facts;
    const row = memory.rows[at];
    const peak = at === memory.at ? ", the peak" : "";
    const told = `${this.words.bytes(memory.alive[at])} of activations alive${peak}, while ${nodes.op(row)} runs`;
    this.said.title = "What ops hand on to others; variables are not counted";
    replace(this.said, h("b", {}, told), " ", button(nodes.name(row), () => this.go(row), { class: "ref", title: nodes.name(row) }),
      at === memory.at ? null : button("go to the peak", () => this.move(memory.at), { class: "quiet" }));
    canvas.setAttribute("aria-valuemin", "1");
    canvas.setAttribute("aria-valuemax", String(memory.rows.length));
    canvas.setAttribute("aria-valuenow", String(at + 1));
    canvas.setAttribute("aria-valuetext", `op ${exact(at + 1)} of ${exact(memory.rows.length)}: ${told}`);
  }

  // Drawing

  private draw(): void {
    const { canvas, memory } = this;
    const [wide, high] = [canvas.clientWidth, canvas.clientHeight];
    const context = canvas.getContext("2d");
    const width = Math.floor(wide - LEFT - RIGHT);
    if (!context || width < 10 || high < TOP + BAND + 10) return;
    const axis = high >= AXIS_ROOM ? AXIS : 3;
    const ratio = Math.min(3, window.devicePixelRatio || 1);
    canvas.width = Math.round(wide * ratio);
    canvas.height = Math.round(high * ratio);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    const theme = this.theme();
    this.font = `${SIZE}px ${getComputedStyle(canvas).fontFamily}`;
    const floor = high - BAND - axis - 4;
    const level = (bytes: number) => floor - ((floor - TOP) * bytes) / Math.max(1, memory.peak);
    const x = (place: number) => LEFT + (width * (place + 0.5)) / memory.rows.length;
    this.area(context, theme, width, floor, level);
    this.band(context, theme, width, floor + 4);
    this.chosen(context, theme, width, floor);
    context.font = this.font;
    context.fillStyle = theme.ink.note;
    context.textAlign = "right";
    context.fillText(this.words.bytes(memory.peak), LEFT - 6, TOP + 4);
    if (floor - TOP > 3 * SIZE) context.fillText(this.words.bytesBeside(memory.peak / 2, memory.peak), LEFT - 6, level(memory.peak / 2) + 4);
    context.fillText("0", LEFT - 6, floor);
    if (axis === AXIS) this.axis(context, theme, width, high - 3);
    this.flag(context, x(memory.at), floor, "peak", theme.ink.hot, width);
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

  /** Which part of the model runs, as named blocks under the curve. */
  private band(context: CanvasRenderingContext2D, theme: Theme, width: number, y: number): void {
    const { facts } = this.session;
    context.font = this.font;
    context.textAlign = "left";
    const [plain, other] = theme.dark ? ["#2a323c", "#343e4a"] : ["#e9edf2", "#dde3ea"];
    context.fillStyle = plain;
    context.fillRect(LEFT, y, width, BAND);
    let index = 0;
    for (const { group, from, to } of runsOf(facts, this.memory, width)) {
      if (group < 0 || to - from < NAMED) continue;
      const fill = index++ % 2 ? plain : other;
      context.fillStyle = fill;
      context.fillRect(LEFT + from, y, Math.max(1, to - from - 1), BAND);
      context.fillStyle = inkOn(fill, theme);
      context.fillText(shorten(context, this.font, facts.groups.part(group), to - from - 8, true), LEFT + from + 4, y + 12);
    }
  }

  /** What stands along the axis, and what the marks of the selection are. */
  private axis(context: CanvasRenderingContext2D, theme: Theme, width: number, y: number): void {
    const count = plural(this.memory.rows.length, "op");
    const long = `${count} in the order they run, and the layers they are in`;
    context.font = this.font;
    context.textAlign = "left";
    context.fillStyle = theme.ink.note;
    const own = this.ownRows().length > 0 ? "the selection" : "";
    const room = own ? width - context.measureText(own).width - 24 : width;
    context.fillText(context.measureText(long).width <= room ? long : `${count} in order`, LEFT, y);
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

  /** Where the selection runs: a line for an op, marks on the floor for every op of a group. */
  private chosen(context: CanvasRenderingContext2D, theme: Theme, width: number, floor: number): void {
    const rows = this.ownRows();
    const columns = new Set<number>();
    for (const row of rows) columns.add(Math.floor((width * this.places[row]) / this.memory.rows.length));
    context.fillStyle = theme.accent;
    for (const column of columns) context.fillRect(LEFT + column, rows.length === 1 ? TOP : floor - 5, rows.length === 1 ? 2 : 1.5, rows.length === 1 ? floor - TOP : 5);
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
    const right = x > LEFT + width - 50;
    context.textAlign = right ? "right" : "left";
    context.fillStyle = ink;
    context.font = this.font;
    context.fillText(text, x + (right ? -5 : 5), TOP - 5);
  }
}

/** The outer groups that run one after the other, in columns of a curve `width` wide; below a single outermost group, those in it. */
export function runsOf({ groups, nodes }: Facts, { rows }: Memory, width: number): { group: number; from: number; to: number }[] {
  const level = groups.children(-1).length > 1 ? 0 : 1;
  const runs: { group: number; from: number; to: number }[] = [];
  for (let column = 0; column < width; column++) {
    const row = rows[Math.floor(((column + 0.5) * rows.length) / width)];
    const chain = groups.chain(nodes.group(row));
    const group = chain[Math.min(level, chain.length - 1)] ?? -1;
    const last = runs[runs.length - 1];
    if (last?.group === group) last.to = column + 1;
    else runs.push({ group, from: column, to: column + 1 });
  }
  return runs;
}

function peakSheet(facts: Facts, memory: Memory, words: Words): Sheet {
  const { nodes, groups } = facts;
  const of = (index: number) => memory.tensors[index];
  const layer = (row: number) => {
    for (let at = nodes.group(row); at >= 0; at = groups.parent(at)) if (groups.cls(at)) return groups.path(at);
    return groups.path(nodes.group(row));
  };
  const text = (id: string, title: string, value: (index: number) => string) => ({ id, title, value, text: value });
  return {
    id: "memory", title: "Alive at the peak", rows: memory.tensors.map((_, index) => index),
    columns: [
      { id: "memory", title: "Memory", value: (index) => of(index)[2], text: (index) => words.bytes(of(index)[2]) },
      text("name", "Made by", (index) => nodes.name(of(index)[0])),
      text("layer", "In", (index) => layer(of(index)[0])),
      text("type", "Tensor", (index) => typeText(nodes.outputs(of(index)[0])[of(index)[1]])),
    ],
    stands: (index) => ({ ops: [of(index)[0]], groups: [] }),
  };
}
