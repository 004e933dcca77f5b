// What the table shows: rows of layers, ops, op types and source lines, with the columns that have figures.
import { boundTells, countsOf } from "../data/bounds";
import { AT_LEAST, isLeast, shapeText, type Cost, type Facts, type Sum } from "../data/facts";
import { tableText } from "./figures";
import { whyNone } from "./none";
import { exact, number, percent, type Words } from "../data/words";
import type { Column } from "./column";
import { rooflineColumns } from "./rooflinecolumns";
import { opsByLine } from "./source";

export type { Column } from "./column";

export interface Sheet {
  id: string;
  title: string;
  rows: number[];
  /** What a row is, in one word. */
  each?: string;
  columns: Column[];
  /** The columns that are left out on little room, the first one first. */
  least?: string[];
  /** The ops and groups that a row stands for. */
  stands(row: number): { ops: number[]; groups: number[] };
}

function textColumn(id: string, title: string, text: (row: number) => string): Column {
  return { id, title, value: text, text };
}

function amountColumn(id: string, title: string, value: (row: number) => number, told: (value: number) => string, before: (row: number) => string = () => ""): Column {
  return { id, title, value, text: (row) => (Number.isNaN(value(row)) ? "" : before(row) + told(value(row))) };
}

const RANK = "The places that a row may have by its time among all rows of the table: 2 to 4 for three rows that the measurement cannot tell apart. What a row lies in is before it";

/** Times with their errors, and the places that these leave them. */
function timeColumns(rows: number[], words: Words, time: (row: number) => number, error: (row: number) => number, ranked: (row: number) => [number, number], pass = ""): Column[] {
  const rank = (row: number) => {
    const [first, last] = ranked(row);
    return first < 0 ? "" : first === last ? exact(first) : `${exact(first)} to ${exact(last)}`;
  };
  return [
    { ...amountColumn("time", "Time", time, words.time), pass, ...(rows.some((row) => !Number.isNaN(error(row))) ? { meaning: words.meanings.error } : {}), text: (row) => (Number.isNaN(time(row)) ? "" : words.time(time(row), error(row))), error },
    ...(tells(rows.map(ranked)) ? [{ id: "rank", title: "Rank by time", meaning: RANK, value: (row: number) => (ranked(row)[0] < 0 ? NaN : ranked(row)[0]), text: rank }] : []),
  ];
}

/** Whether places tell anything: not where each of several may be any. */
function tells(ranges: [number, number][]): boolean {
  const known = ranges.filter(([first]) => first >= 0);
  return known.length === 1 || known.some(([first, last]) => first !== 1 || last !== known.length);
}

/** A column of estimates, some of which are only known to be at least so much. */
function estimates(id: "flops" | "macs", title: string, cost: (row: number) => Cost | null, told: (value: number) => string): Column {
  return { ...amountColumn(id, title, (row) => cost(row)?.[id] ?? NaN, told, (row) => (isLeast(cost(row), id) ? AT_LEAST : "")), none: UNKNOWN };
}

const UNKNOWN = "not known: too many of the ops have shapes that are not known, or no formula";

/** The columns that at least one of the rows has a figure in. */
function withFigures(rows: number[], columns: Column[]): Column[] {
  return columns.filter((column) => rows.some((row) => column.text(row) !== ""));
}

export function sheetsOf(facts: Facts, words: Words): Sheet[] {
  return [layers(facts, words), ops(facts, words), opTypes(facts, words), sourceLines(facts, words)].filter((sheet) => sheet.rows.length > 0);
}

function share(facts: Facts, time: (row: number) => number): Column[] {
  const step = facts.stepTime;
  return step ? [amountColumn("share", `% of ${facts.stepName}`, (row) => time(row) / step, percent)] : [];
}

