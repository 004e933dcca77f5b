// The overview: one page of the whole model, drawn in Python. Its marks know which op or group they stand for; all else is in their style sheet's hands.
import type { OverviewData } from "../data/page";
import type { Point } from "../draw/frame";
import type { Selection, Session } from "../state/session";
import type { Opening } from "../opened/room";
import { Sheet } from "../opened/sheet";
import type { Bodies } from "./bodies";
import { h, reducedMotion } from "./dom";
import { beyond, More, NOWHERE, type Beyond } from "./more";
import { fullest, toKeep, toShow, toShowOpened, type Span } from "./intoview";
import { EDGE, OverviewPage, sizeOf, type Room } from "./overviewpage";
import { listenToPointer } from "./overviewpointer";
import { OverviewRing } from "./overviewring";
import type { Direction } from "./neighbour";
import type { Words } from "../data/words";
import { figuresOf } from "../opened/figures";
import { beginning } from "./overviewbeginning";
import { OverviewMarks, type DrawnCopy } from "./overviewmarks";
import { OverviewNotes } from "./overviewnotes";
import { OverviewKinds } from "./overviewkinds";
import { OverviewFigures, type Counted } from "./overviewfigures";
import { OverviewStyles } from "./overviewstyles";
import { OverviewWalk } from "./overviewwalk";
import { OverviewTexts } from "./overviewtexts";
import { wantedColumns } from "./figurestrip";

export interface OverviewActs {
  /** Select what was clicked; null: nothing. */
  pick(stands: Selection | null): void;
  /** Open what is selected. */
  open(): void;
  hover(stands: Selection | null, at: Point): void;
  /** Look at a kind of the legend, or no more. */
  lookAt(kind: string): void;
  /** What the reader's notes are on. */
  noted(): Selection[];
}

export class OverviewPane {
  readonly element = h("div", { class: "overview", tabindex: 0, role: "application", "aria-roledescription": "overview" });
  private readonly svg: SVGSVGElement;
  private readonly drawn: Sheet;
  /** The cards that are open in it now, as drawn. */
  private placed: number[] = [];
  private stale = false;
  private readonly ring = new OverviewRing();
  private readonly notes = new OverviewNotes(() => this.acts.noted(), (selection) => this.placeOf(selection));
  private readonly page: OverviewPage;
  private readonly marks: OverviewMarks;
  private readonly styles: OverviewStyles;
  private readonly walk: OverviewWalk;
  private readonly figures: OverviewFigures;
  /** Its legend, which filters it. */
  readonly kinds: OverviewKinds;
  private readonly texts = new OverviewTexts(() => [...this.svg.querySelectorAll("text"), ...this.page.words.above.querySelectorAll("p"), ...this.page.words.below.querySelectorAll("p")]);
  /** Whether it is still where it began. Then it begins again in a window of another size. */
  private untouched = true;
  /** The room that it was laid out in last. */
  private laidFor = "";
  private readonly more = new More((dx, dy) => this.go(() => this.element.scrollBy({ left: dx, top: dy, behavior: reducedMotion() ? "auto" : "smooth" })));
  /** Whether what is selected was in view when the overview was last laid out or moved: then it stays so in a window of another size. */
  private selectionSeen = false;
  /** What was selected when the open cards were drawn. */
  private marked = "";

