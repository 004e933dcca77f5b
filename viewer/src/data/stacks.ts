// Stacks: the drawing holds the first copy of each; this says which copy an op is, and which op stands in another copy's place.
import type { Container } from "./container";

/** Which copy is shown of which stack; a stack that is not in it shows its first. */
export type Shown = Map<number, number>;

export class Stacks {
  readonly names: string[][];
  /** In what the copies of each stack differ, in words. */
  readonly differ: string[][];
  /** What the overview calls a stack, and the room that its card needs for that where it is called so too; 0: it has the name of the copy that it shows; and the level that its first copy is, from which the others are counted up, or down from the last; 0: they are no levels. */
  readonly called: ReadonlyMap<number, { title: string; room: number; first: number }>;
  /** For each copy its place in the order of the data; empty where the copies are in that order. The drawn copy is copy 0, and need not be the first. */
  private readonly places: number[][];
  /** Groups that only one copy has, so that nothing stands for them in the drawing, each with the unit of that copy. */
  private readonly undrawn: ReadonlyMap<number, number>;
  private readonly members = new Map<string, { nodes: Map<number, number>; groups: Map<number, number> }>();
  /** Ops that are drawn themselves, though they lie in another copy than the first: weights that a drawn op of another stack uses. */
  private readonly kept: ReadonlySet<number>;
  private readonly buckets: { nodes: Map<string, number[]>; groups: Map<string, number[]> };

  constructor(private readonly container: Container) {
    const { stacks, differ, places, strings, undrawn, called } = container.header as unknown as
      { stacks: number[][]; differ: number[][]; places?: number[][]; strings: string[]; undrawn?: [number, number][]; called?: [number, number, number, number][] };
    this.undrawn = new Map(undrawn);
    this.called = new Map((called ?? []).map(([stack, title, room, first]) => [stack, { title: strings[title], room, first }]));
    this.places = places ?? [];
    this.names = stacks.map((copies) => copies.map((id) => strings[id]));
    this.differ = differ.map((words) => words.map((id) => strings[id]));
    this.kept = new Set(container.ints("r.kept"));
    this.buckets = { nodes: this.bucket("r"), groups: this.bucket("gr") };
  }

  /** Where a copy stands in the order of the data, counted from 0. */
  place(stack: number, copy: number): number {
    return this.places[stack]?.[copy] ?? copy;
  }

  /** The copy that stands at a place. */
  copyAt(stack: number, place: number): number {
    return this.places[stack]?.length ? this.places[stack].indexOf(place) : place;
  }

  /** The level of an encoder or a decoder that a copy is, as the overview counts them; empty where copies are no levels. */
  levelOf(stack: number, copy: number): string {
    const first = this.called.get(stack)?.first ?? 0;
    return first ? `level ${first + (first > 1 ? -1 : 1) * this.place(stack, copy)}` : "";
  }

  /** The stack and copy that a row is in, beyond the first copy; null when it is drawn itself. */
  copyOf(kind: "nodes" | "groups", row: number): { stack: number; copy: number; first: number } | null {
    const prefix = kind === "nodes" ? "r" : "gr";
    const stack = this.container.ints(`${prefix}.stack`)[row] ?? -1;
    if (stack < 0 || this.isDrawn(kind, row)) return null;
    return { stack, copy: this.container.ints(`${prefix}.copy`)[row], first: row - this.container.ints(`${prefix}.back`)[row] };
  }

  /** What stands for a row in the drawing. */
  base(kind: "nodes" | "groups", row: number): number {
    const prefix = kind === "nodes" ? "r" : "gr";
    const stack = this.container.ints(`${prefix}.stack`);
    const back = this.container.ints(`${prefix}.back`);
    row = this.placed(kind, row);
    while (row >= 0 && stack[row] >= 0 && !this.isDrawn(kind, row)) row -= back[row];
    return row;
  }

  /** Whether nothing stands for a group in the drawing, since only one copy of a stack has it. */
  isUndrawn(group: number): boolean {
    return this.undrawn.has(group);
  }

  /** What is shown for a row: for a group that only one copy has, that copy. */
  private placed(kind: "nodes" | "groups", row: number): number {
    return kind === "groups" ? (this.undrawn.get(row) ?? row) : row;
  }

  private isDrawn(kind: "nodes" | "groups", row: number): boolean {
    return kind === "nodes" && this.kept.has(row);
  }

  /** What stands for a row in the drawing, and the copies to choose so that it is the row itself. */
  unwind(kind: "nodes" | "groups", row: number): { row: number; choices: Shown } {
    const choices: Shown = new Map();
    row = this.placed(kind, row);
    for (let at = this.copyOf(kind, row); at; at = this.copyOf(kind, row)) {
      choices.set(at.stack, at.copy);
      row = at.first;
    }
    return { row, choices };
  }

  /**
   * The row in a copy's place of what the drawing holds; the row itself where nothing is said of the copy. A copy that lacks it has a row behind all
   * ops there, or behind all units, of which only words are known.
   */
  bind(kind: "nodes" | "groups", row: number, stack: number, copy: number): number {
    if (row < 0 || copy === 0) return row;
    return this.member(stack, copy)[kind].get(row) ?? row;
  }

  private member(stack: number, copy: number): { nodes: Map<number, number>; groups: Map<number, number> } {
    const name = `${stack}/${copy}`;
    let found = this.members.get(name);
    if (!found) {
      const pairs = (kind: "nodes" | "groups", prefix: string) => {
        const back = this.container.ints(`${prefix}.back`);
        return new Map((this.buckets[kind].get(name) ?? []).map((row) => [row - back[row], row]));
      };
      this.members.set(name, (found = { nodes: pairs("nodes", "r"), groups: pairs("groups", "gr") }));
    }
    return found;
  }

  private bucket(prefix: string): Map<string, number[]> {
    const stack = this.container.ints(`${prefix}.stack`);
    const copy = this.container.ints(`${prefix}.copy`);
    const found = new Map<string, number[]>();
    for (let row = 0; row < stack.length; row++) {
      if (stack[row] < 0) continue;
      const name = `${stack[row]}/${copy[row]}`;
      const rows = found.get(name);
      if (rows) rows.push(row);
      else found.set(name, [row]);
    }
    return found;
  }
}
