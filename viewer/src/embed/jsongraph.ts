// A graph in opscope's JSON as the page's data: all facts of the file (docs/json.md), and a drawing with nothing in it. What is drawn, and in which order, Python
// decides alone; the file does not say it.
import { Container, FORMAT, VERSION, type Header } from "../data/container";

/** A table that columns refer to: each distinct value once. */
class Pool<T> {
  readonly values: T[] = [];
  private readonly ids = new Map<string, number>();

  id(value: T): number {
    const key = JSON.stringify(value);
    const known = this.ids.get(key);
    if (known !== undefined) return known;
    this.ids.set(key, this.values.length);
    return this.values.push(value) - 1;
  }
}

interface TypeRecord { dtype: string; shape: (number | null)[] | null }
interface SourceRecord { file: string; line: number; function: string }
interface CostRecord { flops?: number | null; bytes?: number | null; macs?: number | null; per?: string }
type MeasuredRecord = Record<string, unknown> & { fused?: string[] };
interface NodeRecord {
  name: string; op: string; group: string | null; inputs: { node: string; output: number | null; control?: boolean }[]; outputs: TypeRecord[];
  attrs?: Record<string, unknown>; device?: string; source?: SourceRecord | null; dead?: boolean; cost?: CostRecord | null; measured?: MeasuredRecord | null;
}
interface GroupRecord {
  path: string; parent: string | null; kind: string; class?: string | null; call?: number | null; object_path?: string | null; of?: string | null; layer_source?: string | null;
  outputs?: TypeRecord[]; variables?: number[]; parameters?: number | null; source?: SourceRecord | null; cost?: CostRecord | null; measured?: MeasuredRecord | null;
}
export interface GraphRecord {
  format: string; version: number; name: string; producer: Record<string, string>; nodes: NodeRecord[]; groups: GroupRecord[];
  variables: { id: number; object_path: string; dtype: string; shape: (number | null)[] | null; trainable: boolean }[];
  measurement?: Record<string, unknown> | null; cost?: { per_sample?: boolean; loops?: Record<string, number | null> } | null;
}

/** A figure of a measurement, as columns and as the JSON call it. */
const MEASURED = { time: "time_us", error: "error_us", busy: "busy_us", calls: "calls", memory: "memory_bytes" };
/** What a measurement tells of the run as a whole: the rest is long, and of ops and layers. */
const OF_THE_RUN = ["steps", "steps_kept", "disturbed", "step_time_us", "step_spread_us", "profiled_step_time_us", "attributed", "coverage", "trace_level", "devices"];
/** Columns of a drawing without anything in it: one card, of the whole, and no row of anything else. */
const CARD = ["group:-1", "kind", "title", "subtitle", "detail", "folded", "corner", "repeat:1", "hidden", "head", "top", "foldedHead", "foldedTop", "right", "start:1", "structure", "stack:-1", "items", "chip", "chipFamily", "chipWidth", "chipTop"];
const NOTHING = {
  b: "unit ops groups op group", i: "type ref title note family half left right height top chips", k: "text family x y width node", w: "unit title subtitle detail folded corner head top foldedHead foldedTop chip chipFamily chipWidth chipTop differ",
  x: "row title note half left right height top chips", y: "text family x y width", l: "unit wire label width head",
};

