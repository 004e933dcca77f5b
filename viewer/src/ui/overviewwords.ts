// The words above and below an overview's drawing, for a window narrower than their lines: here they wrap and stay in view, whatever part of the drawing is shown.
import type { Sheet } from "../opened/sheet";
import { h, replace } from "./dom";

export class OverviewWords {
  readonly above = h("header", { class: "words", hidden: true });
  readonly below = h("footer", { class: "words", hidden: true });

  constructor(
    private readonly svg: SVGSVGElement,
    private readonly drawn: Sheet,
  ) {}

  /** Take them from the overview, in the colours that they have there now. */
  read(): void {
    const title = [...this.svg.querySelectorAll<SVGTextElement>(":scope > g > g:has(> text.title) > text")];
    const [line, facts] = [title.filter(({ classList }) => !classList.contains("facts")), title.filter(({ classList }) => classList.contains("facts"))];
    replace(this.above, h("p", {}, ...line.flatMap((text) => [said(text), " "])), ...paragraph(facts));
    const under = this.drawn.around.filter((each) => each.tagName !== "g" && Number(each.getAttribute("y")) > this.drawn.bottom);
    const of = (name: string) => under.filter((each) => each.classList.contains(name));
    replace(this.below, ...paragraph(of("told")), legend(under), ...paragraph(of("facts")));
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

/** Each colour, with what stands right of it. */
function legend(under: Element[]): HTMLElement {
  const entries = under.flatMap((rect, index) => {
    const text = under[index + 1];
    if (rect.tagName !== "rect" || !text?.classList.contains("legend")) return [];
    const { fill, fillOpacity, stroke, strokeWidth } = getComputedStyle(rect);
    const sign = h("span", { class: "sign" });
    Object.assign(sign.style, { background: `color-mix(in srgb, ${fill} ${100 * Number(fillOpacity)}%, var(--stage))`, border: `${strokeWidth} solid ${stroke}` });
    return [h("span", { class: "entry" }, sign, said(text))];
  });
  return h("p", { class: "entries" }, ...entries);
}
