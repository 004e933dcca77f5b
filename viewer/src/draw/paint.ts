// Paints a frame on a canvas: only what is in view, in as much detail as can be read at the present zoom.
import { visible, type Camera, type Size } from "./camera";
import { overlaps, type Frame, type Line, type Mark, type Rect } from "./frame";
import { FONT, shorten, widthOf } from "./text";
import { contrastInk, type Paint, type Theme } from "./theme";

/** What a mark looks like in the present colour mode. */
export interface Tint {
  /** The same object for marks of the same colours. */
  paint: Paint;
  /** The bar beside a card and the words in its head; null without a figure. */
  bar: { colour: string; text: string } | null;
}

export interface Look {
  theme: Theme;
  tint(mark: Mark): Tint;
  family(name: string): Paint;
  selected: number | null;
  /** Marks to point out (search hits, traced ops); null dims nothing. */
  lit: Set<number> | null;
  /** Marks that hold lit marks inside, with how many. */
  holders: Map<number, number> | null;
}

/** Screen pixels below which an open card is drawn as one plain block. */
const BLOCK = 7;
/** Font pixels on screen below which a text is left out. */
const READABLE = 4.4;
export const DIM = 0.32;
/** The height of an op's box in the drawing. */
const BOX = 28;

export interface Painted {
  marks: number;
  texts: number;
}

export class Painter {
  private counts: Painted = { marks: 0, texts: 0 };
  /** The colour behind a text that wires may cross; empty for none. */
  private halo = "";

  constructor(private readonly context: CanvasRenderingContext2D) {}

  /** Draw everything; `ratio` is device pixels for a CSS pixel. */
  draw(frame: Frame, camera: Camera, size: Size, ratio: number, look: Look): Painted {
    const context = this.context;
    this.counts = { marks: 0, texts: 0 };
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.globalAlpha = 1;
    context.fillStyle = look.theme.paper;
    context.fillRect(0, 0, size.w * ratio, size.h * ratio);
    const scale = camera.scale * ratio;
    context.setTransform(scale, 0, 0, scale, -camera.x * scale, -camera.y * scale);
    this.frame(frame, 0, 0, visible(camera, size), camera.scale, look);
    return this.counts;
  }

  private frame(frame: Frame, x: number, y: number, view: Rect, scale: number, look: Look): void {
    const context = this.context;
    context.translate(x, y);
    const own = { x: view.x - x, y: view.y - y, w: view.w, h: view.h };
    this.lines(frame.lines, own, scale, look);
    const seen = frame.marks.filter((mark) => overlaps(own, { x: mark.x - 40, y: mark.y - 12, w: mark.w + 160, h: mark.h + 24 }));
    this.counts.marks += seen.length;
    this.small(seen, scale, look);
    for (const mark of seen) if (mark.form === "card") this.card(mark, own, scale, look);
    this.labels(seen, scale, look);
    context.translate(-x, -y);
  }

  /** Boxes and pills, all of one colour in one go. */
  private small(marks: Mark[], scale: number, look: Look): void {
    const context = this.context;
    const batches = new Map<Paint, Mark[]>();
    const dimmed = new Map<Paint, Mark[]>();
    for (const mark of marks) {
      if (mark.form === "card") continue;
      const { paint } = look.tint(mark);
      const own = look.lit !== null && !look.lit.has(mark.key) ? dimmed : batches;
      const batch = own.get(paint);
      if (batch) batch.push(mark);
      else own.set(paint, [mark]);
    }
    for (const [paint, own] of batches) this.boxes(own, paint, scale);
    context.globalAlpha = DIM;
    for (const [paint, own] of dimmed) this.boxes(own, paint, scale);
    context.globalAlpha = 1;
    for (const mark of marks) {
      if (mark.form !== "card") this.tags(mark, scale, look);
      if (look.lit?.has(mark.key)) this.ring(mark, look.theme.hit, scale, 3);
      if (mark.key === look.selected) this.ring(mark, look.theme.accent, scale, 4);
    }
  }

