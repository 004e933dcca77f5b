// The view as SVG. The painter of the canvas draws on a surface that writes elements, so that other programs can edit shapes and texts.
import { visible, type Camera, type Size } from "../draw/camera";
import type { Frame, Mark } from "../draw/frame";
import type { Look } from "../draw/look";
import { Painter } from "../draw/paint";
import type { Surface } from "../draw/surface";
import type { Pen } from "../draw/text";

const XML: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const ANCHORS: Partial<Record<CanvasTextAlign, string>> = { right: "end", end: "end", center: "middle" };

export function escapeXml(text: string): string {
  // Control characters are not allowed in XML at all, not even escaped.
  // eslint-disable-next-line no-control-regex
  return text.replace(/[&<>"']/g, (sign) => XML[sign]).replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd");
}

/** A text that begins so near to where the last one ends goes on with it. */
const MOST_GAP = 12;

/** The scale whose detail the file has: all of it, whatever the zoom on screen, since a file can be enlarged. */
const WHOLE = 1;

/** All of a mark is in view: larger than any. */
const FAR = 1e7;

/** What the canvas shows now, as SVG text of the canvas' size; `pen` measures texts as the canvas does. */
export function svgOf(frame: Frame, camera: Camera, size: Size, look: Look, pen: Pen): string {
  const view = visible(camera, size);
  const surface = new SvgSurface(pen);
  new Painter(surface).draw(frame, view, WHOLE, look);
  const [x, y, w, h] = [view.x, view.y, view.w, view.h].map(tidy);
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${tidy(size.w)}" height="${tidy(size.h)}" viewBox="${x} ${y} ${w} ${h}"><style>${look.drafting.narrowed}</style>` +
    `<rect x="${x}" y="${y}" width="${w}" height="${h}" fill="${look.theme.paper}"/>${surface.done()}</svg>\n`
  );
}

/** One mark with all that is in it, in its own coordinates, as elements of an SVG. */
export function markSvg(mark: Mark, look: Look, pen: Pen): string {
  const surface = new SvgSurface(pen);
  new Painter(surface).draw({ w: mark.w, h: mark.h, marks: [mark], lines: [] }, { x: -FAR, y: -FAR, w: 2 * FAR, h: 2 * FAR }, WHOLE, look);
  return surface.done();
}

/** What `save` keeps and `restore` brings back. */
class State {
  fillStyle: Surface["fillStyle"] = "#000000";
  strokeStyle: Surface["strokeStyle"] = "#000000";
  lineWidth = 1;
  lineJoin: CanvasLineJoin = "miter";
  globalAlpha = 1;
  font = "10px sans-serif";
  textAlign: CanvasTextAlign = "start";
  dash: number[] = [];
  x = 0;
  y = 0;
  zoom = 1;
}

/** Shapes become elements: each rectangle its own, all lines of a path one. Moving and even scaling are worked into the coordinates. */
export class SvgSurface extends State implements Surface {
  private readonly elements: string[] = [];
  private readonly kept: State[] = [];
  /** The current path: its rectangles without their paint, its lines, where it is, and how it was painted so far. */
  private rects: string[] = [];
  private lines = "";
  private at = { x: 0, y: 0 };
  private filled = "";
  private filledAlpha = 1;
  private stroked = "";
  /** Where the text that was written last ends; null where something else came after it. */
  private end: { x: number; y: number } | null = null;

  constructor(private readonly pen: Pen) {
    super();
  }

  done(): string {
    this.finish();
    return this.elements.join("");
  }

  save(): void {
    this.kept.push(stateOf(this));
  }

  restore(): void {
    Object.assign(this, this.kept.pop());
  }

  translate(x: number, y: number): void {
    this.x += x * this.zoom;
    this.y += y * this.zoom;
  }

  /** Both factors are equal here: the painter never distorts. */
  scale(factor: number): void {
    this.zoom *= factor;
  }

  setLineDash(dash: number[]): void {
    this.dash = dash;
  }

  beginPath(): void {
    this.finish();
  }

  moveTo(x: number, y: number): void {
    this.go("M", x, y);
  }

  lineTo(x: number, y: number): void {
    this.go("L", x, y);
  }

  closePath(): void {
    this.lines += "Z";
  }

  /** A corner at (x1, y1) on the way to (x2, y2), rounded: a straight line up to the arc, then the arc. */
  arcTo(x1: number, y1: number, x2: number, y2: number, radius: number): void {
    const [toX, toY] = unit(x1 - this.at.x, y1 - this.at.y);
    const [onX, onY] = unit(x2 - x1, y2 - y1);
    const turn = toX * onY - toY * onX;
    // How far from the corner the arc touches both lines: the radius itself where they are square to each other.
    const away = radius * Math.tan(Math.acos(Math.min(1, Math.max(-1, toX * onX + toY * onY))) / 2);
    this.lineTo(x1 - toX * away, y1 - toY * away);
    if (Math.abs(turn) < 1e-6) return;
    const size = tidy(radius * this.zoom);
    this.go(`A${size} ${size} 0 0 ${turn > 0 ? 1 : 0} `, x1 + onX * away, y1 + onY * away);
  }

