// Divides a rectangle into others whose areas are to each other as given numbers, each as near to a square as may be.
//
// Bruls, Huizing, van Wijk: Squarified Treemaps. Proceedings of the Joint Eurographics and IEEE TCVG Symposium on Visualization, 2000.

export interface Rect {
  x: number;
  y: number;
  w: number;
  h: number;
}

/** A rectangle for each of `sizes`, in their order; together they fill `room`. Sizes are above 0, the largest first. */
export function squarified(sizes: number[], room: Rect): Rect[] {
  const found: Rect[] = [];
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const scale = total > 0 ? (room.w * room.h) / total : 0;
  let left = room;
  let at = 0;
  while (at < sizes.length) {
    const side = Math.min(left.w, left.h);
    let [count, sum] = [1, sizes[at] * scale];
    while (at + count < sizes.length) {
      const more = sum + sizes[at + count] * scale;
      if (worst(sizes[at] * scale, sizes[at + count] * scale, more, side) > worst(sizes[at] * scale, sizes[at + count - 1] * scale, sum, side)) break;
      [count, sum] = [count + 1, more];
    }
    const isLast = at + count === sizes.length;
    const thick = isLast ? Math.max(left.w, left.h) : sum / side;
    let along = 0;
    for (const size of sizes.slice(at, at + count)) {
      const length = ((size * scale) / sum) * side;
      found.push(left.w >= left.h ? { x: left.x, y: left.y + along, w: thick, h: length } : { x: left.x + along, y: left.y, w: length, h: thick });
      along += length;
    }
    left = left.w >= left.h ? { x: left.x + thick, y: left.y, w: left.w - thick, h: left.h } : { x: left.x, y: left.y + thick, w: left.w, h: left.h - thick };
    at += count;
  }
  return found;
}

/** How much longer than wide the worst of a row is, of areas from `least` to `most` that come to `sum` along a side. */
function worst(most: number, least: number, sum: number, side: number): number {
  return Math.max((side * side * most) / (sum * sum), (sum * sum) / (side * side * least));
}
