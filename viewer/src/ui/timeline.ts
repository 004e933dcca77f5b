// One measured step in order of time: what ran when, on which thread or stream, linked to the drawing both ways.
import type { Timeline } from "../data/timeline";
import { plural, type Words } from "../data/words";
import type { Paint } from "../draw/theme";
import type { Picked } from "../state/commands";
import { FAMILIES } from "../state/focus";
import type { Session } from "../state/session";
import { keepingFocus, kindButton } from "./kindchoice";
import { swatch } from "./legend";
import { button, eachFrame, h, replace } from "./dom";
import type { Looks } from "./look";
import { emptied } from "./plot";
import { eventsOf, eventText, leftOutWords, takenBy, timelineCsv, titleOf } from "./timelineevents";
import { eventAt, gutterOf, paintTimeline, rowsOf, RULER, TEXT_SIZE } from "./timelinepaint";
import { moved, showing, within, zoomed, type TimeWindow } from "./timewindow";

const ZOOM = 1.5;
const PAGE = 0.8;
/** How much a turn of the wheel zooms, for each pixel that it would scroll. */
const TURN = 0.0018;
/** Fingers and mice that move less than this click. */
const STILL = 4;
/** At most so many colours are explained. */
const MOST_COLOURS = 7;

export class TimelineView {
  readonly element: HTMLElement;
  private readonly canvas = h("canvas", { class: "curve plot timeline", tabindex: 0, role: "application", "aria-roledescription": "timeline", "aria-label": "Timeline of one step: arrow keys move, Enter selects, plus and minus zoom, 0 shows all" });
  private readonly said = h("p", { class: "caption plot-said", role: "status" });
  private readonly legend = h("span", { class: "plot-legend" });
  private readonly steps = h("span", { class: "plot-choice" });
  private readonly redraw = eachFrame(() => this.draw());
  private window: TimeWindow;
  private top = 0;
  private at = -1;
  private marked: { flags: Uint8Array; events: number[] };
  private readonly paints = new Map<number, Paint>();
  /** Whether the selection was made here: then what is shown stays. */
  private choosing = false;
  private readonly pointers = new Map<number, { x: number; y: number }>();
  private travelled = 0;

  constructor(
    private readonly session: Session,
    private readonly timeline: Timeline,
    private readonly words: Words,
    private readonly looks: Looks,
    private readonly acts: { pick(picked: Picked): void; lookAt(legend: string, kind: string | null): void },
  ) {
    this.window = { from: 0, to: timeline.end };
    this.marked = { flags: new Uint8Array(timeline.count), events: [] };
    const tools = h("span", { class: "plot-choice" },
      button("+", () => this.zoom(ZOOM), { class: "side-tab", "aria-label": "Zoom in", title: "Zoom in" }), button("−", () => this.zoom(1 / ZOOM), { class: "side-tab", "aria-label": "Zoom out", title: "Zoom out" }),
      button("All", () => this.look({ from: 0, to: timeline.end }), { class: "side-tab", title: "Show the whole step" }));
    this.element = h("div", { class: "plot-room" }, h("div", { class: "plot-head" }, tools, this.steps, this.legend), this.said, this.canvas);
    session.on("select", () => this.selected());
    session.on("colour", () => this.recoloured());
    session.on("focus", () => this.recoloured());
    new ResizeObserver(() => this.redraw()).observe(this.canvas);
    this.listen();
    this.recoloured();
    this.selected();
  }

  csv(): string {
    return timelineCsv(this.session, this.timeline);
  }

  // The selection

  private selected(): void {
    const events = eventsOf(this.session, this.timeline);
    const flags = new Uint8Array(this.timeline.count);
    for (const event of events) flags[event] = 1;
    this.marked = { flags, events };
    if (!this.choosing) {
      this.at = -1;
      const seen = events.some((event) => this.timeline.starts[event] < this.window.to && this.timeline.ends[event] > this.window.from);
      if (events.length && !seen) this.see(events[0]);
    }
    replace(this.steps, ...(events.length ? [
      button("‹", () => this.walkMarked(-1), { class: "side-tab", "aria-label": "Previous of the selection", title: "Previous of the selection" }),
      button("›", () => this.walkMarked(1), { class: "side-tab", "aria-label": "Next of the selection", title: "Next of the selection" }),
    ] : []));
    this.redraw();
  }

  private walkMarked(by: number): void {
    const { events } = this.marked;
    const place = events.indexOf(this.at);
    this.reach(events[place < 0 ? (by > 0 ? 0 : events.length - 1) : (place + by + events.length) % events.length]);
  }

  private choose(event: number): void {
    const row = this.timeline.rows[event];
    if (event < 0 || row < 0) return;
    this.choosing = true;
    this.acts.pick({ ops: [row], groups: [] });
    this.choosing = false;
  }

  // What is shown

  private look(window: TimeWindow): void {
    this.window = within(window, this.timeline.end);
    this.redraw();
  }

  private zoom(factor: number, at = this.middle()): void {
    this.window = zoomed(this.window, factor, at, this.timeline.end);
    this.redraw();
  }

