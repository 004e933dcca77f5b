// Paints wires: their corners rounded, dashed by kind, with a head where they end on a mark.
import { overlaps, type Line, type Rect } from "./frame";
import type { Look } from "./look";
import type { Surface } from "./surface";

/** Paint the lines that are in view, and return them: their labels are painted next. */
export function paintLines(context: Surface, lines: Line[], view: Rect, scale: number, look: Look): Line[] {
  const { theme, drafting: { shape } } = look;
  const least = 3 / scale;
  const seen = lines.filter(
    ({ box }) => box.w + box.h > least && overlaps(view, { x: box.x - 8, y: box.y - 8, w: box.w + 16, h: box.h + 16 }),
  );
  for (const kind of new Set(seen.map((line) => line.kind))) {
    const own = seen.filter((line) => line.kind === kind);
    const style = theme.wires[kind] ?? theme.wires.data;
    context.strokeStyle = style.stroke;
    context.fillStyle = style.stroke;
    context.lineWidth = scale < 0.5 ? (kind === "bundle" ? 1.4 : 0.7) / scale : style.width;
    context.setLineDash(scale < 0.2 ? [] : style.dash);
    context.beginPath();
    for (const line of own) corners(context, line.points, scale > 0.4 ? shape.corner : 0);
    context.stroke();
    context.setLineDash([]);
    if (scale > 0.3) {
      context.beginPath();
      for (const line of own) if (line.target >= 0) arrow(context, line.points, shape.arrow, shape.arrowHalf);
      context.fill();
    }
  }
  return seen;
}

/** A polyline with its corners rounded. */
function corners(context: Surface, points: { x: number; y: number }[], radius: number): void {
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

function arrow(context: Surface, points: { x: number; y: number }[], long: number, half: number): void {
  const tip = points[points.length - 1];
  let from = points[points.length - 2];
  for (let index = points.length - 3; index >= 0 && from.x === tip.x && from.y === tip.y; index--) from = points[index];
  const length = Math.hypot(tip.x - from.x, tip.y - from.y);
  if (!length) return;
  const ux = (tip.x - from.x) / length;
  const uy = (tip.y - from.y) / length;
  context.moveTo(tip.x, tip.y);
  context.lineTo(tip.x - long * ux + half * uy, tip.y - long * uy - half * ux);
  context.lineTo(tip.x - long * ux - half * uy, tip.y - long * uy + half * ux);
  context.closePath();
}