function layers(facts: Facts, words: Words): Sheet {
  const { groups } = facts;
  const all = Array.from({ length: groups.count }, (_, group) => group);
  const calls = all.filter((group) => groups.cls(group) !== "");
  const rows = calls.length ? calls : all;
  const passes = new Set(rows.map((group) => facts.passOf(group)));
  const pass = passes.size === 1 ? [...passes][0] : "";
  const time = (group: number) => groups.measures.figure(group, "time");
  return {
    id: "layers", title: groups.title, rows, ...(calls.length ? { each: "call" } : {}),
    columns: withFigures(rows, [
      { ...textColumn("name", "Name", (group) => groups.path(group)), meaning: tableText(facts) },
      textColumn("class", "Class", (group) => groups.cls(group) || groups.kind(group)),
      ...timeColumns(rows, words, time, facts.timeErrors.group, (group) => groups.measures.ranked(group), pass), ...share(facts, time),
      { ...amountColumn("memory", "Memory", (group) => groups.measures.figure(group, "memory"), words.bytes), none: whyNone(facts.measurement, "memory") },
      estimates("flops", "FLOPs", (group) => groups.cost(group), words.count),
      estimates("macs", words.title("macs"), (group) => groups.cost(group), words.count),
      ...rooflineColumns(facts.roofline?.groups, words),
      amountColumn("parameters", "Parameters", (group) => groups.parameters(group), exact),
      amountColumn("ops", "Ops", (group) => groups.size(group), exact),
      textColumn("output", "Output", (group) => groups.outputs(group).map((type) => shapeText(type.shape)).slice(0, 2).join(" ")),
    ]),
    stands: (group) => ({ ops: [], groups: [group] }),
  };
}

function ops(facts: Facts, words: Words): Sheet {
  const { nodes } = facts;
  const rows = Array.from({ length: nodes.count }, (_, row) => row);
  const time = (row: number) => nodes.measures.figure(row, "time");
  const place = (row: number) => {
    const source = facts.source(nodes.sourceId(row));
    return source ? `${source.file}:${source.line}` : "";
  };
  return {
    id: "ops", title: "Ops", rows,
    columns: withFigures(rows, [
      { ...textColumn("name", "Name", (row) => nodes.name(row)), text: (row) => facts.called(row) },
      textColumn("op", "Op", (row) => nodes.op(row)),
      ...timeColumns(rows, words, time, facts.timeErrors.op, (row) => nodes.measures.ranked(row)), ...share(facts, time),
      amountColumn("calls", words.title("calls"), (row) => nodes.measures.figure(row, "calls"), number),
      { ...amountColumn("memory", "Memory", (row) => nodes.measures.figure(row, "memory"), words.bytes), none: whyNone(facts.measurement, "memory") },
      estimates("flops", "FLOPs", (row) => nodes.cost(row), words.count),
      estimates("macs", words.title("macs"), (row) => nodes.cost(row), words.count),
      ...rooflineColumns(facts.roofline?.ops, words),
      textColumn("dtype", "Dtype", (row) => nodes.outputs(row)[0]?.dtype ?? ""),
      textColumn("shape", "Output", (row) => (nodes.outputs(row)[0] ? shapeText(nodes.outputs(row)[0].shape) : "")),
      textColumn("source", "Source", place),
    ]),
    stands: (row) => ({ ops: [row], groups: [] }),
  };
}

/** Sums over sets of ops. */
function summed(facts: Facts, words: Words, sets: number[][], sums: (Sum | undefined)[]): Column[] {
  const { nodes } = facts;
  const total = (figure: (row: number) => number) =>
    sets.map((set) => set.reduce((sum, row) => (Number.isNaN(figure(row)) ? sum : (Number.isNaN(sum) ? 0 : sum) + figure(row)), NaN));
  const time = total((row) => nodes.measures.figure(row, "time"));
  const memory = total((row) => nodes.measures.figure(row, "memory"));
  const flops = total((row) => nodes.cost(row)?.flops ?? NaN).map((sum, index) => (boundTells(countsOf("flops", sets[index].map((row) => nodes.cost(row)))) ? sum : NaN));
  return [
    amountColumn("ops", "Ops", (index) => sets[index].length, exact),
    ...timeColumns(sets.map((_, index) => index), words, (index) => time[index], (index) => sums[index]?.[0] ?? NaN, (index) => [sums[index]?.[1] ?? -1, sums[index]?.[2] ?? -1]),
    ...share(facts, (index) => time[index]),
    amountColumn("memory", "Memory", (index) => memory[index], words.bytes),
    { ...amountColumn("flops", "FLOPs", (index) => flops[index], words.count, (index) => (sets[index].some((row) => isLeast(nodes.cost(row))) ? AT_LEAST : "")), none: UNKNOWN },
  ];
}

