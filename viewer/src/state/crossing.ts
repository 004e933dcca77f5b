// From one side of a graph to the other: what stands there for what is selected here, and how it is selected there.
import type { Counterpart, Outcome, Side } from "../data/counterpart";
import { plural } from "../data/words";
import type { AddressBar } from "./addressbar";
import type { Commands, Trail } from "./commands";
import type { View } from "./link";
import type { Selection, Session } from "./session";

/** One of the two sides of a page, and its way to the other. */
export interface Crossing extends Trail {
  side: Side;
  /** The side that the reader sees first: a link to it need not say so. */
  isFirst: boolean;
  /** To the other side, where what stands for the selection is selected. */
  flip(): void;
  /** To an op of the other side. */
  goOp(name: string): void;
  /** The address that both sides have. */
  bar: AddressBar;
  /** To the view of a link. */
  crossTo(view: View): void;
}

/** What stands on the other side for something of this one. */
export interface Standing {
  /** What it is called here. */
  name: string;
  /** The names of ops there. */
  ops: string[];
  /** Of a group, or where no op stands for an op, the paths of groups to look for, the innermost first. */
  groups: string[];
  /** What became of an op, or why it is there; empty of anything else. */
  told: string;
}

/** What stands for the selection; null: nothing is selected. */
export function standing(session: Session, counterpart: Counterpart): Standing | null {
  const { selection } = session;
  if (!selection) return null;
  return selection.op >= 0 ? ofOp(session, counterpart, selection.op) : ofMany(session, counterpart, selection);
}

function ofOp({ facts: { nodes, groups } }: Session, counterpart: Counterpart, row: number): Standing {
  const around = nodes.group(row);
  return {
    name: nodes.name(row), ops: mainFirst(nodes.name(row), counterpart.others(row).map(({ name }) => name)),
    groups: around < 0 ? [] : pathsFrom(groups.path(around)), told: counterpart.outcome(row)?.sentence ?? "",
  };
}

/** The op of the same name does the work of most ops: it is the one that is selected. */
function mainFirst(name: string, others: string[]): string[] {
  return others.includes(name) ? [name, ...others.filter((other) => other !== name)] : others;
}

/** Of a group its path. A card without one is known by the ops in it. */
function ofMany({ facts, cards }: Session, counterpart: Counterpart, { group, card }: Selection): Standing {
  const { groups } = facts;
  if (group >= 0) return { name: groups.path(group), ops: [], groups: pathsFrom(groups.path(group)), told: "" };
  const held = cards.held(card);
  const rows = [...held.ops, ...held.groups.flatMap((one) => groups.within(one))];
  return { name: cards.title(card), ops: [...new Set(rows.flatMap((row) => counterpart.others(row).map(({ name }) => name)))], groups: [], told: "" };
}

/** A path and the paths around it. */
function pathsFrom(path: string): string[] {
  const parts = path.split("/");
  return parts.map((_, index) => parts.slice(0, parts.length - index).join("/"));
}

/** Select what stands for something of the other side; returns what is said of it, of a group that is on both sides nothing. */
export function land({ name, ops, groups, told }: Standing, session: Session, commands: Commands, overview: boolean): string {
  const { nodes } = session.facts;
  const rows = ops.map((op) => nodes.find(op)).filter((row) => row >= 0);
  const known = told ? `${name}: ${told}` : name;
  if (rows.length) {
    commands.goOp(rows[0]);
    if (rows.length > 1) session.setLit({ ops: rows, groups: [], why: `stand for ${name}` });
    return rows.length > 1 ? `${known} · ${plural(rows.length, "op")} here` : known;
  }
  const group = groups.map((path) => session.facts.groups.find(path)).find((found) => found >= 0) ?? -1;
  if (group < 0) {
    session.select(null);
    return told ? known : `${name}: nothing stands for it here`;
  }
  if (overview && session.hasOverview) {
    session.setOverview(true);
    session.selectShown({ op: -1, group, card: session.cards.ofGroup(group) });
  } else commands.goGroup(group);
  const path = session.facts.groups.path(group);
  if (told) return `${known} · its layer is selected`;
  return path === name ? "" : `${name}: nothing in it stands here; what is around it is selected`;
}

/** How many ops of a group are of which outcome, in the order in which they are told. */
export function outcomesIn(counterpart: Counterpart, rows: readonly number[]): [Outcome, number][] {
  const counts = new Map<Outcome, number>();
  for (const row of rows) {
    const outcome = counterpart.outcome(row);
    if (outcome) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  }
  return counterpart.outcomes.flatMap((outcome): [Outcome, number][] => (counts.has(outcome) ? [[outcome, counts.get(outcome) ?? 0]] : []));
}
