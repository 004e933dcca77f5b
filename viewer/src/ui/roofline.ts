// The roofline of a measured graph: layers or ops by arithmetic intensity and what they achieve, below what the machine can do.
import { BOUNDS, type Bound, type Roofline } from "../data/roofline";
import { exact, number, plural, type Words } from "../data/words";
import { widthOf } from "../draw/text";
import { mix, type Paint, type Theme } from "../draw/theme";
import type { Picked } from "../state/commands";
import type { Session } from "../state/session";
import { button, eachFrame, h, replace } from "./dom";
import { shortName, telling } from "./flamelabels";
import { LabelPlaces, type Box, type Start } from "./labelplaces";
import { decades, emptied, LogAxis, type Drawn } from "./plot";
import { rooflineColumns } from "./rooflinecolumns";
import { markedSpots, spotsOf, spotText, type Level, type Spot } from "./rooflinepoints";
import { csv, type Sheet } from "./rows";

const LEFT = 82;
const RIGHT = 16;
const TOP = 24;
const BOTTOM = 34;
const SIZE = 11;
const LEAST = 3;
const MOST = 13;
/** So many pixels around a point it is pointed at. */
const NEAR = 12;

const LEVELS: [Level, string][] = [["layers", "Layers"], ["ops", "Ops"]];
const BOUND_WORDS: Record<Bound, string> = { compute: "compute-bound", memory: "memory-bound", overhead: "overhead" };

/** No row is pointed at; -1 is the row of what lies outside of layers. */
const NOWHERE = -2;

/** So many are named, in so many pixels at most. */
const MOST_NAMES = 10;
const NAME_ROOM = 170;

/** Where beside its line the label of memory may stand, the places that are tried first first. */
const ALONG = [0.5, 0.35, 0.65, 0.2, 0.8, 0.05, 0.95];

/** A point on the screen. */
interface Placed extends Spot {
  x: number;
  y: number;
  radius: number;
}

export class RooflineView {
  readonly element: HTMLElement;
  private readonly canvas = h("canvas", { class: "curve plot", tabindex: 0, role: "application", "aria-roledescription": "plot", "aria-label": "Roofline: arrow keys move, Enter selects" });
  private readonly said = h("p", { class: "caption plot-said", role: "status" });
  private readonly legend = h("span", { class: "plot-legend" });
  private readonly choice = h("span", { class: "plot-choice", role: "group", "aria-label": "A point for each" });
  private readonly redraw = eachFrame(() => this.draw());
  private level: Level = "layers";
  private found!: ReturnType<typeof spotsOf>;
  private placed: Placed[] = [];
  /** The row that is pointed at, or reached by keys. */
  private at = NOWHERE;
  private font = "";

  constructor(
    private readonly session: Session,
    private readonly roofline: Roofline,
    private readonly words: Words,
    private readonly theme: () => Theme,
    private readonly pick: (picked: Picked) => void,
  ) {
    this.element = h("div", { class: "plot-room" }, h("div", { class: "plot-head" }, this.choice, this.legend), this.said, this.canvas);
    session.on("select", () => this.redraw());
    session.on("colour", () => this.redraw());
    new ResizeObserver(() => this.redraw()).observe(this.canvas);
    this.listen();
    this.setLevel("layers");
  }

  csv(): string {
    const points = this.level === "ops" ? this.roofline.ops : this.roofline.layers;
    const named = new Map(this.found.spots.map(({ row, name }) => [row, name]));
    const rows = [...named.keys()];
    const name = { id: "name", title: "Name", value: (row: number) => named.get(row) ?? "", text: (row: number) => named.get(row) ?? "" };
    const time = { id: "time", title: "Time", value: (row: number) => points.figure(row, "time"), text: (row: number) => this.words.time(points.figure(row, "time")) };
    const sheet: Sheet = { id: "roofline", title: "Roofline", rows, columns: [name, time, ...rooflineColumns(points, this.words)], stands: (row) => this.stands(row) };
    return csv(sheet, rows);
  }

