// The flame graph on screen: a bar selects what it stands for and, where that holds others, gets the whole width.
import type { Words } from "../data/words";
import { widthOf, type Pen } from "../draw/text";
import { heat, inkOn, type Theme } from "../draw/theme";
import type { Mode } from "../state/colours";
import type { Picked } from "../state/commands";
import type { Session } from "../state/session";
import { h } from "./dom";
import { step, type Bar } from "./flamebars";
import { labelOf, type Said, type Telling } from "./flamelabels";
import { FlameTree, type Level } from "./flametree";
import { LevelFigures, type Amount } from "./levelfigures";
import { touched } from "./details";
import { amongOf, markedOf } from "./flamemark";

/** The height of a row with the gap below it: as much as there is room for, and enough for two lines where it is at least `TWO`. */
const LOW = 22;
const HIGH = 52;
const TWO = 38;
const GAP = 2;
/** The narrowest bar, in pixels; what is narrower is put together. */
const LEAST = 4;
/** The narrowest bar with a name, of the parts of a step that no op took. */
const NAMED = 40;
/** Left and right of all bars, above and below them; of a label in its bar, and in a narrow one. */
const MARGIN = 18;
const ABOVE = 8;
const PAD = 6;
const NARROW_PAD = 2;
const NARROW = 70;
/** The size of a label, as in the style sheet, and by how much browsers measure texts too short. */
const SIZE = 11.5;
const SLACK = 1;
/** Between what is said beside the whole. */
const BETWEEN = " · ";

export class Flame {
  readonly element = h("div", { class: "flame", role: "group", "aria-label": "Flame graph of the groups: arrow keys move, Enter selects" });
  private readonly tree: FlameTree;
  private readonly figures: LevelFigures;
  private readonly pen: Pen | null = document.createElement("canvas").getContext("2d");
  private amount: Amount | null = null;
  /** What is drawn, in the order of their elements, and the one that the Tab key reaches. */
  private bars: Bar[] = [];
  private at = 0;
  private focus: Level | null = null;
  /** Where what is selected lies in a bar of several, which of these it is in, in the words of that bar. */
  private among = "";
  /** Beside the whole: what widths and colours mean, or what the marked bar is, where that has no room for its words. */
  private readonly beside = h("span", { class: "flame-means" });
  private means: string[] = [];
  /** The room for it. */
  private room = 0;

  constructor(
    private readonly session: Session,
    words: Words,
    private readonly theme: () => Theme,
    private readonly pick: (picked: Picked) => void,
  ) {
    this.tree = new FlameTree(session.facts, session.cards);
    this.figures = new LevelFigures(session.facts, words, this.tree);
    new ResizeObserver(() => this.draw()).observe(this.element);
    this.element.addEventListener("keydown", (event) => this.key(event));
  }

  private buttons(): HTMLElement[] {
    return [...this.element.querySelectorAll<HTMLElement>("button")];
  }

  /** Mark the bar of what is selected; where it has none, that of the least around it. */
  mark(): void {
    const { at, whole } = markedOf(this.session, this.bars);
    if (this.among !== amongOf(this.session, this.bars)) return this.draw();
    this.buttons().forEach((bar, index) => {
      bar.classList.toggle("selected", index === at && whole);
      bar.classList.toggle("around", index === at && !whole);
      if (index === at) bar.setAttribute("aria-current", "true");
      else bar.removeAttribute("aria-current");
    });
    const bar = this.buttons()[at];
    const { selection } = this.session;
    const drawn = selection && whole ? this.session.drawnAs(selection) : "";
    // What has room in it for all of its words needs none of them elsewhere.
    const cut = bar?.getAttribute("aria-label") ?? (drawn && bar?.textContent);
    const among = this.among && !bar?.textContent?.includes(this.among) ? this.among : "";
    const chosen = among || (cut && !this.among ? `${whole ? "selected" : "selected, in"}: ${[cut, drawn && `drawn as ${drawn}`].filter(Boolean).join(", ")}` : "");
    const brief = chosen.replace(/ ± \S+/, "");
    const said = [...this.means.map((words) => [chosen, words].filter(Boolean).join(BETWEEN)), chosen, brief];
    this.beside.textContent = said.find((words) => this.measure(words) <= this.room) ?? brief.split(", drawn")[0];
  }

