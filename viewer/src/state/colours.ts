// Colour modes: what each measures, for which ops and groups there is a figure, and in which words.
import { countsOf } from "../data/bounds";
import { isLeast, type Estimate, type Facts, type TensorType } from "../data/facts";
import type { Words } from "../data/words";
import type { Figures } from "./amounts";

export interface Mode extends Figures {
  id: string;
  title: string;
  /** An amount has a scale; a category has one colour for each value; families come with the marks. */
  kind: "family" | "amount" | "category";
  unit: string;
  /** An amount in words, with its error where it is known. */
  text(value: number, error?: number): string;
  /** A category's value for an op; empty where it has none. */
  value(row: number): string;
}

const NONE = () => NaN;
const NOTHING = () => "";

function amount(id: string, title: string, unit: string, op: (row: number) => number, group: (group: number) => number, text: (value: number) => string): Mode {
  return { id, title, kind: "amount", unit, op, group, text, value: NOTHING };
}

function category(id: string, title: string, value: (row: number) => string): Mode {
  return { id, title, kind: "category", unit: "", op: NONE, group: NONE, text: String, value };
}

/** An estimate of ops and groups, with what does not count in it. */
export function estimated({ nodes, groups }: Facts, estimate: Estimate): Figures {
  return {
    op: (row) => nodes.cost(row)?.[estimate] ?? NaN,
    group: (group) => groups.cost(group)?.[estimate] ?? NaN,
    lacking: { op: (row) => Number(isLeast(nodes.cost(row), estimate)), group: (group) => groups.lacks(group, estimate) },
    counts: { op: (row) => countsOf(estimate, [nodes.cost(row)]), group: (group) => groups.counts(group, estimate) },
  };
}

export function dtypeOf(types: TensorType[]): string {
  return types.length ? types[0].dtype : "";
}

/** The modes that this graph has figures for. */
export function modesOf(facts: Facts, words: Words): Mode[] {
  const { nodes, groups } = facts;
  const perRun = facts.perSample ? "per sample" : "per step";
  const modes: Mode[] = [
    { id: "family", title: "Family", kind: "family", unit: "", op: NONE, group: NONE, text: String, value: NOTHING },
    { ...amount("time", words.title("time"), "per step", (row) => nodes.measures.figure(row, "time"), (group) => groups.measures.figure(group, "time"), words.time), errors: facts.timeErrors },
    amount("memory", words.title("memory"), "", (row) => nodes.measures.figure(row, "memory"), (group) => groups.measures.figure(group, "memory"), words.bytes),
    ...(["flops", "bytes", "macs"] as const).map((id): Mode => ({ id, title: words.title(id), kind: "amount", unit: perRun, text: words[id], value: NOTHING, ...estimated(facts, id) })),
    { ...amount("parameters", "Parameters", "", NONE, (group) => groups.parameters(group), words.count), groups: (several) => groups.parametersOf(several) },
    amount("busy", words.title("busy"), "per step", (row) => nodes.measures.figure(row, "busy"), (group) => groups.measures.figure(group, "busy"), words.time),
    amount("calls", words.title("calls"), "per step", (row) => nodes.measures.figure(row, "calls"), (group) => groups.measures.figure(group, "calls"), words.calls),
    category("dtype", "Dtype", (row) => dtypeOf(nodes.outputs(row))),
    category("device", "Device", (row) => nodes.device(row)),
    category("source", "Source", (row) => facts.source(nodes.sourceId(row))?.file ?? ""),
  ];
  return modes.filter((mode) => mode.kind === "family" || hasFigures(mode, facts));
}

function hasFigures(mode: Mode, facts: Facts): boolean {
  if (mode.kind === "category") {
    // If all ops have the same value, the mode would show one colour and nothing else.
    const values = new Set<string>();
    for (let row = 0; row < facts.nodes.count && values.size < 2; row++) values.add(mode.value(row));
    return values.size > 1;
  }
  // Where what counts of the whole says nothing, what its parts have would be compared in vain.
  if (mode.counts && !facts.estimates.has(mode.id)) return false;
  for (let group = 0; group < facts.groups.count; group++) if (mode.group(group) > 0) return true;
  for (let row = 0; row < facts.nodes.count; row++) if (mode.op(row) > 0) return true;
  return false;
}

/** A group with more than this part of the total does not set the end of the scale: beside it everything else would be pale. */
const MOST = 0.5;

/** A mode's scale and coverage over a whole graph. */
export class Scale {
  readonly top: number;
  /** Whether a group has more than the end of the scale. */
  readonly beyond: boolean;
  readonly covered: number;
  readonly coveredGroups: number;
  readonly values: string[];

  constructor(
    readonly mode: Mode,
    readonly facts: Facts,
  ) {
    const { nodes, groups } = facts;
    let top = 0;
    let beyond = false;
    let covered = 0;
    const counts = new Map<string, number>();
    for (let row = 0; row < nodes.count; row++) {
      if (mode.kind === "category") {
        const value = mode.value(row);
        if (value) counts.set(value, (counts.get(value) ?? 0) + 1);
        if (value) covered++;
      } else if (mode.kind === "amount") {
        const value = mode.op(row);
        if (!Number.isNaN(value)) covered++;
        if (value > top) top = value;
      }
    }
    if (mode.kind === "amount") {
      const values = Array.from({ length: groups.count }, (_, group) => mode.group(group) || 0);
      const total = values.reduce((sum, value, group) => (groups.parent(group) < 0 ? sum + value : sum), 0);
      // Without figures on the outermost groups the total is unknown. Readers may have put their own numbers on inner layers only.
      const telling = total > 0 ? values.filter((value) => value <= MOST * total) : values;
      top = telling.reduce((most, value) => Math.max(most, value), top) || values.reduce((most, value) => Math.max(most, value), 0);
      beyond = values.some((value) => value > top);
    }
    this.top = top;
    this.beyond = beyond;
    this.covered = covered;
    this.coveredGroups = Array.from({ length: groups.count }, (_, group) => group).filter((group) => !Number.isNaN(mode.group(group))).length;
    this.values = [...counts].sort((a, b) => b[1] - a[1]).map(([value]) => value);
  }

  level(value: number): number {
    return this.top > 0 ? Math.min(1, value / this.top) : 0;
  }
}
