// Paints a frame on a surface: only what is in view, in as much detail as can be read at the present zoom.
import type { Status } from "../data/difference";
import { overlaps, runningOn, sidesWithin, type Frame, type Mark, type Rect } from "./frame";
import { DIM, isDim, type Look } from "./look";
import { paintNoteSign } from "./notesign";
import { docks, heatBar, sheets } from "./parts";
import type { Surface } from "./surface";
import { widthOf } from "./text";
import { TextPainter } from "./texts";
import type { Paint, Theme } from "./theme";
import { paintLines } from "./wires";

/** An open card smaller than this on screen, in pixels, is drawn without what is in it. */
const BLOCK = 7;
/** A box lower than this on screen has no border; a chip whose letters are smaller than this is left out. */
const BORDERED = 6;
const CHIP_SEEN = 3;
/** How wide a ring is, in pixels, and how many such widths a mark must be high to have its rings on its border. */
const RING = 2.2;
const RINGED = 7;
/** The room of a sign of more at an edge of the window, in pixels. A ring goes on under it like all lines, or of a mark that is cut on all sides is closed beside it. */
const CUT = 22;
/** A badge is drawn larger where it would be smaller than this part of its size on screen, but not by more than so much. */
const BADGE_SEEN = 0.8;
const MOST_BADGE = 2.5;
/** Room beside the sign in a badge, as pictures have it, and what the border of a mark that differs keeps from it. */
const BADGE_PAD = 8;
const APART = 1.5;
/** On a dark ground a border has little contrast to lose: those of what is dimmed keep this much. */
const DARK_LINE_DIM = 0.8;
/** A bar tells an amount by its colour: it is dimmed less than the rest. */
const BAR_DIM = 0.6;

export interface Painted {
  marks: number;
  texts: number;
}

export class Painter {
  private marks = 0;
  /** On which sides there is more of the drawing: signs lie there. */
  private more = { left: false, right: false, up: false, down: false };
  private readonly texts: TextPainter;

  constructor(private readonly context: Surface) {
    this.texts = new TextPainter(context);
  }

  /** Draw what is in `view`, in the frame's coordinates; `scale` is CSS pixels for a pixel of the frame, and decides on the detail. */
  draw(frame: Frame, view: Rect, scale: number, look: Look): Painted {
    this.marks = 0;
    this.texts.count = 0;
    this.more = { left: view.x > 0, right: view.x + view.w < frame.w, up: view.y > 0, down: view.y + view.h < frame.h };
    this.frame(frame, 0, 0, view, scale, look);
    return { marks: this.marks, texts: this.texts.count };
  }

  /** @param end where the card around it ends, in the frame's coordinates. */
  private frame(frame: Frame, x: number, y: number, view: Rect, scale: number, look: Look, end = Infinity): void {
    const context = this.context;
    context.translate(x, y);
    const own = { x: view.x - x, y: view.y - y, w: view.w, h: view.h };
    this.texts.labels(paintLines(context, frame.lines, own, scale, look), scale, look);
    const seen = frame.marks.filter((mark) => overlaps(own, reach(mark)));
    this.marks += seen.length;
    this.small(seen, scale, look);
    for (const mark of seen) if (mark.form === "card") this.card(mark, own, scale, look);
    this.texts.marks(seen, own, scale, look, end);
    context.translate(-x, -y);
  }

  /** Boxes and pills. Those of one colour are one path: a canvas fills that much faster than thousands of paths. */
  private small(marks: Mark[], scale: number, look: Look): void {
    const context = this.context;
    const batches = new Map<Paint, Mark[]>();
    const dimmed = new Map<Paint, Mark[]>();
    for (const mark of marks) {
      if (mark.form === "card") continue;
      const { paint } = look.tint(mark);
      const own = isDim(mark, look) ? dimmed : batches;
      const batch = own.get(paint);
      if (batch) batch.push(mark);
      else own.set(paint, [mark]);
    }
    for (const [paint, own] of batches) this.boxes(own, paint, scale, look, false);
    for (const [paint, own] of dimmed) this.boxes(own, paint, scale, look, true);
    context.globalAlpha = 1;
    for (const mark of marks) {
      if (mark.form === "card") continue;
      this.chips(mark, scale, look);
      this.difference(mark, scale, look);
      this.rings(mark, scale, look);
      this.badges(mark, scale, look);
    }
  }

  private boxes(marks: Mark[], paint: Paint, scale: number, { theme, drafting: { shape } }: Look, dim: boolean): void {
    const context = this.context;
    context.globalAlpha = dim ? DIM : 1;
    context.fillStyle = paint.fill;
    context.beginPath();
    for (const mark of marks) round(context, mark, mark.form === "pill" ? mark.h / 2 : shape.boxRound, scale);
    context.fill();
    if (scale * marks[0].h < BORDERED) return;
    context.strokeStyle = paint.stroke;
    context.lineWidth = scale < 0.5 ? 0.6 / scale : 1;
    if (dim) context.globalAlpha = lineDim(theme);
    context.stroke();
  }