  private stands(row: number): Picked {
    return this.level === "ops" ? { ops: [row], groups: [] } : { ops: [], groups: row < 0 ? [] : [row] };
  }

  private setLevel(level: Level): void {
    this.level = level;
    this.at = NOWHERE;
    this.found = spotsOf(this.session.facts, this.roofline, level);
    const focused = this.choice.contains(document.activeElement);
    replace(this.choice, ...LEVELS.map(([id, title]) => button(title, () => this.setLevel(id), { class: "side-tab", "aria-pressed": String(id === level) })));
    if (focused) this.choice.querySelector<HTMLElement>('[aria-pressed="true"]')?.focus();
    this.redraw();
  }

  // Pointing and walking

  private listen(): void {
    const { canvas } = this;
    canvas.addEventListener("pointermove", (event) => this.reach(this.near(event)));
    canvas.addEventListener("pointerleave", () => this.reach(NOWHERE));
    canvas.addEventListener("click", (event) => {
      const row = this.near(event);
      this.reach(row);
      if (row >= 0) this.pick(this.stands(row));
    });
    canvas.addEventListener("keydown", (event) => {
      const order = [...this.placed].sort((a, b) => a.x - b.x || a.row - b.row);
      const place = order.findIndex(({ row }) => row === this.at);
      const steps: Record<string, number> = { ArrowLeft: place < 0 ? order.length - 1 : place - 1, ArrowRight: place + 1, ArrowDown: place < 0 ? order.length - 1 : place - 1, ArrowUp: place + 1, Home: 0, End: order.length - 1 };
      if (event.key in steps) this.reach(order[Math.max(0, Math.min(order.length - 1, steps[event.key]))]?.row ?? NOWHERE);
      else if ((event.key === "Enter" || event.key === " ") && this.at >= 0) this.pick(this.stands(this.at));
      else return;
      event.preventDefault();
      event.stopPropagation();
    });
  }

  private near(event: MouseEvent): number {
    const rect = this.canvas.getBoundingClientRect();
    const [x, y] = [event.clientX - rect.left, event.clientY - rect.top];
    let [best, least] = [NOWHERE, Infinity];
    for (const spot of this.placed) {
      const away = Math.hypot(spot.x - x, spot.y - y);
      // Small ones lie on top of large ones.
      if (away <= Math.max(spot.radius, NEAR) && away / spot.radius < least) [best, least] = [spot.row, away / spot.radius];
    }
    return best;
  }

  private reach(row: number): void {
    if (row === this.at) return;
    this.at = row;
    this.redraw();
  }

  /** What is said of the point that is pointed at, else of the selection's, else of the machine. */
  private tell(marked: Set<number>): void {
    const told = this.found.spots.find(({ row }) => row === this.at) ?? (marked.size === 1 ? this.found.spots.find(({ row }) => marked.has(row)) : undefined);
    if (told) replace(this.said, h("b", {}, told.name), `: ${spotText(told, this.words)}`);
    else replace(this.said, [this.machine(), this.found.leftOut, ...this.roofline.above.map((why) => `above the lines: ${why}`)].filter(Boolean).join("; "));
    this.said.title = this.said.textContent ?? "";
  }

  private machine(): string {
    const { roofline: { flops, bytes, device, threads }, words } = this;
    const where = [device, threads ? plural(threads, "thread") : ""].filter(Boolean).join(", ");
    const peaks = [...Object.entries(flops).map(([dtype, rate]) => `${dtype} ${words.flopRate(rate)}`), `memory ${words.byteRate(bytes)}`];
    return `peaks measured on this machine${where ? ` (${where})` : ""}: ${peaks.join(", ")}`;
  }

  // Drawing

  private paint(bound: Bound): Paint {
    const theme = this.theme();
    const { fill, stroke } = theme.categories[BOUNDS.indexOf(bound)];
    return { fill: mix(fill, stroke, 0.35), stroke };
  }