  constructor(
    { svg, light, dark, quantity, scopes }: OverviewData,
    private readonly session: Session,
    private readonly bodies: Bodies,
    private readonly isDark: () => boolean,
    words: Words,
    titleOf: (quantity: string) => string,
    private readonly acts: OverviewActs,
  ) {
    this.element.setAttribute("aria-label", `Overview of ${session.facts.name}. Arrow keys select a neighbour, Enter opens or closes it, V closes all, and shows the drawing.`);
    this.svg = document.importNode(new DOMParser().parseFromString(svg, "image/svg+xml").documentElement, true) as unknown as SVGSVGElement;
    for (const title of this.svg.querySelectorAll("title")) title.remove(); // the page has a tip of its own
    this.drawn = new Sheet(this.svg);
    this.marks = new OverviewMarks(this.svg, this.drawn, session);
    session.drawnAs = (selection) => this.marks.drawnAs(selection);
    this.kinds = new OverviewKinds(this.drawn.around, session, this.marks, (kind) => this.acts.lookAt(kind));
    this.styles = new OverviewStyles(light, dark);
    this.walk = new OverviewWalk(session, bodies, {
      shown: () => this.marks.shown(), stands: (mark) => this.marks.stands(mark), placeOf: (selection) => this.placeOf(selection),
    });
    this.figures = new OverviewFigures(figuresOf(this.drawn), scopes, quantity, words, session.facts.perSample);
    this.page = new OverviewPage(this.svg, this.drawn, titleOf(quantity ?? ""), () => wantedColumns(session.colour, quantity), this.kinds, this.figures.counts(quantity ?? "", false), (line) => this.figures.copiesOf(line) || this.marks.copiesOf(line.element));
    const { sheet, words: around } = this.page;
    sheet.append(this.notes.element, ...this.texts.elements, this.ring.element);
    this.element.attachShadow({ mode: "open" }).append(around.above, sheet, around.below);
    this.listen();
    this.wear();
    this.refresh();
  }

  private listen(): void {
    const { session, element, page: { sheet } } = this;
    session.on("colour", () => this.wear());
    session.on("select", () => {
      this.point();
      this.selectionSeen = this.seesSelection();
    });
    session.on("overview", () => this.refresh());
    session.on("notes", () => this.point());
    session.on("focus", () => this.page.words.tellKinds());
    const age = () => (this.stale ||= session.inPlace.size + this.placed.length > 0);
    for (const change of ["open", "colour", "lit", "place", "focus", "notes"] as const) session.on(change, age);
    // What is drawn anew under the pointer between two clicks has no second one.
    session.on("select", () => JSON.stringify(session.selection) !== this.marked && age());
    new ResizeObserver(() => {
      if (!element.isConnected || this.isLaid) return; // the other side of the graph is shown, or the strip beside it is of another width
      const kept = this.selectionSeen;
      this.fit();
      if (kept) this.reveal(false);
    }).observe(element);
    element.addEventListener("scroll", () => {
      this.tellMore();
      this.shortenFigures();
      this.point();
    });
    element.addEventListener("touchstart", () => (this.untouched = false), { passive: true });
    element.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    listenToPointer(sheet, {
      pick: (event) => this.acts.pick(this.standsAt(event)),
      open: () => session.selection && this.acts.open(),
      hover: (event) => {
        const { left, top } = element.getBoundingClientRect();
        this.acts.hover(event && this.standsAt(event), event ? { x: event.clientX - left, y: event.clientY - top } : { x: 0, y: 0 });
      },
      drag: (dx, dy) => this.go(() => element.scrollBy(-dx, -dy)),
    });
  }

  private refresh(): void {
    const { element, session } = this;
    const focused = element.contains(document.activeElement);
    element.hidden = !session.overview;
    this.page.strip.element.hidden = true; // laid out anew where the overview is shown
    this.stale ||= session.inPlace.size + this.placed.length > 0;
    if (session.overview) this.fit();
    else {
      this.acts.hover(null, { x: 0, y: 0 });
      this.tellMore();
    }
    if (focused && element.hidden) element.parentElement?.querySelector<HTMLElement>(".drawing")?.focus();
  }

  private wear(): void {
    if (this.element.shadowRoot) this.styles.wear(this.element.shadowRoot, this.isDark());
    this.page.changed();
    if (this.session.overview) this.fit();
  }

  // What is open in it

  /** Whether a card is one of its marks, and can open there. */
  hasPlace(card: number): boolean {
    return this.session.cards.canOpen(card) && this.marks.givingWay(card) !== null;
  }

  /** Draw what is open in it, if that has changed. */
  draw(): void {
    const { session, bodies } = this;
    if (!this.stale || !session.overview) return;
    this.stale = false;
    this.marked = JSON.stringify(session.selection);
    for (const card of new Set([...session.inPlace, ...this.placed])) if (session.inPlace.has(card) !== this.placed.includes(card)) bodies.changed(card);
    const held = this.heldMark();
    const before = session.selection && this.placeOf(session.selection);
    this.untouched = false;
    const cards = [...session.inPlace].filter((card) => this.marks.givingWay(card));
    const openings = cards.map((card): Opening => ({ mark: this.marks.givingWay(card) as SVGElement, ...bodies.opening(card) }));
    const places = this.drawn.apply(openings);
    bodies.clear();
    for (const { mark, group, frame } of places) bodies.draw(cards[openings.findIndex((each) => each.mark === mark)], group, frame);
    const fresh = cards.find((card) => !this.placed.includes(card));
    this.placed = cards;
    this.fit();
    held?.();
    const opened = session.selection ?? (fresh === undefined ? null : { op: -1, group: session.cards.group(fresh), card: fresh });
    const after = opened && this.placeOf(opened);
    if (opened && after && (fresh !== undefined || after.height > (before?.height ?? 0) + 1)) this.bringIn(opened);
    this.shortenFigures();
    this.point();
  }