  rect(x: number, y: number, w: number, h: number): void {
    this.roundRect(x, y, w, h, 0);
  }

  roundRect(x: number, y: number, w: number, h: number, radius: number): void {
    const round = radius ? ` rx="${tidy(radius * this.zoom)}"` : "";
    this.rects.push(`<rect x="${this.px(x)}" y="${this.py(y)}" width="${tidy(w * this.zoom)}" height="${tidy(h * this.zoom)}"${round}`);
  }

  fill(): void {
    this.filled = ` fill="${this.fillStyle}"${this.faded()}`;
    this.filledAlpha = this.globalAlpha;
  }

  stroke(): void {
    const dashed = this.dash.length ? ` stroke-dasharray="${this.dash.map((part) => tidy(part * this.zoom)).join(" ")}"` : "";
    this.stroked = ` stroke="${this.strokeStyle}" stroke-width="${tidy(this.lineWidth * this.zoom)}"${dashed}${this.strokeFaded()}`;
  }

  fillText(text: string, x: number, y: number): void {
    this.finish();
    const [, weight, size, family] = /^(?:(\d+) )?([\d.]+)px (.*)$/.exec(this.font) ?? ["", "", "10", "sans-serif"];
    const anchor = ANCHORS[this.textAlign];
    const looks =
      `font-size="${tidy(Number(size) * this.zoom)}" font-family="${escapeXml(family.replace(/"/g, "'"))}"` +
      `${weight ? ` font-weight="${weight}"` : ""} fill="${this.fillStyle}"${this.faded()}>${escapeXml(text)}`;
    const gap = anchor || this.end?.y !== y ? -1 : x - this.end.x;
    if (gap >= 0 && gap <= MOST_GAP) this.goOn(`<tspan dx="${tidy(gap * this.zoom)}" ${looks}</tspan>`);
    else this.elements.push(`<text x="${this.px(x)}" y="${this.py(y)}"${anchor ? ` text-anchor="${anchor}"` : ""} ${looks}</text>`);
    this.end = anchor ? null : { x: x + this.measureText(text).width, y };
  }

  /** Add to the text that was written last, so that the two do not overlap where the fonts are others than ours. */
  private goOn(part: string): void {
    this.elements.push(`${this.elements.pop()?.slice(0, -"</text>".length)}${part}</text>`);
  }

  /** Nothing: a second, wider text under each that wires may cross would be in the way of who edits the file. */
  strokeText(): void {}

  measureText(text: string): { width: number } {
    this.pen.font = this.font;
    return this.pen.measureText(text);
  }

  /** Write down the path that was painted last. */
  private finish(): void {
    const paint = `${this.filled || ' fill="none"'}${this.stroked}/>`;
    if (this.filled || this.stroked) {
      for (const rect of this.rects) this.elements.push(rect + paint);
      if (this.lines) this.elements.push(`<path d="${this.lines}"${paint}`);
    }
    if (this.rects.length || this.lines) this.end = null;
    this.rects = [];
    this.lines = this.filled = this.stroked = "";
  }

  private go(command: string, x: number, y: number): void {
    this.lines += `${command}${this.px(x)} ${this.py(y)}`;
    this.at = { x, y };
  }

  private px(x: number): string {
    return tidy(this.x + x * this.zoom);
  }

  private py(y: number): string {
    return tidy(this.y + y * this.zoom);
  }

  /** What is filled and has a border has one opacity, or one for each. */
  private strokeFaded(): string {
    if (!this.filled) return this.faded();
    if (this.globalAlpha === this.filledAlpha) return "";
    this.filled = this.filled.replace(" opacity=", " fill-opacity=");
    return ` stroke-opacity="${this.globalAlpha}"`;
  }

  private faded(): string {
    return this.globalAlpha < 1 ? ` opacity="${this.globalAlpha}"` : "";
  }
}

function stateOf({ fillStyle, strokeStyle, lineWidth, lineJoin, globalAlpha, font, textAlign, dash, x, y, zoom }: State): State {
  return { fillStyle, strokeStyle, lineWidth, lineJoin, globalAlpha, font, textAlign, dash, x, y, zoom };
}

function unit(x: number, y: number): [number, number] {
  const length = Math.hypot(x, y) || 1;
  return [x / length, y / length];
}

function tidy(value: number): string {
  return String(Math.round(value * 100) / 100);
}