  private draw(): void {
    const marked = markedSpots(this.session, this.found.spots, this.level);
    this.tell(marked);
    this.tellColours();
    const drawn = emptied(this.canvas);
    if (!drawn) return;
    const theme = this.theme();
    this.font = `${SIZE}px ${getComputedStyle(this.canvas).fontFamily}`;
    const { spots } = this.found;
    const { flops, bytes } = this.roofline;
    const roofs = Object.values(flops).length ? Object.values(flops) : [bytes];
    const across = new LogAxis(...decades([...roofs.map((roof) => roof / bytes), ...spots.map(({ intensity }) => intensity)]), LEFT, drawn.wide - RIGHT);
    const up = new LogAxis(...decades([...roofs, ...spots.map((spot) => spot.flops)]), drawn.high - BOTTOM, TOP);
    const longest = spots[0]?.time ?? 1;
    this.placed = spots.map((spot) => ({ ...spot, x: across.at(spot.intensity), y: up.at(spot.flops), radius: Math.max(LEAST, MOST * Math.sqrt(spot.time / longest)) }));
    this.grid(drawn, theme, across, up);
    const places = new LabelPlaces([LEFT, TOP - 12, drawn.wide - RIGHT, drawn.high - BOTTOM], SIZE);
    this.roofs(drawn, theme, across, up, places);
    this.points(drawn, theme, marked, places);
  }

  private tellColours(): void {
    const counts = BOUNDS.map((bound): [Bound, number] => [bound, this.found.spots.filter((spot) => spot.bound === bound).length]);
    replace(this.legend, ...counts.filter(([, count]) => count).map(([bound, count]) => {
      const sign = h("span", { class: "swatch" });
      [sign.style.background, sign.style.borderColor] = [this.paint(bound).fill, this.paint(bound).stroke];
      return h("span", { class: "legend-entry" }, sign, `${exact(count)} ${BOUND_WORDS[bound]}`);
    }), h("span", { class: "soft" }, "area: time"));
  }

  private grid({ pen, wide, high }: Drawn, theme: Theme, across: LogAxis, up: LogAxis): void {
    const floor = high - BOTTOM;
    pen.font = this.font;
    pen.lineWidth = 1;
    pen.strokeStyle = theme.dark ? "#2b333d" : "#e1e5ea";
    pen.fillStyle = theme.ink.note;
    pen.textAlign = "center";
    for (const value of across.ticks(52)) {
      const x = Math.round(across.at(value)) + 0.5;
      this.line(pen, x, TOP, x, floor);
      pen.fillText(number(value), x, floor + 14);
    }
    pen.textAlign = "right";
    for (const value of up.ticks(22)) {
      const y = Math.round(up.at(value)) + 0.5;
      this.line(pen, LEFT, y, wide - RIGHT, y);
      pen.fillText(this.words.flopRate(value), LEFT - 7, y + 4);
    }
    const texts = ["arithmetic intensity, FLOP for each byte moved (estimated)", "FLOP for each byte moved (estimated)", "FLOP per byte"];
    pen.textAlign = "center";
    pen.fillText(texts.find((text) => widthOf(pen, this.font, text) <= wide - LEFT - RIGHT) ?? texts[2], (LEFT + wide - RIGHT) / 2, high - 5);
    pen.textAlign = "right";
    pen.fillText("achieved", LEFT - 7, 11);
  }

  private line(pen: CanvasRenderingContext2D, x1: number, y1: number, x2: number, y2: number): void {
    pen.beginPath();
    pen.moveTo(x1, y1);
    pen.lineTo(x2, y2);
    pen.stroke();
  }

