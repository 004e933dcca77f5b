// The overview's SVG with some marks open: puts frames in their place and moves all else out of the way. Without any it is what Python wrote.
import type { Rect } from "../draw/frame";
import { columnOf, rectOf, withoutSymbols, type Column, type Shape } from "./read";
import { PAD, Room, type Drawn, type Opened, type Opening } from "./room";
import { first, placeOf, set, show, tidy, translate } from "./written";
import { cornersOf } from "./wires";

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

  /** The bold name that stands beside a mark's row; empty where there is none. */
  nameBeside(mark: Element): string {
    return this.homes.get(mark)?.shape.beside.find(({ classList }) => classList.contains("called"))?.textContent ?? "";
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

function same(cell: Element, line: Element): boolean {
  return ["data-op", "data-unit"].some((name) => cell.hasAttribute(name) && cell.getAttribute(name) === line.getAttribute(name));
}
