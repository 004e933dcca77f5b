// Searches ops and groups. Tests look at each distinct text once (an op type, a set of outputs), then rows are filtered by number.
import type { Facts } from "../data/facts";
import type { Units } from "../data/style";
import { exact } from "../data/words";
import { amountIn, placeOf } from "./figures";
import { parseQuery, type Field, type Term } from "./query";
import { AmountUnits } from "./units";

export interface Hits {
  groups: number[];
  ops: number[];
  /** What was asked for. */
  terms: Term[];
  problem: string;
}

/** Full names are kept up to so many ops; beyond, they are put together at each search, to spare the memory. */
const MOST_NAMES = 300_000;

/** Op types that are named where none is as asked. */
const MOST_NEAR = 4;

type Test = (row: number) => boolean;

export class Search {
  private readonly opTypes = new Map<string, string>();
  private typeTexts: { dtype: string; shape: string }[] = [];

  private readonly names: string[] = [];

  private readonly units: AmountUnits;

  constructor(
    private readonly facts: Facts,
    units: Units,
    /** Of a page of two graphs what the first one calls an op or a group, where that is another name. */
    private readonly otherName: (kind: "op" | "group", row: number) => string = () => "",
    /** Of a graph that is known as written and as executed what became of an op, or why it is there. */
    private readonly outcome: (row: number) => string = () => "",
    /** What the reader has written on an op or a group. */
    private readonly note: (kind: "op" | "group", row: number) => string = () => "",
  ) {
    this.units = new AmountUnits(units);
  }

  /** Put some more full names together while the page is idle; true when all are there. */
  warm(rows = 4000): boolean {
    const { nodes } = this.facts;
    if (nodes.count > MOST_NAMES) return true;
    const last = Math.min(nodes.count, this.names.length + rows);
    for (let row = this.names.length; row < last; row++) this.names.push(nodes.name(row));
    return last === nodes.count;
  }

  private name(row: number): string {
    return row < this.names.length ? this.names[row] : this.facts.nodes.name(row);
  }

  /** Everything that all terms match, groups first; an empty text finds nothing. */
  find(text: string): Hits {
    const { terms, problem } = parseQuery(text, this.units);
    const hits: Hits = { groups: [], ops: [], terms, problem };
    if (!terms.length) return hits;
    const { nodes, groups } = this.facts;
    for (let group = 0; group < groups.count; group++) {
      if (terms.every((term) => this.groupMatches(term, group) !== term.not)) hits.groups.push(group);
    }
    const tests = terms.map((term): [Test, boolean] => [this.opTest(term), term.not]);
    const rows: number[] = [];
    next: for (let row = 0; row < nodes.count; row++) {
      for (const [test, not] of tests) if (test(row) === not) continue next;
      rows.push(row);
    }
    hits.ops = this.bestFirst(terms, rows);
    if (!hits.problem && !hits.ops.length && !hits.groups.length) hits.problem = this.near(terms);
    return hits;
  }

  /** Where nothing was found, the op types that contain what one was asked to begin with; empty where there are none. */
  private near(terms: Term[]): string {
    const { nodes } = this.facts;
    for (const term of terms) {
      if (term.kind !== "field" || term.field !== "op" || term.not) continue;
      const counts = new Map<string, number>();
      for (let row = 0; row < nodes.count; row++) counts.set(nodes.op(row), (counts.get(nodes.op(row)) ?? 0) + 1);
      if ([...counts.keys()].some(term.test)) continue; // another term finds none of these
      const near = [...counts].filter(([type]) => type.toLowerCase().includes(term.text)).sort((a, b) => b[1] - a[1]);
      const told = near.slice(0, MOST_NEAR).map(([type, count]) => `op:${type} (${exact(count)})`);
      return `no op type begins with "${term.text}"${told.length ? `; near: ${told.join(", ")}` : ""}`;
    }
    return "";
  }

  /** An op whose name or type is exactly the first word comes before ops that only contain it. */
  private bestFirst(terms: Term[], rows: number[]): number[] {
    const word = terms.find((term) => term.kind === "word" && !term.not);
    if (!word || word.kind !== "word") return rows;
    const { nodes } = this.facts;
    const leaf = byId(nodes.ids("leaf"), (row) => nodes.leaf(row).toLowerCase() === word.text);
    const op = byId(nodes.ids("op"), (row) => nodes.op(row).toLowerCase() === word.text);
    const exact = rows.filter((row) => leaf(row) || op(row));
    return exact.length ? [...exact, ...rows.filter((row) => !leaf(row) && !op(row))] : rows;
  }

  /** A term as a test of rows that looks at each distinct text once. */
  private opTest(term: Term): Test {
    const { nodes } = this.facts;
    switch (term.kind) {
      case "word":
        return this.wordTest(term.text);
      case "pattern": {
        const op = byId(nodes.ids("op"), (row) => term.pattern.test(nodes.op(row)));
        return (row) => op(row) || term.pattern.test(this.name(row)) || this.isOther("op", row, (name) => term.pattern.test(name));
      }
      case "field":
        return this.fieldTest(term.field, term.test);
      case "amount":
        return (row) => term.test(amountIn(this.facts, "op", row, term.amount));
    }
  }

