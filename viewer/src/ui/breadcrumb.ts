// Where the selection is: the path from the top, each part a step up.
import { shorten, widthOf, type Pen } from "../draw/text";
import type { Session } from "../state/session";
import { button, h, replace } from "./dom";

/** What stands between two parts, and in place of the outer ones where there is no room for them. */
const SIGN = " › ";
const LEFT_OUT = "…";
/** Between the path and what is said beside it. */
const BESIDE = "  · ";
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
    /** What is said beside the path where there is the room: that another copy is drawn. */
    private readonly beside: (card: number) => string = () => "",
    /** Whether the whole name stands in the panel beside the drawing: then a path without room for it shows no piece of it. */
    private readonly isNamed: () => boolean = () => false,
  ) {
    session.on("select", () => this.refresh());
    session.on("overview", () => this.show());
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
    const names = parts.map(({ name }) => name);
    const inner = names.length - 1;
    const alias = this.alias();
    const linked = alias !== "" && wide(names[inner] + alias) <= room; // the name in the drawing counts more than those of what is around it
    if (linked) names[inner] += alias;
    const { left, rooms, told } = room > 0 ? roomsOf(names, room, wide) : { left: 0, rooms: parts.map(() => Infinity), told: false };
    if (inner >= 0 && this.isNamed() && rooms[rooms.length - 1] < wide(names[inner])) return replace(this.element);
    const shown = parts.slice(left).map(({ name, go }, index): HTMLElement => {
      const text = pen ? shorten(pen, font, name, rooms[index] + 0.5, true) : name;
      return go ? button(text, go, { class: "crumb", title: name, "aria-label": text === name ? null : name }) : h("span", { class: "crumb last", title: name }, text);
    });
    const outer = told ? [button(LEFT_OUT, parts[left - 1].go ?? this.top, { class: "crumb out", "aria-label": `Out to ${parts[left - 1].name}`, title: parts.slice(0, left).map(({ name }) => name).join(SIGN) })] : [];
    const path = [...outer, ...shown].flatMap((crumb, index) => (index ? [h("span", { class: "crumb-sign" }, SIGN), crumb] : [crumb]));
    const note = this.note(left ? 0 : room - wide(names.join(SIGN)), wide);
    replace(this.element, ...path, ...[linked ? alias : "", note].filter(Boolean).map((said) => h("span", { class: "crumb-note" }, said)));
  }

  /** What the drawing beside it calls what is selected, where that is another name. */
  private alias(): string {
    const { selection } = this.session;
    const name = selection && this.session.drawnAs(selection);
    return name ? `${BESIDE}drawn as ${name}` : "";
  }

  /** What is said beside a path that leaves so much room. */
  private note(room: number, wide: (text: string) => number): string {
    const { selection } = this.session;
    const said = selection && this.session.overview ? this.beside(this.session.cardAround(selection)) : "";
    const note = said && `${BESIDE}${said}`;
    return wide(note) < room ? note : "";
  }
}

/**
 * How many of the outer names are left out, whether that is told, and the room of the others. A name is whole or left out, the outermost first: a part of a
 * name reads like that of its neighbours. The innermost alone is cut where it is wider than all the room, and comes before a sign that others are left out.
 */
export function roomsOf(names: string[], room: number, wide: (text: string) => number): { left: number; rooms: number[]; told: boolean } {
  const needed = names.map(wide);
  const whole = (left: number) => needed.slice(left).reduce((sum, each) => sum + each, 0) + (names.length - 1 - left) * wide(SIGN) + (left ? wide(LEFT_OUT + SIGN) : 0);
  let left = 0;
  while (left < names.length - 1 && whole(left) > room) left++;
  const told = left > 0 && whole(left) <= room;
  return { left, rooms: needed.slice(left).map((each) => Math.min(each, room)), told };
}
