// The arrow keys' way through an overview: from mark to mark, and among the marks of the drawing in what is open.
import type { Selection, Session } from "../state/session";
import type { Bodies } from "./bodies";
import { frameOf, neighbour, type Direction } from "./neighbour";

export interface WalkedMarks {
  /** Those that are drawn, in their order. */
  shown(): SVGElement[];
  stands(mark: SVGElement): Selection;
  /** Where on screen a selection is, as far as it is drawn. */
  placeOf(selection: Selection): DOMRect | null;
}

/** Where each arrow points. */
const AWAY: Record<Direction, [number, number]> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export class OverviewWalk {
  constructor(
    private readonly session: Session,
    private readonly bodies: Bodies,
    private readonly marks: WalkedMarks,
  ) {}

  /** What is nearest in a direction, the first mark where nothing is selected. In a frame the marks are those of the drawing; past the last one leads out of it. */
  next(direction: Direction): Selection | null {
    const { marks, session: { selection } } = this;
    const inner = selection && this.inFrame(selection, direction);
    if (inner) return inner;
    const from = selection && (this.frameAround(selection) ?? marks.placeOf(selection));
    const next = from ? this.nearest(from, ...AWAY[direction]) : marks.shown()[0];
    return next ? marks.stands(next) : null;
  }

  /** Of what is selected in a frame, the neighbour there; from the frame itself an arrow down leads to what is first in it. */
  private inFrame(selection: Selection, direction: Direction): Selection | null {
    const { bodies, session } = this;
    const found = bodies.frameOf(selection);
    if (!found) return null;
    const around = frameOf(found.frame, found.key);
    const own = around?.marks.find(({ key }) => key === found.key);
    const next = (around && !bodies.isFrame(found.key) && neighbour(around, found.key, direction)) || (direction === "ArrowDown" && own?.inside?.marks[0]);
    if (next) return bodies.stands(next);
    if (bodies.isFrame(found.key)) return null;
    // Past the last one: the card around it.
    const card = selection.op >= 0 ? session.cardAround(selection) : session.cards.parent(session.cardAround(selection));
    return card > 0 ? { op: -1, group: session.cards.group(card), card } : null;
  }

  /** The place of the frame that a selection is, or lies in. */
  private frameAround(selection: Selection): DOMRect | null {
    const card = this.session.placeOf(this.session.cardAround(selection));
    return card < 0 ? null : this.bodies.place({ op: -1, group: this.session.cards.group(card), card });
  }

  private nearest(from: DOMRect, x: number, y: number): SVGElement | undefined {
    const middle = ({ left, right, top, bottom }: DOMRect) => ({ x: (left + right) / 2, y: (top + bottom) / 2 });
    const start = middle(from);
    const far = (mark: SVGElement) => {
      const place = mark.getBoundingClientRect();
      const { x: right, y: down } = middle(place);
      const along = x * (right - start.x) + y * (down - start.y);
      // What is partly above or below, though not in line, is not aside: a card's first row begins at its left edge.
      const aside = y ? Math.max(place.left - from.right, from.left - place.right, 0) : Math.abs(down - start.y);
      // Nor does the card around it lie on a side of it.
      const around = !y && place.left <= from.left && place.right >= from.right && place.top <= from.top && place.bottom >= from.bottom;
      return along > 1 && aside <= 2 * along && !around ? along + 2 * aside + 0.01 * Math.abs(y * (right - start.x)) : Infinity;
    };
    const found = this.marks.shown().map((mark) => [far(mark), mark] as const).filter(([way]) => way < Infinity);
    return found.sort(([a], [b]) => a - b)[0]?.[1];
  }
}
