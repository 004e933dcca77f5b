// The tip beside the pointer: the full name of a mark, where the drawing itself is too small to say it.
import type { Facts } from "../data/facts";
import type { Cards } from "../data/cards";
import { isSerious } from "../data/findings";
import type { Size } from "../draw/camera";
import type { Mark, Point } from "../draw/frame";
import { cardOf } from "../draw/keys";
import type { Found } from "../state/found";
import { h, replace } from "./dom";

/** The scale from which on a card's own texts are read. */
const READABLE = 0.75;
/** The most room that a tip takes, in pixels. */
const WIDE = 330;
const HIGH = 70;
const MOST_OUTPUTS = 3;
const MOST_FOUND = 2;

export class Tip {
  readonly element = h("div", { class: "tip", hidden: true, "aria-hidden": "true" });

  constructor(
    private readonly facts: Facts,
    private readonly cards: Cards,
    private readonly found: Found | null = null,
  ) {}

  /** Show the tip of a mark at a point of a drawing of this size and scale; null hides it. */
  show(mark: Mark | null, at: Point, size: Size, scale: number): void {
    const small = mark !== null && (scale < READABLE || mark.form !== "card" || this.found?.mark(mark.key, mark.inside !== null));
    this.tell(mark && small ? this.lines(mark) : null, at, size);
  }

  /** Show these lines, or none. */
  tell(lines: string[] | null, at: Point, size: Size): void {
    this.element.hidden = !lines;
    if (!lines) return;
    replace(this.element, ...lines.filter(Boolean).map((line) => h("div", {}, line)));
    this.element.style.left = `${Math.min(at.x + 14, size.w - WIDE)}px`;
    this.element.style.top = `${at.y + 18 + HIGH > size.h ? at.y - HIGH : at.y + 18}px`;
  }

  private lines(mark: Mark): string[] {
    const { nodes, groups } = this.facts;
    if (mark.key >= 0 && mark.key < nodes.count) return this.op(mark.key);
    const card = cardOf(mark.key);
    const group = card >= 0 ? this.cards.group(card) : -1;
    return group >= 0 ? [groups.path(group), mark.subtitle, mark.detail, ...this.foundAt("group", group)] : [mark.title, mark.subtitle];
  }

  /** What is told of an op. */
  op(row: number): string[] {
    const { nodes } = this.facts;
    return [this.facts.called(row), nodes.op(row), ...nodes.outputs(row).slice(0, MOST_OUTPUTS).map((_, output) => this.facts.outputText(row, output)), ...this.foundAt("op", row)];
  }

  /** The worst of what was found there, and how much more was. */
  private foundAt(what: "op" | "group", row: number): string[] {
    const { found } = this;
    const here = (found?.at(what, row) ?? []).filter(({ severity }) => isSerious(severity));
    const told = here.slice(0, MOST_FOUND).map(({ severity, rule, message }) => `${severity} ${rule}: ${message}`);
    return here.length > MOST_FOUND ? [...told, `and ${here.length - MOST_FOUND} more`] : told;
  }

  /** What is told of a group, or of a card that stands for none. */
  card(group: number, card: number): string[] {
    const { facts: { groups }, cards } = this;
    const shown = card >= 0 && cards.group(card) === group;
    if (group < 0) return [cards.title(card), cards.subtitle(card)];
    return shown ? [groups.path(group), cards.subtitle(card), cards.detail(card, false), ...this.foundAt("group", group)] : [groups.path(group), groups.cls(group) || groups.kind(group), ...this.foundAt("group", group)];
  }
}