  /**
   * Bring what has opened into view. In a wide window it stays under the pointer as long as most of it is in view there; of what is larger than the
   * window its upper end is shown, and of its width the part in which most of what lies at that height is whole.
   */
  private bringIn(opened: Selection): void {
    const { element, page: { narrow } } = this;
    const own = this.placeOf(opened);
    if (!own) return;
    const [across, down] = this.roomIn();
    const foot = own.top + (down.to - down.from);
    const parts = this.bodies.inside(opened).filter(({ place: { bottom } }) => bottom <= foot).map(({ place: { left, right }, size }) => ({ from: left, to: right, size }));
    const withFigure = this.bodies.place(opened, true) ?? own;
    const seen = withFigure.width <= across.to - across.from ? withFigure : own;
    const sideways = { from: seen.left, to: seen.right };
    element.scrollBy(
      toShowOpened(sideways, across, narrow, fullest(sideways, across.to - across.from, parts)),
      toShowOpened({ from: own.top, to: own.bottom }, down, narrow, { from: own.top, to: own.top }),
    );
  }

  /** Figures that the window cuts are without their error. */
  private shortenFigures(): void {
    this.bodies.shorten(this.element.getBoundingClientRect().right - EDGE);
  }

  /** The window without the signs at its edges, beside the widest strip: which figures are shown where it has moved is not known before. */
  private roomIn(): [across: Span, down: Span] {
    const { left, top, bottom } = this.element.getBoundingClientRect();
    return [{ from: left + EDGE, to: this.page.edge(left, this.room) - EDGE }, { from: top + EDGE, to: bottom - EDGE }];
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
    const mark = this.bodies.place(selection) ? null : this.marks.around(selection);
    return this.bodies.place(selection) ?? mark?.getBoundingClientRect() ?? null;
  }

  // Size and place

  /** The signs of what lies beyond its edges, and the figures at the edge of a narrow window. */
  get edges(): HTMLElement[] {
    return [this.more.element, this.page.strip.element];
  }

  /** Move it; from now on it is where the reader has put it. */
  private go(move: () => void): void {
    this.untouched = false;
    move();
  }

  zoom(factor: number, at?: Point): void {
    const { element, page } = this;
    this.untouched = false;
    const { left, top } = element.getBoundingClientRect();
    const { x, y } = at ?? { x: element.clientWidth / 2, y: element.clientHeight / 2 };
    const part = page.partAt({ x: left + x, y: top + y });
    page.zoom(factor, this.room);
    this.fit();
    const now = page.placeOf(part);
    element.scrollBy(now.x - left - x, now.y - top - y);
  }

  /** All of it in view. */
  all(): void {
    this.page.zoomed = this.page.all(this.room);
    this.untouched = false;
    this.fit();
  }

  /** The room for it and the figures beside it. */
  private get room(): Room {
    const { width = 0, height = 0 } = this.element.parentElement?.getBoundingClientRect() ?? {};
    return { width, height };
  }

  /** Whether it was laid out in the room that there is now. */
  private get isLaid(): boolean {
    return sizeOf(this.room) === this.laidFor;
  }

  /** On which sides there is more of it. */
  private beyond(): Beyond {
    const { scrollLeft, scrollTop, scrollWidth: w, scrollHeight: high, clientWidth, clientHeight } = this.element;
    return beyond({ x: -scrollLeft, y: -scrollTop, w, h: high }, { w: clientWidth, h: clientHeight });
  }

