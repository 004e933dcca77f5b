// The overview's SVG with some marks open: puts frames in their place and moves all else out of the way. Without any it is what Python wrote.
import { around as bounds, type Point, type Rect } from "../draw/frame";
import { columnOf, rectOf, withoutSymbols, type Column, type Placed, type Shape } from "./read";
import { first, local, made, placeOf, set, show, sizeOf, tidy, translate } from "./written";
import { room, Stretch, type Grown } from "./stretch";
import { cornersOf, pathThrough, WireMover, type Ground } from "./wires";

/** A mark that is open: the element that it is, and the size of what is drawn for it. */
export interface Opening {
  mark: Element;
  size: { w: number; h: number };
}

/** Where to draw what an opening shows: a group in the column, and the frame there. */
export interface Opened {
  mark: Element;
  group: SVGGElement;
  frame: Rect;
}

/** Around the cells of a row and what is open under them. */
const PAD = 8;
const GAP = 12;
/** About how wide a letter of the words beside marks is. */
const LETTER = 6.4;
/** Around a drawing that is shown alone, and above its columns the room of the heads of their figures. */
const BEYOND = 8;
const HEADS = 22;

export class Sheet {
  readonly columns: Column[];
  private readonly scale: number;
  /** Its size with nothing open. */
  readonly size: { w: number; h: number };
  /** What stands around the columns, but for the title. */
  readonly around: SVGGraphicsElement[];
  /** Where the columns begin and end, with nothing open. */
  readonly top: number;
  readonly bottom: number;
  private readonly homes = new Map<Element, { column: Column; shape: Shape }>();
  /** What words and chips stand beside. */
  private readonly named = new Map<Element, Shape>();
  /** By how much all but the title lies lower than it would below a title of one line. */
  private readonly lead: number;
  /** What an apply before has put in. */
  private added: Element[] = [];
  private frames: ReadonlyMap<Element, Element> = new Map();
  /** Whether everything is where Python has put it. */
  private pristine = true;

  constructor(readonly svg: SVGSVGElement) {
    withoutSymbols(svg);
    const group = svg.querySelector(":scope > g") as SVGGElement;
    this.scale = Number(/[\d.]+/.exec(group.getAttribute("transform") ?? "1")?.[0] ?? 1);
    this.size = { w: Number(svg.getAttribute("width")), h: Number(svg.getAttribute("height")) };
    // Below a title of two lines everything else lies lower, in a group of its own.
    const lower = group.querySelector<SVGGElement>(":scope > g:has(> svg)");
    this.lead = Number(lower?.getAttribute("transform")?.match(/-?[\d.]+/g)?.[1] ?? 0);
    const parts = [...(lower ?? group).children] as SVGGraphicsElement[];
    this.columns = parts.filter((part) => part.tagName === "svg").map((part) => columnOf(part as unknown as SVGSVGElement, cornersOf));
    this.around = parts.filter((part) => part.tagName !== "svg" && !part.hasAttribute("transform")); // the title stays
    this.top = Math.min(...this.columns.map(({ place }) => place.y));
    this.bottom = this.top + Math.max(...this.columns.map(({ place }) => place.h));
    for (const column of this.columns) for (const shape of column.shapes) {
      for (const cell of shape.cells) this.homes.set(cell, { column, shape });
      for (const each of shape.beside) this.named.set(each, shape);
    }
  }

  /** Where the flow ends and the notes below it begin, with nothing open. */
  get flowEnd(): number {
    return (this.bottom + this.lead) * this.scale;
  }

  /** The drawing without title, notes and figures; of several columns those stand in between, and belong to it. `opened`: with what is open in it. */
  flow(opened = true): Rect {
    const places = this.columns.map(({ svg, place }) => (opened ? rectOf(svg, { x: 0, y: 0 }) : place));
    const right = places.length > 1 ? Number(opened ? this.svg.getAttribute("width") : this.size.w) / this.scale : places[0].x + places[0].w + BEYOND;
    const [x, y] = [Math.max(0, places[0].x - BEYOND), places.length > 1 ? this.top - HEADS : this.top];
    const bottom = Math.max(...places.map((each) => each.y + each.h));
    const [left, top, w, h] = [x, y + this.lead, right - x, bottom - y].map((length) => length * this.scale);
    return { x: left, y: top, w, h };
  }

  /** Whether a mark can give way to what is in it: it is whole in one column. */
  has(mark: Element): boolean {
    const home = this.homes.get(mark);
    return home !== undefined && home.shape.rect.y + home.shape.rect.h <= home.column.view.y + home.column.view.h + PAD && home.shape.rect.y >= home.column.view.y - PAD;
  }

  /** What stands in one row with a mark, and is one line of figures with it. */
  rowOf(mark: Element): Element[] {
    return this.homes.get(mark)?.shape.cells ?? [mark];
  }

  /** The row beside which a text stands; empty where it stands beside none. */
  rowBeside(text: Element): Element[] {
    return this.named.get(text)?.cells ?? [];
  }

  /** Whether a mark is drawn: what lies in an open card is not. */
  shows(mark: Element): boolean {
    return !mark.closest('[display="none"]');
  }

  /** Open exactly these; returns where each is drawn. */
  apply(openings: readonly Opening[]): Opened[] {
    if (!openings.length && this.pristine) return [];
    this.pristine = !openings.length;
    for (const each of this.added) each.remove();
    this.added = [];
    const shapes = new Map<Shape, Opening[]>();
    for (const opening of openings) {
      const shape = this.homes.get(opening.mark)?.shape;
      if (shape) shapes.set(shape, [...(shapes.get(shape) ?? []), opening]);
    }
    const drawn: Drawn = { opened: [], added: this.added, down: new Map() };
    const rooms = this.columns.map((column) => new Room(column, null, shapes));
    for (const each of rooms) each.draw(drawn, 0);
    this.arrange(rooms, drawn);
    this.frames = new Map(drawn.opened.map(({ mark, group }) => [mark, group]));
    return drawn.opened;
  }

