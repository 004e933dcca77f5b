// What links call the things of a graph: `op:name`, `group:path`, and a card that shows no group by its number.
import type { Facts } from "../data/facts";
import { plural } from "../data/words";
import type { Selection, Session } from "./session";

/** A card's name in links: its group's path, or its number where it shows no group. */
export function cardPath({ cards, facts: { groups } }: Session, card: number): string {
  const group = cards.group(card);
  return group >= 0 ? groups.path(group) : `#${card}`;
}

export function cardNamed({ cards, facts }: Session, path: string): number {
  if (/^#\d+$/.test(path)) return Number(path.slice(1)) < cards.count ? Number(path.slice(1)) : -1;
  return cards.ofGroup(facts.groups.find(path));
}

export function selectionName(session: Session, selection: Selection): string {
  const { nodes, groups } = session.facts;
  if (selection.op >= 0) return `op:${nodes.name(selection.op)}`;
  return `group:${selection.card >= 0 ? cardPath(session, selection.card) : groups.path(selection.group)}`;
}

/** What such a name stands for; an op where both have a name that says neither. Null: the graph has nothing of that name. */
export function selectionNamed(session: Session, text: string): Selection | null {
  const [name, isGroup] = [text.replace(/^(op|group):/, ""), text.startsWith("group:")];
  const { nodes, groups } = session.facts;
  const row = isGroup ? -1 : nodes.find(name);
  if (row >= 0) return { op: row, group: -1, card: -1 };
  const group = groups.find(name);
  if (group >= 0) return { op: -1, group, card: session.cards.ofGroup(group) };
  const card = /^#\d+$/.test(name) ? cardNamed(session, name) : -1;
  return card > 0 ? { op: -1, group: session.cards.group(card), card } : null;
}

/** Ops of which the names make a graph's mark, at most. */
const MARKED = 500;

/** A text that is another one for another graph: its name, how many ops it has, and a number made of names and types of some of them. */
export function graphMark({ name, nodes }: Facts): string {
  let sum = 0x811c9dc5; // FNV-1a
  const step = Math.max(1, Math.floor(nodes.count / MARKED));
  for (let row = 0; row < nodes.count; row += step) {
    for (const letter of `${nodes.name(row)} ${nodes.op(row)}\n`) sum = Math.imul(sum ^ (letter.codePointAt(0) ?? 0), 0x01000193);
  }
  return `${name.slice(0, 80)} · ${plural(nodes.count, "op")} · ${(sum >>> 0).toString(36)}`;
}
