// Reads the overview's SVG: which of its elements are marks, wires and words, and where they are in their column of the drawing.
import type { Point, Rect } from "../draw/frame";
import type { Tip } from "./wires";

/** A card, a row of cells, a pill or a box, with all that moves along with it. */
export interface Shape {
  /** Itself and, of a stack, the cards behind it. */
  rect: Rect;
  /** The groups of its cells, or its only one. */
  cells: SVGGraphicsElement[];
  sheets: SVGGraphicsElement[];
  /** Words and chips beside it. */
  beside: SVGGraphicsElement[];
  /** What is in an open card. */
  inside: SVGGElement | null;
  parent: Shape | null;
  /** Where the coordinates that its elements lie in begin. */
  origin: Point;
}

/** An element with its place before anything moved, in its column. */
export interface Placed<T> {
  element: SVGElement;
  at: T;
  /** Where the coordinates that its element lies in begin. */
  origin: Point;
  parent: Shape | null;
}

/** An arrow head: its point, and the path from there around it. */
export interface Head extends Tip {
  shape: string;
}

/** A part of the drawing, from top to bottom, with a window of its own. */
export interface Column {
  svg: SVGSVGElement;
  /** The window: where it is in the page, and what it shows of the column. */
  place: Rect;
  view: Rect;
  shapes: Shape[];
  wires: Placed<Point[]>[];
  heads: Placed<Head[]>[];
  docks: Placed<Point[]>[];
  labels: Placed<Point>[];
}

const WIRES = new Set(["wire", "bundle", "control", "next"]);
const CHIP = /^(chip|c-.*)$/;
const JOINS = /^(seam|wire)$/;

export function columnOf(svg: SVGSVGElement, cornersOf: (path: string) => Point[]): Column {
  const [x, y, w, h] = (svg.getAttribute("viewBox") ?? "").split(" ").map(Number);
  const place = { x: number(svg, "x"), y: number(svg, "y"), w: number(svg, "width"), h: number(svg, "height") };
  const column: Column = { svg, place, view: { x, y, w, h }, shapes: [], wires: [], heads: [], docks: [], labels: [] };
  new Reader(column, cornersOf).read(svg, { x: 0, y: 0 }, null);
  return column;
}

/** References to shapes that occur often become these shapes, each of which can then move by itself. */
export function withoutSymbols(svg: SVGSVGElement): void {
  for (const use of svg.querySelectorAll("use")) {
    const symbol = svg.querySelector(`[id="${use.getAttribute("href")?.slice(1)}"]`);
    const copies = [...(symbol?.cloneNode(true).childNodes ?? [])] as Element[];
    for (const copy of copies) for (const side of ["x", "y"]) if (use.hasAttribute(side)) copy.setAttribute(side, use.getAttribute(side) ?? "0");
    use.replaceWith(...copies);
  }
  svg.querySelector("defs")?.remove();
}

class Reader {
  constructor(
    private readonly column: Column,
    private readonly cornersOf: (path: string) => Point[],
  ) {}

  /** What lies in a group whose coordinates begin at `origin`. A card comes before the group of what is in it, words and chips after what they are beside. */
  read(group: Element, origin: Point, parent: Shape | null): void {
    let sheets: SVGGraphicsElement[] = [];
    let last: Shape | null = null;
    for (const element of group.children as HTMLCollectionOf<SVGGraphicsElement>) {
      const name = element.getAttribute("class") ?? "";
      if (element.tagName === "rect") sheets.push(element);
      else if (element.tagName === "path") this.path(element, name, origin, parent);
      else if (element.tagName === "text") {
        if (name === "type" || !last) this.column.labels.push({ element, at: moved(number(element, "x"), number(element, "y"), origin), origin, parent });
        else last.beside.push(element);
      } else if (element.tagName === "g" && element.hasAttribute("transform")) {
        if (last && group !== this.column.svg) last.inside = element as SVGGElement & SVGGraphicsElement;
        const [x, y] = (element.getAttribute("transform")?.match(/-?[\d.]+/g) ?? []).map(Number);
        this.read(element, moved(x, y, origin), last ?? parent);
      } else if (element.tagName === "g") {
        if (last && CHIP.test(element.querySelector("rect")?.getAttribute("class") ?? "")) last.beside.push(element);
        else if (last && this.goesOn(element)) {
          last.cells.push(element);
          last.rect = union([last.rect, ...rects(element, origin)]);
        } else {
          last = { rect: union([...rects(element, origin), ...sheets.map((sheet) => rectOf(sheet, origin))]), cells: [element], sheets, beside: [], inside: null, parent, origin };
          this.column.shapes.push(last);
          sheets = [];
        }
      }
    }
  }

  /** Whether a group is a further cell of a row: only these begin with a line to the one beside it. */
  private goesOn(element: Element): boolean {
    // A card that draws its steps has lines too, behind its own rectangle.
    const first = [...element.children].find((child) => child.tagName !== "title");
    return first?.tagName === "path" && JOINS.test(first.getAttribute("class") ?? "");
  }

  private head(part: string, origin: Point): Head {
    const [, point, shape] = /(M[^l]*)(l.*)/.exec(part) ?? ["", part, ""];
    const [{ x, y }] = this.cornersOf(point);
    const [right] = (/-?[\d.]+/.exec(shape) ?? ["0"]).map(Number); // from the point back to a corner
    return { at: moved(x, y, origin), side: shape.includes("v") ? -Math.sign(right) : 0, shape };
  }

  private path(element: SVGElement, name: string, origin: Point, parent: Shape | null): void {
    const text = element.getAttribute("d") ?? "";
    if (WIRES.has(name)) this.column.wires.push({ element, at: this.cornersOf(text).map(({ x, y }) => moved(x, y, origin)), origin, parent });
    else if (name.startsWith("tip")) this.column.heads.push({ element, at: (text.match(/M[^M]*/g) ?? []).map((part) => this.head(part, origin)), origin, parent });
    else if (name === "dock") for (const part of text.match(/M[^M]*/g) ?? []) this.column.docks.push({ element, at: this.cornersOf(part).map(({ x, y }) => moved(x, y, origin)), origin, parent });
  }
}

function number(element: Element, name: string): number {
  return Number(element.getAttribute(name) ?? 0);
}

function moved(x: number, y: number, origin: Point): Point {
  return { x: x + origin.x, y: y + origin.y };
}

export function rectOf(element: Element, origin: Point): Rect {
  return { ...moved(number(element, "x"), number(element, "y"), origin), w: number(element, "width"), h: number(element, "height") };
}

/** The rectangles of a mark, in its own coordinates: those of a small drawing in others lie in the mark's own. */
function rects(group: Element, origin: Point): Rect[] {
  return [...group.querySelectorAll("rect")].filter((each) => !group.contains(each.closest("[transform]"))).map((each) => rectOf(each, origin));
}

function union(all: Rect[]): Rect {
  const [x, y] = [Math.min(...all.map((each) => each.x)), Math.min(...all.map((each) => each.y))];
  return { x, y, w: Math.max(...all.map((each) => each.x + each.w)) - x, h: Math.max(...all.map((each) => each.y + each.h)) - y };
}
