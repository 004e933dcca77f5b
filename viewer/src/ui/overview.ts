// The overview: one page of the whole model, drawn in Python. Its marks know which op or group they stand for; all else is in their style sheet's hands.
import type { OverviewData } from "../data/page";
import type { Point } from "../draw/frame";
import type { Selection, Session } from "../state/session";
import { Sheet, type Opening } from "../opened/sheet";
import type { Bodies } from "./bodies";
import { h, reducedMotion } from "./dom";
import { KeptNames } from "./keptnames";
import { beyond, More } from "./more";
import { neighbour, frameOf, type Direction } from "./neighbour";
import { OverviewStyles } from "./overviewstyles";

export interface OverviewActs {
  /** Select what was clicked; null: nothing. */
  pick(stands: Selection | null): void;
  /** Open what is selected. */
  open(): void;
  hover(stands: Selection | null, at: Point): void;
}

const KNOWN = "[data-op], [data-unit]";
/** The most that the overview is enlarged to fill a window, and by zooming. */
const LARGEST = 1.5;
/** The smallest letters have 13 units. Fitted into a low window it would be small: it keeps letters of 9 pixels and reaches below the window, as long as it is not wider. */
const READABLE = 9 / 13;
/** Letters of 11 pixels: it grows to them while all but the notes below it are in view, and a window that is too narrow for all of it shows a part with these. */
const COMFORTABLE = 11 / 13;
/** Down to letters of 7.5 pixels all of its width is shown. */
const ACROSS = 7.5 / 13;
const MOST = 8;
/** A pointer that has moved less is still a click, in pixels. */
const CLICK = 4;
/** Room kept beside what is brought into view: a sign of more may stand there. */
const EDGE = 24;
/** Room kept beside what reading begins with, and above it: no line of words above it is cut. */
const BESIDE = 30;
const ABOVE = 20;
/** About half the width of the rows below it. */
const ABOUT = 110;
/** Where each arrow points. */
const AWAY: Record<Direction, [number, number]> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export class OverviewPane {
  readonly element = h("div", { class: "overview", tabindex: 0, role: "application", "aria-roledescription": "overview" });
  private readonly svg: SVGSVGElement;
  private readonly drawn: Sheet;
  /** The cards that are open in it now, as drawn. */
  private placed: number[] = [];
  private stale = false;
  private readonly ring = h("div", { class: "ring", hidden: true });
  private readonly sheet = h("div", { class: "sheet" });
  private readonly names = new KeptNames();
  /** What is drawn; lines of figures are no marks of their own. */
  private readonly marks: SVGElement[];
  private readonly styles: OverviewStyles;
  /** How much larger it is than fitted. */
  private zoomed = 1;
  /** Whether it is still where it began. Then it begins again in a window of another size. */
  private untouched = true;
  private readonly more = new More((dx, dy) => this.go(() => this.element.scrollBy({ left: dx, top: dy, behavior: reducedMotion() ? "auto" : "smooth" })));
  private pressed: Point | null = null;
  private dragged = false;
  /** What was selected when the open cards were drawn. */
  private marked = "";

  constructor(
    { svg, light, dark }: OverviewData,
    private readonly session: Session,
    private readonly bodies: Bodies,
    private readonly isDark: () => boolean,
    private readonly acts: OverviewActs,
  ) {
    this.element.setAttribute("aria-label", `Overview of ${session.facts.name}. Arrow keys select a neighbour, Enter opens or closes it, V closes all, and shows the drawing.`);
    this.svg = document.importNode(new DOMParser().parseFromString(svg, "image/svg+xml").documentElement, true) as unknown as SVGSVGElement;
    for (const title of this.svg.querySelectorAll("title")) title.remove(); // the page has a tip of its own
    this.drawn = new Sheet(this.svg);
    this.marks = [...this.svg.querySelectorAll<SVGElement>(KNOWN)].filter((mark) => mark.ownerSVGElement !== this.svg);
    this.styles = new OverviewStyles(light, dark);
    this.sheet.append(this.svg, this.names.element, this.ring);
    this.element.attachShadow({ mode: "open" }).append(this.sheet);
    this.listen();
    this.wear();
    this.refresh();
  }

  private listen(): void {
    const { session, element, sheet } = this;
    session.on("colour", () => this.wear());
    session.on("select", () => this.point());
    session.on("overview", () => this.refresh());
    const age = () => (this.stale ||= session.inPlace.size + this.placed.length > 0);
    for (const change of ["open", "colour", "lit", "place"] as const) session.on(change, age);
    // What is drawn anew under the pointer between two clicks has no second one.
    session.on("select", () => JSON.stringify(session.selection) !== this.marked && age());
    new ResizeObserver(() => this.fit()).observe(element);
    element.addEventListener("scroll", () => this.tellMore());
    element.addEventListener("touchstart", () => (this.untouched = false), { passive: true });
    // What the first click of two has selected opens: the panel that tells of it may have moved the overview.
    sheet.addEventListener("click", (event) => !this.dragged && event.detail < 2 && this.acts.pick(this.standsAt(event)));
    sheet.addEventListener("dblclick", () => session.selection && this.acts.open());
    sheet.addEventListener("pointerleave", () => this.acts.hover(null, { x: 0, y: 0 }));
    element.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    sheet.addEventListener("pointerdown", (event) => {
      this.pressed = event.pointerType === "mouse" && event.button === 0 ? { x: event.clientX, y: event.clientY } : null;
      this.dragged = false;
      this.acts.hover(null, { x: 0, y: 0 });
    });
    sheet.addEventListener("pointermove", (event) => this.move(event));
  }

  private refresh(): void {
    const { element, session } = this;
    const focused = element.contains(document.activeElement);
    element.hidden = !session.overview;
    this.stale ||= session.inPlace.size + this.placed.length > 0;
    if (session.overview) this.fit();
    else this.acts.hover(null, { x: 0, y: 0 });
    if (focused && element.hidden) element.parentElement?.querySelector<HTMLElement>(".drawing")?.focus();
  }

  private wear(): void {
    if (this.element.shadowRoot) this.styles.wear(this.element.shadowRoot, this.isDark());
    if (this.session.overview) this.fit();
  }

  // What is open in it

  /** Whether a card is one of its marks, and can open there. */
  hasPlace(card: number): boolean {
    return this.session.cards.canOpen(card) && this.markFor(card) !== null;
  }

  /** The mark that gives way to a card; of several that show one card, that of the copy which the card shows. */
  private markFor(card: number): SVGElement | null {
    const { cards, facts } = this.session;
    const found = this.marks.filter((mark) => mark.dataset.unit !== undefined && this.stands(mark).card === card && this.drawn.has(mark));
    if (found.length < 2) return found[0] ?? null;
    return found.find((mark) => Number(mark.dataset.unit) < facts.groups.count && cards.shows("groups", Number(mark.dataset.unit))) ?? null;
  }

  /** Draw what is open in it, if that has changed. */
  draw(): void {
    const { session, bodies } = this;
    if (!this.stale || !session.overview) return;
    this.stale = false;
    this.marked = JSON.stringify(session.selection);
    for (const card of new Set([...session.inPlace, ...this.placed])) if (session.inPlace.has(card) !== this.placed.includes(card)) bodies.changed(card);
    const held = this.heldMark();
    this.untouched = false;
    const cards = [...session.inPlace].filter((card) => this.markFor(card));
    const openings = cards.map((card): Opening => ({ mark: this.markFor(card) as SVGElement, size: bodies.size(card) }));
    const places = this.drawn.apply(openings);
    bodies.clear();
    for (const { mark, group, frame } of places) bodies.draw(cards[openings.findIndex((each) => each.mark === mark)], group, frame);
    this.placed = cards;
    this.fit();
    held?.();
    this.point();
  }

  /** Keeps what is selected on the same pixel while all around it moves. */
  private heldMark(): (() => void) | null {
    const { session: { selection }, element } = this;
    const before = selection && this.placeOf(selection);
    if (!selection || !before) return null;
    return () => {
      const after = this.placeOf(selection);
      if (after) element.scrollBy(after.left - before.left, after.top - before.top);
    };
  }

  /** Where on screen a selection is, as far as it is drawn. */
  private placeOf(selection: Selection): DOMRect | null {
    const mark = this.bodies.place(selection) ? null : this.markOf(selection);
    return this.bodies.place(selection) ?? mark?.getBoundingClientRect() ?? null;
  }

  // Size and place

  /** The signs of what lies beyond its edges. */
  get edges(): HTMLElement {
    return this.more.element;
  }

  /** Move it; from now on it is where the reader has put it. */
  private go(move: () => void): void {
    this.untouched = false;
    move();
  }

  zoom(factor: number, at?: Point): void {
    const { element } = this;
    this.untouched = false;
    const { x, y } = at ?? { x: element.clientWidth / 2, y: element.clientHeight / 2 };
    const before = this.sheet.getBoundingClientRect();
    const { left, top } = element.getBoundingClientRect();
    const [partX, partY] = [(left + x - before.left) / before.width, (top + y - before.top) / before.height];
    this.zoomed = Math.min(MOST, Math.max(this.least(), this.zoomed * factor));
    this.fit();
    element.scrollLeft = partX * this.sheet.offsetWidth - x;
    element.scrollTop = partY * this.sheet.offsetHeight - y;
  }

  /** All of it in view. */
  all(): void {
    const { width, height } = this.element.getBoundingClientRect();
    const [wide, high] = ["width", "height"].map((side) => Number(this.svg.getAttribute(side)));
    this.zoomed = Math.min(width / wide, height / high, LARGEST) / this.fitted(width, height);
    this.untouched = false;
    this.fit();
  }

  /** How far it can be made smaller: until all of it is in view. */
  private least(): number {
    const { width, height } = this.element.getBoundingClientRect();
    const [wide, high] = ["width", "height"].map((side) => Number(this.svg.getAttribute(side)));
    return Math.min(1, Math.min(width / wide, height / high) / this.fitted(width, height));
  }

  /** The scale in a room of this size, whatever is open. */
  private fitted(width: number, height: number): number {
    const { w, h } = this.drawn.size;
    const across = width / w;
    if (across < ACROSS) return COMFORTABLE;
    return Math.min(across, Math.max(height / h, Math.min((height - EDGE) / this.drawn.flowEnd, COMFORTABLE), READABLE), LARGEST);
  }

  /**
   * Where reading begins, in a window that does not show all of it: with its title, if the first mark stands there too, else with the first mark,
   * the cards around it from their left edge if they have the room. Where they have not, their names are kept in view.
   */
  private begin(): void {
    const { element, marks } = this;
    const [room, own] = [element.clientWidth, this.sheet.getBoundingClientRect()];
    const rects = marks.map((mark) => mark.getBoundingClientRect());
    const first = rects.reduce((best, rect) => (rect.top < best.top - 0.5 ? rect : best), rects[0]);
    if (!first || own.width <= room + 1 || first.right - own.left + EDGE <= room) return element.scrollTo(0, 0);
    const [left, middle] = [Math.min(...rects.map((rect) => rect.left)) - own.left - BESIDE, (first.left + first.right) / 2 - own.left];
    element.scrollTo(middle + ABOUT - left <= room ? left : middle - room / 2, first.top - own.top - ABOVE);
  }

  private tellMore(): void {
    const { element, session } = this;
    const none = { left: false, right: false, up: false, down: false };
    const sheet = { x: -element.scrollLeft, y: -element.scrollTop, w: element.scrollWidth, h: element.scrollHeight };
    this.names.show(element.scrollLeft - this.sheet.offsetLeft, element.clientWidth);
    this.more.show(session.overview ? beyond(sheet, { w: element.clientWidth, h: element.clientHeight }) : none);
  }

  private fit(): void {
    const { element, sheet } = this;
    const { width, height } = element.getBoundingClientRect();
    const [wide, high] = ["width", "height"].map((side) => Number(this.svg.getAttribute(side)));
    if (!width) return; // it is hidden
    const scale = this.fitted(width, height) * this.zoomed;
    element.classList.toggle("zoomed", scale * wide > width + 0.5 || scale * high > height + 0.5);
    sheet.style.width = `${scale * wide}px`;
    sheet.style.height = `${scale * high}px`;
    if (this.untouched) this.begin();
    this.names.read(this.marks, this.svg);
    this.point();
    this.tellMore();
  }

  private wheel(event: WheelEvent): void {
    // In a notebook's cell the wheel scrolls the notebook until the reader has clicked into the page.
    if (window.parent !== window && document.activeElement !== this.element && !event.ctrlKey) return;
    event.preventDefault();
    const { left, top } = this.element.getBoundingClientRect();
    this.zoom(Math.exp(-event.deltaY * (event.deltaMode === 1 ? 16 : 1) * 0.0016), { x: event.clientX - left, y: event.clientY - top });
  }

  private move(event: PointerEvent): void {
    const { left, top } = this.element.getBoundingClientRect();
    if (!this.pressed || !event.buttons) {
      this.pressed = null;
      this.acts.hover(this.standsAt(event), { x: event.clientX - left, y: event.clientY - top });
      return;
    }
    const { x, y } = this.pressed;
    if (!this.dragged && Math.hypot(event.clientX - x, event.clientY - y) < CLICK) return;
    this.dragged = true;
    this.untouched = false;
    this.element.scrollBy(x - event.clientX, y - event.clientY);
    this.pressed = { x: event.clientX, y: event.clientY };
  }

  // What marks stand for

  private standsAt(event: MouseEvent): Selection | null {
    const inside = this.bodies.markAt(event.target as Element, { x: event.clientX, y: event.clientY });
    if (inside !== undefined) return inside && this.bodies.stands(inside);
    const mark = (event.target as Element).closest<SVGElement>(KNOWN);
    return mark && this.stands(mark);
  }

  private stands(mark: SVGElement): Selection {
    if (mark.dataset.op !== undefined) return { op: Number(mark.dataset.op), group: -1, card: -1 };
    const unit = Number(mark.dataset.unit);
    const group = unit < this.session.facts.groups.count ? unit : -1;
    return { op: -1, group, card: this.session.cards.ofGroup(unit) };
  }

  /** The mark of the selection, or of the innermost that is drawn here around it. */
  private markOf({ op, group, card }: Selection): SVGElement | null {
    const { cards: { stacks }, cards, facts: { nodes, groups } } = this.session;
    const find = (kind: "op" | "unit", row: number) => {
      const base = (each: number) => stacks.base(kind === "op" ? "nodes" : "groups", each);
      return this.marks.find((mark) => this.drawn.shows(mark) && mark.dataset[kind] !== undefined && base(Number(mark.dataset[kind])) === base(row)) ?? null;
    };
    const own = op >= 0 ? find("op", op) : group < 0 && card > 0 ? this.marks.find((mark) => this.stands(mark).card === card) : null;
    if (own) return own;
    const inner = op >= 0 ? nodes.group(op) : group >= 0 ? group : cards.group(cards.parent(card));
    for (let at = inner; at >= 0; at = groups.parent(at)) {
      const found = find("unit", at);
      if (found) return found;
    }
    return null;
  }

  /** Put the ring around what is selected. */
  private point(): void {
    const { session: { selection, overview }, ring } = this;
    const inside = selection && overview ? this.bodies.place(selection) : null;
    const mark = selection && overview && !inside ? this.markOf(selection) : null;
    ring.hidden = !mark; // in a frame the painter has drawn one
    if (!mark) return;
    const [around, own] = [this.sheet.getBoundingClientRect(), mark.getBoundingClientRect()];
    const edge = 3;
    const percent = (length: number, whole: number) => `${(100 * length) / whole}%`;
    ring.style.left = percent(own.left - around.left - edge, around.width);
    ring.style.top = percent(own.top - around.top - edge, around.height);
    ring.style.width = percent(own.width + 2 * edge, around.width);
    ring.style.height = percent(own.height + 2 * edge, around.height);
  }

  /** Select the nearest mark in a direction, the first where nothing is selected. In a frame the marks are those of the drawing; past the last one leads out of it. */
  step(direction: Direction): void {
    const { selection } = this.session;
    const inner = selection && this.inFrame(selection, direction);
    if (inner) this.acts.pick(inner);
    else {
      const from = selection && (this.frameAround(selection) ?? this.placeOf(selection));
      const next = from ? this.nearest(from, ...AWAY[direction]) : this.marks[0];
      if (next) this.acts.pick(this.stands(next));
    }
    this.reveal();
  }

  /** Of what is selected in a frame, the neighbour there; from the frame itself an arrow down leads to what is first in it. */
  private inFrame(selection: Selection, direction: Direction): Selection | null {
    const found = this.bodies.frameOf(selection);
    if (!found) return null;
    const around = frameOf(found.frame, found.key);
    const own = around?.marks.find(({ key }) => key === found.key);
    const next = (around && !this.bodies.isFrame(found.key) && neighbour(around, found.key, direction)) || (direction === "ArrowDown" && own?.inside?.marks[0]);
    if (next) return this.bodies.stands(next);
    if (this.bodies.isFrame(found.key)) return null;
    // Past the last one: the card around it.
    const { session } = this;
    const card = selection.op >= 0 ? session.cardAround(selection) : session.cards.parent(session.cardAround(selection));
    return card > 0 ? { op: -1, group: session.cards.group(card), card } : null;
  }

  /** The place of the frame that a selection is, or lies in. */
  private frameAround(selection: Selection): DOMRect | null {
    const card = this.session.placeOf(this.session.cardAround(selection));
    return card < 0 ? null : this.bodies.place({ op: -1, group: this.session.cards.group(card), card });
  }

  /** Bring what is selected into view, where all of it is not. */
  reveal(): void {
    const { session: { selection }, element } = this;
    const own = selection && this.placeOf(selection);
    if (!own) return;
    this.untouched = false;
    const { left, top, right, bottom } = element.getBoundingClientRect();
    const away = (from: number, to: number, least: number, most: number) => (from < least ? from - least : to > most ? Math.min(to - most, from - least) : 0);
    element.scrollBy(away(own.left, own.right, left + EDGE, right - EDGE), away(own.top, own.bottom, top + EDGE, bottom - EDGE));
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
    const found = this.marks.filter((mark) => this.drawn.shows(mark)).map((mark) => [far(mark), mark] as const).filter(([way]) => way < Infinity);
    return found.sort(([a], [b]) => a - b)[0]?.[1];
  }

  /** It as a file, in the theme that is worn. */
  svgText(): string {
    return this.styles.file(this.svg, this.isDark());
  }
}
