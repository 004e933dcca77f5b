// Whose the executions of a timeline are: which belong to the selection, and what is said of one.
import type { Timeline } from "../data/timeline";
import { exact, type Words } from "../data/words";
import type { Session } from "../state/session";
import { csv, type Sheet } from "./rows";

/** The executions of the selected op, of the ops in the selected layer, and of kernels that ran for one of them as well; in order. */
export function eventsOf({ selection, facts, cards }: Session, timeline: Timeline): number[] {
  if (!selection) return [];
  const { nodes, groups } = facts;
  const held = selection.op >= 0 ? { groups: [], ops: [selection.op] } : selection.group >= 0 ? { groups: [selection.group], ops: [] } : cards.held(selection.card);
  const ops = new Set([...held.ops, ...held.groups.flatMap((group) => groups.within(group))]);
  const mine = new Map<number, boolean>();
  const isMine = (row: number) => ops.has(row) || (nodes.measures.of(row)?.fused ?? []).some((name) => ops.has(nodes.find(name)));
  const found: number[] = [];
  for (let event = 0; event < timeline.count; event++) {
    const row = timeline.rows[event];
    if (row < 0) continue;
    let known = mine.get(row);
    if (known === undefined) mine.set(row, (known = isMine(row)));
    if (known) found.push(event);
  }
  return found;
}

/** How long executions took together, each on its own. */
export function takenBy(events: number[], timeline: Timeline): number {
  return events.reduce((sum, event) => sum + timeline.duration(event), 0);
}

export function titleOf(event: number, { facts: { nodes } }: Session, timeline: Timeline): string {
  const row = timeline.rows[event];
  return row >= 0 ? nodes.name(row) : timeline.executed(event);
}

/** What is said of an execution behind its name. */
export function eventText(event: number, session: Session, timeline: Timeline, words: Words): string {
  const { nodes, groups } = session.facts;
  const row = timeline.rows[event];
  const executed = timeline.executed(event);
  const layer = row >= 0 ? groups.chain(nodes.group(row)).reverse().find((group) => groups.cls(group)) : undefined;
  return [
    row >= 0 ? nodes.op(row) : "no op of this graph", layer === undefined ? "" : `in ${groups.path(layer)}`, row >= 0 && executed ? `ran as ${executed}` : "",
    `takes ${words.time(timeline.duration(event))}, from ${words.time(timeline.starts[event])} on`, timeline.threadName(event),
  ].filter(Boolean).join(" · ");
}

/** What the file leaves out; empty where it has all. */
export function leftOutWords({ record }: Timeline, words: Words): string {
  return record.left_out ? `not kept: the ${exact(record.left_out)} shortest executions, ${words.time(record.left_out_us)} together` : "";
}

export function timelineCsv(session: Session, timeline: Timeline): string {
  const { nodes, groups } = session.facts;
  const amount = (id: string, title: string, value: (event: number) => number) => ({ id, title, value, text: (event: number) => String(value(event)) });
  const text = (id: string, title: string, value: (event: number) => string) => ({ id, title, value, text: value });
  const row = (event: number) => timeline.rows[event];
  const rows = Array.from({ length: timeline.count }, (_, event) => event);
  const sheet: Sheet = {
    id: "timeline", title: "Timeline", rows, stands: () => ({ ops: [], groups: [] }),
    columns: [
      amount("start", "Start (µs)", (event) => timeline.starts[event]), amount("duration", "Takes (µs)", (event) => timeline.duration(event)),
      text("name", "Name", (event) => titleOf(event, session, timeline)), text("op", "Op", (event) => (row(event) >= 0 ? nodes.op(row(event)) : "")),
      text("layer", "In", (event) => (row(event) >= 0 ? groups.path(nodes.group(row(event))) : "")), text("executed", "Ran as", (event) => timeline.executed(event)),
      text("thread", "Thread", (event) => timeline.threadName(event)),
    ],
  };
  return csv(sheet, rows);
}