  private boxes(marks: Mark[], paint: Paint, scale: number): void {
    const context = this.context;
    context.fillStyle = paint.fill;
    context.beginPath();
    for (const mark of marks) round(context, mark, mark.form === "pill" ? mark.h / 2 : 5, scale);
    context.fill();
    if (scale * BOX < 6) return;
    context.strokeStyle = paint.stroke;
    context.lineWidth = scale < 0.5 ? 0.6 / scale : 1;
    context.stroke();
  }

  private card(mark: Mark, view: Rect, scale: number, look: Look): void {
    const context = this.context;
    const { theme } = look;
    const loop = LOOPS.has(mark.kind);
    const dim = look.lit !== null && !look.lit.has(mark.key) && !look.holders?.has(mark.key);
    context.globalAlpha = dim ? DIM : 1;
    const { paint, bar } = look.tint(mark);
    const sheets = Math.min(3, mark.count - 1);
    for (let sheet = sheets; sheet > 0; sheet--) {
      const off = sheet * 5;
      this.plate({ x: mark.x + off, y: mark.y + off, w: mark.w, h: mark.h }, theme.stackFill, theme.cardStroke, 9, scale, []);
    }
    const dashed = loop && scale > 0.2 && (mark.kind === "while" || mark.kind === "if") ? [5, 3] : [];
    this.plate(mark, paint.fill, paint.stroke, 9, scale, dashed);
    if (bar) {
      context.fillStyle = bar.colour;
      context.beginPath();
      round(context, { x: mark.x + mark.w + 7 + 5 * sheets, y: mark.y, w: 6, h: mark.h }, 3, scale);
      context.fill();
    }
    context.globalAlpha = 1;
    this.tags(mark, scale, look);
    if (mark.inside) {
      if (Math.max(mark.w, mark.h) * scale > BLOCK) {
        context.save();
        this.frame(mark.inside, mark.x + mark.inset.x, mark.y + mark.inset.y, view, scale, look);
        context.restore();
      }
    }
    if (look.lit?.has(mark.key)) this.ring(mark, theme.hit, scale, 3);
    if (mark.key === look.selected) this.ring(mark, theme.accent, scale, 4);
  }

  private plate(rect: Rect, fill: string, stroke: string, radius: number, scale: number, dash: number[]): void {
    const context = this.context;
    context.beginPath();
    round(context, rect, radius, scale);
    context.fillStyle = fill;
    context.fill();
    context.strokeStyle = stroke;
    context.lineWidth = scale < 0.6 ? 0.7 / scale : 1.2;
    context.setLineDash(dash);
    context.stroke();
    if (dash.length) context.setLineDash([]);
  }

  private ring(mark: Rect, colour: string, scale: number, gap: number): void {
    const context = this.context;
    const away = Math.max(gap, 2 / scale);
    context.beginPath();
    round(context, { x: mark.x - away, y: mark.y - away, w: mark.w + 2 * away, h: mark.h + 2 * away }, 8 + away, scale);
    context.strokeStyle = colour;
    context.lineWidth = Math.max(2.2, 2 / scale);
    context.stroke();
  }

  private tags(mark: Mark, scale: number, look: Look): void {
    if (!mark.tags.length || scale * 10 < 3) return;
    const context = this.context;
    const text = scale * 10 >= READABLE;
    for (const tag of mark.tags) {
      const paint = look.family(tag.family);
      const x = mark.x + tag.x;
      const y = mark.y + tag.y;
      context.beginPath();
      round(context, { x, y, w: tag.w, h: tag.h }, tag.h / 2, scale);
      context.fillStyle = paint.fill;
      context.fill();
      context.strokeStyle = mix(paint.stroke, look.theme);
      context.lineWidth = 1;
      context.stroke();
      if (text) this.text(FONT.tag, look.theme.soft, tag.text, x + tag.w / 2, y + tag.h / 2 + 3.6, "center", tag.w - 8);
    }
  }

