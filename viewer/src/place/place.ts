// Placing one group: coordinates from its order and the sizes of its boxes. Runs again whenever a reader opens or folds a card.
// The same as `layout/place/place.py`, function by function; the files `place-*.json` in `tests/layout/golden` pin both, docs/layout.md specifies it.
import type { Spacing } from "../data/style";
import { columns } from "./columns";
import { unkey, key, type Corner, type Order, type Placed, type Sizes } from "./flat";
import { labelledLeft, portOffsets, reaches, type Offsets } from "./offsets";
import { assign, Trunk } from "./route";
import { Slide } from "./slide";

export function place(order: Order, sizes: Sizes, spacing: Spacing): Placed {
  const [tops, bottoms] = portOffsets(order, sizes, spacing);
  let slots = 0;
  for (const row of order.rows) slots += row.length;
  const [left, right] = reaches(order, sizes, bottoms, slots, spacing);
  const half = left.map((_, slot) => (slot < order.boxes ? sizes.boxes[slot].half : 0));
  const [x, width] = columns(order, half, tops, bottoms, left, right, spacing);
  new Slide(order, sizes, tops, bottoms, x, spacing).run(left, right);
  return new Rows(order, sizes, tops, bottoms, x, spacing).placed(width);
}

/** Steps 4 to 6: the y of the rows, and the wires in the gaps between them. Gap `i` is the one below row `i`. */
class Rows {
  private readonly row: number[];
  private readonly back: Set<number>;
  private readonly gaps: Map<number, Trunk>[];
  private readonly gapTop: number[];
  private readonly y: number[];
  private readonly height: number;

  constructor(
    private readonly order: Order,
    private readonly sizes: Sizes,
    private readonly tops: Offsets,
    private readonly bottoms: Offsets,
    private readonly x: number[],
    private readonly spacing: Spacing,
  ) {
    this.row = new Array<number>(x.length).fill(0);
    order.rows.forEach((slots, index) => slots.forEach((slot) => (this.row[slot] = index)));
    this.back = new Set(order.back);
    this.gaps = this.trunks();
    this.gapTop = new Array<number>(Math.max(0, order.rows.length - 1)).fill(0);
    this.y = new Array<number>(x.length).fill(0);
    this.height = this.stack();
  }

  private topX(slot: number, port: number): number {
    return this.x[slot] + (slot < this.order.boxes ? (this.tops[slot].get(port) ?? 0) : 0);
  }

  private bottomX(slot: number, port: number): number {
    return this.x[slot] + (slot < this.order.boxes ? (this.bottoms[slot].get(port) ?? 0) : 0);
  }

  /** For each gap the trunks in it, by net, with the x of their ends. A wire that runs upwards turns below its source and above its target. */
  private trunks(): Map<number, Trunk>[] {
    const { order } = this;
    const gaps = Array.from({ length: Math.max(0, order.rows.length - 1) }, () => new Map<number, Trunk>());
    for (const link of order.links) {
      if (link.net < 0) continue;
      const trunk = trunkOf(gaps[this.row[link.upper]], link.net);
      trunk.tops.push(this.bottomX(link.upper, link.out));
      trunk.bottoms.push(this.topX(link.lower, link.into));
    }
    for (const wire of order.back) {
      const route = order.routes[wire];
      const [out, into] = order.ends[wire];
      const last = route[route.length - 1];
      const below = trunkOf(gaps[this.row[route[0]]], order.nets[wire]);
      below.tops.push(this.bottomX(route[0], out), this.x[route[1]]);
      const above = trunkOf(gaps[this.row[last] - 1], order.nets[wire]);
      above.bottoms.push(this.topX(last, into), this.x[route[route.length - 2]]);
    }
    for (const gap of gaps) for (const trunk of gap.values()) trunk.close();
    return gaps;
  }

  /** Find the y of every slot and gap, from the top down; return the height of it all. A box less than half as high as its row stands at its top. */
  private stack(): number {
    const { order, sizes } = this;
    let y = 0;
    for (let index = 0; index < order.rows.length; index++) {
      let height = 0;
      for (const slot of order.rows[index]) if (slot < order.boxes) height = Math.max(height, sizes.boxes[slot].height);
      for (const slot of order.rows[index]) {
        const own = slot < order.boxes ? sizes.boxes[slot].height : height;
        this.y[slot] = y + (2 * own >= height ? (height - own) / 2 : 0);
      }
      y += height;
      if (index < order.rows.length - 1) {
        this.gapTop[index] = y + this.labelRoom(index);
        y = this.gapTop[index] + this.gapHeight(index);
      }
    }
    return y;
  }

