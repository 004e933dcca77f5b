// What is drawn in the frames of the overview: open cards, by the painter of the drawing, and what a pointer or an arrow key finds in them.
import type { Composer } from "../draw/compose";
import { find, markAt, walk, type Frame, type Mark, type Point, type Rect } from "../draw/frame";
import { cardKey, cardOf } from "../draw/keys";
import type { Look } from "../draw/look";
import type { Pen } from "../draw/text";
import { withBeside } from "../draw/viewport";
import { markSvg } from "../export/svg";
import type { Opening } from "../opened/room";
import type { Selection, Session } from "../state/session";
import { withoutError } from "./figurestrip";

/** Of what lies in a frame its chips count for so much beside itself. */
const BESIDE = 0.3;

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

  /** The room that a card needs, and where in it its only wires enter and leave. */
  opening(card: number): Omit<Opening, "mark"> {
    const { room: size, enters, leaves } = this.composer.alone(card);
    return { size, enters, leaves };
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
    return onScreen(rect, grid);
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

  /** What lies in what is selected, in a frame: boxes and closed cards, then each with its chips, which counts for less; on screen, with how much of it there is. */
  inside(selection: Selection): { place: DOMRect; size: number }[] {
    const found = this.frameOf(selection);
    const own = found && find(found.frame, found.key);
    const grid = this.shown.find(({ frame }) => frame === found?.frame)?.group.getScreenCTM();
    if (!own || !own[0].inside || !grid) return [];
    const [{ inside, inset }, at] = own;
    const all = [...walk(inside, { x: at.x + inset.x, y: at.y + inset.y }, () => true)].filter(([mark]) => !mark.inside);
    const placed = (rect: Rect, size: number) => ({ place: onScreen(rect, grid), size });
    return all.flatMap(([mark, { x, y }]) => {
      const { w, h: high } = mark;
      const rect = { x, y, w, h: high };
      const size = Math.sqrt(w * high); // by how many there are more than by how large they are
      return [placed(rect, size), placed(withBeside({ ...mark, beside: 0, form: "card" }, rect), BESIDE * size)];
    });
  }

  /** The heads of the frames and of all cards in them: what each is the head of, and the lines of its words. */
  heads(): { around: Element; texts: Element[] }[] {
    return this.shown.flatMap(({ group, frame }) => {
      const rects = [...group.querySelectorAll("rect")];
      const texts = [...group.querySelectorAll("text")].filter((text) => !text.hasAttribute("text-anchor"));
      const cards = [...walk(frame, { x: 0, y: 0 }, () => true)].filter(([{ form }]) => form === "card");
      return cards.flatMap(([mark, { x, y }]) => {
        const around = rects.find((rect) => near(rect, "x", x) && near(rect, "y", y) && near(rect, "width", mark.w));
        const foot = y + (mark.inside ? mark.inset.y : mark.h);
        const lines = texts.filter((text) => place(text, "x") >= x && place(text, "x") < x + mark.w && place(text, "y") > y && place(text, "y") < foot);
        return around ? lines.map((text) => ({ around, texts: [text] })) : [];
      });
    });
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

/** A coordinate of an element; all of a frame are in its own. */
function place(element: Element, name: string): number {
  return Number(element.getAttribute(name) ?? 0);
}

/** As the file writes coordinates, with a digit or two. */
function near(element: Element, name: string, value: number): boolean {
  return Math.abs(place(element, name) - value) < 0.6;
}

function onScreen({ x, y, w, h: high }: Rect, grid: DOMMatrix): DOMRect {
  const [from, to] = [new DOMPoint(x, y).matrixTransform(grid), new DOMPoint(x + w, y + high).matrixTransform(grid)];
  return new DOMRect(from.x, from.y, to.x - from.x, to.y - from.y);
}