  /** The time around which keys and buttons zoom: that of what is pointed at, if it is in view. */
  private middle(): number {
    const { timeline, window: { from, to }, at } = this;
    const own = at >= 0 ? (timeline.starts[at] + timeline.ends[at]) / 2 : NaN;
    return own >= from && own <= to ? own : (from + to) / 2;
  }

  /** Bring an execution into view. */
  private see(event: number): void {
    const { timeline } = this;
    this.window = showing(this.window, timeline.starts[event], timeline.ends[event], timeline.end);
    const lane = timeline.lanes.findIndex(({ events, thread }) => thread === timeline.threads[event] && events.includes(event));
    const y = rowsOf(timeline.lanes, this.canvas.clientHeight).tops[lane] ?? 0;
    const room = this.canvas.clientHeight - RULER;
    if (y < this.top || y + 20 > this.top + room) this.scroll(y - room / 2);
  }

  private scroll(top: number): void {
    this.top = Math.max(0, Math.min(rowsOf(this.timeline.lanes, this.canvas.clientHeight).high - (this.canvas.clientHeight - RULER), top));
    this.redraw();
  }

  private reach(event: number): void {
    this.at = event;
    if (event >= 0) this.see(event);
    this.redraw();
  }

  // Pointer and keys

  private listen(): void {
    const { canvas } = this;
    canvas.addEventListener("wheel", (event) => this.turn(event), { passive: false });
    canvas.addEventListener("pointerdown", (event) => {
      canvas.setPointerCapture(event.pointerId);
      this.pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
      if (this.pointers.size === 1) this.travelled = 0;
    });
    canvas.addEventListener("pointermove", (event) => (this.pointers.has(event.pointerId) ? this.drag(event) : this.hover(event)));
    canvas.addEventListener("pointerleave", () => !this.pointers.size && this.hover(null));
    for (const end of ["pointerup", "pointercancel"] as const) {
      canvas.addEventListener(end, (event) => {
        if (!this.pointers.delete(event.pointerId) || this.pointers.size) return;
        if (end === "pointerup" && this.travelled < STILL) {
          this.hover(event);
          this.choose(this.at);
        }
      });
    }
    canvas.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || !this.key(event.key)) return;
      event.preventDefault();
      event.stopPropagation();
    });
  }

  private hover(event: PointerEvent | null): void {
    const rect = this.canvas.getBoundingClientRect();
    this.at = event ? eventAt({ timeline: this.timeline, window: this.window, top: this.top }, rect.width, rect.height, event.clientX - rect.left, event.clientY - rect.top) : -1;
    this.redraw();
  }

  private get perPixel(): number {
    const { clientWidth } = this.canvas;
    return (this.window.to - this.window.from) / Math.max(1, clientWidth - gutterOf(clientWidth));
  }

  private drag(event: PointerEvent): void {
    const before = this.pointers.get(event.pointerId);
    if (!before) return;
    const [dx, dy] = [event.clientX - before.x, event.clientY - before.y];
    this.travelled += Math.abs(dx) + Math.abs(dy);
    const other = [...this.pointers].find(([id]) => id !== event.pointerId)?.[1];
    if (other) this.zoom(Math.max(4, Math.abs(event.clientX - other.x)) / Math.max(4, Math.abs(before.x - other.x)), this.timeAt(other.x));
    else if (this.travelled >= STILL) {
      this.window = moved(this.window, -dx * this.perPixel, this.timeline.end);
      this.scroll(this.top - dy);
    }
    this.pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
  }

  private timeAt(clientX: number): number {
    const rect = this.canvas.getBoundingClientRect();
    return this.window.from + (clientX - rect.left - gutterOf(rect.width)) * this.perPixel;
  }

  private turn(event: WheelEvent): void {
    event.preventDefault();
    const sideways = event.shiftKey ? event.deltaY || event.deltaX : Math.abs(event.deltaX) > Math.abs(event.deltaY) ? event.deltaX : 0;
    if (sideways) this.look(moved(this.window, sideways * this.perPixel, this.timeline.end));
    else this.zoom(Math.exp(-event.deltaY * TURN), Math.max(this.window.from, this.timeAt(event.clientX)));
  }

  /** What a key does; false where it does nothing. */
  private key(key: string): boolean {
    const { window, timeline: { end } } = this;
    const page = PAGE * (window.to - window.from);
    const acts: Record<string, () => void> = {
      "+": () => this.zoom(ZOOM), "=": () => this.zoom(ZOOM), "-": () => this.zoom(1 / ZOOM), "0": () => this.look({ from: 0, to: end }),
      PageUp: () => this.look(moved(window, -page, end)), PageDown: () => this.look(moved(window, page, end)),
      ArrowRight: () => this.walk(1), ArrowLeft: () => this.walk(-1), ArrowDown: () => this.across(1), ArrowUp: () => this.across(-1),
      Enter: () => this.choose(this.at), " ": () => this.choose(this.at),
    };
    const act = acts[key];
    act?.();
    return act !== undefined;
  }

  /** The next execution, or the one before, on the thread of what is pointed at. */
  private walk(by: number): void {
    const { timeline, at } = this;
    if (at < 0) return this.reach(timeline.rows.findIndex((_, event) => timeline.ends[event] > this.window.from));
    let event = at + by;
    while (event >= 0 && event < timeline.count && timeline.threads[event] !== timeline.threads[at]) event += by;
    if (event >= 0 && event < timeline.count) this.reach(event);
  }

  /** The execution on the next thread, or the one before, that starts nearest. */
  private across(by: number): void {
    const { timeline, at } = this;
    if (at < 0) return this.walk(1);
    const thread = timeline.threads[at] + by;
    let best = -1;
    const away = (event: number) => Math.abs(timeline.starts[event] - timeline.starts[at]);
    for (let event = 0; event < timeline.count; event++) if (timeline.threads[event] === thread && (best < 0 || away(event) < away(best))) best = event;
    if (best >= 0) this.reach(best);
  }

  // Drawing

  private recoloured(): void {
    this.paints.clear();
    keepingFocus(this.legend, () => replace(this.legend, ...this.colours()));
    this.redraw();
  }

  /** The colour of an op: that of the drawing's categories, where these are shown, else of its family. */
  private paint(event: number): Paint {
    const row = this.timeline.rows[event];
    let paint = this.paints.get(row);
    if (!paint) {
      const mode = this.looks.mode();
      const value = mode.kind === "category" ? mode.value(row) : "";
      this.paints.set(row, (paint = mode.kind !== "category" ? this.looks.family(this.family(row)) : value ? this.looks.category(value) : { fill: this.looks.theme.none, stroke: this.looks.theme.card.stroke }));
    }
    return paint;
  }

  /** The legend of its colours: that of the categories, where these are shown, else of the families. */
  private get ownLegend(): string {
    const mode = this.looks.mode();
    return mode.kind === "category" ? mode.id : FAMILIES;
  }

  private isPale(event: number): boolean {
    const chosen = this.session.focus[this.ownLegend];
    const row = this.timeline.rows[event];
    if (!chosen) return false;
    const mode = this.looks.mode();
    return row < 0 || !chosen.includes(mode.kind === "category" ? mode.value(row) : this.family(row));
  }

  private family(row: number): string {
    return this.timeline.record.families[this.session.facts.nodes.op(row)] ?? "other";
  }

  /** What the colours mean, those with the most time first. */
  private colours(): HTMLElement[] {
    const { timeline, looks, session } = this;
    const mode = looks.mode();
    const titles = new Map(timeline.record.family_titles);
    const times = new Map<string, { time: number; event: number }>();
    for (let event = 0; event < timeline.count; event++) {
      const row = timeline.rows[event];
      if (row < 0) continue;
      const value = mode.kind === "category" ? mode.value(row) : (titles.get(this.family(row)) ?? "");
      const known = times.get(value);
      if (known) known.time += timeline.duration(event);
      else times.set(value, { time: timeline.duration(event), event });
    }
    const legend = this.ownLegend;
    const chosen = session.focus[legend] ?? [];
    const order = [...times].filter(([value]) => value).sort((a, b) => b[1].time - a[1].time);
    const more = order.length > MOST_COLOURS ? [h("span", { class: "soft" }, `and ${order.length - MOST_COLOURS} more`)] : [];
    return [...order.slice(0, MOST_COLOURS).map(([value, { event }]) => {
      const kind = mode.kind === "category" ? value : this.family(timeline.rows[event]);
      return kindButton(swatch(this.paint(event)), value.slice(value.lastIndexOf("/") + 1), { kind, chosen, toggle: () => this.acts.lookAt(legend, kind) });
    }), ...more];
  }

  private tell(): void {
    const { at, session, timeline, words, marked: { events } } = this;
    if (at >= 0) replace(this.said, h("b", {}, titleOf(at, session, timeline)), ` · ${eventText(at, session, timeline, words)}`);
    else if (session.selection) {
      const told = events.length ? `${plural(events.length, "execution")}, ${words.time(takenBy(events, timeline))} on their threads in this step` : "no execution of it was recorded in this step";
      replace(this.said, h("b", {}, session.name(session.selection)), ` · ${told}`);
    } else replace(this.said, [`one step of ${words.time(timeline.record.duration_us)}, the one nearest the median: ${plural(timeline.count, "execution")} of ops`, leftOutWords(timeline, words), ...session.facts.programs].filter(Boolean).join("; "));
    this.said.title = this.said.textContent ?? "";
  }

  private draw(): void {
    this.tell();
    const drawn = emptied(this.canvas);
    if (!drawn) return;
    const { session: { facts: { nodes } }, timeline } = this;
    paintTimeline(drawn, {
      timeline, window: this.window, top: this.top, theme: this.looks.theme, words: this.words, marked: this.marked, at: this.at,
      font: `${TEXT_SIZE}px ${getComputedStyle(this.canvas).fontFamily}`,
      paint: (event) => this.paint(event), isPale: (event) => this.isPale(event), name: (event) => (timeline.rows[event] >= 0 ? nodes.op(timeline.rows[event]) : timeline.executed(event)),
    });
  }
}
