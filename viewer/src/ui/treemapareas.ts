// The areas of a treemap: the bars of the flame graph, nested as levels are, each as large as its bar is wide.
import type { Bar, Rest } from "./flamebars";
import { squarified, type Rect } from "./squarify";

/** A rectangle for a bar; for what stands beside the groups; or, with neither, for a part that is not told. */
export interface Area extends Rect {
  bar: Bar | null;
  rest: Rest | null;
  /** How many areas it lies in. */
  depth: number;
  /** Whether others lie in it. */
  isDivided: boolean;
  /** How many divided areas around it begin in its corner: their names stand above its own. */
  above: number;
  /** The width of what begins in its corner and is not divided: names stand in that. */
  corner: number;
}

/** What has less room than this is not divided: nothing in it could be read. */
const LEAST_WIDE = 56;
const LEAST_HIGH = 36;

interface Nest {
  bar: Bar | null;
  rest: Rest | null;
  share: number;
  inside: Nest[];
}

/** The areas, outer ones before those in them. `bars` are in the order of `barsOf`, those of `first` and deeper count; `beside` is at the top. */
export function areasOf(bars: Bar[], first: number, beside: Rest[], room: Rect): Area[] {
  const top: Nest = { bar: null, rest: null, share: 1, inside: [] };
  const around: Nest[] = [top];
  for (const bar of bars) {
    if (bar.depth < first) continue;
    around.length = bar.depth - first + 1;
    const nest: Nest = { bar, rest: null, share: bar.width, inside: [] };
    around[around.length - 1].inside.push(nest);
    around.push(nest);
  }
  top.inside.push(...beside.map((rest): Nest => ({ bar: null, rest, share: rest.share, inside: [] })));
  return divided(top, room, 0, 0);
}

/** What lies in an area: parts that have no bar keep their room, so that areas are as shares are. */
function divided({ inside, share }: Nest, room: Rect, depth: number, above: number): Area[] {
  const told = inside.reduce((sum, nest) => sum + nest.share, 0);
  const rest = share - told;
  const all = rest > share * 1e-6 ? [...inside, { bar: null, rest: null, share: rest, inside: [] }] : inside;
  const order = all.filter((nest) => nest.share > 0).sort((a, b) => b.share - a.share);
  return squarified(order.map((nest) => nest.share), room).flatMap((rect, index): Area[] => {
    const nest = order[index];
    const isDivided = nest.inside.length > 0 && rect.w >= LEAST_WIDE && rect.h >= LEAST_HIGH;
    const own = index === 0 ? above : 0;
    const within = isDivided ? divided(nest, rect, depth + 1, own + 1) : [];
    return [{ ...rect, bar: nest.bar, rest: nest.rest, depth, isDivided, above: own, corner: within[0]?.corner ?? rect.w }, ...within];
  });
}