  private key(event: KeyboardEvent): void {
    const next = step(this.bars, this.at, event.key);
    if (next < 0) return;
    this.reach(next);
    this.buttons()[next].focus();
    event.preventDefault();
    event.stopPropagation();
  }

  private reach(at: number): void {
    this.at = Math.max(0, Math.min(this.bars.length - 1, at));
    this.buttons().forEach((bar, index) => (bar.tabIndex = index === this.at ? 0 : -1));
  }

  /** Show `mode` where it is an amount of groups, else the number of ops. */
  show(mode: Mode, level: (value: number) => number): void {
    this.amount = this.figures.amount(mode, level);
    this.draw();
  }

  // Drawing

  private draw(): void {
    const { amount, focus } = this;
    const width = this.element.clientWidth - 2 * MARGIN;
    if (!amount || width <= 0) return;
    const { bars, total } = this.figures.bars(amount, LEAST / width, focus);
    this.bars = bars;
    this.among = amongOf(this.session, bars);
    const depth = Math.max(0, ...bars.map((bar) => bar.depth));
    const high = Math.max(LOW, Math.min(HIGH, Math.floor((this.element.clientHeight - 2 * ABOVE) / (depth + 1))));
    const room = h("div", { class: "flame-room" });
    room.style.height = `${(depth + 1) * high + 2 * ABOVE}px`;
    const ends = this.figures.ends(bars);
    const focused = this.element.contains(document.activeElement);
    this.element.replaceChildren(
      ...bars.map((bar) => this.bar(bar, amount, ends, width, high)),
      ...(focus ? [] : this.rest(bars, amount, total, width, high)), room,
    );
    this.element.prepend(this.root(amount, total, width, high)); // it says what the others are
    this.reach(this.at);
    if (focused) this.buttons()[this.at]?.focus();
    this.mark();
  }

  /** The whole, and what the width and the colour of a bar are. */
  private root(amount: Amount, total: number, width: number, high: number): HTMLElement {
    const told = this.figures.wholeText(amount, total);
    const means = [...this.signs(), amount.level ? `width: ${amount.figure} · colour: as in the legend` : "width: number of ops"].join(" · ");
    const root = h("div", { class: this.focus ? "flame-bar root whole back" : "flame-bar root whole", title: this.focus ? `${told}: show all of it` : `${told}; ${means}` });
    const text = `${told}${this.focus ? ": show all of it" : ""}`;
    const hint = this.buttons().some((bar) => !bar.textContent) ? `${touched() ? "tap" : "point at"} a bar for its name` : "";
    this.means = [[hint, means].filter(Boolean).join(BETWEEN), hint, means];
    this.room = width - 4 * PAD - (high >= TWO ? 0 : this.measure(`${text}  `));
    root.append(h("span", {}, text), this.beside);
    root.style.flexWrap = high >= TWO ? "wrap" : "";
    root.addEventListener("click", () => this.zoom(null));
    this.put(root, 0, width, 0, high);
    return root;
  }

  /** What the bars without a layer's colour are, each kind that is there, by a sign that is to be seen. */
  private signs(): string[] {
    const grey = [...this.element.querySelectorAll(".flame-bar.more, .flame-bar.rest")].map((bar) => bar.textContent ?? "");
    const count = grey.map((label) => /^\+([\d,]+)/.exec(label)?.[1]).find(Boolean);
    return [
      this.element.querySelector(".flame-bar.own") ? "dashed: directly in the bar above" : "",
      grey.length ? `grey: no layer, or several too narrow to be shown${count ? `, +${count} for ${count} of them` : ""}` : "",
    ].filter(Boolean);
  }

