// How an overview lies in its window: whole, as pictures have it; or, where that would be too small to read, its drawing alone, with figures at the window's edge and the words around it wrapped.
import type { Point, Rect } from "../draw/frame";
import { figuresOf, type ColumnId, type FigureLine } from "../opened/figures";
import type { Sheet } from "../opened/sheet";
import { h } from "./dom";
import { FigureStrip, type Around } from "./figurestrip";
import type { OverviewKinds } from "./overviewkinds";
import { OverviewWords } from "./overviewwords";

/** The most that the overview is enlarged to fill a window, and by zooming. */
const LARGEST = 1.5;
const MOST = 8;
/** The smallest letters have 13 units. Fitted into a low window it would be small: it keeps letters of 10 pixels and reaches below the window, as long as it is not wider. */
const READABLE = 10 / 13;
/** Letters of 11 pixels: it grows to them while all but the notes below it are in view, and a window that is too narrow for all of it shows a part with these. */
const COMFORTABLE = 11 / 13;
/** Down to letters of 9 pixels all of its width is shown: smaller ones are not read. */
const ACROSS = 9 / 13;
/** So much of a mark is in view, or half of it, where a figure at its height is taken for its own. */
const TOLD = 60;
/** The room of a sign of more. */
export const EDGE = 24;

export interface Room {
  width: number;
  height: number;
}

/** Equal for rooms of one size. */
export function sizeOf({ width, height }: Room): string {
  return `${width} ${height}`;
}

export class OverviewPage {
  readonly sheet = h("div", { class: "sheet" });
  readonly words: OverviewWords;
  readonly strip: FigureStrip;
  /** How much larger it is than fitted. */
  zoomed = 1;
  /** Whether its drawing alone is shown. */
  narrow = false;
  private stale = true;

  /**
   * @param drawn the drawing, of which parts may be open.
   * @param bars what its bars show, in words.
   * @param wanted the columns of figures by what they are wanted most for.
   * @param counted what figures count besides what they stand beside.
   * @param copies of how many copies the figures of a line are, in words.
   */
  constructor(
    private readonly svg: SVGSVGElement,
    private readonly drawn: Sheet,
    bars: string,
    private readonly wanted: () => readonly ColumnId[],
    kinds: OverviewKinds,
    counted: string,
    copies: (line: FigureLine) => string,
  ) {
    this.words = new OverviewWords(svg, drawn, kinds);
    this.strip = new FigureStrip(figuresOf(drawn), bars, counted, copies, (line) => this.nameOf(line));
    this.sheet.append(svg);
  }

  /** Colours, or what is wanted, have changed. */
  changed(): void {
    this.stale = true;
  }

  /** Lay it out in a room; returns whether it is larger than that. */
  lay(room: Room): boolean {
    const { svg, sheet, strip, words } = this;
    if (this.stale) {
      words.read();
      this.chosenFor = 0;
      this.stale = false;
    }
    this.choose(room.width);
    this.narrow = (this.isNarrow(room) || this.reachesOut(room)) && this.zoomed > 0.999;
    const wide = room.width - (this.narrow ? strip.wide : 0);
    strip.element.hidden = !this.narrow || !strip.wide;
    words.show(this.narrow ? wide : null);
    svg.classList.toggle("alone", this.narrow && this.drawn.columns.length === 1); // figures stand in the strip
    const scale = this.fitted(room) * this.zoomed;
    const shown = this.narrow ? this.drawn.flow() : this.whole;
    Object.assign(sheet.style, { width: `${scale * shown.w}px`, height: `${scale * shown.h}px` });
    Object.assign(svg.style, { width: `${scale * this.whole.w}px`, height: `${scale * this.whole.h}px`, left: `${-scale * shown.x}px`, top: `${-scale * shown.y}px` });
    return scale * shown.w > wide + 0.5 || scale * shown.h > room.height + 0.5 || this.narrow;
  }

  private chosenFor = 0;

  private choose(width: number): void {
    if (width === this.chosenFor) return;
    this.chosenFor = width;
    this.strip.choose(width, ACROSS * this.drawn.flow(false).w, this.wanted());
  }

  /** All of it, with what is open. */
  private get whole(): Rect {
    const [w, high] = ["width", "height"].map((side) => Number(this.svg.getAttribute(side)));
    return { x: 0, y: 0, w, h: high };
  }

  private isNarrow({ width }: Room): boolean {
    return width / this.drawn.size.w < ACROSS;
  }

