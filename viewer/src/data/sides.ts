// What is known of an op, a group or a variable in each of two graphs, line by line: what differs, and what is the same.
import type { Change, Difference, Entry, What } from "./difference";
import { shapeText, typeText, type Facts } from "./facts";
import { exact } from "./words";

/** One thing that is told of both sides; null: that side does not have it. */
export interface Field {
  title: string;
  a: string[] | null;
  b: string[] | null;
  differs: boolean;
}

/** All fields of it, those that differ first. */
export function fieldsOf(difference: Difference, facts: Facts, what: What, row: number): Field[] {
  const change = difference.of(what, row);
  const status = change < 0 ? oneSided(difference, what, row) : difference.status(change);
  const own = told(facts, names(difference, facts, status === "removed"), what, row);
  if (status === "added" || status === "removed") {
    return own.map(([title, lines]) => ({ title, a: status === "removed" ? lines : null, b: status === "added" ? lines : null, differs: true }));
  }
  const changes = change < 0 ? [] : difference.changes(change);
  const differing = changes.map((one): Field => ({ title: titleOf(one[0]), a: one[1], b: one[2], differs: true }));
  const counts = what === "group" ? opsField(difference, row) : [];
  const covered = new Set(changes.flatMap(coveredBy));
  const same = own.filter(([title]) => !covered.has(title)).map(([title, lines]): Field => ({ title, a: lines, b: lines, differs: false }));
  return [...differing, ...counts.filter((field) => field.differs), ...same, ...counts.filter((field) => !field.differs)];
}

/** What an entry tells of what it leads to, and none of its fields does, such as in which order the layers in it stand. */
export function fieldsOfEntry({ changes }: Entry, fields: readonly Field[]): Field[] {
  const told = ({ title, a, b }: Field) => JSON.stringify([title, a, b]);
  const known = new Set(fields.map(told));
  return changes.map(([what, a, b]): Field => ({ title: titleOf(what), a, b, differs: true })).filter((field) => !known.has(told(field)));
}

/** Of what is not compared only the mark tells that one graph alone has it. */
function oneSided(difference: Difference, what: What, row: number): string | undefined {
  return what === "op" ? difference.opStatus(row) : what === "group" ? difference.groupStatus(row) : undefined;
}

function opsField(difference: Difference, group: number): Field[] {
  const [a, b] = [difference.size(0, group), difference.size(1, group)];
  return Number.isNaN(a) ? [] : [{ title: "Ops in it", a: [exact(a)], b: [exact(b)], differs: a !== b }];
}

type Told = [title: string, lines: string[]];

/** What one of the graphs calls ops and groups. */
interface Names {
  op(row: number): string;
  group(group: number): string;
}

function names(difference: Difference, { nodes, groups }: Facts, first: boolean): Names {
  const was = (what: What, row: number) => (first ? difference.nameInFirst(what, row) : "");
  return { op: (row) => was("op", row) || nodes.name(row), group: (group) => was("group", group) || groups.path(group) };
}

/** What the page knows of a thing that one graph has, or both alike. */
function told(facts: Facts, called: Names, what: What, row: number): Told[] {
  const rows = what === "op" ? ofOp(facts, called, row) : what === "group" ? ofGroup(facts, called, row) : ofVariable(facts, row);
  return rows.filter(([, lines]) => lines.length > 0);
}

function ofOp(facts: Facts, called: Names, row: number): Told[] {
  const { nodes } = facts;
  const source = facts.source(nodes.sourceId(row));
  return [
    ["Name", [called.op(row)]], ["Op type", [nodes.op(row)]], ["Group", nodes.group(row) < 0 ? [] : [called.group(nodes.group(row))]],
    ["Inputs", nodes.inputs(row).map(({ node, output }) => (output < 0 ? `^${called.op(node)}` : `${called.op(node)}:${output}`))],
    ["Outputs", nodes.outputs(row).map(typeText)],
    ...Object.entries(nodes.attrs(row)).map(([name, value]): Told => [name, valueLines(value)]),
    ["Device", nodes.device(row) ? [nodes.device(row)] : []], ["Source", source ? [`${source.file}:${source.line}`] : []],
  ];
}

function ofGroup(facts: Facts, called: Names, group: number): Told[] {
  const { groups } = facts;
  const source = facts.source(groups.sourceId(group));
  const one = (text: string) => (text ? [text] : []);
  return [
    ["Path", [called.group(group)]], ["Kind", one(groups.kind(group))], ["Class", one(groups.cls(group))], ["Object path", one(groups.objectPath(group))],
    ["Parameters", Number.isNaN(groups.parameters(group)) ? [] : [exact(groups.parameters(group))]],
    ["Variables", groups.variables(group).map(({ object_path }) => object_path)], ["Outputs", groups.outputs(group).map(typeText)],
    ["Source", source ? [`${source.file}:${source.line}`] : []],
  ];
}

function ofVariable({ variables }: Facts, number: number): Told[] {
  const { object_path, dtype, shape, trainable } = variables[number];
  return [["Object path", [object_path]], ["Dtype", [dtype]], ["Shape", [shapeText(shape)]], ["Trainable", [String(trainable)]]];
}

/** A value as the lines of a change have it: of a mapping a line for each entry. */
function valueLines(value: unknown): string[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [valueText(value)];
  return Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, part]) => `${key}: ${valueText(part)}`);
}

function valueText(value: unknown): string {
  if (typeof value === "string") return value;
  if (Array.isArray(value) && value.every((item) => item === null || Number.isInteger(item))) return shapeText(value as (number | null)[]);
  return JSON.stringify(value) ?? "";
}

const TITLES: Record<string, string> = { op: "Op type", layer_source: "How the layer was found", call: "Call number", of: "Gradient or update of", dead: "Dead op", order: "Place in the graph" };

/** What a change is called: of an attribute or a setting its name. */
export function titleOf(what: string): string {
  const part = /^(?:attrs|settings)\.(.*)$/s.exec(what);
  if (part) return part[1];
  const output = /^outputs\[(\d+)\]\.(\w+)$/.exec(what);
  if (output) return `Output ${output[1]}, ${output[2]}`;
  return TITLES[what] ?? `${what[0].toUpperCase()}${what.slice(1).replace(/_/g, " ")}`;
}

/** The fields of one side that a change tells otherwise. */
function coveredBy([what]: Change): string[] {
  if (what.startsWith("outputs")) return ["Outputs"];
  return what === "parent" ? ["Path"] : [titleOf(what)];
}

/** Which lines of a field the other side does not have, each as often as it is there; where only their order is another one, those that stand elsewhere. */
export function ownLines(lines: readonly string[], other: readonly string[]): boolean[] {
  const left = new Map<string, number>();
  for (const line of other) left.set(line, (left.get(line) ?? 0) + 1);
  const own = lines.map((line) => {
    const count = left.get(line) ?? 0;
    if (count) left.set(line, count - 1);
    return count === 0;
  });
  const reordered = lines.length === other.length && !own.includes(true);
  return reordered ? lines.map((line, index) => line !== other[index]) : own;
}
