// A difference of two graphs, of which the page draws both as one: the story, the exact changes below each entry, and what is marked how.
import type { Container } from "./container";
import { sums } from "./said";

export type Status = "added" | "removed" | "changed";
export const STATUSES: readonly Status[] = ["added", "removed", "changed"];
export type What = "op" | "group" | "variable";
const WHATS: readonly What[] = ["op", "group", "variable"];

/** Where a change is in the drawing: an op's row, a group. */
export type Place = [what: "op" | "group", row: number];

/** What changed, and its lines in the first and in the second graph; null: it does not have it. */
export type Change = [what: string, a: string[] | null, b: string[] | null];

export interface Entry {
  /** `inserted`, `removed`, `renamed`, ...; `following` of the last one, which holds what no other tells of. */
  kind: string;
  status: Status;
  words: string;
  /** How many edits it stands for; 0: it follows from others. */
  cost: number;
  place: Place | null;
  /** What changed, in the words of the entry: of several things that changed alike once. */
  changes: Change[];
  /** The exact changes that it tells of. */
  below: number[];
}

/** How many ops below something are of which status. */
export type Counts = Record<Status, number>;

interface DifferenceHeader {
  same: boolean;
  verdict: string;
  figures: string[];
  graphs: [Record<string, string>, Record<string, string>];
  signs: Record<Status, string>;
  story: (Omit<Entry, "below"> & { below: number })[];
  others: number;
  changes: Change[][];
  leftOut: number;
  times: [group: number, words: string][];
}

export const FOLLOWING = "following";

export class Difference {
  readonly same: boolean;
  readonly verdict: string;
  /** Figures that differ, a line each. */
  readonly figures: string[];
  /** What is told of each of the two graphs. */
  readonly graphs: [Record<string, string>, Record<string, string>];
  /** What says without colour that something is only in the second graph, only in the first, or not the same in both. */
  readonly signs: Record<Status, string>;
  readonly entries: Entry[];
  /** How many ops of the first graph are not on the page, as ops of the second do their work. Then nothing tells what the first has in a group. */
  readonly leftOut: number;
  /** What may be said of the times of a layer on both sides, by its group. */
  readonly times: ReadonlyMap<number, string>;
  private readonly told: Change[][];
  private readonly ops: Map<number, Status>;
  private readonly groups: Map<number, Status>;
  private exact: Record<What, Map<number, number>> | null = null;

  constructor(
    private readonly container: Container,
    header: DifferenceHeader,
    private readonly strings: string[],
  ) {
    ({ same: this.same, verdict: this.verdict, figures: this.figures, graphs: this.graphs, signs: this.signs, changes: this.told, leftOut: this.leftOut } = header);
    this.times = new Map(header.times);
    const rows = container.ints("d.below");
    const ends = sums(Int32Array.from([...header.story.map(({ below }) => below), header.others]));
    const below = (index: number) => Array.from(rows.subarray(ends[index], ends[index + 1]));
    this.entries = header.story.map((entry, index) => ({ ...entry, below: below(index) }));
    if (header.others) this.entries.push({ kind: FOLLOWING, status: "changed", words: "in no other entry: what follows from these changes", cost: 0, place: null, changes: [], below: below(header.story.length) });
    this.ops = marks(container, "dn");
    this.groups = marks(container, "dg");
  }

  /** How many exact changes there are. */
  get count(): number {
    return this.container.ints("d.what").length;
  }

  what(change: number): What {
    return WHATS[this.container.ints("d.what")[change]];
  }

  status(change: number): Status {
    return STATUSES[this.container.ints("d.status")[change]];
  }

  /** The op's row, the group, or the variable's number; -1 of an op that is not on the page. */
  row(change: number): number {
    return this.container.ints("d.row")[change];
  }

  /** What the first graph calls it, where the page calls it otherwise; else empty. */
  was(change: number): string {
    return this.strings[this.container.ints("d.was")[change]];
  }

  /** What is not the same on both sides; nothing of what only one graph has. */
  changes(change: number): Change[] {
    return this.told[this.container.ints("d.changes")[change]];
  }

  /** Where it is in the drawing: of a variable the group that has it, of an op that is not on the page one that does its work. */
  place(change: number): Place | null {
    const what = this.what(change);
    if (what !== "variable" && this.row(change) >= 0) return [what, this.row(change)];
    const holder = this.container.ints("d.holder")[change];
    return holder < 0 ? null : [what === "variable" ? "group" : "op", holder];
  }

  /** The exact change of an op, a group or a variable; -1: it is the same in both. */
  of(what: What, row: number): number {
    this.exact ??= this.byRow();
    return this.exact[what].get(row) ?? -1;
  }

  /** What the first graph calls an op or a group, where the page calls it otherwise; else empty. */
  nameInFirst(what: What, row: number): string {
    const change = this.of(what, row);
    return change < 0 ? "" : this.was(change);
  }

  /** How an op is marked; undefined where it is the same in both, or only follows from what is. */
  opStatus(row: number): Status | undefined {
    return this.ops.get(row);
  }

  groupStatus(group: number): Status | undefined {
    return this.groups.get(group);
  }

  /** The marked ops with their statuses. */
  get marked(): ReadonlyMap<number, Status> {
    return this.ops;
  }

  /** How many ops the first (0) or the second (1) graph has in a group, at any depth; NaN of one that is neither's own. */
  size(side: 0 | 1, group: number): number {
    return this.container.ints(side ? "dg.second" : "dg.first")[group] ?? NaN;
  }

  /** The type of an op of the page in the first (0) or the second (1) graph; undefined where that does not have it. */
  typeIn(side: 0 | 1, row: number, shown: string): string | undefined {
    if (!this.has(side, row)) return undefined;
    const change = side ? -1 : this.of("op", row);
    return (change < 0 ? undefined : this.changes(change).find(([what]) => what === "op")?.[1]?.[0]) ?? shown;
  }

  /** Whether the first (0) or the second (1) graph has an op. */
  has(side: 0 | 1, row: number): boolean {
    return this.ops.get(row) !== (side ? "removed" : "added");
  }

  /** Counts in words of signs, `+3 −1 ~2`; empty where nothing is counted. */
  countText(counts: Counts): string {
    return STATUSES.filter((status) => counts[status]).map((status) => `${this.signs[status]}${counts[status].toLocaleString("en-US")}`).join(" ");
  }

  private byRow(): Record<What, Map<number, number>> {
    const found = { op: new Map<number, number>(), group: new Map<number, number>(), variable: new Map<number, number>() };
    for (let change = 0; change < this.count; change++) if (this.row(change) >= 0) found[this.what(change)].set(this.row(change), change);
    return found;
  }
}

/** The difference that a page is of; null: it is of one graph. */
export function differenceOf(container: Container): Difference | null {
  const header = container.header as unknown as { difference?: DifferenceHeader; strings: string[] };
  return header.difference ? new Difference(container, header.difference, header.strings) : null;
}

function marks(container: Container, prefix: string): Map<number, Status> {
  const status = container.ints(`${prefix}.status`);
  return new Map(Array.from(container.ints(`${prefix}.row`), (row, index) => [row, STATUSES[status[index]]]));
}
