// The groups: layers, scopes, loops, phases; read from columns when asked.
import { type Counts } from "./bounds";
import type { Container } from "./container";
import type { Nodes } from "./nodes";
import { elements, ESTIMATES, isLeast, Measures, typeOf, type Cost, type Estimate, type Lists, type TensorType, type Variable } from "./values";

/** Why an op does not count: it has no FLOPs, bytes or MACs; or not as often as it runs, in a loop with an unknown number of iterations. */
const LACKING = [...ESTIMATES, "once"] as const;
/** These, and the ops that have FLOPs. */
const TALLIES = [...LACKING, "computing"] as const;
type Tallies = Record<(typeof TALLIES)[number], Int32Array>;

/** The groups in columns; parents come before their children. */
export class Groups {
  readonly count: number;
  readonly measures: Measures;
  private readonly paths: string[] = [];
  private lists_: { groups: number[][]; nodes: number[][] } | null = null;
  private rows: Map<string, number> | null = null;
  private sizes: Int32Array | null = null;
  private tallies: Tallies | null = null;

  constructor(
    private readonly container: Container,
    private readonly lists: Lists,
    private readonly nodes: Nodes,
  ) {
    this.count = container.ints("g.parent").length;
    this.measures = new Measures(container, "gm", lists.groupFused);
  }

  /** What a list of them is called: some are layers, or all are name scopes and the like. */
  get title(): "Layers" | "Groups" {
    for (let group = 0; group < this.count; group++) if (this.cls(group)) return "Layers";
    return "Groups";
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

  /** Number of elements of the variables of several groups, each variable once; NaN where the groups' variables do not tell it. */
  parametersOf(groups: number[]): number {
    const known = groups.filter((group) => !Number.isNaN(this.parameters(group)));
    if (!known.length) return NaN;
    if (known.some((group) => elementsOf(this.variables(group)) !== this.parameters(group))) return NaN;
    return elementsOf([...new Set(known.flatMap((group) => this.variables(group)))]);
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
    return cost ? { flops: cost[0], bytes: cost[1], per: cost[2], macs: cost[3], uncounted: this.uncounted(group) } : null;
  }

  /** How many ops in the group do not count in an estimate, or not as often as they run; 0: its figure is all that there is. */
  lacks(group: number, estimate: Estimate): number {
    const cost = this.cost(group);
    if (!cost) return this.uncounted(group)[estimate];
    return isLeast(cost, estimate) ? Math.max(1, this.uncounted(group)[estimate] + (this.tallies?.once[group] ?? 0)) : 0;
  }

  /** How much of an estimate is known of the ops in the group, and how much is not. */
  counts(group: number, estimate: Estimate): Counts {
    const tallies = (this.tallies ??= this.tally());
    const cost = this.cost(group);
    return { known: cost?.[estimate] ?? 0, lost: tallies[estimate][group], computing: tallies.computing[group], uncounted: tallies.flops[group], macs: cost?.macs ?? 0 };
  }

  /** How many of the ops in the group have no FLOPs, bytes or MACs. Ops that are dead, or stand for a body, have no estimate at all. */
  private uncounted(group: number): Record<Estimate, number> {
    const tallies = (this.tallies ??= this.tally());
    return { flops: tallies.flops[group], bytes: tallies.bytes[group], macs: tallies.macs[group] };
  }

  private tally(): Tallies {
    const found = Object.fromEntries(TALLIES.map((name) => [name, new Int32Array(this.count)])) as Tallies;
    const [ids, own] = [this.container.ints("n.cost"), this.container.ints("n.group")];
    const told = this.lists.costs.map(([flops, bytes, per, macs]) => ({ flops: flops === null, bytes: bytes === null, macs: macs === null, once: per === "iteration", computing: !!flops }));
    for (let row = 0; row < this.nodes.count; row++) {
      const cost = told[ids[row]];
      if (own[row] >= 0 && cost) for (const name of TALLIES) if (cost[name]) found[name][own[row]]++;
    }
    for (let index = this.count - 1; index >= 0; index--) {
      const parent = this.parent(index);
      if (parent >= 0) for (const name of TALLIES) found[name][parent] += found[name][index];
    }
    return found;
  }

  /** The ops directly in `group`; -1 asks for the loose ones. */
  members(group: number): number[] {
    return this.children_().nodes[group < 0 ? this.count : group];
  }

  /** The groups directly in `group`; -1 asks for those at the top. */
  children(group: number): number[] {
    return this.children_().groups[group < 0 ? this.count : group];
  }

  /** The ops in the group, at any depth. */
  within(group: number): number[] {
    const all = [group];
    for (let index = 0; index < all.length; index++) all.push(...this.children(all[index]));
    return all.flatMap((one) => this.members(one));
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

function elementsOf(variables: Variable[]): number {
  return variables.reduce((sum, variable) => sum + elements(variable), 0);
}
