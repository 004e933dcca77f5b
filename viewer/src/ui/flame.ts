// The flame graph on screen: a bar selects its group and, where that holds others, gets the whole width.
import { heat, inkOn, type Theme } from "../draw/theme";
import type { Facts } from "../data/facts";
import { exact, plural, type Words } from "../data/words";
import type { Mode } from "../state/colours";
import { h } from "./dom";
import { barsOf, restOf, shortName, step, type Bar } from "./flamebars";

const ROW = 30;
/** The narrowest bar, in pixels; what is narrower is put together. */
const LEAST = 4;
/** Left and right of all bars, and of a label in its bar. */
const MARGIN = 18;
const PAD = 6;
/** A letter of a label, on average; a label that is a little longer ends in an ellipsis. */
const LETTER = 6.4;
const WIDE_LETTER = 7.8;

export class Flame {
  readonly element = h("div", { class: "flame", role: "group", "aria-label": "Flame graph of the groups: arrow keys move, Enter selects" });

  constructor(
    private readonly facts: Facts,
    private readonly words: Words,
    private readonly theme: () => Theme,
    private readonly pick: (group: number) => void,
  ) {
    new ResizeObserver(() => this.draw()).observe(this.element);
    this.element.addEventListener("keydown", (event) => this.key(event));
  }

  /** What is drawn, in the order of their elements, and the one that the Tab key reaches. */
  private bars: Bar[] = [];
  private at = 0;
  private focus = -1;
  private selected = -1;

  /** Mark the bar of the selected group; of one too narrow for a bar that of the group around it. */
  mark(selected: number): void {
    this.selected = selected;
    const chain = this.facts.groups.chain(selected).reverse();
    const group = chain.find((one) => this.bars.some((bar) => bar.group === one)) ?? -1;
    this.element.querySelectorAll<HTMLElement>("button").forEach((bar, index) => {
      const own = group >= 0 && this.bars[index].group === group;
      bar.classList.toggle("selected", own && group === selected);
      bar.classList.toggle("around", own && group !== selected);
      if (own) bar.setAttribute("aria-current", "true");
      else bar.removeAttribute("aria-current");
    });
  }

  private key(event: KeyboardEvent): void {
    const next = step(this.bars, this.at, event.key);
    if (next < 0) return;
    this.reach(next);
    this.element.querySelectorAll<HTMLElement>("button")[next].focus();
    event.preventDefault();
    event.stopPropagation();
  }

  private reach(at: number): void {
    this.at = Math.max(0, Math.min(this.bars.length - 1, at));
    this.element.querySelectorAll<HTMLElement>("button").forEach((bar, index) => (bar.tabIndex = index === this.at ? 0 : -1));
  }

  private amount: { of: (group: number) => number; error?: ((group: number) => number) | undefined; text: (value: number, error?: number) => string; title: string; whole: number; level: (value: number) => number } = {
    of: () => NaN, text: exact, title: "", whole: 0, level: () => 0,
  };

  /** Show `mode` where it is an amount of groups, else the number of ops. */
  show(mode: Mode, level: (value: number) => number): void {
    const { groups } = this.facts;
    const step = mode.id === "time" ? this.facts.stepTime : 0;
    this.amount = mode.kind === "amount"
      ? { of: mode.group, error: mode.errors?.group, text: mode.text, title: step ? this.facts.stepName : mode.title, whole: step, level }
      : { of: (group) => groups.size(group), text: (value) => `${this.words.count(value)} ops`, title: "", whole: this.facts.nodes.count, level: (value) => value / this.facts.nodes.count };
    this.draw();
  }

