// Everything that is known of the graph, the drawing aside.
import { calledIn } from "./called";
import type { Container } from "./container";
import { Groups } from "./groups";
import { measuredMemoryOf, memoryOf, type MeasuredMemory, type Memory } from "./memory";
import { Nodes } from "./nodes";
import { rooflineOf, type Roofline } from "./roofline";
import { timelineOf, type Timeline } from "./timeline";
import { typeText, type Lists, type Source, type Variable } from "./values";

export { AT_LEAST, elements, isLeast, shapeText, typeText, type Cost, type Edge, type Estimate, type Source, type TensorType, type Variable } from "./values";
export type { Groups } from "./groups";
export type { Nodes } from "./nodes";

export interface Measurement {
  steps?: number;
  steps_kept?: number | null;
  disturbed?: boolean | null;
  step_spread_us?: number | null;
  step_time_us?: number | null;
  profiled_step_time_us?: number | null;
  attributed?: number | null;
  coverage?: Record<string, number>;
  trace_level?: number;
  device?: string;
  /** Programs of XLA that were measured as one piece each. */
  compiled?: unknown[];
  /** Ops that XLA compiled whose times are not known. */
  untimed?: string[];
}

/** The error of a sum of times, and the places that it may have among others of its kind. */
export type Sum = [error: number, first: number, last: number];

/** Everything the page knows, the drawing aside. */
export class Facts {
  readonly nodes: Nodes;
  readonly groups: Groups;
  readonly name: string;
  readonly producer: Record<string, string>;
  readonly measurement: Measurement | null;
  /** What is told of the input pipelines of a measured step: a name, what it says, what that means. */
  readonly input: [name: string, told: string, meaning: string][];
  /** What is said of programs of XLA that were not measured op by op: what in them has no time of its own. */
  readonly programs: string[];
  readonly variables: Variable[];
  /** Where ops and groups are below what the machine can do; null where that was not measured. */
  readonly roofline: Roofline | null;
  /** What is alive along the schedule; null where it was not estimated. */
  readonly memory: Memory | null;
  /** What a measured step really took; null where no allocation was recorded. */
  readonly measuredMemory: MeasuredMemory | null;
  private readonly families: Record<string, string>;
  /** Elements of the model's variables; null: it is not known which are the model's. */
  readonly parameters: number | null;
  /** How many layers the model has; one that is called twice counts once. */
  readonly layers: number;
  /** What an optimizer, metrics and random generators keep beside them: elements, in how many variables. */
  readonly state: { elements: number; variables: number };
  /** Whether costs are for one sample, since the batch is open. */
  readonly perSample: boolean;
  /** The estimates that the whole graph has. */
  readonly estimates: ReadonlySet<string>;
  /** How often each loop's body runs, by the name of the loop's op; null where that is not known. */
  readonly loops: Record<string, number | null>;
  /** What is told beside the times of groups of many small ops. */
  readonly dispatch: Record<string, string>;
  /** The error and the places of sums of ops, by their name: of op types and of source lines. */
  readonly sums: Record<"types" | "lines", Record<string, Sum>>;
  /** Lines of the user's files by name, numbered from 1; lines that are not embedded are null. */
  readonly files: Record<string, [number, string][]>;
  /** Why the others are not embedded. */
  private readonly absent: Record<string, string>;
  /** Op types of v1 conditions, and which side each of their outputs is. */
  private readonly sides: Record<string, string[]>;
  private readonly lists: Lists;
  private ran: Timeline | null = null;
  private hasBackward: boolean | null = null;