  private card(mark: Mark, view: Rect, scale: number, look: Look): void {
    const context = this.context;
    const { theme, drafting: { shape, loops } } = look;
    const dim = isDim(mark, look);
    const { paint, bar } = look.tint(mark);
    for (const sheet of sheets(mark, shape)) this.plate(sheet, theme.behind, scale, look, dim);
    this.plate(mark, paint, scale, look, dim, scale > 0.2 && loops.has(mark.kind) ? theme.loopDash : []);
    if (bar) {
      context.globalAlpha = dim ? BAR_DIM : 1;
      context.fillStyle = bar.colour;
      context.beginPath();
      round(context, heatBar(mark, shape), shape.barRound, scale);
      context.fill();
      if (theme.dark) this.outline(theme.ink.note, scale); // the least amounts have nearly the ground's colour
    }
    context.globalAlpha = 1;
    this.chips(mark, scale, look);
    this.difference(mark, scale, look);
    if (mark.inside && Math.max(mark.w, mark.h) * scale > BLOCK) {
      context.save();
      this.frame(mark.inside, mark.x + mark.inset.x, mark.y + mark.inset.y, view, scale, look, mark.w - mark.inset.x);
      context.restore();
    }
    this.rings(mark, scale, look, view);
    this.badges(mark, scale, look);
  }

  /** A thin line around what was filled last. */
  private outline(colour: string, scale: number): void {
    this.context.strokeStyle = colour;
    this.context.lineWidth = 0.5 / Math.max(scale, 0.5);
    this.context.stroke();
  }

  private plate(rect: Rect, paint: Paint, scale: number, { theme, drafting: { shape } }: Look, dim: boolean, dash: number[] = []): void {
    const context = this.context;
    context.globalAlpha = dim ? DIM : 1;
    context.beginPath();
    round(context, rect, shape.cardRound, scale);
    context.fillStyle = paint.fill;
    context.fill();
    context.strokeStyle = paint.stroke;
    context.lineWidth = scale < 0.6 ? 0.7 / scale : theme.cardWidth;
    context.setLineDash(dash);
    if (dim) context.globalAlpha = lineDim(theme);
    context.stroke();
    if (dash.length) context.setLineDash([]);
  }

  /** On the border of what is selected or else was found, where no text and no arrow is; around a mark that is too small for that. At an edge of the view that cuts the mark its ring is open; a mark that is cut on all sides has a dashed one at the edges. */
  private rings(mark: Mark, scale: number, { theme, lit, selected, drafting: { shape } }: Look, view: Rect | null = null): void {
    const chosen = mark.key === selected;
    if (!chosen && !lit?.has(mark.key)) return;
    const wide = Math.max(RING, RING / scale);
    const within = mark.h > RINGED * wide;
    const corner = mark.form === "card" ? shape.cardRound : mark.form === "pill" ? mark.h / 2 : shape.boxRound;
    const away = within ? 0 : wide;
    const context = this.context;
    const ring = { x: mark.x - away, y: mark.y - away, w: mark.w + 2 * away, h: mark.h + 2 * away };
    const sides = view && sidesWithin(ring, this.clear(view, CUT / scale));
    context.strokeStyle = chosen ? theme.accent : theme.hit;
    context.lineWidth = wide;
    if (!view || !sides?.some(({ cut }) => cut)) {
      context.beginPath();
      round(context, ring, corner + away, scale);
      context.stroke();
      return;
    }
    const inside = sides.every(({ cut }) => cut);
    context.setLineDash(inside ? [3 * wide, 2 * wide] : []);
    context.beginPath();
    for (const { from, to } of inside ? sides : runningOn(sides, view).filter(({ cut }) => !cut)) {
      context.moveTo(from.x, from.y);
      context.lineTo(to.x, to.y);
    }
    context.stroke();
    context.setLineDash([]);
  }

  /** The view without the signs of more at its edges. */
  private clear({ x, y, w, h }: Rect, sign: number): Rect {
    const { left, right, up, down } = this.more;
    return { x: left ? x + sign : x, y: up ? y + sign : y, w: w - sign * (Number(left) + Number(right)), h: h - sign * (Number(up) + Number(down)) };
  }

