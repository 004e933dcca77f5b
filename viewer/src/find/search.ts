// Searches ops and groups. What they are searched by is put together once for each distinct part, then scanned in rows.
import type { Facts } from "../data/facts";
import { parseQuery, type Amount, type Field, type Term } from "./query";

export interface Hits {
  groups: number[];
  ops: number[];
  problem: string;
}

export class Search {
  private readonly opTypes = new Map<string, string>();
  private typeTexts: { dtype: string; shape: string }[] = [];

  constructor(private readonly facts: Facts) {}

  /** Everything that all terms match, groups first; an empty text finds nothing. */
  find(text: string): Hits {
    const { terms, problem } = parseQuery(text);
    const hits: Hits = { groups: [], ops: [], problem };
    if (!terms.length) return hits;
    const { nodes, groups } = this.facts;
    for (let group = 0; group < groups.count; group++) {
      if (terms.every((term) => this.groupMatches(term, group) !== term.not)) hits.groups.push(group);
    }
    for (let row = 0; row < nodes.count; row++) {
      if (terms.every((term) => this.opMatches(term, row) !== term.not)) hits.ops.push(row);
    }
    return hits;
  }

  private opMatches(term: Term, row: number): boolean {
    const { nodes } = this.facts;
    switch (term.kind) {
      case "word":
        return nodes.name(row).toLowerCase().includes(term.text) || this.lower(nodes.op(row)).includes(term.text);
      case "pattern":
        return term.pattern.test(nodes.name(row)) || term.pattern.test(nodes.op(row));
      case "field":
        return this.field(term.field, row, term.test);
      case "amount":
        return term.test(this.opAmount(term.amount, row));
    }
  }

  private field(field: Field, row: number, test: (value: string) => boolean): boolean {
    const { nodes } = this.facts;
    switch (field) {
      case "name": return test(nodes.name(row));
      case "op": return test(nodes.op(row));
      case "dtype": return this.types(row).dtype.split(" ").some(test);
      case "shape": return test(this.types(row).shape);
      case "file": return test(this.place(nodes.sourceId(row)));
      case "layer": return test(this.facts.groups.path(nodes.group(row)));
      case "device": return test(nodes.device(row));
      case "class": return nodes.group(row) >= 0 && test(this.facts.groups.cls(nodes.group(row)));
    }
  }

  private groupMatches(term: Term, group: number): boolean {
    const { groups } = this.facts;
    switch (term.kind) {
      case "word":
        return groups.part(group).toLowerCase().includes(term.text) || this.lower(groups.cls(group)).includes(term.text);
      case "pattern":
        return term.pattern.test(groups.path(group)) || term.pattern.test(groups.cls(group));
      case "field":
        return this.groupField(term.field, group, term.test);
      case "amount":
        return term.test(this.groupAmount(term.amount, group));
    }
  }

  private groupField(field: Field, group: number, test: (value: string) => boolean): boolean {
    const { groups } = this.facts;
    switch (field) {
      case "name":
      case "layer": return test(groups.part(group));
      case "class": return groups.cls(group) !== "" && test(groups.cls(group));
      case "file": return test(this.place(groups.sourceId(group)));
      default: return false;
    }
  }

  private opAmount(amount: Amount, row: number): number {
    const { nodes } = this.facts;
    switch (amount) {
      case "time":
      case "memory": return nodes.measures.figure(row, amount);
      case "flops": return nodes.cost(row)?.flops ?? NaN;
      case "bytes": return nodes.cost(row)?.bytes ?? NaN;
      case "parameters": return NaN;
    }
  }

  private groupAmount(amount: Amount, group: number): number {
    const { groups } = this.facts;
    switch (amount) {
      case "time":
      case "memory": return groups.measures.figure(group, amount);
      case "flops": return groups.cost(group)?.flops ?? NaN;
      case "bytes": return groups.cost(group)?.bytes ?? NaN;
      case "parameters": return groups.parameters(group);
    }
  }

  private place(source: number): string {
    const found = this.facts.source(source);
    return found ? `${found.file}:${found.line}` : "";
  }

  private types(row: number): { dtype: string; shape: string } {
    const id = this.facts.nodes.outputsId(row);
    return (this.typeTexts[id] ??= {
      dtype: this.facts.nodes.outputs(row).map((type) => type.dtype).join(" "),
      shape: this.facts.nodes.outputs(row).map((type) => (type.shape ? `(${type.shape.map((dim) => dim ?? "?").join(",")})` : "")).join(" "),
    });
  }

  private lower(text: string): string {
    let found = this.opTypes.get(text);
    if (found === undefined) this.opTypes.set(text, (found = text.toLowerCase()));
    return found;
  }
}
