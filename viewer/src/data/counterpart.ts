// What the page of one side knows of the other: of each written op what became of it, of each executed op where it comes from.
import type { Container } from "./container";
import { sums } from "./said";

export type Side = "written" | "executed";

/** What the two sides are called. */
export const SIDE_TITLES: Record<Side, string> = { written: "As written", executed: "As executed" };

export function otherSide(side: Side): Side {
  return side === "written" ? "executed" : "written";
}

/** What may have become of an op, or why it is there: as it is counted, and as the details say it. */
export interface Outcome {
  kind: string;
  words: string;
  sentence: string;
  /** How many ops of this side it is. */
  count: number;
}

/** An op of the other side. */
export interface Other {
  name: string;
  op: string;
}

interface CounterpartHeader {
  side: Side;
  first: Side;
  kinds: [kind: string, words: string, sentence: string][];
  ops: number;
  saved: string[];
}

export class Counterpart {
  readonly side: Side;
  /** The side that the reader sees first. */
  readonly first: Side;
  /** In the order in which they are told. */
  readonly outcomes: Outcome[];
  /** How many ops the other side has. */
  readonly ops: number;
  /** What a step was spared, in sentences. */
  readonly saved: string[];
  private readonly ends: Int32Array;

  constructor(
    private readonly container: Container,
    header: CounterpartHeader,
    private readonly strings: string[],
  ) {
    ({ side: this.side, first: this.first, ops: this.ops, saved: this.saved } = header);
    const counts = header.kinds.map(() => 0);
    for (const kind of container.ints("o.kind")) if (kind >= 0) counts[kind]++;
    this.outcomes = header.kinds.map(([kind, words, sentence], index) => ({ kind, words, sentence, count: counts[index] }));
    this.ends = sums(container.ints("o.count"));
  }

  /** What became of an op; null where nothing is told of it. */
  outcome(row: number): Outcome | null {
    return this.outcomes[this.container.ints("o.kind")[row]] ?? null;
  }

  /** The ops of the other side that stand for an op. */
  others(row: number): Other[] {
    const text = (column: string, index: number) => this.strings[this.container.ints(column)[index]];
    const found: Other[] = [];
    for (let index = this.ends[row]; index < this.ends[row + 1]; index++) found.push({ name: text("o.scope", index) + text("o.leaf", index), op: text("o.op", index) });
    return found;
  }

  /** Of an executed op its type in the graph that Grappler had made; empty where that is the same. */
  optimised(row: number): string {
    return this.strings[this.container.ints("o.optimised")[row]];
  }
}

/** What a graph's page knows of its other side; null where there is none. */
export function counterpartOf(container: Container): Counterpart | null {
  const { counterpart, strings } = container.header as unknown as { counterpart?: CounterpartHeader; strings: string[] };
  return counterpart ? new Counterpart(container, counterpart, strings) : null;
}
