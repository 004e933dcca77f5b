// Words that the right edge of the overview's window would cut in two end there with a sign that they go on. A name that is cut between two letters reads like another name.
// What little would be left of stands whole at the edge, where its card has room for that, or not at all.
import type { Span } from "./intoview";
import { h } from "./dom";
import { LINE, written } from "./keptnames";
import { overlap, type Box } from "./labelplaces";
import { countOf } from "./slices";

/** Of fewer letters than these nobody can say what they were, and the mark says that it goes on. */
const LEAST = 3;
/** What goes on with such a letter is left out as far as it is there: part of a number, or of a shape, is another one, and of three letters of a word nobody could say what it was. */
const PARTS: readonly [RegExp, RegExp][] = [[/^(?:[\d×/√]|[.,]\d)/, /[\d.,×/√]+$/], [/^\p{L}/u, /(?<![\p{L}\d])\p{L}{1,3}$/u]];
/** A shape that is not whole, then what links words to those that are gone. */
const LINKS = [/\([\d, ]*$/, /[^\p{L}\d)]+$/u];
/** How wide the sign is, in parts of the letters' size. */
const SIGN = 0.85;
/** Ground between the sign and the edge, and around words that stand elsewhere than in the drawing. */
const BESIDE = 4;

export class CutWords {
  readonly element = h("div", { class: "cut-words", "aria-hidden": "true" });

  /** Write these, which themselves are hidden, as far as the room across the screen reaches. */
  show(words: readonly SVGElement[], { from, to }: Span): void {
    const sheet = this.element.getBoundingClientRect();
    const end = to - BESIDE;
    const labels = words.flatMap((word) => {
      const { left, right, top, height } = word.getBoundingClientRect();
      const size = height / LINE;
      if (left < from) return [];
      const count = countOf(word);
      const moved = left - right + end;
      const whole = moved < left && moved > from && isFree(word, [moved, top, end, top + height]);
      const parts = count ? [h("span", {}, ...written(word)), " ", h("span", {}, ...written(count))] : whole ? written(word) : beginning(word as SVGTextElement, end - left - SIGN * size);
      if (!parts.length) return [];
      const at = whole && !count ? moved : left;
      const label = h("div", count ? { class: "counted" } : {}, ...parts);
      Object.assign(label.style, { fontSize: `${size}px`, lineHeight: `${height}px`, maxWidth: `${to - at}px`, transform: `translate(${at - sheet.left}px, ${top - sheet.top}px)` });
      return [label];
    });
    this.element.replaceChildren(...labels);
  }
}

/** As much of a text as there is room for before the sign; nothing, if that says nothing. */
function beginning(word: SVGTextElement, room: number): (string | HTMLElement)[] {
  const text = word.textContent ?? "";
  const scale = word.getBoundingClientRect().width / word.getComputedTextLength();
  let left = text.length;
  while (left && word.getSubStringLength(0, Math.min(left, word.getNumberOfChars())) * scale > room) left--;
  left = kept(text, left);
  const parts = left < LEAST ? [] : written(word);
  return parts.flatMap((part) => {
    if (left <= 0 || typeof part === "string") return left > 0 ? [part] : [];
    const own = part.textContent ?? "";
    left -= own.length;
    if (left <= 0) part.textContent = `${own.slice(0, own.length + left)}…`.replace(/(?<=\d)…/, " …"); // digits that the sign follows at once may go on
    return [part];
  });
}

/** How many of the letters of a text are kept of which `fit` have room. */
export function kept(text: string, fit: number): number {
  const rest = text.slice(fit);
  const part = PARTS.find(([of]) => of.test(rest))?.[1] ?? "";
  return [part, ...LINKS].reduce<string>((said, end) => said.replace(end, ""), text.slice(0, fit)).length;
}

/** Whether nothing else of its card is drawn at a place. */
function isFree(word: Element, place: Box): boolean {
  const card = word.closest("g:has(> .card)");
  const frame = card?.querySelector(":scope > .card");
  const [left, top, right, bottom] = place;
  if (!card || !frame || frame.getBoundingClientRect().left > left - BESIDE) return false;
  return [...card.querySelectorAll("text, rect, path, ellipse")].every((each) => {
    const at = each.getBoundingClientRect();
    return each === word || each === frame || !overlap([left - BESIDE, top, right, bottom], [at.left, at.top, at.right, at.bottom]);
  });
}
