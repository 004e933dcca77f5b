// What is known of every op and group, read from columns when asked: nothing is built for the ops nobody looks at.
import type { Container } from "./container";

export interface TensorType {
  dtype: string;
  shape: (number | null)[] | null;
}
export interface Source {
  file: string;
  line: number;
  func: string;
}
export interface Cost {
  flops: number | null;
  bytes: number | null;
  per: string;
}
export interface Measured {
  time: number | null;
  busy: number | null;
  calls: number | null;
  memory: number | null;
  fused: string[] | null;
}
export interface Variable {
  id: number;
  object_path: string;
  dtype: string;
  shape: (number | null)[] | null;
  trainable: boolean;
}
export interface Edge {
  node: number;
  /** Which of the producer's outputs; -1 for a control edge. */
  output: number;
}

interface Lists {
  strings: string[];
  types: [string, (number | null)[] | null][];
  outputs: number[][];
  attrs: Record<string, unknown>[];
  costs: [number | null, number | null, string][];
  sources: [number, number, number][];
  tuples: number[][];
  variables: Variable[];
  fused: Record<string, string[]>;
  groupFused: Record<string, string[]>;
}

const MEASURES = ["time", "busy", "calls", "memory"] as const;

/** Rows with figures -> the figures by row. */
class Measures {
  private readonly place = new Map<number, number>();

  constructor(
    private readonly container: Container,
    private readonly prefix: string,
    private readonly fused: Record<string, string[]>,
  ) {
    container.ints(`${prefix}.row`).forEach((row, index) => this.place.set(row, index));
  }

  get size(): number {
    return this.place.size;
  }

  of(row: number): Measured | null {
    const place = this.place.get(row);
    if (place === undefined) return null;
    const [time, busy, calls, memory] = MEASURES.map((name) => {
      const value = this.container.floats(`${this.prefix}.${name}`)[place];
      return Number.isNaN(value) ? null : value;
    });
    return { time, busy, calls, memory, fused: this.fused[row] ?? null };
  }

  figure(row: number, name: (typeof MEASURES)[number]): number {
    const place = this.place.get(row);
    return place === undefined ? NaN : this.container.floats(`${this.prefix}.${name}`)[place];
  }
}

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
    return cost ? { flops: cost[0], bytes: cost[1], per: cost[2] } : null;
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

/** The groups in columns; parents come before their children. */
export class Groups {
  readonly count: number;
  readonly measures: Measures;
  private readonly paths: string[] = [];
  private lists_: { groups: number[][]; nodes: number[][] } | null = null;
  private rows: Map<string, number> | null = null;
  private sizes: Int32Array | null = null;

  constructor(
    private readonly container: Container,
    private readonly lists: Lists,
    private readonly nodes: Nodes,
  ) {
    this.count = container.ints("g.parent").length;
    this.measures = new Measures(container, "gm", lists.groupFused);
  }

  parent(group: number): number {
    return this.container.ints("g.parent")[group];
  }

  path(group: number): string {
    if (group < 0) return "";
    if (this.paths[group] === undefined) {
      const parent = this.parent(group);
      const own = this.text("g.part", group);
      this.paths[group] = parent < 0 ? own : `${this.path(parent)}/${own}`;
    }
    return this.paths[group];
  }

  /** The last part of the path: the name, made unique among its siblings. */
  part(group: number): string {
    return this.text("g.part", group);
  }

  kind(group: number): string {
    return this.text("g.kind", group);
  }

  cls(group: number): string {
    return this.text("g.cls", group);
  }

  objectPath(group: number): string {
    return this.text("g.object", group);
  }

  of(group: number): string {
    return this.text("g.of", group);
  }

  layerSource(group: number): string {
    return this.text("g.recovered", group);
  }

  call(group: number): number {
    return this.container.ints("g.call")[group];
  }

  owner(group: number): number {
    return this.container.ints("g.owner")[group];
  }

  /** Number of elements of its variables; NaN where it has none of its own. */
  parameters(group: number): number {
    return this.container.floats("g.parameters")[group];
  }

  sourceId(group: number): number {
    return this.container.ints("g.source")[group];
  }

  variables(group: number): Variable[] {
    const ids = this.lists.tuples[this.container.ints("g.variables")[group]] ?? [];
    return ids.map((id) => this.lists.variables[id]).filter(Boolean);
  }

  outputs(group: number): TensorType[] {
    return this.lists.outputs[this.container.ints("g.outputs")[group]].map((index) => typeOf(this.lists.types[index]));
  }

  cost(group: number): Cost | null {
    const cost = this.lists.costs[this.container.ints("g.cost")[group]];
    return cost ? { flops: cost[0], bytes: cost[1], per: cost[2] } : null;
  }

