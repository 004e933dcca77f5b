// What feeds an op and what it feeds: breadth first over the edges, a number of steps or all the way.
import type { Nodes } from "../data/facts";

/** The ops within `steps` of those given (themselves included), against the flow or along it. */
export function trace(nodes: Nodes, from: number[], along: boolean, steps: number): number[] {
  const seen = new Set(from);
  let edge = from;
  for (let step = 0; step < steps && edge.length; step++) {
    const next: number[] = [];
    for (const row of edge) {
      const others = along ? nodes.consumers(row) : nodes.inputs(row).map((input) => input.node);
      for (const other of others) {
        if (seen.has(other)) continue;
        seen.add(other);
        next.push(other);
      }
    }
    edge = next;
  }
  return [...seen];
}
