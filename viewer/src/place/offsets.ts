// Placing, step 1: where the ports of each box are, and how far each slot reaches from its axis (`layout/place/offsets.py`).
import type { Spacing } from "../data/style";
import { key, type BoxSize, type Order, type Ports, type Sizes } from "./flat";

/** For each box, port number -> offset of the port from the box's axis. */
export type Offsets = Map<number, number>[];

export function portOffsets(order: Order, sizes: Sizes, spacing: Spacing): [Offsets, Offsets] {
  const tops: Offsets = [];
  const bottoms: Offsets = [];
  for (let box = 0; box < order.boxes; box++) {
    const size = sizes.boxes[box];
    tops.push(size.tops ? given(order.tops[box], size.tops) : spread(order.tops[box], size, spacing));
    bottoms.push(size.bottoms ? given(order.bottoms[box], size.bottoms) : spread(order.bottoms[box], size, spacing));
  }
  return [tops, bottoms];
}

function given(ports: Ports, places: number[]): Map<number, number> {
  return new Map(ports.order.map((port) => [port, places[port]]));
}

/** Ports side by side with the straight one on the axis, or else centred on it; closer together if the body is too narrow for them. */
function spread(ports: Ports, size: BoxSize, spacing: Spacing): Map<number, number> {
  const count = ports.order.length;
  const room = size.half - spacing.portMargin;
  const straight = ports.axis >= 0;
  // `side`: how many ports stand on the fuller side of the axis. `middle`: which position stands on the axis.
  const side = straight ? Math.max(ports.axis, count - 1 - ports.axis) : (count - 1) / 2;
  const middle = straight ? ports.axis : (count - 1) / 2;
  let pitch = spacing.portPitch;
  if (side > 0 && room / side < pitch) pitch = Math.floor((4 * room) / side) / 4;
  const result = new Map<number, number>();
  for (let index = 0; index < count; index++) {
    // floor(x + 0.5), because Math.round and Python's round differ at halves
    result.set(ports.order[index], Math.floor((index - middle) * pitch + 0.5));
  }
  return result;
}

/** Whether the label of a box's port stands left of its wire: that of the first of several does. */
export function labelledLeft(order: Order, box: number, port: number): boolean {
  const ports = order.bottoms[box].order;
  return ports.length > 1 && ports[0] === port;
}

/** How far each slot reaches to the left and to the right of its axis, with the labels below it. */
export function reaches(order: Order, sizes: Sizes, bottoms: Offsets, slots: number, spacing: Spacing): [number[], number[]] {
  const left = new Array<number>(slots).fill(spacing.wireRoom);
  const right = new Array<number>(slots).fill(spacing.wireRoom);
  for (let box = 0; box < order.boxes; box++) {
    left[box] = sizes.boxes[box].left;
    right[box] = sizes.boxes[box].right;
    for (const port of order.bottoms[box].order) {
      const label = sizes.labels.get(key(box, port)) ?? 0;
      if (label <= 0) continue;
      const at = bottoms[box].get(port) as number;
      if (labelledLeft(order, box, port)) left[box] = Math.max(left[box], label + spacing.labelGap - at);
      else right[box] = Math.max(right[box], label + spacing.labelGap + at);
    }
  }
  for (let port = 0; port < order.inputs; port++) {
    const label = sizes.labels.get(key(-1, port)) ?? 0;
    if (label > 0) right[order.boxes + port] = label + spacing.labelGap;
  }
  return [left, right];
}