  /** The line of memory up to the highest roof, and the roof of each dtype from there on. */
  private roofs({ pen, wide }: Drawn, theme: Theme, across: LogAxis, up: LogAxis, places: LabelPlaces): void {
    const { flops, bytes } = this.roofline;
    const [low, high] = [10 ** across.low, 10 ** across.high];
    const highest = Math.max(...Object.values(flops), Object.keys(flops).length ? 0 : 10 ** up.high);
    const first = Math.max(low, 10 ** up.low / bytes);
    const ridge = Math.min(highest / bytes, high);
    pen.strokeStyle = theme.ink.detail;
    pen.fillStyle = theme.ink.detail;
    pen.lineWidth = 1.6;
    this.line(pen, across.at(first), up.at(first * bytes), across.at(ridge), up.at(ridge * bytes));
    const [x1, y1, x2, y2] = [across.at(first), up.at(first * bytes), across.at(ridge), up.at(ridge * bytes)];
    const label = (text: string, starts: (wide: number) => Start[]) => {
      const measured = widthOf(pen, this.font, text);
      const place = places.place(measured, starts(measured), this.circles()) ?? places.place(measured, starts(measured));
      if (place) pen.fillText(text, ...place);
    };
    pen.textAlign = "left";
    label(`memory ${this.words.byteRate(bytes)}`, (measured) => ALONG.flatMap((part): Start[] => {
      const [x, y] = [x1 + (x2 - x1) * part, y1 + (y2 - y1) * part];
      return [[x - 8 - measured, y - 4], [x + 12, y + 12]];
    }));
    for (const [dtype, rate] of Object.entries(flops)) {
      const [from, y] = [across.at(Math.min(rate / bytes, high)), up.at(rate)];
      this.line(pen, from, y, wide - RIGHT, y);
      label(`${dtype} ${this.words.flopRate(rate)}`, (measured) => [-5, 14, -19, 28].flatMap((down): Start[] => [[wide - RIGHT - 4 - measured, y + down], [from + 6, y + down]]));
    }
  }

  private circles(): Box[] {
    return this.placed.map(({ x, y, radius }) => [x - radius, y - radius, x + radius, y + radius]);
  }

  private points({ pen }: Drawn, theme: Theme, marked: Set<number>, places: LabelPlaces): void {
    for (const spot of this.placed) {
      const { fill, stroke } = this.paint(spot.bound);
      pen.globalAlpha = marked.size && !marked.has(spot.row) && spot.row !== this.at ? 0.4 : 0.9;
      pen.fillStyle = fill;
      pen.strokeStyle = stroke;
      pen.lineWidth = 1;
      this.circle(pen, spot, spot.radius);
      pen.fill();
      pen.stroke();
    }
    pen.globalAlpha = 1;
    for (const spot of this.placed) {
      if (!marked.has(spot.row) && spot.row !== this.at) continue;
      pen.strokeStyle = marked.has(spot.row) ? theme.accent : theme.ink.name;
      pen.lineWidth = 2;
      this.circle(pen, spot, spot.radius + 3);
      pen.stroke();
    }
    this.names(pen, theme, places);
  }

  /** The names of the longest ones, beside them where nothing else is. */
  private names(pen: CanvasRenderingContext2D, theme: Theme, places: LabelPlaces): void {
    const measure = (text: string) => widthOf(pen, this.font, text);
    const own = telling(this.placed.map(({ name }) => name));
    const circles = this.circles();
    pen.fillStyle = theme.ink.detail;
    pen.font = this.font;
    pen.textAlign = "left";
    this.placed.slice(0, MOST_NAMES).forEach(({ name, x, y, radius }, index) => {
      const text = shortName(name, own[index], NAME_ROOM, measure);
      const wide = measure(text);
      const beside: Start[] = [[x + radius + 4, y + 4], [x - radius - 4 - wide, y + 4], [x - wide / 2, y - radius - 4], [x - wide / 2, y + radius + 12]];
      const place = text ? places.place(wide, beside, circles.filter((_, circle) => circle !== index)) : undefined;
      if (place) pen.fillText(text, place[0], place[1]);
    });
  }

  private circle(pen: CanvasRenderingContext2D, { x, y }: Placed, radius: number): void {
    pen.beginPath();
    pen.arc(x, y, radius, 0, 2 * Math.PI);
  }
}