  /** The height that the labels below a row need; for the first row, those at the group's inputs. */
  private labelRoom(row: number): number {
    const { order, sizes } = this;
    for (const slot of order.rows[row]) {
      if (slot < order.boxes) {
        for (const port of order.bottoms[slot].order) if ((sizes.labels.get(key(slot, port)) ?? 0) > 0) return this.spacing.labelHeight;
      } else if (row === 0 && (sizes.labels.get(key(-1, slot - order.boxes)) ?? 0) > 0) {
        return this.spacing.labelHeight;
      }
    }
    return 0;
  }

  /** The height of the gap below a row without its labels; gives the trunks in it their tracks on the way. */
  private gapHeight(row: number): number {
    const trunks = this.gaps[row];
    if (!trunks.size) return row === 0 || row === this.order.rows.length - 2 ? 0 : this.spacing.rowGap;
    const nets = [...trunks.keys()].sort((a, b) => a - b);
    const tracks = assign(nets.map((net) => trunks.get(net) as Trunk), this.spacing);
    if (tracks > 0) return this.spacing.trackMargin + (tracks - 1) * this.spacing.trackPitch + this.spacing.arrowRoom;
    if (row === this.order.rows.length - 2) return this.spacing.borderGap / 2 + this.labelRoom(row) / 4;
    if (row === 0 && this.order.inputs > 0) return this.spacing.borderGap;
    return this.spacing.rowGap - (this.labelRoom(row) ? 4 : 0);
  }

  placed(width: number): Placed {
    const { order } = this;
    const last = order.boxes + order.inputs;
    return {
      width,
      height: this.height,
      boxes: Array.from({ length: order.boxes }, (_, box): Corner => [this.x[box], this.y[box]]),
      inputs: this.x.slice(order.boxes, last),
      outputs: this.x.slice(last, last + order.outputs),
      wires: order.routes.map((_, wire) => this.points(wire)),
      labels: this.labels(),
    };
  }

  /** The corners of one wire. A stop is an x that it has when it enters a gap, and that gap; one that runs upwards enters the gap above a slot's row. */
  private points(wire: number): Corner[] {
    const { order } = this;
    const route = order.routes[wire];
    const net = order.nets[wire];
    const [out, into] = order.ends[wire];
    const last = route[route.length - 1];
    const end = this.topX(last, into);
    const up = this.back.has(wire) ? 1 : 0;
    const stops: [number, number][] = [[this.bottomX(route[0], out), this.row[route[0]]]];
    for (const slot of route.slice(1, -1)) stops.push([this.x[slot], this.row[slot] - up]);
    const points: Corner[] = [[stops[0][0], this.y[route[0]] + this.ownHeight(route[0])]];
    for (let index = 0; index < stops.length; index++) {
      const [x, gap] = stops[index];
      const following = index + 1 < stops.length ? stops[index + 1][0] : end;
      if (Math.abs(x - following) < this.spacing.straight) continue;
      const track = (this.gaps[gap].get(net) as Trunk).track;
      const y = this.gapTop[gap] + this.spacing.trackMargin + track * this.spacing.trackPitch;
      points.push([x, y], [following, y]);
    }
    points.push([end, this.y[last]]);
    return points;
  }

  private ownHeight(slot: number): number {
    return slot < this.order.boxes ? this.sizes.boxes[slot].height : 0;
  }

  /** Each label stands just below its box, right of its wire; at the first of several ports, left of it. */
  private labels(): Map<number, [number, number, boolean]> {
    const { order, sizes } = this;
    const result = new Map<number, [number, number, boolean]>();
    for (const id of [...sizes.labels.keys()].sort((a, b) => a - b)) {
      const [box, port] = unkey(id);
      if ((sizes.labels.get(id) as number) <= 0 || (box >= 0 && !this.bottoms[box].has(port))) continue;
      const slot = box < 0 ? order.boxes + port : box;
      const left = box >= 0 && labelledLeft(order, box, port);
      const x = this.bottomX(slot, port) + (left ? -this.spacing.labelGap : this.spacing.labelGap);
      result.set(id, [x, this.y[slot] + this.ownHeight(slot) + this.spacing.labelHeight - 4, left]);
    }
    return result;
  }
}

function trunkOf(gap: Map<number, Trunk>, net: number): Trunk {
  let trunk = gap.get(net);
  if (!trunk) gap.set(net, (trunk = new Trunk(net)));
  return trunk;
}