  private draw(): void {
    const width = this.element.clientWidth - 2 * MARGIN;
    if (width <= 0) return;
    const { bars, total } = barsOf(this.facts, { amount: this.amount.of, least: LEAST / width, whole: this.amount.whole, focus: this.focus });
    const title = `${this.amount.title} ${this.amount.text(total)}`.trim() + (this.amount.title ? "" : ": the wider and darker, the more ops");
    const root = h("div", { class: this.focus < 0 ? "flame-bar root" : "flame-bar root back", title: this.focus < 0 ? title : `${title}: show all of it` }, title);
    root.addEventListener("click", () => this.zoom(-1));
    root.style.cssText = `left:${MARGIN}px;top:0;width:${width}px;padding:0 ${PAD}px`;
    this.bars = bars;
    this.element.replaceChildren(root, ...bars.map((bar) => this.bar(bar, width)), ...(this.focus < 0 ? this.rest(bars, total, width) : []));
    const inner = Math.max(0, ...bars.map((bar) => bar.depth)) + 1;
    const room = h("div", { class: "flame-room" });
    room.style.height = `${inner * ROW}px`;
    this.element.append(room);
    this.reach(this.at);
    this.mark(this.selected);
  }

  /** Give a group the whole width; -1 shows all. */
  private zoom(group: number): void {
    this.focus = group;
    this.draw();
  }

  /** Beside the groups, in grey: what the step spent elsewhere. */
  private rest(bars: Bar[], total: number, width: number): HTMLElement[] {
    if (this.amount.title !== this.facts.stepName) return [];
    let left = bars.reduce((most, bar) => Math.max(most, bar.left + bar.width), 0);
    return restOf(this.facts, this.words, bars).map(([name, share]) => {
      const text = `${name} ${this.amount.text(share * total)}`;
      const element = h("div", { class: "flame-bar root", title: text }, this.label(name, this.amount.text(share * total), share * width));
      this.put(element, left * width, share * width, 1);
      left += share;
      return element;
    });
  }

  private bar(bar: Bar, width: number): HTMLElement {
    const { groups } = this.facts;
    const theme = this.theme();
    const told = Number.isNaN(bar.value) ? "" : this.amount.text(bar.value, bar.group < 0 ? NaN : this.amount.error?.(bar.group));
    const name = bar.group < 0 ? `${exact(bar.count)} more` : groups.part(bar.group);
    const path = bar.group < 0 ? `${plural(bar.count, "group")} too narrow to be shown` : groups.path(bar.group);
    const label = this.label(name, told, bar.width * width);
    const element = h("button", { type: "button", class: bar.group < 0 ? "flame-bar root" : "flame-bar", title: told ? `${path}: ${told}` : path }, label);
    if (label !== `${name} ${told}`) element.setAttribute("aria-label", `${name} ${told}`.trim());
    if (bar.group >= 0) {
      const fill = Number.isNaN(bar.value) ? theme.none : heat(this.amount.level(bar.value), theme);
      [element.style.background, element.style.color] = [fill, inkOn(fill, theme)];
    }
    this.put(element, bar.left * width, bar.width * width, bar.depth);
    element.addEventListener("click", () => this.choose(bar));
    return element;
  }

  private choose(bar: Bar): void {
    this.reach(this.bars.indexOf(bar));
    const { groups } = this.facts;
    if (bar.group < 0) return;
    const inside = groups.children(bar.group).length > 0;
    const focused = this.element.contains(document.activeElement);
    if (inside && bar.group !== this.focus) this.zoom(bar.group);
    else if (bar.group === this.focus) this.zoom(groups.parent(bar.group));
    this.reach(this.bars.findIndex((one) => one.group === bar.group));
    if (focused) this.element.querySelectorAll<HTMLElement>("button")[this.at]?.focus();
    this.pick(bar.group);
  }

  private put(element: HTMLElement, left: number, width: number, depth: number): void {
    const shown = Math.max(1, width - 1);
    Object.assign(element.style, { left: `${MARGIN + left}px`, top: `${depth * ROW}px`, width: `${shown}px`, padding: shown > 3 * PAD ? `0 ${PAD}px` : "0" });
  }

  /** What a bar of this width says: its name and figure, or its name, or as much of that as tells it from its siblings. */
  private label(name: string, told: string, width: number): string {
    const room = (letter: number) => Math.floor((width - 2 * PAD) / letter);
    const whole = [`${name} ${told}`.trim(), name].find((text) => text.length <= room(LETTER));
    return whole ?? shortName(name, room(WIDE_LETTER));
  }
}
