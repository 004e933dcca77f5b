// The view as SVG: the same marks as on the canvas, as shapes and texts that other programs can edit.
import { visible, type Camera, type Size } from "../draw/camera";
import { overlaps, type Frame, type Line, type Mark, type Rect } from "../draw/frame";
import { BAR_GAP, DIM, kindWords, nameInk, sheets, type Look } from "../draw/look";
import { reach } from "../draw/paint";
import type { Font } from "../draw/text";
import { contrastInk, type Paint } from "../draw/theme";

const XML: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

export function escapeXml(text: string): string {
  // Control characters are not allowed in XML at all, not even escaped.
  // eslint-disable-next-line no-control-regex
  return text.replace(/[&<>"']/g, (sign) => XML[sign]).replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd");
}

class Writer {
  private readonly parts: string[] = [];

  constructor(
    private readonly look: Look,
    private readonly view: Rect,
  ) {}

  frame(frame: Frame, x: number, y: number): void {
    for (const line of frame.lines) this.line(line, x, y);
    for (const mark of frame.marks) {
      if (!overlaps(this.view, reach({ ...mark, x: x + mark.x, y: y + mark.y }))) continue;
      if (mark.form === "card") this.card(mark, x, y);
      else this.small(mark, x, y);
    }
  }

  done(size: Size): string {
    const { view, look } = this;
    const box = [view.x, view.y, view.w, view.h].map(tidy).join(" ");
    return (
      `<svg xmlns="http://www.w3.org/2000/svg" width="${tidy(size.w)}" height="${tidy(size.h)}" viewBox="${box}">` +
      `<rect x="${tidy(view.x)}" y="${tidy(view.y)}" width="${tidy(view.w)}" height="${tidy(view.h)}" fill="${look.theme.paper}"/>` +
      `${this.parts.join("")}</svg>\n`
    );
  }

  private rect(rect: Rect, radius: number, { fill, stroke }: Paint, width: number, dash: number[] = [], dim = false): void {
    const dashed = (dash.length ? ` stroke-dasharray="${dash.join(" ")}"` : "") + (dim ? ` opacity="${DIM}"` : "");
    this.parts.push(
      `<rect x="${tidy(rect.x)}" y="${tidy(rect.y)}" width="${tidy(rect.w)}" height="${tidy(rect.h)}" rx="${radius}" ` +
        `fill="${fill}" stroke="${stroke}" stroke-width="${width}"${dashed}/>`,
    );
  }

  /** A line of text; `more` follows it in a font and an ink of its own. */
  private text(font: Font, fill: string, text: string, x: number, y: number, anchor = "start", more?: { font: Font; fill: string; text: string }): void {
    if (!text) return;
    const gap = this.look.drafting.shape.textGap;
    const after = more?.text ? `<tspan dx="${gap}" ${fontOf(more.font)} fill="${more.fill}">${escapeXml(more.text)}</tspan>` : "";
    this.parts.push(
      `<text x="${tidy(x)}" y="${tidy(y)}" ${fontOf(font)} text-anchor="${anchor}" fill="${fill}">${escapeXml(text)}${after}</text>`,
    );
  }

  private small(mark: Mark, x: number, y: number): void {
    const { look } = this;
    const { theme, drafting: { fonts, shape } } = look;
    const { paint, bar } = look.tint(mark);
    const rect = { x: x + mark.x, y: y + mark.y, w: mark.w, h: mark.h };
    const dim = look.lit !== null && !look.lit.has(mark.key);
    this.rect(rect, mark.form === "pill" ? mark.h / 2 : shape.boxRound, paint, 1, [], dim);
    for (const tag of mark.tags) {
      this.rect({ x: rect.x + tag.x, y: rect.y + tag.y, w: tag.w, h: tag.h }, shape.chipRound, look.chip(tag.family), 1);
      this.text(fonts.chip, theme.ink.side, tag.text, rect.x + tag.x + tag.w / 2, rect.y + tag.y + tag.h / 2 + shape.chipDrop, "middle");
    }
    const middle = rect.y + rect.h / 2;
    const more = { font: fonts.small, fill: contrastInk(paint.fill, theme.ink.note, theme), text: mark.form === "pill" ? mark.detail : "" };
    this.text(mark.form === "pill" ? fonts.pill : fonts.op, contrastInk(paint.fill, nameInk(mark, look), theme), mark.title,
      rect.x + rect.w / 2, middle + shape.nameDrop, "middle", more);
    this.text(fonts.small, theme.ink.note, bar ? bar.text : mark.note, rect.x + rect.w + shape.noteGap, middle + shape.noteDrop);
    this.rings(mark, rect);
  }

  /** What the canvas rings: what was found and what is selected. */
  private rings(mark: Mark, rect: Rect): void {
    const { look } = this;
    const ring = (stroke: string, gap: number) =>
      this.rect({ x: rect.x - gap, y: rect.y - gap, w: rect.w + 2 * gap, h: rect.h + 2 * gap }, 8 + gap, { fill: "none", stroke }, 2.2);
    if (look.lit?.has(mark.key)) ring(look.theme.hit, 3);
    if (mark.key === look.selected) ring(look.theme.accent, 4);
  }

  private card(mark: Mark, x: number, y: number): void {
    const { look } = this;
    const { theme, drafting: { shape, loops } } = look;
    const { paint, bar } = look.tint(mark);
    const rect = { x: x + mark.x, y: y + mark.y, w: mark.w, h: mark.h };
    const behind = sheets(mark, shape);
    for (let sheet = behind; sheet > 0; sheet--) {
      this.rect({ ...rect, x: rect.x + shape.stackStep * sheet, y: rect.y + shape.stackStep * sheet }, shape.cardRound, theme.behind, theme.cardWidth);
    }
    const held = look.holders?.get(mark.key) ?? 0;
    const dim = look.lit !== null && !look.lit.has(mark.key) && !held;
    this.rect(rect, shape.cardRound, paint, theme.cardWidth, loops.has(mark.kind) ? theme.loopDash : [], dim);
    if (bar) {
      const colour = { fill: bar.colour, stroke: bar.colour };
      this.rect({ x: rect.x + rect.w + BAR_GAP + shape.stackStep * behind, y: rect.y, w: shape.heatBar, h: rect.h }, shape.barRound, colour, 0);
    }
    this.head(mark, rect, held, bar?.text ?? "");
    if (mark.inside) this.frame(mark.inside, rect.x + mark.inset.x, rect.y + mark.inset.y);
    this.rings(mark, rect);
  }

  /** A card's texts; `held` marks found in a closed card take the place of its figure. */
  private head(mark: Mark, rect: Rect, held: number, figure: string): void {
    const { theme, drafting: { fonts, shape } } = this.look;
    const [left, right] = [rect.x + shape.cardPad, rect.x + rect.w - shape.cardPad];
    const [first, second] = [rect.y + shape.lineOne, rect.y + shape.lineTwo];
    const found = held > 0 && !mark.inside;
    this.text(fonts.heat, found ? theme.hit : theme.ink.hot, found ? `${held} found` : figure, right, first, "end");
    this.text(fonts.title, nameInk(mark, this.look), mark.title, left, first, "start", { font: fonts.subtitle, fill: theme.ink.kind, text: kindWords(mark) });
    this.text(fonts.detail, theme.ink.detail, mark.detail, left, second);
    this.text(fonts.small, theme.ink.source, mark.corner, right, second, "end");
  }

  private line(line: Line, x: number, y: number): void {
    const { box } = line;
    if (!overlaps(this.view, { x: x + box.x - 8, y: y + box.y - 8, w: box.w + 16, h: box.h + 16 })) return;
    const { theme, drafting: { fonts, shape } } = this.look;
    const { stroke, width, dash } = theme.wires[line.kind] ?? theme.wires.data;
    const path = line.points.map((point, index) => `${index ? "L" : "M"}${tidy(x + point.x)} ${tidy(y + point.y)}`).join("");
    const dashed = dash.length ? ` stroke-dasharray="${dash.join(" ")}"` : "";
    this.parts.push(`<path d="${path}" fill="none" stroke="${stroke}" stroke-width="${width}"${dashed}/>`);
    const tip = line.points[line.points.length - 1];
    if (line.target >= 0) {
      const [tx, ty] = [x + tip.x, y + tip.y];
      this.parts.push(`<path d="M${tidy(tx)} ${tidy(ty)}l-${shape.arrowHalf} -${shape.arrow}h${2 * shape.arrowHalf}z" fill="${stroke}"/>`);
    }
    if (line.label && line.labelAt) {
      this.text(fonts.small, theme.ink.type, line.label, x + line.labelAt.x, y + line.labelAt.y, line.labelLeft ? "end" : "start");
    }
  }
}

function fontOf({ family, size, weight }: Font): string {
  return `font-size="${size}" font-family="${escapeXml(family.replace(/"/g, "'"))}" font-weight="${weight}"`;
}

/** What the canvas shows now, as SVG text of the canvas' size. */
export function svgOf(frame: Frame, camera: Camera, size: Size, look: Look): string {
  const writer = new Writer(look, visible(camera, size));
  writer.frame(frame, 0, 0);
  return writer.done(size);
}

function tidy(value: number): string {
  return String(Math.round(value * 100) / 100);
}
