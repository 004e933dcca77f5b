// The names in an overview, kept in view: of a card that reaches out of the window on the left the name and the words below it stand at the window's edge, and so does the line of facts above all cards.
import { h } from "./dom";
import { countOf } from "./slices";

/** The room of the sign of more at the window's edge, and of the ground beside a name, which fades into what it lies over. */
const EDGE = 22;
const FADE = 14;
/** Of a card with less room than this, in pixels, nobody could say what a part of its words was. */
const LEAST = 60;
/** How high a line of text is, for letters of size 1, in the fonts of overviews. */
export const LINE = 1.21;

/** A name, where it stands, and as far as what it is the name of reaches, in pixels from the sheet's left edge. */
interface Named {
  left: number;
  top: number;
  wide: number;
  end: number;
  label: HTMLElement;
}

export class KeptNames {
  readonly element = h("div", { class: "kept", "aria-hidden": "true" });
  private named: Named[] = [];

  /** Read anew where names are: those of `marks` lie on their cards, and so do the `heads` of what is open; of the other texts of `svg` it is the facts above all marks. */
  read(marks: readonly SVGElement[], svg: SVGSVGElement, heads: readonly { around: Element; texts: Element[] }[]): void {
    const ofCards = marks.flatMap((mark) => linesOf(mark).map((texts) => ({ around: mark.querySelector(":scope > rect"), texts })));
    const sheet = this.element.getBoundingClientRect();
    const first = Math.min(...marks.map((mark) => mark.getBoundingClientRect().top));
    const above = [...svg.querySelectorAll("text.facts")].filter((text) => {
      const { top } = text.getBoundingClientRect();
      return top < first && top > sheet.top - 1;
    });
    const facts = above.map((text) => ({ around: svg, texts: [text] }));
    this.named = [...ofCards, ...heads, ...facts].flatMap(({ around, texts: [name, ...rest] }): Named[] => {
      const card = around?.getBoundingClientRect();
      if (!card?.width || !name) return []; // a cell of a row, or what is open has taken its place
      const at = name.getBoundingClientRect();
      // All that stands on the name's line goes along with it: a rest of that sticking out from under the name would read as its end.
      // The number of a card's copies comes before the end of its name: a stack without it reads as one.
      const count = countOf(name);
      const after = rest.filter((each) => each !== count);
      const all = (texts: readonly Element[]) => texts.flatMap((each, index) => [index ? " " : "", ...written(each)]);
      const label = h("div", count ? { class: "counted" } : {}, ...(count ? [all([name]), written(count), all(after)].filter(({ length }) => length).flatMap((words, index) => [index ? " " : "", h("span", {}, ...words)]) : all([name, ...rest])));
      Object.assign(label.style, { fontSize: `${at.height / LINE}px`, lineHeight: `${at.height}px` });
      if (around !== svg) label.style.setProperty("--ground", groundOf(around as Element));
      return [{ left: at.left - sheet.left, top: at.top - sheet.top, wide: at.width, end: card.right - sheet.left, label }];
    });
    this.element.replaceChildren(...this.named.map(({ label }) => label));
  }

  /** Show those that themselves are beyond the left edge of a window, which is at `left` of the sheet and so wide. */
  show(left: number, room: number): void {
    for (const { left: own, top, wide, end, label } of this.named) {
      const start = left + EDGE;
      label.hidden = own >= start || end < start + Math.min(wide, room - EDGE, LEAST) + FADE;
      if (label.hidden) continue;
      label.style.transform = `translate(${left}px, ${top}px)`;
      label.style.maxWidth = `${Math.min(room, end - left)}px`;
      label.style.paddingRight = end - left < room ? "" : `${EDGE}px`; // its end stands beside the sign at the right edge
    }
  }
}

/** The lines of a card's words: its name, how often it is there and what is said of it, and each line below that. Of cut words nobody can say what they were. */
function linesOf(mark: Element): Element[][] {
  if (!mark.querySelector(":scope > text.name")) return [];
  const lines = new Map<string | null, Element[]>();
  for (const text of mark.querySelectorAll(":scope > text.name, :scope > text:not(.name)")) {
    const y = text.getAttribute("y");
    lines.set(y, [...(lines.get(y) ?? []), text]);
  }
  return [...lines.values()];
}

/** A text of the overview as it is written there, which may be in several parts. */
export function written(text: Element): (string | HTMLElement)[] {
  const own = [...text.childNodes].filter(({ nodeType }) => nodeType === Node.TEXT_NODE).map(({ textContent }) => textContent).join("");
  const parts: [Element, string][] = [[text, own], ...[...text.querySelectorAll("tspan")].map((part): [Element, string] => [part, part.textContent ?? ""])];
  return parts.flatMap(([part, said], index) => {
    const { fontFamily, fontWeight, fill: color } = getComputedStyle(part);
    const element = h("span", {}, said);
    Object.assign(element.style, { fontFamily, fontWeight, color });
    return index ? [" ", element] : [element];
  });
}

/** The colour of what a name stands on. In the dark a card lets the ground through. */
function groundOf(card: Element): string {
  const { fill, fillOpacity } = getComputedStyle(card);
  return `color-mix(in srgb, ${fill} ${100 * Number(fillOpacity)}%, var(--stage))`;
}
