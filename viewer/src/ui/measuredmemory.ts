// The memory that a measured step really took, over its time, and whose it was at the peak; linked to the drawing as the estimate is.
import type { MeasuredMemory } from "../data/memory";
import { exact, type Words } from "../data/words";
import { widthOf } from "../draw/text";
import { mix, type Theme } from "../draw/theme";
import type { Session } from "../state/session";
import { tellPlace, walkable } from "./curvewalk";
import { button, eachFrame, h, replace } from "./dom";
import { emptied, type Drawn } from "./plot";
import { csv, type Sheet } from "./rows";
import { Table } from "./table";
import { roundStep } from "./timewindow";

const LEFT = 62;
const RIGHT = 12;
const TOP = 18;
const BOTTOM = 18;
const SIZE = 11;
const NO_OP = "no op of this graph";

export class MeasuredMemoryView {
  readonly element: HTMLElement;
  private readonly canvas = h("canvas", { class: "curve measured", tabindex: 0, role: "slider", "aria-label": "Memory that the measured step took; arrow keys move, Enter selects the op" });
  private readonly said = h("p", { class: "memory-at memory-said" });
  private readonly runs = h("p", { class: "memory-at" });
  private readonly redraw = eachFrame(() => this.draw());
  private readonly sheet: Sheet;
  private readonly end: number;
  private at: number;

  constructor(
    private readonly session: Session,
    private readonly memory: MeasuredMemory,
    private readonly words: Words,
    private readonly theme: () => Theme,
    private readonly go: (op: number) => void,
  ) {
    this.at = this.peakPlace;
    const last = memory.times[memory.times.length - 1] ?? 0;
    this.end = Math.max(last, session.facts.timeline?.record.duration_us ?? 0, 1e-3);
    this.sheet = this.owners();
    const table = new Table(this.sheet, (index) => memory.owners[index][0] >= 0 && go(memory.owners[index][0]));
    const left = memory.count > memory.owners.length ? `; the largest ${exact(memory.owners.length)} of ${exact(memory.count)}:` : "";
    this.element = h("div", { class: "memory" },
      h("div", { class: "memory-curve" }, h("div", { class: "caption" }, this.said, this.runs), this.canvas),
      h("div", { class: "memory-peak" }, h("p", { class: "caption" }, `alive at the peak, by the op that took it${left}`), table.element));
    session.on("select", () => this.redraw());
    session.on("colour", () => this.redraw());
    new ResizeObserver(() => this.redraw()).observe(this.canvas);
    this.listen();
    this.tell();
  }

  csv(): string {
    return csv(this.sheet, this.sheet.rows);
  }

  /** The change at which the step had most. */
  private get peakPlace(): number {
    return this.memory.alive.reduce((best, bytes, place) => (bytes > this.memory.alive[best] ? place : best), 0);
  }

  private owners(): Sheet {
    const { memory: { owners }, words, session: { facts, facts: { nodes, groups } } } = this;
    const text = (id: string, title: string, value: (index: number) => string) => ({ id, title, value, text: value });
    const layer = (row: number) => (row < 0 ? "" : groups.path(groups.chain(nodes.group(row)).reverse().find((group) => groups.cls(group)) ?? nodes.group(row)));
    return {
      id: "memory", title: "Had memory at the peak", least: ["layer"], rows: owners.map((_, index) => index),
      columns: [
        { id: "memory", title: "Memory", value: (index) => owners[index][1], text: (index) => words.bytes(owners[index][1]) },
        { ...text("name", "Made by", (index) => (owners[index][0] < 0 ? NO_OP : nodes.name(owners[index][0]))), text: (index) => (owners[index][0] < 0 ? NO_OP : facts.called(owners[index][0])) },
        text("layer", "In", (index) => layer(owners[index][0])),
      ],
      stands: (index) => ({ ops: owners[index][0] < 0 ? [] : [owners[index][0]], groups: [] }),
    };
  }

  // Moving along the step

  private listen(): void {
    const { canvas, memory: { times } } = this;
    const place = (part: number) => {
      const time = part * this.end;
      let [low, high] = [0, times.length];
      while (low < high) {
        const middle = (low + high) >> 1;
        if (times[middle] <= time) low = middle + 1;
        else high = middle;
      }
      return low - 1;
    };
    walkable(canvas, LEFT, RIGHT, { count: times.length, at: () => this.at, place, move: (to) => this.move(to), choose: () => this.choose() });
  }

  private choose(): void {
    const row = this.memory.rows[this.at];
    if (row >= 0) this.go(row);
  }

  private move(place: number): void {
    this.at = Math.max(0, Math.min(this.memory.times.length - 1, place));
    this.tell();
    this.redraw();
  }

