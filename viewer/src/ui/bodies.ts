// What is drawn in the frames of the overview: open cards, by the painter of the drawing, and what a pointer or an arrow key finds in them.
import type { Composer } from "../draw/compose";
import { find, markAt, wayTo, type Frame, type Mark, type Point, type Rect } from "../draw/frame";
import { cardKey, cardOf } from "../draw/keys";
import type { Look } from "../draw/look";
import type { Pen } from "../draw/text";
import { chainOf, withBeside } from "../draw/viewport";
import { markSvg } from "../export/svg";
import type { Selection, Session } from "../state/session";
import { withoutError } from "./figurestrip";

/** A card that is open in the overview. */
interface Body {
  card: number;
  group: SVGGElement;
  frame: Frame;
}

export class Bodies {
  private shown: Body[] = [];
  /** Figures that are without their error, with what they are. */
  private shortened: [text: SVGTextElement, figure: string][] = [];

  constructor(
    private readonly session: Session,
    private readonly composer: Composer,
    private readonly look: () => Look,
    private readonly pen: Pen,
  ) {
    session.onCards((card, below) => (below ? composer.changedBelow(card) : composer.changed(card)));
  }

  /** A card opens or closes in the overview: it has another size. */
  changed(card: number): void {
    this.composer.changed(card);
  }

  /** The room that a card needs. */
  size(card: number): { w: number; h: number } {
    return this.composer.alone(card).room;
  }

  clear(): void {
    this.shown = [];
  }

  /** Draw a card in a frame, as wide as that. */
  draw(card: number, group: SVGGElement, { w }: Rect): void {
    const { mark, room } = this.composer.alone(card);
    const wide = { ...mark, w: mark.w + Math.max(0, w - room.w) };
    const markup = `<svg xmlns="http://www.w3.org/2000/svg">${markSvg(wide, this.look(), this.pen)}</svg>`;
    const parsed = new DOMParser().parseFromString(markup, "image/svg+xml").documentElement;
    group.replaceChildren(...[...parsed.childNodes].map((each) => document.importNode(each, true)));
    this.shown.push({ card, group, frame: { w: room.w, h: room.h, marks: [wide], lines: [] } });
  }

  /** The frame whose marks a selection is one of, with the mark's key. */
  frameOf(selection: Selection): { frame: Frame; key: number } | null {
    const key = this.session.markKey(selection);
    if (key === null) return null;
    const body = this.shown.find(({ frame }) => find(frame, key));
    return body ? { frame: body.frame, key } : null;
  }

  /** Where on screen a selection is, or it with all that is read with it; null where it is in no frame. */
  place(selection: Selection, beside = false): DOMRect | null {
    const found = this.frameOf(selection);
    const body = found && this.shown.find(({ frame }) => frame === found.frame);
    const mark = found && find(found.frame, found.key);
    const rect = mark && (beside ? withBeside(...mark) : mark[1]);
    const grid = body?.group.getScreenCTM();
    if (!rect || !grid) return null;
    const [from, to] = [new DOMPoint(rect.x, rect.y).matrixTransform(grid), new DOMPoint(rect.x + rect.w, rect.y + rect.h).matrixTransform(grid)];
    return new DOMRect(from.x, from.y, to.x - from.x, to.y - from.y);
  }

  /** Have figures whose end lies beyond the edge of the window without their error, as their unit would be cut; the others with it. */
  shorten(edge: number): void {
    for (const [text, figure] of this.shortened) text.textContent = figure;
    const figures = this.shown.flatMap(({ group }) => [...group.querySelectorAll("text")]).filter((text) => text.textContent?.includes(" ± "));
    const cut = figures.filter((text) => {
      const { left, right } = text.getBoundingClientRect();
      return left < edge && right > edge;
    });
    this.shortened = cut.map((text) => [text, text.textContent ?? ""]);
    for (const [text, figure] of this.shortened) text.textContent = withoutError(figure);
  }

  /** Where on screen the chain that leads out of a selected frame runs; null where there is none. */
  chain(selection: Selection): number | null {
    const found = this.frameOf(selection);
    const [own] = found ? wayTo(found.frame, found.key).reverse() : [];
    const x = own ? chainOf(own) : null;
    const grid = this.shown.find(({ frame }) => frame === found?.frame)?.group.getScreenCTM();
    return x !== null && grid ? new DOMPoint(x, 0).matrixTransform(grid).x : null;
  }

  /** The mark under the pointer; undefined where that is over no frame. */
  markAt(target: Element, { x, y }: Point): Mark | null | undefined {
    const body = this.shown.find(({ group }) => group.contains(target));
    const grid = body?.group.getScreenCTM();
    if (!body || !grid) return undefined;
    return markAt(body.frame, new DOMPoint(x, y).matrixTransform(grid.inverse()))?.[0] ?? null;
  }

  stands({ key }: Mark): Selection | null {
    const card = cardOf(key);
    if (card >= 0) return { op: -1, group: this.session.cards.group(card), card };
    return key < this.session.facts.nodes.count ? { op: key, group: -1, card: -1 } : null;
  }

  /** The keys of the frames themselves. */
  isFrame(key: number): boolean {
    return this.shown.some(({ card }) => cardKey(card) === key);
  }
}
