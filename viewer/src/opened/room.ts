// What is in a column of the overview, or in a card of it, with some of it open: it is larger by the frames, around which all else makes room and wires are drawn anew.
import { around as bounds, type Point, type Rect } from "../draw/frame";
import { rectOf, type Column, type Placed, type Shape } from "./read";
import { first, local, made, set, show, sizeOf, tidy, translate } from "./written";
import { room, Stretch, type Grown } from "./stretch";
import { endsOn, pathThrough, WireMover, type Ground } from "./wires";

/** A mark that is open: the element that it is, the size of what is drawn for it, and where in that its only wire begins that enters it, and its only one that leaves it. */
export interface Opening {
  mark: Element;
  size: { w: number; h: number };
  enters: number | null;
  leaves: number | null;
}

/** Where to draw what an opening shows: a group in the column, and the frame there. */
export interface Opened {
  mark: Element;
  group: SVGGElement;
  frame: Rect;
}

/** Around the cells of a row and what is open under them. */
export const PAD = 8;
const GAP = 12;
/** Kept free above and below what is open, where the wire outside steps aside to that inside. */
const ASIDE = 9;
/** About how wide a letter of the words beside marks is. */
const LETTER = 6.4;

/** What drawing with some marks open has done. */
export interface Drawn {
  opened: Opened[];
  /** What it has put in. */
  added: Element[];
  /** By how much each mark that is drawn has moved down on the page. */
  down: Map<Shape, number>;
}

/** A column, or what is in an open card, with what is open in it. A card in it that holds something open is larger, and makes the same room around itself. */
export class Room {
  readonly stretch: Stretch;
  /** By how much it is larger. */
  readonly more: { w: number; h: number };
  private readonly shapes: Shape[];
  private readonly inner = new Map<Shape, Room>();
  private readonly grown = new Map<Shape, Grown>();
  private readonly grounds = new Map<Shape, Ground>();
  private readonly joined = new Map<Shape, Joined>();
  private readonly mover: WireMover;

  constructor(
    readonly column: Column,
    private readonly holder: Shape | null,
    private readonly openings: ReadonlyMap<Shape, Opening[]>,
  ) {
    this.shapes = column.shapes.filter(({ parent }) => parent === holder);
    for (const shape of this.shapes) this.grow(shape);
    this.stretch = new Stretch([...this.grown.values()]);
    const { x, y, w, h } = this.bounds();
    this.more = { w: this.stretch.dx(x + w), h: this.stretch.dy(y + h) };
    for (const shape of this.shapes) this.grounds.set(shape, this.ground(shape));
    this.mover = new WireMover(this.stretch, [...this.grounds.values()]);
  }

  /** By how much what stands at a height has moved down; in an open card, if it is one, by what is open above it there. */
  down(y: number, card: Shape | undefined): number {
    for (let at: Shape | null = card ?? null; at; at = at.parent) {
      const inner = this.inner.get(at);
      const ground = this.grounds.get(at);
      if (ground && at === card && this.openings.has(at)) return ground.now.y - ground.was.y;
      if (inner && ground) return ground.now.y - ground.was.y + (at === card ? inner.stretch.dy(y) : inner.down(y, card));
    }
    return this.stretch.dy(y);
  }

  private bounds(): Rect {
    return this.holder ? front(this.holder) : this.column.view;
  }

  private grow(shape: Shape): void {
    const own = this.openings.get(shape);
    const { from, next } = room(shape.rect, this.beside(shape), this.bounds());
    if (own) {
      const joined = this.join(shape, own);
      const [above, below] = [joined.enters, joined.leaves].map((port) => (port === null ? 0 : ASIDE));
      const { wide, high } = sizeWith(shape, own);
      this.joined.set(shape, joined);
      this.grown.set(shape, { wide, high: high + above + below, above, below, mark: shape.rect, from, next });
    } else if (shape.inside) {
      const inner = new Room(this.column, shape, this.openings);
      this.inner.set(shape, inner);
      const { x, y, w, h } = shape.rect;
      const seen = Math.min(h, this.column.view.y + this.column.view.h - 1 - y); // the rest of it is in the next column
      if (inner.more.w || inner.more.h) this.grown.set(shape, { mark: { ...shape.rect, h: seen }, wide: w + inner.more.w, high: seen + inner.more.h, from: x, next });
    }
  }

