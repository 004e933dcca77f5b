// The words above and below an overview's drawing, for a window narrower than their lines: here they wrap and stay in view, whatever part of the drawing is shown.
import type { Sheet } from "../opened/sheet";
import { h, replace } from "./dom";
import { kindButton, keepingFocus } from "./kindchoice";
import type { OverviewKind, OverviewKinds } from "./overviewkinds";

export class OverviewWords {
  readonly above = h("header", { class: "words", hidden: true });
  readonly below = h("footer", { class: "words", hidden: true });
  private readonly legend = h("p", { class: "entries" });

  constructor(
    private readonly svg: SVGSVGElement,
    private readonly drawn: Sheet,
    private readonly kinds: OverviewKinds,
  ) {}

  /** Take them from the overview, in the colours that they have there now. */
  read(): void {
    const title = [...this.svg.querySelectorAll<SVGTextElement>(":scope > g > g:has(> text.title) > text")];
    const [line, facts] = [title.filter(({ classList }) => !classList.contains("facts")), title.filter(({ classList }) => classList.contains("facts"))];
    replace(this.above, h("p", {}, ...line.flatMap((text) => [said(text), " "])), ...paragraph(facts));
    const under = this.drawn.around.filter((each) => each.tagName !== "g" && Number(each.getAttribute("y")) > this.drawn.bottom);
    const of = (name: string) => under.filter((each) => each.classList.contains(name));
    replace(this.below, ...paragraph(of("told")), this.legend, ...paragraph(of("facts")));
    this.tellKinds();
  }

  /** What is chosen in the legend has changed. */
  tellKinds(): void {
    const { legend, kinds } = this;
    keepingFocus(legend, () => replace(legend, ...kinds.all.map((entry) => entryOf(entry, kinds))));
  }

  /** Show them, in a window so wide; null: not. */
  show(width: number | null): void {
    for (const each of [this.above, this.below]) {
      each.hidden = width === null;
      if (width !== null) each.style.width = `${width}px`;
    }
  }
}

function said(text: Element): HTMLElement {
  const element = h("span", { class: `said-${text.getAttribute("class")}` }, text.textContent);
  const { fill: color, fontFamily, fontWeight } = getComputedStyle(text);
  Object.assign(element.style, { color, fontFamily, fontWeight });
  return element;
}

/** Lines of one text, which break between parts of an enumeration. */
function paragraph(lines: Element[]): HTMLElement[] {
  return lines.length ? [h("p", {}, ...lines.flatMap((line, index) => [index ? " · " : "", said(line)]))] : [];
}

/** A colour, with what stands right of it. */
function entryOf({ kind, title, sign, words }: OverviewKind, { chosen, toggle }: OverviewKinds): HTMLElement {
  const { fill, fillOpacity, stroke, strokeWidth } = getComputedStyle(sign);
  const shown = h("span", { class: "sign" });
  Object.assign(shown.style, { background: `color-mix(in srgb, ${fill} ${100 * Number(fillOpacity)}%, var(--stage))`, border: `${strokeWidth} solid ${stroke}` });
  const element = kindButton(shown, title, { kind, chosen, toggle: () => toggle(kind) });
  const { fill: color, fontFamily, fontWeight } = getComputedStyle(words);
  Object.assign(element.style, { color, fontFamily, fontWeight });
  return element;
}
