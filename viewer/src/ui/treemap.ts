// The treemap: areas as large as the figure that colours show, layers in the layers around them. Its numbers are the flame graph's.
import { widthOf, type Pen } from "../draw/text";
import { heat, inkOn, type Theme } from "../draw/theme";
import type { Mode } from "../state/colours";
import type { Picked } from "../state/commands";
import type { Session } from "../state/session";
import type { Words } from "../data/words";
import { button, h, replace } from "./dom";
import { chainOf, type Bar } from "./flamebars";
import { labelOf, type Said, type Telling } from "./flamelabels";
import { markedOf } from "./flamemark";
import { FlameTree, type Level } from "./flametree";
import { LevelFigures, type Amount } from "./levelfigures";
import { areasOf, type Area } from "./treemapareas";

/** The least area with a rectangle of its own, in square pixels. */
const LEAST = 260;
const SIZE = 11.5;
const LINE = 15;
const PAD = 5;
/** By how much browsers measure texts too short. */
const SLACK = 1;

export class Treemap {
  readonly element: HTMLElement;
  private readonly path = h("nav", { class: "treemap-path", "aria-label": "Where the treemap is" });
  private readonly means = h("span", { class: "soft treemap-means" });
  private readonly room = h("div", { class: "treemap", role: "group", "aria-label": "Treemap of the groups: arrow keys move, Enter selects, Shift Enter zooms in, Escape zooms out" });
  private readonly tree: FlameTree;
  private readonly figures: LevelFigures;
  private readonly pen: Pen | null = document.createElement("canvas").getContext("2d");
  private amount: Amount | null = null;
  private focus: Level | null = null;
  private bars: Bar[] = [];
  /** The elements that select something, and the areas that they are of. */
  private marks: { element: HTMLElement; area: Area }[] = [];
  private at = 0;

  constructor(
    private readonly session: Session,
    words: Words,
    private readonly theme: () => Theme,
    private readonly pick: (picked: Picked) => void,
  ) {
    this.tree = new FlameTree(session.facts, session.cards);
    this.figures = new LevelFigures(session.facts, words, this.tree);
    this.element = h("div", { class: "plot-room" }, h("div", { class: "plot-head" }, this.path, this.means), this.room);
    new ResizeObserver(() => this.draw()).observe(this.room);
    this.room.addEventListener("keydown", (event) => this.key(event));
  }

  show(mode: Mode, level: (value: number) => number): void {
    this.amount = this.figures.amount(mode, level);
    this.draw();
  }

  /** Mark the area of what is selected; where it has none, the least around it. */
  mark(): void {
    const { at, whole } = markedOf(this.session, this.bars);
    const wanted = this.bars[at] ?? null;
    const around = wanted ? chainOf(wanted.levels[0]).reverse() : [];
    const shown = around.map((level) => this.marks.find(({ area }) => area.bar?.kind === "level" && area.bar.levels[0] === level)?.area);
    const least = shown.find((area) => area !== undefined);
    for (const { element, area } of this.marks) {
      const isHere = area === least;
      element.classList.toggle("selected", isHere && whole && area.bar === wanted);
      element.classList.toggle("around", isHere && !(whole && area.bar === wanted));
      if (isHere) element.setAttribute("aria-current", "true");
      else element.removeAttribute("aria-current");
    }
  }

  // Moving

  private key(event: KeyboardEvent): void {
    const here = this.marks[this.at];
    const act = event.key === "Escape" || event.key === "Backspace" ? () => this.zoom(this.focus?.parent ?? null)
      : event.key === "Enter" && event.shiftKey && here ? () => this.zoomInto(here.area) : null;
    const next = act ? -1 : this.beside(event.key);
    if ((!act && next < 0) || (event.key === "Escape" && !this.focus)) return;
    act?.();
    if (next >= 0) this.reach(next, true);
    event.preventDefault();
    event.stopPropagation();
  }