  /** Whether what is open makes it wider than a room that it fits else: its figures would lie beyond the edge, or be cut by it. */
  private reachesOut(room: Room): boolean {
    return this.fitted(room) * this.whole.w > room.width + 0.5;
  }

  /** The scale in a room, whatever is open. */
  private fitted(room: Room): number {
    const narrow = this.isNarrow(room);
    const { w, h: high } = narrow ? this.drawn.flow(false) : this.drawn.size;
    const flow = narrow ? high : this.drawn.flowEnd;
    const across = (room.width - (narrow ? this.strip.wide : 0)) / w;
    if (across < ACROSS) return COMFORTABLE;
    return Math.min(across, Math.max(room.height / high, Math.min((room.height - EDGE) / flow, COMFORTABLE), READABLE), LARGEST);
  }

  /** So much larger than fitted that all of it is in view. */
  all(room: Room): number {
    const { w, h: high } = this.whole;
    return Math.min(room.width / w, room.height / high, LARGEST) / this.fitted(room);
  }

  /** Zoom, as far as that goes: until all of it is in view. */
  zoom(factor: number, room: Room): void {
    this.zoomed = Math.min(MOST, Math.max(Math.min(1, this.all(room)), this.zoomed * factor));
  }

  /** Which part of all of it is at a point of the screen. */
  partAt({ x, y }: Point): Point {
    const { left, top, width, height } = this.svg.getBoundingClientRect();
    return { x: (x - left) / width, y: (y - top) / height };
  }

  /** Where on the screen a part of it is. */
  placeOf({ x, y }: Point): Point {
    const { left, top, width, height } = this.svg.getBoundingClientRect();
    return { x: left + x * width, y: top + y * height };
  }

  /** The right edge of the window over it, in a room: beside the widest strip, however wide that is now. */
  edge(left: number, { width }: Room): number {
    return left + width - (this.narrow ? this.strip.wide : 0);
  }

  /** What is shown over it ends where the strip of figures begins. */
  makeRoom(...shown: readonly HTMLElement[]): void {
    for (const each of shown) each.style.right = this.narrow ? `${this.strip.now}px` : "";
  }

  /** Follow the window that scrolls over it. `more`: there is more below it. */
  follow(window: HTMLElement, room: Room, more: boolean): void {
    if (!this.narrow) return;
    const { left } = window.getBoundingClientRect();
    const right = this.edge(left, room); // what is in view by this edge is so however wide the strip is for it
    const several = this.drawn.columns.length > 1;
    this.strip.follow(window.scrollTop, window.clientHeight, more, (line: FigureLine) => {
      if (several && line.at.getBoundingClientRect().right < right) return false; // its own figures are in view
      const row = this.rowOf(line).map((each) => each.getBoundingClientRect()).filter(({ width }) => width);
      // Of a card of which only an edge is in view nobody can say that the figure is its.
      const seen = (each: DOMRect) => Math.min(each.right, right - EDGE) - Math.max(each.left, left + EDGE) > Math.min(TOLD, each.width / 2);
      return !row.length || row.some(seen);
    }, (line) => this.around(line, window.getBoundingClientRect()));
  }

  /** The card of a line, where the middle of what is in view lies in it. */
  private around(line: FigureLine, { top, bottom, left }: DOMRect): Around | null {
    const [card] = this.rowOf(line);
    const place = card && this.drawn.placeOf(card);
    const middle = (top + bottom) / 2;
    if (!card || !place?.width || place.top > middle || place.bottom < middle || place.left > left + EDGE + TOLD || place.right < left + EDGE) return null;
    return { name: card.querySelector(":scope > text.name")?.textContent ?? line.label, high: place.height };
  }

  /** What a row is called beside it, else in its first cell. */
  private nameOf(line: FigureLine): string {
    const row = this.rowOf(line);
    return (row[0] && (this.drawn.nameBeside(row[0]) || (row[0].querySelector(":scope > text.name") ?? row[0].querySelector("text"))?.textContent)) ?? "";
  }

  /** The marks that a line of figures is about: another mark at its height must not seem to have them. */
  private rowOf({ element: { dataset } }: FigureLine): Element[] {
    const [name, value] = Object.entries(dataset).find(([key]) => key === "op" || key === "unit") ?? [];
    return name ? [...this.svg.querySelectorAll(`svg svg [data-${name}="${value}"]`)].flatMap((mark) => this.drawn.rowOf(mark)) : [];
  }

  /** Note where the rows are now: figures stand beside them. */
  measureFigures(window: HTMLElement): void {
    if (!this.narrow || !this.strip.wide) return;
    this.strip.measure(window.getBoundingClientRect().top - window.scrollTop);
  }
}
