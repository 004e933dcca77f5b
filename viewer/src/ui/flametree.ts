// The levels of the flame graph: the groups and, between them, the stacks that the drawing makes of equal siblings, with all their copies.
import type { Cards, Held } from "../data/cards";
import type { Facts } from "../data/facts";
import type { Shown } from "../data/stacks";

/** A group; all copies of a stack together; or one copy of a stack that is no group, but siblings that belong together. */
export interface Level {
  kind: "group" | "stack" | "copy";
  name: string;
  path: string;
  /** What each of its copies holds; of all but a stack one entry. */
  held: Held[];
  /** The card that shows it, -1: none, and the copies of stacks that are shown then. */
  card: number;
  copies: Shown;
  parent: Level | null;
}

export class FlameTree {
  private readonly known = new Map<Level | null, Level[]>();

  constructor(
    private readonly facts: Facts,
    private readonly cards: Cards,
  ) {}

  /** What lies directly in a level, in the order of the data; null: in the graph. */
  inside(level: Level | null): Level[] {
    let found = this.known.get(level);
    if (!found) this.known.set(level, (found = this.look(level)));
    return found;
  }

  private look(level: Level | null): Level[] {
    const { groups } = this.facts;
    if (level === null) return this.divided(groups.children(-1), null, 0, new Map());
    if (level.kind === "stack") return this.copiesOf(level);
    const [held] = level.held;
    return this.divided(level.kind === "group" ? groups.children(held.groups[0]) : held.groups, level, level.card, level.copies);
  }

  /** Siblings as they are, but those that are copies of a stack together. `card` shows what they are in. */
  private divided(list: number[], parent: Level | null, card: number, copies: Shown): Level[] {
    const left = new Set(list);
    const stacks = new Map<number, Level>();
    for (const child of card >= 0 ? this.cards.childCards(card) : []) {
      const held = this.heldApart(child, copies, left);
      if (!held) continue;
      for (const { groups } of held) for (const group of groups) left.delete(group);
      const first = Math.min(...held.flatMap(({ groups }) => groups.map((group) => list.indexOf(group))));
      stacks.set(list[first], this.stack(child, copies, held, parent));
    }
    return list.flatMap((group) => stacks.get(group) ?? (left.has(group) ? this.group(group, parent) : []));
  }

  /** What each copy of a card's stack holds, in the order of the data; null unless there are copies and all that they hold is among `siblings`. */
  private heldApart(card: number, copies: Shown, siblings: ReadonlySet<number>): Held[] | null {
    const count = this.cards.repeat(card);
    const stack = this.cards.stack(card);
    if (count < 2 || stack < 0) return null;
    const seen = { groups: new Set<number>(), ops: new Set<number>() };
    const unseen = (kind: "groups" | "ops", rows: number[]) => rows.filter((row) => !seen[kind].has(row) && seen[kind].add(row));
    // What a copy lacks is told as what the drawn copy, number 0, has: that one is looked at first.
    const held = Array.from({ length: count }, (_, copy) => {
      const { groups, ops } = this.cards.heldIn(card, new Map([...copies, [stack, copy]]));
      return { groups: unseen("groups", groups), ops: unseen("ops", ops) };
    });
    const whole = held.every(({ groups }) => groups.length > 0 && groups.every((group) => siblings.has(group)));
    return whole ? held.map((_, place) => held[this.cards.stacks.copyAt(stack, place)]) : null;
  }

  private stack(card: number, copies: Shown, held: Held[], parent: Level | null): Level {
    const [first, last] = [0, held.length - 1].map((place) => this.copyName(card, copies, place));
    const name = `${this.cards.stacks.called.get(this.cards.stack(card))?.title ?? between(first, last)} ×${held.length}`;
    return { kind: "stack", name, path: pathIn(parent, name), held, card, copies, parent };
  }

  private copiesOf(stack: Level): Level[] {
    const { cards } = this;
    const number = cards.stack(stack.card);
    return stack.held.map((held, place): Level => {
      if (held.groups.length === 1 && held.ops.length === 0) return this.group(held.groups[0], stack);
      const copies: Shown = new Map([...stack.copies, [number, cards.stacks.copyAt(number, place)]]);
      const own = this.copyName(stack.card, stack.copies, place);
      const level = cards.stacks.levelOf(number, cards.stacks.copyAt(number, place));
      const [name, path] = [level || own, pathIn(stack.parent, own) + (level && ` (${level})`)];
      return { kind: "copy", name, path, held: [held], card: stack.card, copies, parent: stack };
    });
  }

  private copyName(card: number, copies: Shown, place: number): string {
    const stack = this.cards.stack(card);
    return this.cards.titleWhere(card, new Map([...copies, [stack, this.cards.stacks.copyAt(stack, place)]]));
  }

  private group(group: number, parent: Level | null): Level {
    const { groups } = this.facts;
    const card = this.cards.ofGroup(group);
    const { choices } = this.cards.stacks.unwind("groups", group);
    // What is in a group without a card of its own is drawn in the card around it.
    const own = card >= 0 ? { card, copies: choices } : { card: parent?.card ?? 0, copies: parent?.copies ?? new Map() };
    return { kind: "group", name: groups.part(group), path: groups.path(group), held: [{ groups: [group], ops: [] }], ...own, parent };
  }
}

function pathIn(parent: Level | null, name: string): string {
  let around = parent;
  while (around?.kind === "stack") around = around.parent;
  return around ? `${around.path}/${name}` : name;
}

/** From one name to another, in short: `block_0 … 5`. */
export function between(first: string, last: string): string {
  let same = 0;
  while (same < first.length && first[same] === last[same]) same++;
  while (same > 0 && /\d/.test(first[same - 1])) same--; // 10 to 12 is not 1 0…2
  if (first === last) return first;
  const parts = [first, last].map((name) => name.split(" … "));
  if (parts[0].length > 1 || parts[1].length > 1) return ofSeveral(parts[0], parts[1]);
  const [from, to] = [first.slice(same), last.slice(same)];
  return same > 0 && /^\d+$/.test(from) && /^\d+$/.test(to) ? `${first} … ${to}` : `${first} … ${last}`;
}

/** The copies are several siblings each, `norm_2 … grow_2` and `norm_1 … grow_1`: what these are without their numbers, where that is the same; else from the first of all to the last. */
function ofSeveral(from: string[], to: string[]): string {
  const stems = (parts: string[]) => parts.map((part) => part.replace(/[_#.-]?\d+$/, "")).join(" … ");
  return stems(from) === stems(to) ? stems(from) : `${from[0]} … ${to[to.length - 1]}`;
}
