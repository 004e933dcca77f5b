// Where the selection is: the path from the top, each part a step up.
import { shorten, widthOf, type Pen } from "../draw/text";
import type { Session } from "../state/session";
import { button, h, replace } from "./dom";

/** What stands between two parts, and in place of the outer ones where there is no room for them. */
const SIGN = " › ";
const LEFT_OUT = "…";
/** Of a name no fewer letters are shown than these: less of several names reads alike. */
const LEAST = 7;
/** The padding of the path on both sides, as in the style sheet. */
const SIDES = 16;

/** A part of the path; the op that is selected, its last one, leads nowhere. */
interface Part {
  name: string;
  go?: () => void;
}

export class Breadcrumb {
  readonly element = h("nav", { class: "breadcrumb", "aria-label": "Path of the selection" });
  private readonly pen: Pen | null = document.createElement("canvas").getContext("2d");
  private parts: Part[] = [];

  constructor(
    private readonly session: Session,
    private readonly go: (card: number) => void,
    private readonly top: () => void,
  ) {
    session.on("select", () => this.refresh());
    new ResizeObserver(() => this.show()).observe(this.element);
    this.refresh();
  }

  private refresh(): void {
    const { session } = this;
    const { selection } = session;
    const cards: number[] = [];
    for (let at = selection ? session.cardAround(selection) : 0; at > 0; at = session.cards.parent(at)) cards.unshift(at);
    const name = session.facts.name || "graph";
    // A model and its outermost layer often have one name: said twice it would look like a mistake, so the layer is the first step then.
    const same = cards.length > 0 && session.cards.title(cards[0]) === name;
    this.element.classList.toggle("nowhere", !selection);
    this.parts = same ? [] : [{ name, go: this.top }];
    for (const card of cards) this.parts.push({ name: session.cards.title(card), go: () => this.go(card) });
    if (selection && selection.op >= 0) this.parts.push({ name: session.facts.nodes.leaf(selection.op) });
    this.show();
  }

  /** Show the path as far as there is room for it. */
  private show(): void {
    const { pen, parts } = this;
    const room = this.element.clientWidth - SIDES;
    const font = `11.5px ${getComputedStyle(this.element).getPropertyValue("--mono") || "monospace"}`;
    const wide = (text: string) => (pen ? widthOf(pen, font, text) : 0);
    const { left, rooms, told } = room > 0 ? roomsOf(parts.map(({ name }) => name), room, wide) : { left: 0, rooms: parts.map(() => Infinity), told: false };
    const shown = parts.slice(left).map(({ name, go }, index): HTMLElement => {
      const text = pen ? shorten(pen, font, name, rooms[index] + 0.5, true) : name;
      return go ? button(text, go, { class: "crumb", title: name, "aria-label": text === name ? null : name }) : h("span", { class: "crumb last", title: name }, text);
    });
    const outer = told ? [button(LEFT_OUT, parts[left - 1].go ?? this.top, { class: "crumb out", title: parts.slice(0, left).map(({ name }) => name).join(SIGN) })] : [];
    replace(this.element, ...[...outer, ...shown].flatMap((crumb, index) => (index ? [h("span", { class: "crumb-sign" }, SIGN), crumb] : [crumb])));
  }
}

/**
 * How many of the outer names are left out, whether that is told, and the room of each of the others: a short name has all that it needs, long ones
 * have as much as one another. The innermost name comes before a sign that others are left out, and is never wider than the room.
 */
export function roomsOf(names: string[], room: number, wide: (text: string) => number): { left: number; rooms: number[]; told: boolean } {
  const needed = names.map(wide);
  const least = wide("0".repeat(LEAST));
  for (let left = 0; ; left++) {
    const own = needed.slice(left);
    const signs = (own.length - 1) * wide(SIGN) + (left ? wide(LEFT_OUT + SIGN) : 0);
    const most = levelled(own, room - signs);
    if (most >= Math.min(least, Math.max(...own))) return { left, rooms: own.map((each) => Math.min(each, most)), told: left > 0 };
    if (own.length <= 1) return { left, rooms: own.map((each) => Math.min(each, room)), told: false };
  }
}

/** The most that each may have of a room so that all fit in it; Infinity where they fit as they are. */
function levelled(needed: number[], room: number): number {
  const sorted = [...needed].sort((a, b) => a - b);
  let left = room;
  for (let at = 0; at < sorted.length; at++) {
    const share = left / (sorted.length - at);
    if (sorted[at] > share) return share;
    left -= sorted[at];
  }
  return Infinity;
}