/** @param style how a page says things: the units and words of the header of any page. */
export function containerOf(graph: GraphRecord, style: unknown, remark: string): Container {
  const pools = { strings: new Pool<string>(), types: new Pool<[string, (number | null)[] | null]>(), outputs: new Pool<number[]>(), attrs: new Pool<unknown>(), costs: new Pool<unknown[]>(), sources: new Pool<[number, number, number]>(), tuples: new Pool<number[]>() };
  const text = (value: string | null | undefined) => pools.strings.id(value ?? "");
  text("");
  const typed = (types: TypeRecord[] = []) => pools.outputs.id(types.map(({ dtype, shape }) => pools.types.id([dtype, shape])));
  const sourced = (source?: SourceRecord | null) => (source ? pools.sources.id([text(source.file), source.line, text(source.function)]) : -1);
  const costed = (cost?: CostRecord | null) => (cost ? pools.costs.id([cost.flops ?? null, cost.bytes ?? null, cost.per ?? "step", cost.macs ?? null]) : -1);

  const columns = new Map<string, Int32Array | Float64Array>();
  const ints = (name: string, values: number[]) => columns.set(name, Int32Array.from(values));
  const { nodes, groups } = checked(graph);
  const rows = new Map(nodes.map(({ name }, row) => [name, row]));
  const places = new Map(groups.map(({ path }, index) => [path, index]));
  const placeOf = (path: string | null) => (path === null ? -1 : place(places, path, "group"));

  const cut = (name: string) => name.lastIndexOf("/") + 1;
  ints("n.scope", nodes.map(({ name }) => text(name.slice(0, cut(name)))));
  ints("n.leaf", nodes.map(({ name }) => text(name.slice(cut(name)))));
  ints("n.op", nodes.map(({ op }) => text(op)));
  ints("n.group", nodes.map(({ group }) => placeOf(group)));
  ints("n.device", nodes.map(({ device }) => text(device)));
  ints("n.outputs", nodes.map(({ outputs }) => typed(outputs)));
  ints("n.attrs", nodes.map(({ attrs }) => pools.attrs.id(attrs ?? {})));
  ints("n.source", nodes.map(({ source }) => sourced(source)));
  ints("n.cost", nodes.map(({ cost }) => costed(cost)));
  ints("n.dead", nodes.map(({ dead }) => Number(dead === true)));
  ints("n.degree", nodes.map(({ inputs }) => inputs.length));
  ints("e.back", nodes.flatMap(({ inputs }, row) => inputs.map(({ node }) => row - place(rows, node, "op"))));
  ints("e.output", nodes.flatMap(({ inputs }) => inputs.map(({ output, control }) => (control ? -1 : (output ?? -1)))));
  ints("g.parent", groups.map(({ parent }) => placeOf(parent)));
  ints("g.part", groups.map(({ path, parent }) => text(parent === null ? path : path.slice(parent.length + 1))));
  ints("g.kind", groups.map(({ kind }) => text(kind)));
  ints("g.cls", groups.map((group) => text(group.class)));
  ints("g.object", groups.map(({ object_path }) => text(object_path)));
  ints("g.of", groups.map((group) => text(group.of)));
  ints("g.recovered", groups.map(({ layer_source }) => text(layer_source)));
  ints("g.call", groups.map(({ call }) => call ?? 0));
  ints("g.owner", groups.map(() => -1)); // the file does not say it
  ints("g.outputs", groups.map(({ outputs }) => typed(outputs)));
  ints("g.variables", groups.map(({ variables }) => pools.tuples.id(variables ?? [])));
  columns.set("g.parameters", Float64Array.from(groups, ({ parameters }) => parameters ?? NaN));
  ints("g.source", groups.map(({ source }) => sourced(source)));
  ints("g.cost", groups.map(({ cost }) => costed(cost)));
  const fused = addMeasured("m", nodes.map(({ measured }) => measured ?? null), columns);
  const groupFused = addMeasured("gm", groups.map(({ measured }) => measured ?? null), columns);
  addNothing(columns, nodes.length, groups.length);

  const header = {
    format: FORMAT, version: VERSION, columns: Object.fromEntries([...columns].map(([name]) => [name, ["int", 0, 0, 0]])),
    name: graph.name, subtitle: "", about: `${nodes.length.toLocaleString("en")} op${nodes.length === 1 ? "" : "s"}`, notes: [remark], start: {}, producer: graph.producer, families: [], style,
    measurement: graph.measurement ? Object.fromEntries(OF_THE_RUN.flatMap((key) => (graph.measurement && key in graph.measurement ? [[key, graph.measurement[key]]] : []))) : null,
    parameters: null, layers: layersOf(graph), variables: graph.variables, cost: graph.cost ? { per_sample: graph.cost.per_sample === true, loops: graph.cost.loops ?? {} } : null, estimates: [], memory: null,
    files: {}, absent: {}, sides: {}, fused, groupFused, dispatch: {}, sums: { types: {}, lines: {} },
    structures: [{ order: 0, tops: [], bottoms: [], wires: [] }], orders: [{ boxes: 0, inputs: 0, outputs: 0, rows: [[], []], links: [], blocks: [], tops: [], bottoms: [], routes: [], nets: [], ends: [], back: [] }],
    stacks: [], differ: [], copyDiffer: [], ...Object.fromEntries(Object.entries(pools).map(([name, { values }]) => [name, values])),
  };
  return new Container(header as unknown as Header, new Uint8Array(0), columns);
}

/** Throws where names are there twice, or a group stands before the one around it. */
function checked(graph: GraphRecord): GraphRecord {
  const { nodes, groups, variables, producer } = graph;
  if (![nodes, groups, variables].every(Array.isArray) || typeof producer !== "object" || !producer) throw new Error("nodes, groups, variables or producer are missing");
  if (new Set(nodes.map(({ name }) => name)).size < nodes.length) throw new Error("two ops have one name");
  const known = new Set<string>();
  for (const { path, parent } of groups) {
    if (known.has(path) || (parent !== null && !(known.has(parent) && path.startsWith(`${parent}/`)))) throw new Error(`the group ${path} stands in no group before it, or is there twice`);
    known.add(path);
  }
  return graph;
}

function place(places: ReadonlyMap<string, number>, name: string, what: string): number {
  const found = places.get(name);
  if (found === undefined) throw new Error(`it names the ${what} ${name}, which it does not have`);
  return found;
}

/** Which ops, or groups, ran as one kernel with others. */
function addMeasured(prefix: string, all: (MeasuredRecord | null)[], columns: Map<string, Int32Array | Float64Array>): Record<string, string[]> {
  const rows = all.flatMap((measured, row) => (measured ? [row] : []));
  columns.set(`${prefix}.row`, Int32Array.from(rows));
  for (const [name, key] of Object.entries(MEASURED)) columns.set(`${prefix}.${name}`, Float64Array.from(rows, (row) => (all[row]?.[key] as number | null | undefined) ?? NaN));
  for (const name of ["first", "last"]) columns.set(`${prefix}.${name}`, new Int32Array(rows.length).fill(-1)); // ranks are Python's work
  return Object.fromEntries(rows.flatMap((row) => (all[row]?.fused?.length ? [[String(row), all[row]?.fused ?? []]] : [])));
}

function addNothing(columns: Map<string, Int32Array | Float64Array>, ops: number, groups: number): void {
  for (const each of CARD) {
    const [name, value] = each.split(":");
    columns.set(`c.${name}`, Int32Array.of(Number(value ?? 0)));
  }
  for (const [prefix, names] of Object.entries(NOTHING)) for (const name of names.split(" ")) columns.set(`${prefix}.${name}`, new Int32Array(0));
  for (const [prefix, count] of [["r", ops], ["gr", groups]] as const) {
    columns.set(`${prefix}.stack`, new Int32Array(count).fill(-1));
    for (const name of ["copy", "back"]) columns.set(`${prefix}.${name}`, new Int32Array(count));
  }
  columns.set("r.kept", new Int32Array(0));
}

/** Layers by their object; one that is called again counts once. */
function layersOf({ groups }: GraphRecord): number {
  return new Set(groups.filter(({ kind }) => kind === "layer").map(({ object_path, path }) => object_path || path)).size;
}
