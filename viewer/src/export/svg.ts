// The view as SVG: the same marks as on the canvas, as shapes and texts that other programs can edit.
import { visible, type Camera, type Size } from "../draw/camera";
import { overlaps, type Frame, type Line, type Mark, type Rect } from "../draw/frame";
import { DIM, type Look } from "../draw/paint";
import { contrastInk } from "../draw/theme";
import { MONO, SANS } from "../draw/text";

const XML: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const LOOPS = new Set(["while", "cond", "body", "if", "branch"]);

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
      if (!overlaps(this.view, { x: x + mark.x - 40, y: y + mark.y - 12, w: mark.w + 160, h: mark.h + 24 })) continue;
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

  private rect(rect: Rect, radius: number, fill: string, stroke: string, width: number, dash = "", dim = false): void {
    const dashed = (dash ? ` stroke-dasharray="${dash}"` : "") + (dim ? ` opacity="${DIM}"` : "");
    this.parts.push(
      `<rect x="${tidy(rect.x)}" y="${tidy(rect.y)}" width="${tidy(rect.w)}" height="${tidy(rect.h)}" rx="${radius}" ` +
        `fill="${fill}" stroke="${stroke}" stroke-width="${width}"${dashed}/>`,
    );
  }

  private text(text: string, x: number, y: number, size: number, fill: string, anchor = "start", weight = 400, mono = false): void {
    if (!text) return;
    const font = (mono ? MONO : SANS).replace(/"/g, "'");
    this.parts.push(
      `<text x="${tidy(x)}" y="${tidy(y)}" font-size="${size}" font-family="${font}" font-weight="${weight}" ` +
        `text-anchor="${anchor}" fill="${fill}">${escapeXml(text)}</text>`,
    );
  }

  private small(mark: Mark, x: number, y: number): void {
    const { theme } = this.look;
    const { paint, bar } = this.look.tint(mark);
    const rect = { x: x + mark.x, y: y + mark.y, w: mark.w, h: mark.h };
    const dim = this.look.lit !== null && !this.look.lit.has(mark.key);
    this.rect(rect, mark.form === "pill" ? mark.h / 2 : 5, paint.fill, paint.stroke, 1, "", dim);
    for (const tag of mark.tags) {
      const family = this.look.family(tag.family);
      this.rect({ x: rect.x + tag.x, y: rect.y + tag.y, w: tag.w, h: tag.h }, tag.h / 2, family.fill, family.stroke, 1);
      this.text(tag.text, rect.x + tag.x + tag.w / 2, rect.y + tag.y + tag.h / 2 + 3.6, 10, theme.soft, "middle", 400, true);
    }
    const weight = mark.form === "pill" ? 600 : 400;
    this.text(mark.title, rect.x + rect.w / 2, rect.y + rect.h / 2 + 4.4, mark.form === "pill" ? 13 : 12.5, contrastInk(paint.fill, theme), "middle", weight);
    this.text(bar ? bar.text : mark.note, rect.x + rect.w + 8, rect.y + rect.h / 2 + 4, 10.5, theme.soft, "start", 400, true);
    this.rings(mark, rect);
  }

  /** What the canvas rings: what was found and what is selected. */
  private rings(mark: Mark, rect: Rect): void {
    const { look } = this;
    const ring = (colour: string, gap: number) =>
      this.rect({ x: rect.x - gap, y: rect.y - gap, w: rect.w + 2 * gap, h: rect.h + 2 * gap }, 8 + gap, "none", colour, 2.2);
    if (look.lit?.has(mark.key)) ring(look.theme.hit, 3);
    if (mark.key === look.selected) ring(look.theme.accent, 4);
  }

  private card(mark: Mark, x: number, y: number): void {
    const { theme } = this.look;
    const { paint, bar } = this.look.tint(mark);
    const rect = { x: x + mark.x, y: y + mark.y, w: mark.w, h: mark.h };
    for (let sheet = Math.min(3, mark.count - 1); sheet > 0; sheet--) {
      this.rect({ ...rect, x: rect.x + 5 * sheet, y: rect.y + 5 * sheet }, 9, theme.stackFill, theme.cardStroke, 1);
    }
    const held = this.look.holders?.get(mark.key) ?? 0;
    const dim = this.look.lit !== null && !this.look.lit.has(mark.key) && !held;
    this.rect(rect, 9, paint.fill, paint.stroke, 1.2, mark.kind === "while" || mark.kind === "if" ? "5 3" : "", dim);
    if (bar) {
      this.rect({ x: rect.x + rect.w + 7 + 5 * Math.min(3, mark.count - 1), y: rect.y, w: 6, h: rect.h }, 3, bar.colour, bar.colour, 0);
      if (!held || mark.inside) this.text(bar.text, rect.x + rect.w - 12, rect.y + 21, 12, theme.heatText, "end", 600);
    }
    const subtitle = mark.count > 1 ? `${mark.subtitle} ×${mark.count}`.trim() : mark.subtitle;
    this.parts.push(
      `<text x="${tidy(rect.x + 14)}" y="${tidy(rect.y + 21)}" font-size="14" font-family="${SANS}" font-weight="600" ` +
        `fill="${LOOPS.has(mark.kind) ? theme.loopText : theme.text}">${escapeXml(mark.title)}` +
        `<tspan dx="8" font-size="13" font-weight="400" fill="${theme.soft}">${escapeXml(subtitle)}</tspan></text>`,
    );
    this.text(mark.detail, rect.x + 14, rect.y + 38, 11, theme.soft, "start", 400, true);
    this.text(mark.corner, rect.x + rect.w - 12, rect.y + 38, 10.5, theme.link, "end", 400, true);
    if (held && !mark.inside) this.text(`${held} found`, rect.x + rect.w - 12, rect.y + 21, 12, theme.hit, "end", 600);
    if (mark.inside) this.frame(mark.inside, rect.x + mark.inset.x, rect.y + mark.inset.y);
    this.rings(mark, rect);
  }

  private line(line: Line, x: number, y: number): void {
    const { box } = line;
    if (!overlaps(this.view, { x: x + box.x - 8, y: y + box.y - 8, w: box.w + 16, h: box.h + 16 })) return;
    const { theme } = this.look;
    const stroke = line.kind === "next" ? theme.wireNext : theme.wire;
    const path = line.points.map((point, index) => `${index ? "L" : "M"}${tidy(x + point.x)} ${tidy(y + point.y)}`).join("");
    const dash = line.kind === "data" || line.kind === "bundle" ? "" : ' stroke-dasharray="4 3"';
    this.parts.push(`<path d="${path}" fill="none" stroke="${stroke}" stroke-width="${line.kind === "bundle" ? 2.8 : 1.4}"${dash}/>`);
    const tip = line.points[line.points.length - 1];
    if (line.target >= 0) {
      const [tx, ty] = [x + tip.x, y + tip.y];
      this.parts.push(`<path d="M${tidy(tx)} ${tidy(ty)}l-3.6 -8h7.2z" fill="${stroke}"/>`);
    }
    if (line.label && line.labelAt) {
      this.text(line.label, x + line.labelAt.x, y + line.labelAt.y, 10.5, theme.soft, line.labelLeft ? "end" : "start", 400, true);
    }
  }
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
