// The flame graph on screen: a bar selects what it stands for and, where that holds others, gets the whole width.
import type { Held } from "../data/cards";
import type { Facts } from "../data/facts";
import { exact, plural, type Words } from "../data/words";
import { widthOf, type Pen } from "../draw/text";
import { heat, inkOn, type Theme } from "../draw/theme";
import { atLeast, figureOf, type Figures } from "../state/amounts";
import type { Mode } from "../state/colours";
import type { Picked } from "../state/commands";
import type { Session } from "../state/session";
import { h } from "./dom";
import { barsOf, LOOSE, restOf, step, type Bar, type Rest } from "./flamebars";
import { labelOf, ofStack, telling, WHOLE, type Said, type Telling } from "./flamelabels";
import { FlameTree, type Level } from "./flametree";
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

/** Of a name without siblings that it could be taken for. */
const ANY: Telling = { ends: [], begins: 0 };

/** What is no word to be written small. */
const FIGURES = new Set(["flops", "macs"]);

/** What is shown: the figures, how they are told, and what they come to. */
interface Amount {
  figures: Figures;
  text(value: number, error?: number): string;
  title: string;
  /** What it is of a bar. */
  figure: string;
  whole: number;
  /** Of the scale's colours; null: bars have no figure's colour. */
  level: ((value: number) => number) | null;
  /** Whether ops have it; else it is the layers' only. */
  ofOps: boolean;
}

export class Flame {
  readonly element = h("div", { class: "flame", role: "group", "aria-label": "Flame graph of the groups: arrow keys move, Enter selects" });
  private readonly tree: FlameTree;
  private readonly pen: Pen | null = document.createElement("canvas").getContext("2d");
  private amount: Amount | null = null;
  /** What is drawn, in the order of their elements, and the one that the Tab key reaches. */
  private bars: Bar[] = [];
  private at = 0;
  private focus: Level | null = null;
  /** Where what is selected lies in a bar of several, which of these it is in, in the words of that bar. */
  private among = "";

  constructor(
    private readonly session: Session,
    private readonly words: Words,
    private readonly theme: () => Theme,
    private readonly pick: (picked: Picked) => void,
  ) {
    this.tree = new FlameTree(session.facts, session.cards);
    new ResizeObserver(() => this.draw()).observe(this.element);
    this.element.addEventListener("keydown", (event) => this.key(event));
  }

  private get facts(): Facts {
    return this.session.facts;
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
    const { groups, nodes, stepTime, stepName } = this.facts;
    const step = mode.id === "time" ? stepTime : 0;
    this.amount = mode.kind === "amount"
      ? { figures: mode, text: mode.text, title: step ? stepName : mode.title, figure: FIGURES.has(mode.id) ? mode.title : mode.title.toLowerCase(), whole: step || (mode.lacking ? figureOf([this.everything], mode) || 0 : 0), level, ofOps: mode.id !== "parameters" }
      : { figures: { op: () => 1, group: (group) => groups.size(group) }, text: (value) => plural(value, "op"), title: "", figure: "", whole: nodes.count, level: null, ofOps: true };
    this.draw();
  }

  // Drawing

