// The overview: one page of the whole model, drawn in Python. Its marks know which op or group they stand for; all else is in their style sheet's hands.
import type { OverviewData } from "../data/page";
import type { Point } from "../draw/frame";
import type { Selection, Session } from "../state/session";
import { h } from "./dom";

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
const MOST = 8;
/** A pointer that has moved less is still a click, in pixels. */
const CLICK = 4;
const SHEET = `
  .sheet { position: relative; margin: auto; flex: none; }
  .sheet > svg { display: block; width: 100%; height: 100%; }
  .paper { fill: none; }
  [data-op], [data-unit] { cursor: pointer; }
  .ring { position: absolute; box-sizing: border-box; border: 2.5px solid var(--accent); border-radius: 7px; pointer-events: none; }
`;

export class OverviewPane {
  readonly element = h("div", { class: "overview", tabindex: 0, role: "application", "aria-roledescription": "overview" });
  private readonly svg: SVGSVGElement;
  private readonly ring = h("div", { class: "ring", hidden: true });
  private readonly sheet = h("div", { class: "sheet" });
  /** What is drawn; lines of figures are no marks of their own. */
  private readonly marks: SVGElement[];
  private readonly light = new CSSStyleSheet();
  private readonly dark = new CSSStyleSheet();
  private readonly own = new CSSStyleSheet();
  /** How much larger it is than fitted. */
  private zoomed = 1;
  private pressed: Point | null = null;
  private dragged = false;

  constructor(
    { svg, light, dark }: OverviewData,
    private readonly session: Session,
    private readonly isDark: () => boolean,
    private readonly acts: OverviewActs,
  ) {
    this.element.setAttribute("aria-label", `Overview of ${session.facts.name}. Arrow keys select a neighbour, Enter opens it in the drawing.`);
    this.svg = document.importNode(new DOMParser().parseFromString(svg, "image/svg+xml").documentElement, true) as unknown as SVGSVGElement;
    for (const title of this.svg.querySelectorAll("title")) title.remove(); // the page has a tip of its own
    this.marks = [...this.svg.querySelectorAll<SVGElement>(KNOWN)].filter((mark) => mark.ownerSVGElement !== this.svg);
    this.light.replaceSync(light);
    this.dark.replaceSync(dark);
    this.own.replaceSync(SHEET);
    this.sheet.append(this.svg, this.ring);
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
    new ResizeObserver(() => this.fit()).observe(element);
    sheet.addEventListener("click", (event) => !this.dragged && this.acts.pick(this.standsAt(event)));
    sheet.addEventListener("dblclick", (event) => this.standsAt(event) && this.acts.open());
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
    if (session.overview) this.fit();
    else this.acts.hover(null, { x: 0, y: 0 });
    if (focused && element.hidden) element.parentElement?.querySelector<HTMLElement>(".drawing")?.focus();
  }

  private wear(): void {
    const { element, light, dark, own } = this;
    if (element.shadowRoot) element.shadowRoot.adoptedStyleSheets = this.isDark() ? [light, dark, own] : [light, own];
  }

  // Size and place

  zoom(factor: number, at?: Point): void {
    const { element } = this;
    const { x, y } = at ?? { x: element.clientWidth / 2, y: element.clientHeight / 2 };
    const before = this.sheet.getBoundingClientRect();
    const { left, top } = element.getBoundingClientRect();
    const [partX, partY] = [(left + x - before.left) / before.width, (top + y - before.top) / before.height];
    this.zoomed = Math.min(MOST, Math.max(1, this.zoomed * factor));
    this.fit();
    element.scrollLeft = partX * this.sheet.offsetWidth - x;
    element.scrollTop = partY * this.sheet.offsetHeight - y;
  }

  /** All of it in view. */
  all(): void {
    this.zoomed = 1;
    this.fit();
  }

  private fit(): void {
    const { element, sheet } = this;
    const { width, height } = element.getBoundingClientRect();
    const [wide, high] = ["width", "height"].map((side) => Number(this.svg.getAttribute(side)));
    const scale = Math.min(width / wide, height / high, LARGEST) * this.zoomed;
    if (!(scale > 0)) return; // it is hidden
    element.classList.toggle("zoomed", this.zoomed > 1);
    sheet.style.width = `${scale * wide}px`;
    sheet.style.height = `${scale * high}px`;
    this.point();
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
    this.element.scrollBy(x - event.clientX, y - event.clientY);
    this.pressed = { x: event.clientX, y: event.clientY };
  }

  // What marks stand for

  private standsAt(event: Event): Selection | null {
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
      return this.marks.find((mark) => mark.dataset[kind] !== undefined && base(Number(mark.dataset[kind])) === base(row)) ?? null;
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
    const mark = selection && overview ? this.markOf(selection) : null;
    ring.hidden = !mark;
    if (!mark) return;
    const [around, own] = [this.sheet.getBoundingClientRect(), mark.getBoundingClientRect()];
    const edge = 3;
    const percent = (length: number, whole: number) => `${(100 * length) / whole}%`;
    ring.style.left = percent(own.left - around.left - edge, around.width);
    ring.style.top = percent(own.top - around.top - edge, around.height);
    ring.style.width = percent(own.width + 2 * edge, around.width);
    ring.style.height = percent(own.height + 2 * edge, around.height);
  }

  /** Select the nearest mark in a direction, the first where nothing is selected. */
  step(x: number, y: number): void {
    const { selection } = this.session;
    const from = selection ? this.markOf(selection) : null;
    const next = from ? this.nearest(from, x, y) : this.marks[0];
    if (next) this.acts.pick(this.stands(next));
  }

  private nearest(from: SVGElement, x: number, y: number): SVGElement | undefined {
    const middle = (mark: SVGElement) => {
      const { left, right, top, bottom } = mark.getBoundingClientRect();
      return { x: (left + right) / 2, y: (top + bottom) / 2 };
    };
    const start = middle(from);
    const far = (mark: SVGElement) => {
      const { x: right, y: down } = middle(mark);
      const [along, aside] = [x * (right - start.x) + y * (down - start.y), Math.abs(y * (right - start.x)) + Math.abs(x * (down - start.y))];
      return along > 1 && aside <= 2 * along ? along + 2 * aside : Infinity;
    };
    const found = this.marks.map((mark) => [far(mark), mark] as const).filter(([way]) => way < Infinity);
    return found.sort(([a], [b]) => a - b)[0]?.[1];
  }

  /** It as a file, in the theme that is worn. */
  svgText(): string {
    const copy = this.svg.cloneNode(true) as SVGSVGElement;
    const style = document.createElementNS("http://www.w3.org/2000/svg", "style");
    style.textContent = [this.light, ...(this.isDark() ? [this.dark] : [])].flatMap((sheet) => [...sheet.cssRules].map((rule) => rule.cssText)).join("");
    copy.prepend(style);
    return new XMLSerializer().serializeToString(copy);
  }
}