  /** Whether any of what is selected is in view. */
  private seesSelection(): boolean {
    const { session: { selection, overview }, element } = this;
    const own = selection && overview ? this.placeOf(selection) : null;
    if (!own) return false;
    const { left, top, right, bottom } = element.getBoundingClientRect();
    return own.left < right && own.right > left && own.top < bottom && own.bottom > top;
  }

  private tellMore(): void {
    const { element, session, page } = this;
    if (session.overview) page.follow(element, this.room, this.beyond().down);
    page.makeRoom(element, this.more.element);
    const sides = session.overview ? this.beyond() : NOWHERE;
    if (this.isLaid) this.selectionSeen = this.seesSelection(); // in a window of another size it may scroll before it is laid out anew
    this.more.show(sides);
    this.texts.follow(element, page.sheet.offsetLeft, sides);
  }

  private fit(): void {
    const { element, page, room } = this;
    if (!room.width || element.hidden) return;
    element.classList.toggle("zoomed", page.lay(room));
    this.laidFor = sizeOf(room);
    page.makeRoom(element, this.more.element);
    const seen = this.selectionSeen;
    if (this.untouched) element.scrollTo(beginning(element, page.sheet, this.marks.all.map((mark) => mark.getBoundingClientRect()), page.narrow));
    if (this.untouched && seen) this.reveal(false);
    this.texts.read(this.marks.all, this.svg, this.bodies.heads());
    page.measureFigures(element);
    this.shortenFigures();
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

  // What marks stand for

  private standsAt(event: MouseEvent): Selection | null {
    const inside = this.bodies.markAt(event.target as Element, { x: event.clientX, y: event.clientY });
    if (inside !== undefined) return inside && this.bodies.stands(inside);
    return this.marks.standsAround(event.target as Element);
  }

  /** What the columns show beside the mark of a selection, where that counts more than what is selected. */
  counted({ op, group, card }: Selection): Counted | null {
    const { cards: { stacks }, cards } = this.session;
    return this.figures.at((kind, row) => {
      if (kind === "op") return op >= 0 && stacks.base("nodes", row) === stacks.base("nodes", op);
      if (op >= 0) return false;
      return group >= 0 ? stacks.base("groups", row) === stacks.base("groups", group) : card > 0 && cards.ofGroup(row) === card;
    });
  }

  /** Which copy of a card's stack it draws; see `OverviewMarks`. */
  drawnCopy(card: number): DrawnCopy | null {
    return this.marks.drawnCopy(card);
  }

  /** What it calls the far end of a wire into or out of a card; see `OverviewMarks`. */
  readonly wordsFor: OverviewMarks["wordsFor"] = (far, inner) => this.marks.wordsFor(far, inner);

  /** What its figures count which those of a layer do not; see `OverviewFigures`. */
  counts(mode: string): string {
    return this.figures.counts(mode, this.session.cards.stacks.names.length > 0);
  }

  /** Put the ring around what is selected. */
  private point(): void {
    const { session: { selection, overview }, element } = this;
    if (overview) this.notes.show(this.page.sheet.getBoundingClientRect());
    const inside = selection && overview ? this.bodies.place(selection) : null;
    const mark = selection && overview && !inside ? this.marks.around(selection) : null;
    const sides = this.beyond();
    this.ring.around(inside ?? mark?.getBoundingClientRect() ?? null, mark, element.getBoundingClientRect(), sides, this.page.sheet.getBoundingClientRect());
  }

  /** Select the nearest mark in a direction; see `OverviewWalk`. */
  step(direction: Direction): void {
    const next = this.walk.next(direction);
    if (next) this.acts.pick(next);
    this.reveal();
  }

  /** Bring what is selected into view, where all of it is not. `touch`: a reader has asked for it, and it does not begin anew in a window of another size. */
  reveal(touch = true): void {
    const { session: { selection }, element } = this;
    const own = selection && this.placeOf(selection);
    if (!own) return;
    if (touch) this.untouched = false;
    const [across, down] = this.roomIn();
    const move = touch ? toShow : toKeep;
    element.scrollBy(move({ from: own.left, to: own.right }, across), move({ from: own.top, to: own.bottom }, down));
  }

  /** It as a file, in the theme that is worn. */
  svgText(): string {
    this.bodies.shorten(Infinity);
    this.texts.whole();
    const text = this.styles.file(this.svg, this.isDark());
    this.shortenFigures();
    this.tellMore();
    return text;
  }
}