  /** Where in a card that has the place of its mark the only wire outside goes on inside, if there is one on either side. */
  private join(shape: Shape, openings: Opening[]): Joined {
    const { entering, leaving } = endsOn(shape.rect, this.own(this.column.wires).map(({ at }) => at));
    const [{ enters, leaves }] = openings;
    const lone = shape.cells.length === 1;
    return { enters: lone && entering.length === 1 ? enters : null, leaves: lone && leaving.length === 1 ? leaves : null };
  }

  /** What else stands in it. */
  private *beside(shape: Shape): Iterable<Rect> {
    for (const other of this.shapes) if (other !== shape) yield { ...other.rect, w: other.rect.w + words(other) };
    for (const { at } of this.own(this.column.wires)) for (let index = 1; index < at.length; index++) yield bounds([at[index - 1], at[index]]);
    for (const { element, at } of this.own(this.column.labels)) {
      const wide = LETTER * (element.textContent?.length ?? 0);
      yield { x: element.getAttribute("text-anchor") === "end" ? at.x - wide : at.x, y: at.y - 9, w: wide, h: 11 };
    }
  }

  private own<T>(all: Placed<T>[]): Placed<T>[] {
    return all.filter(({ parent }) => parent === this.holder);
  }

  private ground(shape: Shape): Ground {
    const { stretch } = this;
    const grown = this.grown.get(shape);
    const inner = this.inner.get(shape);
    if (grown && !inner) {
      const now = stretch.frame(grown);
      const { enters, leaves } = this.joined.get(shape) ?? { enters: null, leaves: null };
      const dx = (x: number, atTop: boolean) => {
        const port = atTop ? enters : leaves;
        return port === null ? stretch.dx(x) : now.x + port - x;
      };
      return { was: shape.rect, now, dx };
    }
    const { x, y } = grown ? { x: stretch.dx(shape.rect.x), y: stretch.dy(shape.rect.y) } : stretch.moved(shape.rect);
    const now = { x: shape.rect.x + x, y: shape.rect.y + y, w: shape.rect.w + (inner?.more.w ?? 0), h: shape.rect.h + (inner?.more.h ?? 0) };
    // Wires go on inside an open card where they meet its border.
    return { was: shape.rect, now, dx: (at) => x + (inner?.stretch.dx(at) ?? 0) };
  }

  /** @param above by how much what it lies in has moved down. */
  draw(drawn: Drawn, above: number): void {
    const { wires, heads, docks, labels } = this.column;
    for (const [shape, ground] of this.grounds) {
      const dy = above + ground.now.y - ground.was.y;
      drawn.down.set(shape, dy);
      this.shape(shape, ground, drawn);
      this.inner.get(shape)?.draw(drawn, dy);
    }
    const seen = this.own(wires);
    const paths = this.mover.move(seen.map(({ at }) => at));
    seen.forEach(({ element, origin }, index) => element.setAttribute("d", pathThrough(paths[index].map((point) => local(point, origin)))));
    for (const { element, at, origin } of this.own(heads)) {
      const moved = at.map((tip) => ({ ...local(this.mover.head(tip), origin), shape: tip.shape }));
      element.setAttribute("d", moved.map(({ x, y, shape }) => `M${tidy(x)} ${tidy(y)}${shape}`).join(""));
    }
    for (const { element, at } of this.own(labels)) this.label(element, at);
    this.docks(this.own(docks));
  }

  /** A label stays beside the piece of its wire that it stood at. */
  private label(element: SVGElement, { x, y }: Point): void {
    const wire = element.getAttribute("text-anchor") === "end" ? x + 7 : x - 7;
    translate(element, this.mover.dx(wire, y - 4), this.stretch.dy(y - 4));
  }

  private docks(docks: Placed<Point[]>[]): void {
    const paths = new Map<SVGElement, string>();
    for (const { element, at, origin } of docks) {
      const end = at[at.length - 1];
      const host = [...this.grounds.values()].find(({ was }) => Math.abs(was.x - end.x) < 1 && end.y >= was.y && end.y <= was.y + was.h);
      const [dx, dy] = host ? [host.now.x - host.was.x, host.now.y - host.was.y] : [0, 0];
      const points = at.map(({ x, y }) => local({ x: x + dx, y: y + dy }, origin));
      paths.set(element, `${paths.get(element) ?? ""}M${points.map(({ x, y }) => `${tidy(x)} ${tidy(y)}`).join("L")}`);
    }
    for (const [element, path] of paths) element.setAttribute("d", path);
  }