  /** The texts of the marks, each only where it can be read. */
  private labels(marks: Mark[], scale: number, look: Look): void {
    const { theme } = look;
    for (const mark of marks) {
      if (mark.form === "card") {
        this.head(mark, scale, look);
        continue;
      }
      if (scale * 12.5 < READABLE) continue;
      const { paint, bar } = look.tint(mark);
      const font = mark.form === "pill" ? FONT.pill : FONT.box;
      const middle = mark.y + mark.h / 2;
      const ink = contrastInk(paint.fill, theme);
      this.text(font, ink, mark.title, mark.x + mark.w / 2, middle + 4.4, "center", mark.w - 8);
      const beside = bar ? bar.text : mark.note;
      if (beside) this.text(FONT.note, theme.soft, beside, mark.x + mark.w + 8, middle + 4, "left", Infinity);
    }
  }

  private head(mark: Mark, scale: number, look: Look): void {
    const { theme } = look;
    const loop = LOOPS.has(mark.kind);
    const { bar } = look.tint(mark);
    const left = mark.x + 14;
    const top = mark.y + mark.head;
    const ink = loop ? theme.loopText : theme.text;
    if (scale * 14 < 6.2) {
      this.overview(mark, scale, look, ink);
      return;
    }
    let room = mark.w - 26;
    // While a search is lit, what a closed card holds of it takes the place of its figure.
    const held = mark.inside ? 0 : (look.holders?.get(mark.key) ?? 0);
    const aside = held ? `${held} found` : (bar?.text ?? "");
    if (aside) {
      this.text(FONT.heat, held ? theme.hit : theme.heatText, aside, mark.x + mark.w - 12, top + 21, "right", room);
      room -= widthOf(this.context, FONT.heat, aside) + 10;
    }
    this.halo = mark.inside ? look.tint(mark).paint.fill : "";
    const title = this.text(FONT.title, ink, mark.title, left, top + 21, "left", room);
    const subtitle = mark.count > 1 ? `${mark.subtitle} ×${mark.count}`.trim() : mark.subtitle;
    if (subtitle) this.text(FONT.subtitle, theme.soft, subtitle, left + title + 8, top + 21, "left", room - title - 8);
    if (scale * 11 < READABLE) {
      this.halo = "";
      return;
    }
    const corner = mark.corner ? widthOf(this.context, FONT.corner, mark.corner) + 12 : 0;
    if (mark.detail) this.text(FONT.detail, theme.soft, mark.detail, left, top + 38, "left", mark.w - 26 - corner);
    if (mark.corner) this.text(FONT.corner, theme.link, mark.corner, mark.x + mark.w - 12, top + 38, "right", mark.w - 26);
    this.halo = "";
  }

  /** From far away a card's title is written as large as the screen needs, where the card has the room. */
  private overview(mark: Mark, scale: number, look: Look, ink: string): void {
    const size = (mark.inside ? 10.5 : 11.5) / scale;
    const [wide, high] = [mark.w * scale, mark.h * scale];
    if (mark.inside ? wide < 70 || high < 60 : wide < 30 || mark.h < size * 1.25) return;
    const context = this.context;
    const font = `600 ${mark.inside ? 10.5 : 11.5}px Inter, Helvetica, Arial, sans-serif`;
    const text = shorten(context, font, mark.title, wide - 10, true);
    if (text.length < 3 && text !== mark.title) return;
    context.save();
    context.translate(mark.x + 5 / scale, mark.y + (mark.inside ? size * 1.3 : Math.min(mark.h / 2 + size * 0.36, size * 1.35)));
    context.scale(1 / scale, 1 / scale);
    this.halo = mark.inside ? look.tint(mark).paint.fill : "";
    this.text(font, ink, text, 0, 0, "left", Infinity);
    this.halo = "";
    context.restore();
  }

  private text(font: string, ink: string, text: string, x: number, y: number, align: CanvasTextAlign, room: number): number {
    const context = this.context;
    const short = room === Infinity ? text : shorten(context, font, text, room);
    if (!short) return 0;
    context.font = font;
    context.textAlign = align;
    if (this.halo) {
      context.strokeStyle = this.halo;
      context.lineWidth = 5;
      context.lineJoin = "round";
      context.strokeText(short, x, y);
    }
    context.fillStyle = ink;
    context.fillText(short, x, y);
    this.counts.texts++;
    return room === Infinity ? 0 : widthOf(context, font, short);
  }