  private tell(): void {
    const { memory, canvas, at, words, peakPlace } = this;
    const { facts, facts: { nodes } } = this.session;
    const row = memory.rows[at];
    const before = at ? memory.alive[at - 1] : 0;
    const change = memory.alive[at] - before;
    const taken = ["taken by the step", ...(memory.held === null ? [] : [`(beside ${words.bytes(memory.held)} held before it)`])];
    const isPeak = at === peakPlace;
    // Where small buffers are not reported, the figure says itself that it is no more than this, as a low window has no room for the words on them.
    const bytes = `${memory.part.startsWith("only") ? "at least " : ""}${words.bytes(memory.alive[at])}`;
    const told = `${bytes} ${taken.join(" ")}, at ${words.time(memory.times[at])}`;
    replace(this.said, h("b", {}, `${bytes}${isPeak ? " at the peak" : ""}`), ...[...taken.slice(0, -1), `${taken[taken.length - 1]},`, `from TensorFlow's allocator ${memory.allocator}; ${memory.part}.`].flatMap((part) => [" ", h("span", {}, part)]), " ",
      isPeak ? null : button("go to the peak", () => this.move(peakPlace), { class: "quiet" }));
    const what = `${change < 0 ? "gives back" : "takes"} ${words.bytes(Math.abs(change))}`;
    replace(this.runs, h("span", {}, `at ${words.time(memory.times[at])}:`), row < 0 ? h("span", {}, `memory of ${NO_OP}`) : button("", () => this.go(row), { class: "ref", title: nodes.name(row) }), h("span", {}, what));
    this.runs.querySelector(".ref")?.append(h("bdi", { dir: "ltr" }, facts.called(Math.max(0, row))));
    tellPlace(canvas, at, memory.times.length, `${told}${isPeak ? ", the peak" : ""}: ${row < 0 ? NO_OP : facts.called(row)} ${what}`);
  }

  // Drawing

  private draw(): void {
    const drawn = emptied(this.canvas);
    if (!drawn) return;
    const { pen, wide, high } = drawn;
    const theme = this.theme();
    const floor = high - BOTTOM;
    const x = (time: number) => LEFT + (time / this.end) * (wide - LEFT - RIGHT);
    const y = (bytes: number) => floor - ((floor - TOP) * bytes) / Math.max(1, this.memory.peak);
    pen.font = `${SIZE}px ${getComputedStyle(this.canvas).fontFamily}`;
    this.area(drawn, theme, x, y, floor);
    this.axes(drawn, theme, x, y, floor);
    this.chosen(pen, theme, x, floor);
    const peak = this.peakPlace;
    this.flag(pen, x(this.memory.times[peak]), floor, theme.ink.hot, "peak", wide);
    if (this.at !== peak) this.flag(pen, x(this.memory.times[this.at]), floor, theme.ink.note, "", wide);
  }

  private area({ pen, wide }: Drawn, theme: Theme, x: (time: number) => number, y: (bytes: number) => number, floor: number): void {
    const { times, alive } = this.memory;
    pen.beginPath();
    pen.moveTo(LEFT, floor);
    let level = y(0);
    for (let place = 0; place < times.length; place++) {
      pen.lineTo(x(times[place]), level);
      level = y(Math.max(0, alive[place])); // more may be given back than the step took: what was held before it
      pen.lineTo(x(times[place]), level);
    }
    pen.lineTo(wide - RIGHT, level);
    pen.lineTo(wide - RIGHT, floor);
    pen.fillStyle = mix(theme.heat[1], theme.paper, 0.35);
    pen.fill();
    pen.strokeStyle = theme.heat[3];
    pen.lineWidth = 1.2;
    pen.stroke();
  }

  private axes({ pen, wide }: Drawn, theme: Theme, x: (time: number) => number, y: (bytes: number) => number, floor: number): void {
    const { memory, words } = this;
    pen.fillStyle = theme.ink.note;
    pen.textAlign = "right";
    pen.fillText(words.bytes(memory.peak), LEFT - 6, TOP + 4);
    if (floor - TOP > 3 * SIZE) pen.fillText(words.bytesBeside(memory.peak / 2, memory.peak), LEFT - 6, y(memory.peak / 2) + 4);
    pen.fillText("0", LEFT - 6, floor);
    const step = roundStep({ from: 0, to: this.end }, (wide - LEFT) / 90);
    pen.textAlign = "left";
    for (let time = 0; time <= this.end; time += step) {
      const text = words.time(time);
      pen.fillRect(x(time), floor, 1, 4);
      if (x(time) + widthOf(pen, pen.font, text) + 3 < wide) pen.fillText(text, x(time) + 3, floor + 13);
    }
  }

  /** Where memory of the selection is taken and given back. */
  private chosen(pen: CanvasRenderingContext2D, theme: Theme, x: (time: number) => number, floor: number): void {
    const { selection, facts: { groups } } = this.session;
    if (!selection) return;
    const rows = new Set(selection.op >= 0 ? [selection.op] : selection.group >= 0 ? groups.within(selection.group) : []);
    pen.fillStyle = theme.accent;
    const places = [...this.memory.rows.keys()].filter((place) => rows.has(this.memory.rows[place]));
    for (const place of places) pen.fillRect(x(this.memory.times[place]) - 1, floor - 5, 2, 5);
    if (!places.length) return;
    // Above the curve, on the side where the word at the peak is not.
    const isRight = x(this.memory.times[this.peakPlace]) < pen.canvas.clientWidth / 2;
    const at = isRight ? pen.canvas.clientWidth - RIGHT : LEFT;
    pen.textAlign = isRight ? "right" : "left";
    pen.fillText("▂ selected: taken or given back", at, TOP - 6);
  }

  private flag(pen: CanvasRenderingContext2D, x: number, floor: number, ink: string, text: string, wide: number): void {
    pen.strokeStyle = ink;
    pen.fillStyle = ink;
    pen.lineWidth = 1;
    pen.setLineDash([3, 3]);
    pen.beginPath();
    pen.moveTo(x, TOP - 6);
    pen.lineTo(x, floor);
    pen.stroke();
    pen.setLineDash([]);
    const isRight = x > wide - RIGHT - 40;
    pen.textAlign = isRight ? "right" : "left";
    pen.fillText(text, x + (isRight ? -5 : 5), TOP - 6);
  }
}