  private readonly measure = (text: string): number => {
    const { pen } = this;
    return pen ? widthOf(pen, `${SIZE}px ${getComputedStyle(this.element).fontFamily}`, text) + SLACK : text.length * SIZE * 0.6;
  };

  /** Give a level the whole width; null shows all. */
  private zoom(level: Level | null): void {
    this.focus = level;
    this.draw();
  }

  /** Beside the groups, in grey: what the step spent elsewhere, or the ops in no group. */
  private rest(bars: Bar[], amount: Amount, total: number, width: number, high: number): HTMLElement[] {
    let left = bars.reduce((most, bar) => (bar.depth === 1 ? Math.max(most, bar.left + bar.width) : most), 0);
    return this.figures.beside(bars, amount, NAMED / width, LEAST / width).map((rest) => {
      const { share, parts, name } = rest;
      const said = this.figures.saidBeside(rest, amount, total);
      const element = h("div", { class: "flame-bar root rest", title: [parts.join(", ") || name, said.told].filter(Boolean).join(": ") }, ...this.label(said, share * width, high));
      this.put(element, left * width, share * width, 1, high);
      left += share;
      return element;
    });
  }

  private bar(bar: Bar, amount: Amount, ends: Map<Level, Telling>, width: number, high: number): HTMLElement {
    const theme = this.theme();
    const said = this.figures.said(bar, amount, ends);
    const among = bar.kind === "more" && bar === this.bars[markedOf(this.session, this.bars).at] ? this.among : "";
    const label = this.label({ ...said, more: among }, bar.width * width, high);
    const [level] = bar.levels;
    const path = `${this.figures.path(bar)}${among && `, ${among}`}`;
    const look = bar.kind === "level" ? `flame-bar ${level.kind}` : bar.kind === "own" ? "flame-bar own" : "flame-bar root more";
    const element = h("button", { type: "button", class: look, title: said.told ? `${path}: ${said.told}` : path }, ...label);
    const full = `${said.name} ${said.told}`.trim();
    if (element.textContent !== full) element.setAttribute("aria-label", full);
    if (bar.kind !== "more" && amount.level) {
      const fill = Number.isNaN(bar.value) ? theme.none : heat(amount.level(bar.value), theme);
      element.classList.add("filled");
      [element.style.background, element.style.color] = [fill, inkOn(fill, theme)];
    }
    this.put(element, bar.left * width, bar.width * width, bar.depth, high);
    element.addEventListener("click", () => this.choose(bar));
    return element;
  }

  private label(said: Said, width: number, high: number): HTMLElement[] {
    return labelOf(said, width - GAP - 2 * padOf(width), high >= TWO ? 2 : 1, this.measure).map((line) => h("span", {}, line));
  }

  private put(element: HTMLElement, left: number, width: number, depth: number, high: number): void {
    const pad = padOf(width);
    Object.assign(element.style, {
      left: `${MARGIN + left}px`, top: `${ABOVE + depth * high}px`, width: `${Math.max(1, width - 1)}px`, height: `${high - GAP}px`,
      padding: width > 3 * NARROW_PAD ? `0 ${pad}px` : "0",
    });
  }

  private choose(bar: Bar): void {
    this.reach(this.bars.indexOf(bar));
    if (bar.kind !== "level") return;
    const [level] = bar.levels;
    const focused = this.element.contains(document.activeElement);
    if (level === this.focus) this.zoom(level.parent);
    else if (this.tree.inside(level).length) this.zoom(level);
    this.reach(this.bars.findIndex((one) => one.kind === "level" && one.levels[0] === level));
    if (focused) this.buttons()[this.at]?.focus();
    const [held] = level.held;
    this.pick(level.kind === "group" ? { ops: [], groups: held.groups } : { ops: [], groups: [], shown: { card: level.card, copies: level.copies } });
  }
}

function padOf(width: number): number {
  return width < NARROW ? NARROW_PAD : PAD;
}