  private lines(lines: Line[], view: Rect, scale: number, look: Look): void {
    const context = this.context;
    const { theme } = look;
    const least = 3 / scale;
    const seen = lines.filter(
      ({ box }) => box.w + box.h > least && overlaps(view, { x: box.x - 8, y: box.y - 8, w: box.w + 16, h: box.h + 16 }),
    );
    const kinds = new Set(seen.map((line) => line.kind));
    for (const kind of kinds) {
      const own = seen.filter((line) => line.kind === kind);
      context.strokeStyle = kind === "next" ? theme.wireNext : theme.wire;
      context.fillStyle = context.strokeStyle;
      context.lineWidth = (scale < 0.5 ? 0.7 / scale : 1.4) * (kind === "bundle" ? 2 : 1);
      context.setLineDash(SOLID.has(kind) || scale < 0.2 ? [] : [4, 3]);
      context.beginPath();
      for (const line of own) corners(context, line.points, scale > 0.4 ? 5 : 0);
      context.stroke();
      context.setLineDash([]);
      if (scale > 0.3) {
        context.beginPath();
        for (const line of own) if (line.target >= 0) arrow(context, line.points);
        context.fill();
      }
    }
    if (scale * 10.5 < READABLE) return;
    for (const line of seen) {
      if (!line.label || !line.labelAt) continue;
      const align = line.labelLeft ? "right" : "left";
      this.text(FONT.label, theme.soft, line.label, line.labelAt.x, line.labelAt.y, align, Infinity);
    }
  }
}

const SOLID = new Set(["data", "bundle"]);
const LOOPS = new Set(["while", "cond", "body", "if", "branch"]);

function mix(stroke: string, theme: Theme): string {
  return theme.dark ? stroke : `${stroke}88`;
}

/** A rounded rectangle as part of the current path; square where the corner would not be seen. */
function round(context: CanvasRenderingContext2D, rect: Rect, radius: number, scale: number): void {
  if (radius * scale < 1.5) context.rect(rect.x, rect.y, rect.w, rect.h);
  else context.roundRect(rect.x, rect.y, rect.w, rect.h, Math.min(radius, rect.w / 2, rect.h / 2));
}

/** A polyline with its corners rounded. */
function corners(context: CanvasRenderingContext2D, points: { x: number; y: number }[], radius: number): void {
  if (points.length < 2) return;
  context.moveTo(points[0].x, points[0].y);
  for (let index = 1; index < points.length - 1; index++) {
    const [before, at, after] = [points[index - 1], points[index], points[index + 1]];
    const reach = Math.min(
      radius,
      Math.hypot(at.x - before.x, at.y - before.y) / 2,
      Math.hypot(after.x - at.x, after.y - at.y) / 2,
    );
    if (reach > 0.5) context.arcTo(at.x, at.y, after.x, after.y, reach);
    else context.lineTo(at.x, at.y);
  }
  const last = points[points.length - 1];
  context.lineTo(last.x, last.y);
}

function arrow(context: CanvasRenderingContext2D, points: { x: number; y: number }[]): void {
  const tip = points[points.length - 1];
  let from = points[points.length - 2];
  for (let index = points.length - 3; index >= 0 && from.x === tip.x && from.y === tip.y; index--) from = points[index];
  const length = Math.hypot(tip.x - from.x, tip.y - from.y);
  if (!length) return;
  const ux = (tip.x - from.x) / length;
  const uy = (tip.y - from.y) / length;
  context.moveTo(tip.x, tip.y);
  context.lineTo(tip.x - 8 * ux + 3.6 * uy, tip.y - 8 * uy - 3.6 * ux);
  context.lineTo(tip.x - 8 * ux - 3.6 * uy, tip.y - 8 * uy + 3.6 * ux);
  context.closePath();
}
