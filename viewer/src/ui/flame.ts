// The flame graph: groups by depth, as wide as their share of the chosen amount; what ops add beside them stays blank.
import { heat, inkOn, type Theme } from "../draw/theme";
import type { Facts } from "../data/facts";
import { exact, type Words } from "../data/words";
import type { Mode } from "../state/colours";
import { h } from "./dom";

const ROW = 30;
const LEAST = 2;
const MOST_ROWS = 12;

export interface Bar {
  group: number;
  left: number;
  width: number;
  depth: number;
  value: number;
}

/**
 * The bars of all groups wider than `least`, as parts of 1; children stand under their parent, in their order.
 * `whole` is what all of it comes to where that is more than the groups are.
 */
export function barsOf(facts: Facts, amount: (group: number) => number, least: number, whole = 0): { bars: Bar[]; total: number } {
  const { groups } = facts;
  const values = new Map<number, number>();
  const value = (group: number): number => {
    let known = values.get(group);
    if (known === undefined) {
      const own = amount(group);
      known = Number.isNaN(own) ? groups.children(group).reduce((sum, child) => sum + value(child), 0) : own;
      values.set(group, known);
    }
    return known;
  };
  const top = groups.children(-1);
  const total = Math.max(whole, top.reduce((sum, group) => sum + value(group), 0));
  const bars: Bar[] = [];
  const put = (list: number[], left: number, right: number, depth: number) => {
    let at = left;
    for (const group of list) {
      const width = total > 0 ? value(group) / total : 0;
      const own = Math.min(width, Math.max(0, right - at));
      if (own >= least) {
        bars.push({ group, left: at, width: own, depth, value: value(group) });
        if (depth < MOST_ROWS) put(groups.children(group), at, at + own, depth + 1);
      }
      at += own;
    }
  };
  put(top, 0, 1, 1);
  return { bars, total };
}

/** What of a measured step no op took, as names and parts of it; and what ops outside of all groups took. */
export function restOf(facts: Facts, words: Words, bars: Bar[]): [string, number][] {
  const coverage = facts.measurement?.coverage;
  if (!coverage) return [];
  const grouped = bars.filter((bar) => bar.depth === 1).reduce((sum, bar) => sum + bar.width, 0);
  const rest: [string, number][] = [["other ops", (coverage.ops ?? 0) - grouped]];
  for (const [name, share] of Object.entries(coverage)) if (name !== "ops") rest.push([words.part(name), share]);
  return rest.filter(([, share]) => share > 0);
}

/** The bar that an arrow key leads to from bar `at`: beside it in its row, to the one it stands under, or the first below; -1: none. */
export function step(bars: Bar[], at: number, key: string): number {
  const from = bars[at];
  if (!from) return -1;
  const under = (outer: Bar, inner: Bar) => inner.left >= outer.left - 1e-9 && inner.left < outer.left + outer.width;
  switch (key) {
    case "ArrowRight": return bars.findIndex((bar, index) => index > at && bar.depth === from.depth);
    case "ArrowLeft": return bars.reduce((found, bar, index) => (index < at && bar.depth === from.depth ? index : found), -1);
    case "ArrowUp": return bars.findIndex((bar) => bar.depth === from.depth - 1 && under(bar, from));
    case "ArrowDown": return bars.findIndex((bar) => bar.depth === from.depth + 1 && under(from, bar));
    default: return -1;
  }
}

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

  private amount: { of: (group: number) => number; text: (value: number) => string; title: string; whole: number; level: (value: number) => number } = {
    of: () => NaN, text: exact, title: "", whole: 0, level: () => 0,
  };

  /** Show `mode` where it is an amount of groups, else the number of ops. */
  show(mode: Mode, level: (value: number) => number): void {
    const { groups } = this.facts;
    const step = mode.id === "time" ? this.facts.stepTime : 0;
    this.amount = mode.kind === "amount"
      ? { of: mode.group, text: mode.text, title: step ? this.facts.stepName : mode.title, whole: step, level }
      : { of: (group) => groups.size(group), text: (value) => `${this.words.count(value)} ops`, title: "", whole: this.facts.nodes.count, level: (value) => value / this.facts.nodes.count };
    this.draw();
  }

  private draw(): void {
    const width = this.element.clientWidth - 36;
    if (width <= 0) return;
    const { bars, total } = barsOf(this.facts, this.amount.of, LEAST / width, this.amount.whole);
    const root = h("div", { class: "flame-bar root" }, `${this.amount.title} ${this.amount.text(total)}`.trim());
    root.style.cssText = `left:18px;top:0;width:${width}px`;
    this.bars = bars;
    this.element.replaceChildren(root, ...bars.map((bar) => this.bar(bar, width)), ...this.rest(bars, total, width));
    const inner = Math.max(0, ...bars.map((bar) => bar.depth)) + 1;
    const room = h("div", { class: "flame-room" });
    room.style.height = `${inner * ROW}px`;
    this.element.append(room);
    this.reach(this.at);
  }

  /** Beside the groups, in grey: what the step spent elsewhere. */
  private rest(bars: Bar[], total: number, width: number): HTMLElement[] {
    if (this.amount.title !== this.facts.stepName) return [];
    let left = bars.reduce((most, bar) => Math.max(most, bar.left + bar.width), 0);
    return restOf(this.facts, this.words, bars).map(([name, share]) => {
      const text = `${name} ${this.amount.text(share * total)}`;
      const element = h("div", { class: "flame-bar root", title: text }, share * width > 30 ? text : "");
      element.style.cssText = `left:${18 + left * width}px;top:${ROW}px;width:${Math.max(LEAST, share * width - 1)}px`;
      left += share;
      return element;
    });
  }

  private bar(bar: Bar, width: number): HTMLElement {
    const { groups } = this.facts;
    const theme = this.theme();
    const fill = heat(this.amount.level(bar.value), theme);
    const text = `${groups.part(bar.group)} ${this.amount.text(bar.value)}`;
    const element = h("button", { type: "button", class: "flame-bar", title: `${groups.path(bar.group)}: ${this.amount.text(bar.value)}` },
      bar.width * width > 30 ? text : "");
    if (bar.width * width <= 30) element.setAttribute("aria-label", text);
    element.style.cssText = `left:${18 + bar.left * width}px;top:${bar.depth * ROW}px;width:${Math.max(LEAST, bar.width * width - 1)}px;background:${fill};color:${inkOn(fill, theme)}`;
    element.addEventListener("click", () => {
      this.reach(this.bars.indexOf(bar));
      this.pick(bar.group);
    });
    return element;
  }
}
