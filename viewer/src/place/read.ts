// Reads an Order as the page's data and the golden files write it: to be short, links, blocks and ports are arrays without field names.
import type { Order } from "./flat";

export interface OrderRecord {
  boxes: number;
  inputs: number;
  outputs: number;
  rows: number[][];
  links: number[][];
  blocks: [number[], number[]][];
  tops: [number[], number][];
  bottoms: [number[], number][];
  routes: number[][];
  nets: number[];
  ends: [number, number][];
  back: number[];
}

export function readOrder(record: OrderRecord): Order {
  const ports = ([order, axis]: [number[], number]) => ({ order, axis });
  return {
    ...record,
    links: record.links.map(([upper, out, lower, into, net]) => ({ upper, out, lower, into, net })),
    blocks: record.blocks.map(([slots, links]) => ({ slots, links })),
    tops: record.tops.map(ports),
    bottoms: record.bottoms.map(ports),
    back: [...record.back].sort((a, b) => a - b),
  };
}