  /** The ops directly in `group`; -1 asks for the loose ones. */
  members(group: number): number[] {
    return this.children_().nodes[group < 0 ? this.count : group];
  }

  /** The groups directly in `group`; -1 asks for those at the top. */
  children(group: number): number[] {
    return this.children_().groups[group < 0 ? this.count : group];
  }

  /** How many ops lie in the group, at any depth. */
  size(group: number): number {
    if (!this.sizes) {
      this.sizes = new Int32Array(this.count);
      for (let row = 0; row < this.nodes.count; row++) {
        const own = this.nodes.group(row);
        if (own >= 0) this.sizes[own]++;
      }
      for (let index = this.count - 1; index >= 0; index--) {
        const parent = this.parent(index);
        if (parent >= 0) this.sizes[parent] += this.sizes[index];
      }
    }
    return this.sizes[group];
  }

  find(path: string): number {
    if (!this.rows) {
      this.rows = new Map();
      for (let group = 0; group < this.count; group++) this.rows.set(this.path(group), group);
    }
    return this.rows.get(path) ?? -1;
  }

  /** From the outermost group down to `group` itself. */
  chain(group: number): number[] {
    const chain: number[] = [];
    for (let at = group; at >= 0; at = this.parent(at)) chain.unshift(at);
    return chain;
  }

  private text(column: string, group: number): string {
    return this.lists.strings[this.container.ints(column)[group]];
  }

  private children_(): { groups: number[][]; nodes: number[][] } {
    if (!this.lists_) {
      const groups: number[][] = Array.from({ length: this.count + 1 }, () => []);
      const nodes: number[][] = Array.from({ length: this.count + 1 }, () => []);
      for (let group = 0; group < this.count; group++) {
        const parent = this.parent(group);
        groups[parent < 0 ? this.count : parent].push(group);
      }
      for (let row = 0; row < this.nodes.count; row++) {
        const own = this.nodes.group(row);
        nodes[own < 0 ? this.count : own].push(row);
      }
      this.lists_ = { groups, nodes };
    }
    return this.lists_;
  }
}

export interface Measurement {
  steps?: number;
  step_time_us?: number | null;
  profiled_step_time_us?: number | null;
  attributed?: number | null;
  coverage?: Record<string, number>;
  trace_level?: string;
  device?: string;
}

/** Everything the page knows, the drawing aside. */
export class Facts {
  readonly nodes: Nodes;
  readonly groups: Groups;
  readonly name: string;
  readonly producer: Record<string, string>;
  readonly measurement: Measurement | null;
  readonly variables: Variable[];
  /** Elements of the model's variables, an optimizer's own left out. */
  readonly parameters: number;
  /** Whether costs are for one sample, since the batch is open. */
  readonly perSample: boolean;
  /** Lines of the user's files by name, numbered from 1; lines that are not embedded are null. */
  readonly files: Record<string, [number, string][]>;
  private readonly lists: Lists;

  constructor(readonly container: Container) {
    const header = container.header as unknown as Lists & {
      name: string;
      producer: Record<string, string>;
      measurement: Measurement | null;
      parameters: number;
      cost: { per_sample?: boolean } | null;
      files: Record<string, [number, string][]>;
    };
    this.lists = header;
    this.nodes = new Nodes(container, header);
    this.groups = new Groups(container, header, this.nodes);
    this.name = header.name;
    this.producer = header.producer;
    this.measurement = header.measurement;
    this.variables = header.variables;
    this.parameters = header.parameters;
    this.perSample = header.cost?.per_sample === true;
    this.files = header.files;
  }

  source(id: number): Source | null {
    const found = this.lists.sources[id];
    return found ? { file: this.lists.strings[found[0]], line: found[1], func: this.lists.strings[found[2]] } : null;
  }

  get sourceCount(): number {
    return this.lists.sources.length;
  }

  /** Whether anything was measured. */
  get timed(): boolean {
    return this.nodes.measures.size + this.groups.measures.size > 0;
  }
}

function typeOf([dtype, shape]: [string, (number | null)[] | null]): TensorType {
  return { dtype, shape };
}

/** A shape as Python writes it: `(8, 40, 64)`, `?` for an unknown dimension, `(...)` for an unknown rank. */
export function shapeText(shape: (number | null)[] | null): string {
  if (shape === null) return "(...)";
  const inner = shape.map((dimension) => dimension ?? "?").join(", ");
  return shape.length === 1 ? `(${inner},)` : `(${inner})`;
}

export function typeText(type: TensorType): string {
  return `${type.dtype} ${shapeText(type.shape)}`;
}