function opTypes(facts: Facts, words: Words): Sheet {
  const sets = new Map<string, number[]>();
  for (let row = 0; row < facts.nodes.count; row++) {
    const set = sets.get(facts.nodes.op(row));
    if (set) set.push(row);
    else sets.set(facts.nodes.op(row), [row]);
  }
  const names = [...sets.keys()];
  return sumSheet(facts, words, "types", "Op types", [textColumn("op", "Op type", (index) => names[index])], [...sets.values()], names.map((name) => facts.sums.types[name]));
}

function sourceLines(facts: Facts, words: Words): Sheet {
  const places: [string, number, number[]][] = [];
  for (const [file, lines] of opsByLine(facts)) for (const [line, set] of lines) places.push([file, line, set]);
  const code = new Map<string, Map<number, string>>();
  for (const [file, lines] of Object.entries(facts.files)) code.set(file, new Map(lines));
  const names: Column[] = [
    textColumn("place", "Line", (index) => `${places[index][0]}:${places[index][1]}`),
    textColumn("code", "Code", (index) => (code.get(places[index][0])?.get(places[index][1]) ?? "").trim()),
  ];
  return sumSheet(facts, words, "lines", "Source lines", names, places.map(([, , set]) => set), places.map(([file, line]) => facts.sums.lines[`${file}:${line}`]));
}

function sumSheet(facts: Facts, words: Words, id: string, title: string, names: Column[], sets: number[][], sums: (Sum | undefined)[]): Sheet {
  const rows = sets.map((_, index) => index);
  return {
    id, title, rows, columns: withFigures(rows, [...names, ...summed(facts, words, sets, sums)]),
    stands: (index) => ({ ops: sets[index], groups: [] }),
  };
}

/** The rows in the order of a column; what has no figure comes last either way. */
export function sorted(sheet: Sheet, column: Column, down: boolean): number[] {
  const keyed = sheet.rows.map((row) => {
    const value = column.value(row);
    return { row, value: typeof value === "number" ? value : column.text(row) }; // a name as it is seen
  });
  const empty = (value: number | string) => value === "" || (typeof value === "number" && Number.isNaN(value));
  keyed.sort((a, b) => {
    if (empty(a.value) || empty(b.value)) return Number(empty(a.value)) - Number(empty(b.value)) || a.row - b.row;
    const order = typeof a.value === "number" ? a.value - (b.value as number) : a.value < b.value ? -1 : a.value > b.value ? 1 : 0;
    return (down ? -order : order) || a.row - b.row;
  });
  return keyed.map(({ row }) => row);
}

/** A cell of a CSV file that no spreadsheet runs as a formula. */
export function csvCell(value: number | string): string {
  if (typeof value === "number") return Number.isNaN(value) ? "" : String(value);
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\n\r]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe;
}

/** A sheet as CSV, amounts as plain numbers. Cells that a spreadsheet would run as a formula are made texts. */
export function csv(sheet: Sheet, rows: number[]): string {
  const sure = new Set(sheet.columns.filter(({ error }) => error && rows.some((row) => !Number.isNaN(error(row)))));
  const titles = (column: Column) => (sure.has(column) ? [column.title, `${column.title} error`] : [column.title]);
  const values = (column: Column, row: number) => (sure.has(column) ? [column.value(row), column.error?.(row) ?? NaN] : [column.value(row)]);
  const line = (cells: (number | string)[][]) => cells.flat().map(csvCell).join(",");
  return [line(sheet.columns.map(titles)), ...rows.map((row) => line(sheet.columns.map((column) => values(column, row))))].join("\n") + "\n";
}