  constructor(readonly container: Container) {
    const header = container.header as unknown as Lists & {
      name: string;
      producer: Record<string, string>;
      measurement: Measurement | null;
      input?: [string, string, string][];
      programs?: string[];
      parameters: number | null;
      layers?: number;
      state?: { elements: number; variables: number };
      cost: { per_sample?: boolean; loops?: Record<string, number | null> } | null;
      estimates?: string[];
      dispatch?: Record<string, string>;
      sums?: { types: Record<string, Sum>; lines: Record<string, Sum> };
      files: Record<string, [number, string][]>;
      absent?: Record<string, string>;
      sides?: Record<string, string[]>;
      op_families?: Record<string, string>;
    };
    this.lists = header;
    this.nodes = new Nodes(container, header);
    this.groups = new Groups(container, header, this.nodes);
    this.name = header.name;
    this.producer = header.producer;
    this.measurement = header.measurement;
    this.input = header.input ?? [];
    this.programs = header.programs ?? [];
    this.variables = header.variables;
    this.memory = memoryOf(container);
    this.measuredMemory = measuredMemoryOf(container);
    this.roofline = rooflineOf(container);
    this.families = named(header.op_families ?? {});
    this.parameters = header.parameters;
    this.layers = header.layers ?? 0;
    this.state = header.state ?? { elements: 0, variables: 0 };
    this.perSample = header.cost?.per_sample === true;
    this.estimates = new Set(header.estimates);
    this.loops = header.cost?.loops ?? {};
    this.dispatch = header.dispatch ?? {};
    this.sums = { types: named(header.sums?.types ?? {}), lines: named(header.sums?.lines ?? {}) };
    this.files = named(header.files);
    this.absent = named(header.absent ?? {});
    this.sides = named(header.sides ?? {});
  }

  /** What an op is called beside the layers; see `calledIn`. Its own name is that of the graph. */
  called(row: number): string {
    const group = this.nodes.group(row);
    return group < 0 ? this.nodes.name(row) : calledIn(this.groups.path(group), this.nodes.name(row));
  }

  /** Which side of a v1 condition an output is, `true` or `false`; empty for any other op. */
  side(row: number, output: number): string {
    return this.sides[this.nodes.op(row)]?.[output] ?? "";
  }

  /** An output as it is told: its number, where there are several, its side and its type. */
  outputText(row: number, output: number): string {
    const types = this.nodes.outputs(row);
    const type = types[output];
    return [types.length > 1 ? `:${output}` : "", this.side(row, output), type ? typeText(type) : ""].filter(Boolean).join(" ");
  }

  /** The sides of a v1 condition that an op uses. */
  sidesUsed(row: number, consumer: number): string[] {
    const used = this.nodes.inputs(consumer).filter(({ node }) => node === row).map(({ output }) => this.side(row, output));
    return [...new Set(used)].filter(Boolean).sort();
  }

  /** Why a file's code is not embedded; empty where it is. */
  whyAbsent(file: string): string {
    return this.absent[file] ?? "";
  }

  source(id: number): Source | null {
    const found = this.lists.sources[id];
    return found ? { file: this.lists.strings[found[0]], line: found[1], func: this.lists.strings[found[2]] } : null;
  }

  /** The family of an op type. */
  family(op: string): string {
    return this.families[op] ?? "other";
  }

  /** What the figures of a group count of a training step that also has gradients, which have groups of their own: `, forward`; empty where there is nothing to tell apart. */
  passOf(group: number): string {
    const { groups } = this;
    this.hasBackward ??= Array.from({ length: groups.count }, (_, each) => groups.kind(each)).includes("backward");
    return this.hasBackward && groups.chain(group).some((each) => groups.kind(each) === "forward") ? ", forward" : "";
  }

  /** Whether it is known when ops ran in a step. */
  get hasTimeline(): boolean {
    return this.container.has("t.row");
  }

  /** When each op ran in one measured step, read when it is asked for first; null where that is not known. */
  get timeline(): Timeline | null {
    return (this.ran ??= timelineOf(this.container));
  }

  get sourceCount(): number {
    return this.lists.sources.length;
  }

  /** The step that the measured times are parts of, in microseconds; 0 where none was measured. */
  get stepTime(): number {
    return this.measurement?.profiled_step_time_us ?? this.measurement?.step_time_us ?? 0;
  }

  /** What that step is called: a profiler makes steps longer. */
  get stepName(): string {
    return this.measurement?.profiled_step_time_us ? "profiled step" : "step";
  }

  /** The standard errors of times. */
  get timeErrors(): { op(row: number): number; group(group: number): number } {
    return { op: (row) => this.nodes.measures.figure(row, "error"), group: (group) => this.groups.measures.figure(group, "error") };
  }

  /** Whether times are told with their errors. */
  hasErrors(): boolean {
    return this.nodes.measures.has("error") || this.groups.measures.has("error");
  }

  /** Whether anything was measured. */
  get timed(): boolean {
    return this.nodes.measures.size + this.groups.measures.size > 0;
  }
}

/** The same entries with nothing inherited: a file may be called "constructor". */
function named<T>(entries: Record<string, T>): Record<string, T> {
  return Object.assign(Object.create(null) as Record<string, T>, entries);
}
