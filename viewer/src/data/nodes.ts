// The ops, read from their columns when asked for: a graph may have a million, and few are looked at.
import type { Container } from "./container";
import { Measures, typeOf, type Cost, type Edge, type Lists, type TensorType } from "./values";

/** The ops in columns. Rows are the graph's own. */
export class Nodes {
  readonly count: number;
  readonly measures: Measures;
  private readonly start: Int32Array;
  private readonly edges: Int32Array;
  private readonly ports: Int32Array;
  private reverse: { start: Int32Array; node: Int32Array } | null = null;
  private rows: Map<string, number> | null = null;

  constructor(
    private readonly container: Container,
    private readonly lists: Lists,
  ) {
    const degree = container.ints("n.degree");
    this.count = degree.length;
    this.start = new Int32Array(this.count + 1);
    for (let row = 0; row < this.count; row++) this.start[row + 1] = this.start[row] + degree[row];
    this.edges = container.ints("e.back").slice();
    for (let row = 0; row < this.count; row++) {
      for (let edge = this.start[row]; edge < this.start[row + 1]; edge++) this.edges[edge] = row - this.edges[edge];
    }
    this.ports = container.ints("e.output");
    this.measures = new Measures(container, "m", lists.fused);
  }

  name(row: number): string {
    const scope = this.lists.strings[this.container.ints("n.scope")[row]];
    return scope + this.lists.strings[this.container.ints("n.leaf")[row]];
  }

  scope(row: number): string {
    return this.lists.strings[this.container.ints("n.scope")[row]];
  }

  /** A column of ids: rows of equal value share the id. */
  ids(name: "scope" | "leaf" | "op" | "outputs" | "source" | "group" | "device"): Int32Array {
    return this.container.ints(`n.${name}`);
  }

  leaf(row: number): string {
    return this.lists.strings[this.container.ints("n.leaf")[row]];
  }

  op(row: number): string {
    return this.lists.strings[this.container.ints("n.op")[row]];
  }

  group(row: number): number {
    return this.container.ints("n.group")[row];
  }

  device(row: number): string {
    return this.lists.strings[this.container.ints("n.device")[row]];
  }

  dead(row: number): boolean {
    return this.container.ints("n.dead")[row] > 0;
  }

  attrs(row: number): Record<string, unknown> {
    return this.lists.attrs[this.container.ints("n.attrs")[row]] ?? {};
  }

  /** Ops with equal attributes share the id. */
  attrsId(row: number): number {
    return this.container.ints("n.attrs")[row];
  }

  outputs(row: number): TensorType[] {
    return this.lists.outputs[this.container.ints("n.outputs")[row]].map((index) => typeOf(this.lists.types[index]));
  }

  /** The id of the op's outputs: ops with equal outputs share it. */
  outputsId(row: number): number {
    return this.container.ints("n.outputs")[row];
  }

  sourceId(row: number): number {
    return this.container.ints("n.source")[row];
  }

  cost(row: number): Cost | null {
    const cost = this.lists.costs[this.container.ints("n.cost")[row]];
    return cost ? { flops: cost[0], bytes: cost[1], per: cost[2], macs: cost[3] } : null;
  }

  inputs(row: number): Edge[] {
    const result: Edge[] = [];
    for (let edge = this.start[row]; edge < this.start[row + 1]; edge++) {
      result.push({ node: this.edges[edge], output: this.ports[edge] });
    }
    return result;
  }

  /** The ops that name `row` as an input, each once. */
  consumers(row: number): number[] {
    const { start, node } = (this.reverse ??= this.turned());
    return [...new Set(node.subarray(start[row], start[row + 1]))];
  }

  /** The row of the op called `name`, -1 when there is none. */
  find(name: string): number {
    if (!this.rows) {
      this.rows = new Map();
      for (let row = 0; row < this.count; row++) this.rows.set(this.name(row), row);
    }
    return this.rows.get(name) ?? -1;
  }

  private turned(): { start: Int32Array; node: Int32Array } {
    const start = new Int32Array(this.count + 1);
    for (const producer of this.edges) start[producer + 1]++;
    for (let row = 0; row < this.count; row++) start[row + 1] += start[row];
    const place = start.slice();
    const node = new Int32Array(this.edges.length);
    for (let row = 0; row < this.count; row++) {
      for (let edge = this.start[row]; edge < this.start[row + 1]; edge++) node[place[this.edges[edge]]++] = row;
    }
    return { start, node };
  }
}