  private wordTest(text: string): Test {
    const { nodes } = this.facts;
    const op = byId(nodes.ids("op"), (row) => nodes.op(row).toLowerCase().includes(text));
    const other = (row: number) => this.isOther("op", row, (name) => name.toLowerCase().includes(text)) || this.isNoted("op", row, text);
    if (text.includes("/")) return (row) => op(row) || this.name(row).toLowerCase().includes(text) || other(row);
    const leaf = byId(nodes.ids("leaf"), (row) => nodes.leaf(row).toLowerCase().includes(text));
    const scope = byId(nodes.ids("scope"), (row) => nodes.scope(row).toLowerCase().includes(text));
    return (row) => leaf(row) || scope(row) || op(row) || other(row);
  }

  private isOther(kind: "op" | "group", row: number, test: (name: string) => boolean): boolean {
    const name = this.otherName(kind, row);
    return name !== "" && test(name);
  }

  private isNoted(kind: "op" | "group", row: number, text: string): boolean {
    return this.note(kind, row).toLowerCase().includes(text);
  }

  private fieldTest(field: Field, test: (value: string) => boolean): Test {
    const { nodes, groups } = this.facts;
    switch (field) {
      case "name": return (row) => test(this.name(row)) || this.isOther("op", row, test);
      case "op": return byId(nodes.ids("op"), (row) => test(nodes.op(row)));
      case "dtype": return byId(nodes.ids("outputs"), (row) => this.types(row).dtype.split(" ").some(test));
      case "shape": return byId(nodes.ids("outputs"), (row) => test(this.types(row).shape));
      case "file": return byId(nodes.ids("source"), (row) => test(placeOf(this.facts, nodes.sourceId(row))));
      case "layer": return byId(nodes.ids("group"), (row) => test(groups.path(nodes.group(row))));
      case "note": return (row) => this.note("op", row) !== "" && test(this.note("op", row));
      case "executed": return (row) => test(this.outcome(row));
      case "device": return byId(nodes.ids("device"), (row) => test(nodes.device(row)));
      case "class": return byId(nodes.ids("group"), (row) => nodes.group(row) >= 0 && test(groups.cls(nodes.group(row))));
    }
  }

  private groupMatches(term: Term, group: number): boolean {
    const { groups } = this.facts;
    switch (term.kind) {
      case "word":
        return groups.part(group).toLowerCase().includes(term.text) || this.lower(groups.cls(group)).includes(term.text) || this.isOther("group", group, (name) => lastPart(name).toLowerCase().includes(term.text)) || this.isNoted("group", group, term.text);
      case "pattern":
        return term.pattern.test(groups.path(group)) || term.pattern.test(groups.cls(group)) || this.isOther("group", group, (name) => term.pattern.test(name));
      case "field":
        return this.groupField(term.field, group, term.test);
      case "amount":
        return term.test(amountIn(this.facts, "group", group, term.amount));
    }
  }

  private groupField(field: Field, group: number, test: (value: string) => boolean): boolean {
    const { groups } = this.facts;
    switch (field) {
      case "name":
      case "layer": return test(groups.part(group)) || this.isOther("group", group, (name) => test(lastPart(name)));
      case "note": return this.note("group", group) !== "" && test(this.note("group", group));
      case "class": return groups.cls(group) !== "" && test(groups.cls(group));
      case "file": return test(placeOf(this.facts, groups.sourceId(group)));
      default: return false;
    }
  }

  private types(row: number): { dtype: string; shape: string } {
    const id = this.facts.nodes.outputsId(row);
    return (this.typeTexts[id] ??= {
      dtype: this.facts.nodes.outputs(row).map((type) => type.dtype).join(" "),
      shape: this.facts.nodes.outputs(row).map((type) => (type.shape ? `(${type.shape.map((dim) => dim ?? "None").join(",")})` : "")).join(" "),
    });
  }

  private lower(text: string): string {
    let found = this.opTypes.get(text);
    if (found === undefined) this.opTypes.set(text, (found = text.toLowerCase()));
    return found;
  }
}

/** The last part of a path. */
function lastPart(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

const NO = 1;
const YES = 2;

/** A test that is made once for each distinct id in a column; ids start at -1. */
function byId(ids: Int32Array, test: Test): Test {
  let most = 0;
  for (let row = 0; row < ids.length; row++) if (ids[row] > most) most = ids[row];
  const known = new Uint8Array(most + 2);
  return (row) => {
    const id = ids[row] + 1;
    if (known[id] === 0) known[id] = test(row) ? YES : NO;
    return known[id] === YES;
  };
}