  private shape(shape: Shape, { was, now }: Ground, drawn: Drawn): void {
    const { cells, sheets, beside, inside } = shape;
    const openings = this.openings.get(shape) ?? [];
    const lone = openings.length > 0 && cells.length === 1;
    for (const each of [...cells, ...sheets, ...beside, ...(inside ? [inside] : [])]) show(each, !lone);
    if (lone) return void open(openings[0].mark, shape, now, drawn);
    let [dx, dy] = [now.x - was.x, now.y - was.y];
    if (openings.length) {
      dx = Math.max(now.x + PAD - was.x, this.stretch.moved(was).x);
      dy += PAD;
    }
    for (const each of [...cells, ...sheets, ...beside]) translate(each, dx, dy);
    if (openings.length) rowOf(shape, openings, now, dx, drawn);
    if (!inside) return;
    const [x, y] = (first(inside, "transform").match(/-?[\d.]+/g) ?? []).map(Number);
    translate(inside, x + dx, y + dy);
    enlarge(shape, now.w - was.w, now.h - was.h);
  }
}

/** From a frame's left edge, where the wires inside go on: at its top, and at its bottom. */
type Joined = Pick<Opening, "enters" | "leaves">;

/** The room that a mark needs with these open in it: that of the card, or of the row with what is open below it. */
function sizeWith({ rect, cells, ...shape }: Shape, openings: Opening[]): { wide: number; high: number } {
  const wide = Math.max(...openings.map(({ size }) => size.w));
  const high = openings.reduce((sum, { size }) => sum + size.h, 0);
  if (cells.length === 1) return { wide: Math.max(wide, rect.w), high };
  return { wide: Math.max(wide, rect.w + words({ ...shape, rect, cells })) + 2 * PAD, high: high + GAP * openings.length + rect.h + 2 * PAD };
}

/** An open card reaches around what is in it; of its words those at its right edge stay there. */
function enlarge(shape: Shape, wide: number, high: number): void {
  for (const each of [...shape.sheets, ...shape.cells[0].querySelectorAll("rect")]) {
    const [width, height] = sizeOf(each);
    set(each, { width: width + wide, height: height + high });
  }
  for (const each of shape.cells[0].querySelectorAll("text")) if (each.getAttribute("text-anchor") === "end") translate(each, wide, 0);
}

/** The frame around a row of which cells are open, and what these show, below the row. */
function rowOf(shape: Shape, openings: Opening[], now: Rect, dx: number, drawn: Drawn): void {
  const { origin, rect, cells } = shape;
  const foot = now.y + PAD + rect.h;
  const frame = made("rect", "holding");
  set(frame, { ...local(now, origin), width: now.w, height: now.h, rx: 9 });
  cells[0].before(frame);
  drawn.added.push(frame);
  let y = foot + GAP;
  for (const cell of cells) {
    const opening = openings.find(({ mark }) => mark === cell);
    if (!opening) continue;
    const own = rectOf(cell.querySelector("rect") as Element, origin);
    const { w, h } = opening.size;
    const x = own.x + own.w / 2 + dx;
    const tie = made("path", "tie");
    tie.setAttribute("d", pathThrough([{ x, y: foot }, { x, y }].map((point) => local(point, origin))));
    cells[0].before(tie);
    drawn.added.push(tie);
    open(cell, shape, { x: Math.max(now.x + PAD, Math.min(x - w / 2, now.x + now.w - PAD - w)), y, w, h }, drawn);
    y += h + GAP;
  }
}

/** Put a group where something that is open is to be drawn. */
function open(mark: Element, { cells, origin }: Shape, frame: Rect, drawn: Drawn): void {
  const group = made("g", "opened");
  const { x, y } = local(frame, origin);
  translate(group, x, y);
  cells[0].parentNode?.append(group);
  drawn.added.push(group);
  drawn.opened.push({ mark, group, frame });
}

/** A card without those behind it. */
function front(shape: Shape): Rect {
  const own = shape.cells[0].querySelector("rect");
  if (!own) return shape.rect;
  const [w, h] = sizeOf(own);
  return { ...shape.rect, w, h };
}

/** The room for the words right of a mark. */
function words({ beside }: Shape): number {
  return beside.reduce((sum, each) => sum + (each.tagName === "text" ? 10 + LETTER * (each.textContent?.length ?? 0) : 0), 0);
}