  /** Of a mark that is not the same in both graphs that are drawn as one: its border. */
  private difference(mark: Mark, scale: number, look: Look): void {
    const found = look.differs(mark);
    if (!found) return;
    const context = this.context;
    const { theme, drafting: { shape } } = look;
    const { veil, veiled } = theme.differs[found.status];
    const corner = mark.form === "card" ? shape.cardRound : mark.form === "pill" ? mark.h / 2 : shape.boxRound;
    context.beginPath();
    round(context, { x: mark.x - APART, y: mark.y - APART, w: mark.w + 2 * APART, h: mark.h + 2 * APART }, corner + 1, scale);
    if (veiled) {
      context.globalAlpha = veiled;
      context.fillStyle = veil;
      context.fill();
      context.globalAlpha = 1;
    }
    this.diffBorder(found.status, scale, look);
  }

  /** And badges, over the ring of what is selected: on its upper left corner how it differs, on the right one what was found. */
  private badges(mark: Mark, scale: number, look: Look): void {
    const { theme } = look;
    const [differs, found] = [look.differs(mark), look.found(mark)];
    if (differs) this.badge(mark, differs.text, theme.differs[differs.status].badge, 0, scale, look);
    if (found) this.badge(mark, found.text, theme.found[found.severity], mark.w, scale, look);
    const noted = look.noted?.(mark);
    if (noted) paintNoteSign(this.context, mark, noted, scale, theme);
  }

  /** A badge on one of the upper corners, `along` the upper edge. */
  private badge(mark: Mark, text: string, ground: string, along: number, scale: number, look: Look): void {
    const context = this.context;
    const { drafting: { shape, fonts } } = look;
    if (mark.form !== "card" && scale * fonts.badge.size < CHIP_SEEN) return;
    const size = Math.min(MOST_BADGE, Math.max(1, BADGE_SEEN / scale));
    const high = size * shape.badgeHigh;
    const wide = Math.max(size * (widthOf(context, fonts.badge.css, text) + BADGE_PAD), high);
    const place = { x: mark.x + along + (along ? high / 2 - wide : -high / 2), y: mark.y - size * shape.badgeRise, w: wide, h: high };
    context.beginPath();
    round(context, place, along ? shape.foundRound : high / 2, scale);
    context.fillStyle = ground;
    context.fill();
    this.texts.badge(text, place.x + wide / 2, place.y + high / 2, size, look);
  }

  /** The border of the current path that says how what is in it differs. */
  private diffBorder(status: Status, scale: number, { theme }: Look): void {
    const context = this.context;
    const { stroke, width, dash } = theme.differs[status];
    const wider = Math.max(1, 0.6 / scale);
    context.strokeStyle = stroke;
    context.lineWidth = width * wider;
    context.setLineDash(dash.map((part) => part * wider));
    context.stroke();
    context.setLineDash([]);
  }

  private chips(mark: Mark, scale: number, look: Look): void {
    const { fonts, shape } = look.drafting;
    if (!mark.tags.length || scale * fonts.chip.size < CHIP_SEEN) return;
    const context = this.context;
    context.beginPath();
    for (const line of docks(mark, shape)) line.forEach(({ x, y }, index) => (index ? context.lineTo(x, y) : context.moveTo(x, y)));
    context.strokeStyle = look.theme.dock;
    context.lineWidth = 1;
    context.stroke();
    for (const tag of mark.tags) {
      const paint = look.chip(tag.family);
      const dim = look.pale?.chip(tag) ?? false;
      context.globalAlpha = dim ? DIM : 1;
      const x = mark.x + tag.x;
      const y = mark.y + tag.y;
      context.beginPath();
      round(context, { x, y, w: tag.w, h: tag.h }, shape.chipRound, scale);
      context.fillStyle = paint.fill;
      context.fill();
      context.strokeStyle = paint.stroke;
      context.lineWidth = 1;
      context.stroke();
      context.globalAlpha = 1;
      const differs = look.chipDiffers(tag.op);
      if (differs) this.diffBorder(differs, scale, look);
      this.texts.chip(tag.text, x + tag.w / 2, y + tag.h / 2, tag.w - 8, scale, look);
    }
  }
}

function lineDim({ dark }: Theme): number {
  return dark ? DARK_LINE_DIM : DIM;
}

/** The room in which a mark may have painted something: rings, chips, a note, the cards of a stack. Asked for every mark in every frame. */
function reach({ x, y, w, h, tags }: Mark): Rect {
  let [left, top, bottom] = [0, 0, h];
  for (const tag of tags) {
    left = Math.min(left, tag.x);
    top = Math.min(top, tag.y);
    bottom = Math.max(bottom, tag.y + tag.h);
  }
  return { x: x + left - 40, y: y + top - 12, w: w - left + 200, h: bottom - top + 24 };
}

/** A rounded rectangle as part of the current path; square where the corner would not be seen. */
function round(context: Surface, rect: Rect, radius: number, scale: number): void {
  if (radius * scale < 1.5) context.rect(rect.x, rect.y, rect.w, rect.h);
  else context.roundRect(rect.x, rect.y, rect.w, rect.h, Math.min(radius, rect.w / 2, rect.h / 2));
}