  private draw(): void {
    const { amount, tree, focus } = this;
    const width = this.element.clientWidth - 2 * MARGIN;
    if (!amount || width <= 0) return;
    const { bars, total } = barsOf({ inside: (level) => tree.inside(level), amount: (level) => figureOf(level.held, amount.figures), own: (level) => this.own(level, amount), least: LEAST / width, whole: amount.whole, focus });
    this.bars = bars;
    this.among = amongOf(this.session, bars);
    const depth = Math.max(0, ...bars.map((bar) => bar.depth));
    const high = Math.max(LOW, Math.min(HIGH, Math.floor((this.element.clientHeight - 2 * ABOVE) / (depth + 1))));
    const room = h("div", { class: "flame-room" });
    room.style.height = `${(depth + 1) * high + 2 * ABOVE}px`;
    const ends = this.ends(bars);
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

  /** All groups, and the ops in none. */
  private get everything(): Held {
    const { groups } = this.facts;
    return { groups: groups.children(-1), ops: groups.members(-1) };
  }

  /** The ops that lie in a level and in no level of it. */
  private ownOps({ kind, held: [held] }: Level): Held {
    return { groups: [], ops: kind === "stack" ? [] : kind === "copy" ? held.ops : this.facts.groups.members(held.groups[0]) };
  }

  /** The figure of a level's own ops; or of parameters, which no op has, what its figure is more than that of the levels in it. */
  private own(level: Level, { figures, ofOps }: Amount): number {
    if (level.kind === "stack") return 0;
    if (ofOps) return figureOf([this.ownOps(level)], figures);
    return this.tree.inside(level).reduce((left, one) => left - figureOf(one.held, figures), figureOf(level.held, figures));
  }

  /** The whole, and what the width and the colour of a bar are. */
  private root(amount: Amount, total: number, width: number, high: number): HTMLElement {
    const told = `${amount.title} ${atLeast([this.everything], amount.figures)}${amount.text(total)}`.trim();
    const means = [...this.signs(), amount.level ? `width: ${amount.figure} · colour: as in the legend` : "width: number of ops"].join(" · ");
    const root = h("div", { class: this.focus ? "flame-bar root whole back" : "flame-bar root whole", title: this.focus ? `${told}: show all of it` : `${told}; ${means}` });
    const text = `${told}${this.focus ? ": show all of it" : ""}`;
    const hint = this.buttons().some((bar) => !bar.textContent) ? `${touched() ? "tap" : "point at"} a bar for its name` : "";
    const said = [`${means}${hint && ` · ${hint}`}`, means, hint].filter(Boolean);
    const room = width - 4 * PAD;
    const beside = said.find((words) => this.measure(`${text}  ${words}`) <= room) ?? (high >= TWO ? said.find((words) => this.measure(words) <= room) : undefined);
    root.append(...[h("span", {}, text), beside ? h("span", { class: "flame-means" }, beside) : ""].filter(Boolean));
    root.addEventListener("click", () => this.zoom(null));
    this.put(root, 0, width, 0, high);
    return root;
  }

  /** What the bars without a layer's colour are, each kind that is there, by a sign that is to be seen. */
  private signs(): string[] {
    const grey = [...this.element.querySelectorAll(".flame-bar.more, .flame-bar.rest")].map((bar) => bar.textContent ?? "");
    const count = grey.map((label) => /^\+([\d,]+)/.exec(label)?.[1]).find(Boolean);
    return [
      this.element.querySelector(".flame-bar.own") ? "dashed: own ops, in no layer of it" : "",
      grey.length ? `grey: no layer, or several too narrow to be shown${count ? `, +${count} for ${count} of them` : ""}` : "",
    ].filter(Boolean);
  }

  private readonly measure = (text: string): number => {
    const { pen } = this;
    return pen ? widthOf(pen, `${SIZE}px ${getComputedStyle(this.element).fontFamily}`, text) + SLACK : text.length * SIZE * 0.6;
  };

  /** The endings that tell each level from its siblings. */
  private ends(bars: Bar[]): Map<Level, Telling> {
    const ends = new Map<Level, Telling>();
    for (const around of new Set(bars.flatMap(({ kind, levels }) => (kind === "level" ? [levels[0].parent] : [])))) {
      const inside = this.tree.inside(around);
      telling(inside.map(({ name }) => name)).forEach((own, index) => ends.set(inside[index], own));
    }
    return ends;
  }

  /** Give a level the whole width; null shows all. */
  private zoom(level: Level | null): void {
    this.focus = level;
    this.draw();
  }

  /** Beside the groups, in grey: what the step spent elsewhere, or the ops in no group. */
  private rest(bars: Bar[], amount: Amount, total: number, width: number, high: number): HTMLElement[] {
    let left = bars.reduce((most, bar) => (bar.depth === 1 ? Math.max(most, bar.left + bar.width) : most), 0);
    const parts: Rest[] = amount.title === this.facts.stepName
      ? restOf(this.facts, this.words, bars, NAMED / width)
      : amount.whole ? [{ name: LOOSE, share: 1 - left, parts: [] }].filter(({ share }) => share * width >= LEAST) : [];
    return parts.map(({ name, share, parts }) => {
      const loose = name === LOOSE ? [{ groups: [], ops: this.facts.groups.members(-1) }] : [];
      const told = loose.length && Number.isNaN(figureOf(loose, amount.figures)) ? "" : atLeast(loose, amount.figures) + amount.text(share * total);
      const element = h("div", { class: "flame-bar root rest", title: [parts.join(", ") || name, told].filter(Boolean).join(": ") }, ...this.label({ name, telling: parts.length || name === LOOSE ? WHOLE : ANY, told, brief: told, least: parts.length ? `+${parts.length}` : name === LOOSE ? "other" : "" }, share * width, high));
      this.put(element, left * width, share * width, 1, high);
      left += share;
      return element;
    });
  }

  private bar(bar: Bar, amount: Amount, ends: Map<Level, Telling>, width: number, high: number): HTMLElement {
    const theme = this.theme();
    const said = this.said(bar, amount, ends);
    const among = bar.kind === "more" && bar === this.bars[markedOf(this.session, this.bars).at] ? this.among : "";
    const label = this.label({ ...said, more: among }, bar.width * width, high);
    const [level] = bar.levels;
    const path = bar.kind === "level" ? level.path : bar.kind === "own" ? `${level.path}, what is in no layer of it` : `${several(bar.levels, "layer or group", "layers and groups")} too narrow to be shown${among && `, ${among}`}`;
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

  private said({ kind, levels, value }: Bar, amount: Amount, ends: Map<Level, Telling>): Said {
    const [level] = levels;
    const { errors } = amount.figures;
    const held = kind === "own" ? [this.ownOps(level)] : levels.flatMap((each) => each.held);
    const told = Number.isNaN(value) ? "" : atLeast(held, amount.figures) + amount.text(value, kind === "level" && errors ? figureOf(level.held, errors) : NaN);
    const brief = told.replace(/ ± \S+/, ""); // with the digits that the error leaves it, as everywhere
    if (kind === "more") return { name: this.tree.inside(level.parent).length > levels.length ? `${exact(levels.length)} more` : several(levels, "group", "groups"), telling: WHOLE, told, brief, least: `+${exact(levels.length)}` };
    if (kind === "own") return { name: amount.ofOps ? "own ops" : "own variables", telling: WHOLE, told, brief, least: "own" };
    return { name: level.name, telling: level.kind === "stack" ? ofStack(level.name, ends.get(level) ?? ANY) : (ends.get(level) ?? ANY), told, brief };
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

/** How many levels these are: copies of a stack, or what is so called. */
function several(levels: Level[], one: string, more: string): string {
  return levels[0].parent?.kind === "stack" ? plural(levels.length, "copy", "copies") : plural(levels.length, one, more);
}

function padOf(width: number): number {
  return width < NARROW ? NARROW_PAD : PAD;
}