  /** The nearest area in the direction of an arrow; -1: none. */
  private beside(key: string): number {
    const way = ({ ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] } as Record<string, [number, number]>)[key];
    const from = this.marks[this.at]?.element.getBoundingClientRect();
    if (!way || !from) return -1;
    const middle = (rect: DOMRect): [number, number] => [rect.left + rect.width / 2, rect.top + rect.height / 2];
    const [x, y] = middle(from);
    let [best, least] = [-1, Infinity];
    this.marks.forEach(({ element }, index) => {
      const [toX, toY] = middle(element.getBoundingClientRect());
      const ahead = (toX - x) * way[0] + (toY - y) * way[1];
      const aside = Math.abs((toX - x) * way[1]) + Math.abs((toY - y) * way[0]);
      if (index !== this.at && ahead > 1 && ahead + 2 * aside < least) [best, least] = [index, ahead + 2 * aside];
    });
    return best;
  }

  private reach(at: number, focus: boolean): void {
    this.at = Math.max(0, Math.min(this.marks.length - 1, at));
    this.marks.forEach(({ element }, index) => (element.tabIndex = index === this.at ? 0 : -1));
    if (focus) this.marks[this.at]?.element.focus();
  }

  /** Give a level all the room; null shows all. */
  private zoom(level: Level | null): void {
    const focused = this.element.contains(document.activeElement);
    const before = this.focus;
    this.focus = level;
    this.draw();
    const at = this.marks.findIndex(({ area }) => area.bar?.kind === "level" && area.bar.levels[0] === before);
    this.reach(Math.max(0, at), focused);
  }

  /** One level further into what an area lies in. */
  private zoomInto({ bar }: Area): void {
    if (!bar || bar.kind === "more") return;
    const chain = chainOf(bar.levels[0]);
    const next = chain[this.focus ? chain.indexOf(this.focus) + 1 : 0];
    if (next && this.tree.inside(next).length) this.zoom(next);
  }

  // Drawing

  private draw(): void {
    const { amount, focus } = this;
    const room = { x: 0, y: 0, w: this.room.clientWidth, h: this.room.clientHeight };
    if (!amount || room.w < 20 || room.h < 20) return;
    const least = LEAST / (room.w * room.h);
    const { bars, total } = this.figures.bars(amount, least, focus);
    this.bars = bars;
    const beside = focus ? [] : this.figures.beside(bars, amount, least, least);
    const ends = this.figures.ends(bars);
    this.marks = [];
    const focused = this.room.contains(document.activeElement);
    replace(this.room, ...areasOf(bars, chainOf(focus).length + 1, beside, room).map((area) => this.area(area, amount, ends, total)));
    this.tellPath(amount, total);
    this.reach(this.at, focused);
    this.mark();
  }

  private tellPath(amount: Amount, total: number): void {
    const all = this.figures.wholeText(amount, total);
    const chain = chainOf(this.focus);
    const step = (text: string, level: Level | null, isLast: boolean) =>
      isLast ? h("b", {}, text) : button(text, () => this.zoom(level), { class: "ref", title: `Zoom out to ${text} (Esc)` });
    const steps = [step(all, null, chain.length === 0), ...chain.flatMap((level, index) => [h("span", { class: "soft", "aria-hidden": "true" }, "›"), step(level.name, level, index === chain.length - 1)])];
    replace(this.path, ...steps);
    this.means.textContent = `area: ${amount.level ? `${amount.figure} · colour: as in the legend` : "number of ops"} · double click zooms in`;
  }

  private area(area: Area, amount: Amount, ends: Map<Level, Telling>, total: number): HTMLElement {
    const { bar, rest } = area;
    const said = bar ? this.figures.said(bar, amount, ends) : rest ? this.figures.saidBeside(rest, amount, total) : null;
    const path = bar ? this.figures.path(bar) : rest ? rest.parts.join(", ") || rest.name : "too small to be shown";
    const title = said?.told ? `${path}: ${said.told}` : path;
    const element = bar && !area.isDivided ? h("button", { type: "button", class: `treemap-area ${bar.kind}`, title }) : h("div", area.isDivided ? { class: "treemap-frame" } : { class: "treemap-area beside", title });
    Object.assign(element.style, { left: `${area.x}px`, top: `${area.y}px`, width: `${Math.max(1, area.w - 1)}px`, height: `${Math.max(1, area.h - 1)}px` });
    if (area.isDivided) element.style.setProperty("--deep", String(area.depth));
    const label = said ? this.label(area, said) : [];
    if (area.isDivided) this.frame(element, area, label, said, title);
    else {
      element.style.paddingTop = `${2 + area.above * LINE}px`;
      element.append(...label);
      if (bar) this.leaf(element, area, amount, said);
    }
    return element;
  }

  private leaf(element: HTMLElement, area: Area, amount: Amount, said: Said | null): void {
    const { bar } = area;
    if (!bar) return;
    if (bar.kind !== "more" && amount.level) {
      const fill = Number.isNaN(bar.value) ? this.theme().none : heat(amount.level(bar.value), this.theme());
      [element.style.background, element.style.color] = [fill, inkOn(fill, this.theme())];
    }
    this.listen(element, area, said);
  }

  /** A frame around what it holds; its name is a button in its corner. */
  private frame(element: HTMLElement, area: Area, label: HTMLElement[], said: Said | null, title: string): void {
    const name = h("button", { type: "button", class: "treemap-name", title }, ...label);
    if (!label.length) name.classList.add("nameless");
    name.style.top = `${area.above * LINE}px`;
    element.append(name);
    this.listen(name, area, said);
  }

  private listen(element: HTMLElement, area: Area, said: Said | null): void {
    const full = said ? `${said.name} ${said.told}`.trim() : "";
    if (full && element.textContent !== full) element.setAttribute("aria-label", full);
    this.marks.push({ element, area });
    const index = this.marks.length - 1;
    element.addEventListener("click", () => {
      this.reach(index, false);
      this.choose(area);
    });
    element.addEventListener("dblclick", () => this.zoomInto(area));
  }

  private choose({ bar }: Area): void {
    if (!bar || bar.kind === "more") return;
    const [level] = bar.levels;
    const [held] = level.held;
    this.pick(level.kind === "group" ? { ops: [], groups: held.groups } : { ops: [], groups: [], shown: { card: level.card, copies: level.copies } });
  }

  private readonly measure = (text: string): number => {
    const { pen } = this;
    return pen ? widthOf(pen, `${SIZE}px ${getComputedStyle(this.room).fontFamily}`, text) + SLACK : text.length * SIZE * 0.6;
  };

  /** As much of name and figure as there is room for, below the names of what begins in the same corner. */
  private label(area: Area, said: Said): HTMLElement[] {
    const lines = Math.floor((area.h - 3) / LINE) - area.above;
    if (lines < 1) return [];
    return labelOf(said, area.corner - 2 * PAD - 2, area.isDivided ? 1 : Math.min(2, lines), this.measure).map((line) => h("span", {}, line));
  }
}