  /** Where on the screen a mark is, or what it has given way to. */
  placeOf(mark: Element): DOMRect {
    return (this.frames.get(mark) ?? mark).getBoundingClientRect();
  }

  /** Put columns, figures and what stands below in their places. */
  private arrange(rooms: Room[], drawn: Drawn): void {
    const left = (x: number) => rooms.filter(({ column: { place } }) => place.x < x);
    const before = (x: number) => left(x).reduce((sum, { more }) => sum + more.w, 0);
    const down = this.top + Math.max(...rooms.map(({ column, more }) => column.place.h + more.h)) - this.bottom;
    for (const { column: { svg, place, view }, more } of rooms) {
      set(svg, { x: place.x + before(place.x), width: place.w + more.w, height: place.h + more.h });
      svg.setAttribute("viewBox", [view.x, view.y, view.w + more.w, view.h + more.h].map(tidy).join(" "));
    }
    for (const element of this.around) {
      const { x, y } = placeOf(element);
      if (element.getAttribute("class") === "carried") carry(element, rooms, before);
      else if (y > this.bottom) translate(element, 0, down); // legend and notes
      else if (y < this.top) translate(element, before(x), 0); // heads of the figures
      else this.figures(element, left(x).pop() ?? rooms[0], before(x), y, drawn);
    }
    const wide = rooms.reduce((sum, { more }) => sum + more.w, 0);
    const [w, h] = [this.size.w + this.scale * wide, this.size.h + this.scale * down];
    set(this.svg, { width: w, height: h });
    this.svg.setAttribute("viewBox", `0 0 ${tidy(w)} ${tidy(h)}`);
    const paper = this.svg.querySelector(":scope > .paper");
    if (paper) set(paper, { width: w, height: h });
  }

  /** A line of figures stays beside its mark; that of a mark which is not drawn now is not either. */
  private figures(line: SVGGraphicsElement, room: Room, dx: number, y: number, { down }: Drawn): void {
    const { column } = room;
    const own = column.shapes.find(({ cells }) => cells.some((cell) => same(cell, line)));
    // An open card has a line at its head, and below those of what is in it one with the rest.
    const moved = own && !own.inside ? down.get(own) : undefined;
    translate(line, dx, moved ?? room.down(y - this.top + column.view.y, own));
    for (const band of line.querySelectorAll<SVGRectElement>(":scope > .band")) stretchBand(band, room);
    show(line, !own || down.has(own));
  }
}

/** The band from a mark to its figures begins in the drawing, and reaches over all by which that is wider: the figures have moved so far. */
function stretchBand(band: Element, { stretch, more, column: { place, view } }: Room): void {
  const [x, width] = [Number(first(band, "x")), Number(first(band, "width"))];
  const longer = more.w - stretch.dx(x - place.x + view.x);
  set(band, { x: x - longer, width: width + longer });
}

/** The line from the foot of a column to the head of the next. */
function carry(element: SVGElement, rooms: Room[], before: (x: number) => number): void {
  const was = cornersOf(first(element, "d"));
  const from = rooms.filter(({ column: { place } }) => place.x <= was[0].x).pop();
  const points = was.map(({ x, y }) => {
    const own = rooms.find(({ column: { place } }) => x >= place.x && x <= place.x + place.w);
    const inner = own ? own.stretch.dx(x - own.column.place.x + own.column.view.x) : 0;
    return { x: x + before(own ? own.column.place.x : x) + inner, y: y > (from?.column.place.y ?? 0) ? y + (from?.more.h ?? 0) : y };
  });
  element.setAttribute("d", `M${points.map(({ x, y }) => `${tidy(x)} ${tidy(y)}`).join("L")}`);
}

/** What drawing with some marks open has done. */
interface Drawn {
  opened: Opened[];
  /** What it has put in. */
  added: Element[];
  /** By how much each mark that is drawn has moved down on the page. */
  down: Map<Shape, number>;
}

/** A column, or what is in an open card, with what is open in it. A card in it that holds something open is larger, and makes the same room around itself. */
class Room {
  readonly stretch: Stretch;
  /** By how much it is larger. */
  readonly more: { w: number; h: number };
  private readonly shapes: Shape[];
  private readonly inner = new Map<Shape, Room>();
  private readonly grown = new Map<Shape, Grown>();
  private readonly grounds = new Map<Shape, Ground>();
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
    if (own) this.grown.set(shape, { ...sizeWith(shape, own), mark: shape.rect, from, next });
    else if (shape.inside) {
      const inner = new Room(this.column, shape, this.openings);
      this.inner.set(shape, inner);
      const { x, y, w, h } = shape.rect;
      const seen = Math.min(h, this.column.view.y + this.column.view.h - 1 - y); // the rest of it is in the next column
      if (inner.more.w || inner.more.h) this.grown.set(shape, { mark: { ...shape.rect, h: seen }, wide: w + inner.more.w, high: seen + inner.more.h, from: x, next });
    }
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
    if (grown && !inner) return { was: shape.rect, now: stretch.frame(grown), dx: (x) => stretch.dx(x) };
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

function same(cell: Element, line: Element): boolean {
  return ["data-op", "data-unit"].some((name) => cell.hasAttribute(name) && cell.getAttribute(name) === line.getAttribute(name));
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
