// Words that the upper or lower edge of a window would cut through are hidden: half a line of letters cannot be read, and looks broken. So are the shape of a tensor and a figure at a
// side edge, which are others when they are cut: 3.55 µs reads as 3.55 ms. Other words that the right edge cuts are handed on. The signs at the edges say that there is more.
import { isFigure } from "../draw/text";
import type { Span } from "./intoview";

/** The height of a line that its letters take: above and below them nothing is cut. */
const LETTERS = 0.7;
/** The shape of a tensor beside a wire in what is open, where words have no class. */
const SHAPE = /^(?:(?:bfloat|float|u?int|complex)\d+ |(?:bool|string) )?\([\dNone?, -]*\)$/;
/** So little of a line is the ground beside its last letter, in pixels. */
const SLIGHT = 2;

export class Slices {
  private hidden: (SVGElement | HTMLElement)[] = [];

  /** @param words what can be cut, in the window now. */
  constructor(private readonly words: () => Iterable<SVGElement | HTMLElement>) {}

  /** Hide what is cut, which can still be clicked, by the ends of a room, down and across the screen; an end without more beyond it is infinitely far away. Returns the words that may be told as far as there is room. */
  hide(down: Span, across: Span): SVGElement[] {
    this.show();
    const all = [...this.words()];
    const places = all.map((word) => word.getBoundingClientRect()); // read before anything is written
    const inHeight = (index: number) => isCut(places[index], down.from, down.to);
    const [left, right] = [{ from: across.from, to: Infinity }, { from: -Infinity, to: across.to }];
    const unreadable = all.filter((word, index) => inHeight(index) || (isWhole(word) && isCutAcross(places[index], across)) || (word.classList.contains("type") && isCutAcross(places[index], left)));
    const ends = all.filter((word, index): word is SVGElement => word instanceof SVGElement && !inHeight(index) && !isWhole(word) && places[index].left > across.from && isCutAcross(places[index], right));
    // Where the number of a card's copies is cut, its name gives way to that: a stack without it reads as one.
    const counted = all.filter((word, index): word is SVGElement => {
      const count = countOf(word);
      return count !== null && !inHeight(index) && places[index].left > across.from && count.getBoundingClientRect().right - SLIGHT > across.to;
    });
    const counts = new Set<Element>(counted.flatMap((name) => countOf(name) ?? []));
    ends.splice(0, ends.length, ...ends.filter((word) => !counts.has(word) && !counted.includes(word)), ...counted);
    this.hidden = [...unreadable, ...ends, ...([...counts] as SVGElement[])];
    for (const word of this.hidden) word.style.opacity = "0";
    return ends;
  }

  /** All are shown again. */
  show(): void {
    for (const word of this.hidden) {
      word.style.opacity = "";
      if (!word.getAttribute("style")) word.removeAttribute("style"); // what is saved has no trace of it
    }
    this.hidden = [];
  }
}

/** Whether an end runs through the letters of a line. */
export function isCut({ top, bottom }: { top: number; bottom: number }, from: number, to: number): boolean {
  const edge = ((1 - LETTERS) / 2) * (bottom - top);
  return [from, to].some((end) => top + edge < end && bottom - edge > end);
}

/** How often the card of a name is there: the text behind the name. */
export function countOf(name: Element): Element | null {
  const next = name.classList.contains("name") ? name.nextElementSibling : null;
  return next?.classList.contains("times") ? next : null;
}

/** Whether it says something else when it is cut. */
function isWhole(word: Element): boolean {
  const text = word.textContent ?? "";
  return isFigure(text) || SHAPE.test(text); // words before a shape tell of which copy it is: they are to be seen, but not its end without them
}

/** Whether a side of the room runs through a line. */
export function isCutAcross({ left, right }: { left: number; right: number }, { from, to }: Span): boolean {
  return [from, to].some((end) => left + SLIGHT < end && right - SLIGHT > end);
}
