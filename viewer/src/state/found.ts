// What marks tell of findings: a box of those at its op, a closed card of all in it, an open one of those that no box in it can tell of.
import type { Cards } from "../data/cards";
import { isSerious, type Finding, type Findings, type Serious } from "../data/findings";
import type { Facts } from "../data/facts";
import type { Shown } from "../data/stacks";
import { cardOf } from "../draw/keys";

/** What a badge says. */
export interface FoundMark {
  severity: Serious;
  text: string;
}

/** Where a finding is in the drawing. */
interface Placed {
  finding: Finding & { severity: Serious };
  /** The box that tells of it, as the row of the first copy; -1: a card does. */
  box: number;
  /** The innermost card that it is in. */
  card: number;
  /** The copies of stacks that it is in. */
  choices: Shown;
  /** What stands for its place in the drawing, by rule: the same in all copies. */
  base: string;
}

export class Found {
  private readonly ofBox = new Map<number, Placed[]>();
  /** For each card what is in it at any depth, in whatever copy. */
  private readonly inCard = new Map<number, Placed[]>();

  constructor(
    readonly findings: Findings,
    private readonly facts: Facts,
    private readonly cards: Cards,
  ) {
    for (const finding of findings.entries) {
      for (const placed of this.places(finding)) {
        if (placed.box >= 0) put(this.ofBox, placed.box, placed);
        for (let at = placed.card; at > 0; at = cards.parent(at)) put(this.inCard, at, placed);
      }
    }
  }

  /** Where a finding has its signs: at its own place, and at the same one in every copy that it tells of. */
  private places(finding: Finding): Placed[] {
    const first = this.placed(finding);
    if (!first) return [];
    const { stacks } = this.cards;
    const own = finding.layers && stacks.unwind("groups", finding.layers[0]);
    const others = this.otherCopies(finding).map((layer) => {
      const choices = new Map(first.choices);
      for (const stack of own?.choices.keys() ?? []) choices.delete(stack);
      for (const [stack, copy] of stacks.unwind("groups", layer).choices) choices.set(stack, copy);
      return { ...first, choices };
    });
    return [first, ...others];
  }

  /** The layers that a finding tells of beside its own, as far as they are copies of that one. */
  private otherCopies({ layers: [own, ...others] = [] }: Finding): number[] {
    const { stacks } = this.cards;
    return others.filter((layer) => stacks.base("groups", layer) === stacks.base("groups", own));
  }

  private placed(finding: Finding): Placed | null {
    const { cards, facts: { nodes } } = this;
    const { place, severity, rule } = finding;
    if (!place || !isSerious(severity)) return null;
    const [what, row] = place;
    const kind = what === "op" ? "nodes" : "groups";
    const { row: base, choices } = cards.stacks.unwind(kind, row);
    const home = what === "op" ? cards.home(base) : null;
    // For what is a chip the box tells that the chip stands at.
    const box = home ? cards.stacks.base("nodes", home.box) : -1;
    return { finding: { ...finding, severity }, box, card: home?.card ?? this.cardAround(what === "op" ? nodes.group(row) : row), choices, base: `${rule} ${what} ${base}` };
  }

  /** The card of a group, or of the innermost one around it that is drawn: that of a layer that leads to nothing is not. */
  private cardAround(group: number): number {
    for (let at = group; at >= 0; at = this.facts.groups.parent(at)) {
      const card = this.cards.ofGroup(at);
      if (card >= 0) return card;
    }
    return -1;
  }

  /** The findings at an op, or in a group at any depth, notes too; in a copy that a finding tells of, those at the same place of its own. */
  at(what: "op" | "group", row: number): Finding[] {
    const { cards: { stacks }, facts: { groups, nodes } } = this;
    const kind = what === "op" ? "nodes" : "groups";
    const around = what === "op" ? nodes.group(row) : row;
    return this.findings.entries.filter((finding) => {
      const { place } = finding;
      if (!place || (what === "op" && place[0] !== "op")) return false;
      const inCopy = this.otherCopies(finding).some((layer) => this.isIn(around, layer) || (what === "group" && this.isIn(layer, row)));
      const isHere = (at: number) => at === row || (inCopy && stacks.base(kind, at) === stacks.base(kind, row));
      if (what === "op") return isHere(place[1]);
      for (let at = place[0] === "op" ? nodes.group(place[1]) : place[1]; at >= 0; at = groups.parent(at)) if (isHere(at)) return true;
      return false;
    });
  }

  private isIn(group: number, outer: number): boolean {
    while (group >= 0 && group !== outer) group = this.facts.groups.parent(group);
    return group === outer;
  }

  /** What the badge of a box, a pill or a card says; null where nothing was found. */
  mark(key: number, open: boolean): FoundMark | null {
    const card = cardOf(key);
    if (card < 0) {
      const there = key < this.facts.nodes.count ? this.ofBox.get(this.cards.stacks.base("nodes", key)) : undefined;
      return this.told((there ?? []).filter((placed) => this.isShown(placed, placed.card)));
    }
    const inside = (this.inCard.get(card) ?? []).filter((placed) => this.isShown(placed, this.cards.parent(card)));
    if (!open) return this.told(inside, card);
    const here = inside.filter((placed) => this.isShown(placed, card));
    // What is only in copies that are not shown is told of the stack, open or not.
    return here.length ? this.told(here.filter((placed) => placed.card === card && placed.box < 0)) : this.told(inside, card);
  }

  /** Whether the copies that a card and those around it show are those of a finding. */
  private isShown({ choices }: Placed, card: number): boolean {
    const { cards } = this;
    for (let at = card; at > 0; at = cards.parent(at)) {
      if (cards.stack(at) >= 0 && cards.copy(at) !== (choices.get(cards.stack(at)) ?? 0)) return false;
    }
    return true;
  }

  /** The sign of the worst, how many there are, and of a closed stack how many of its copies have them: `! 2, 1 of 6`. */
  private told(found: Placed[], card = -1): FoundMark | null {
    if (!found.length) return null;
    const severity: Serious = found.some(({ finding }) => finding.severity === "error") ? "error" : "warning";
    const stack = card > 0 ? this.cards.stack(card) : -1;
    const copies = new Map<string, Set<number>>();
    for (const { base, choices } of found) copies.set(base, (copies.get(base) ?? new Set()).add(choices.get(stack) ?? 0));
    const sizes = [...copies.values()].map(({ size }) => size);
    const [least, most] = [Math.min(...sizes), Math.max(...sizes)];
    const all = stack >= 0 ? this.cards.repeat(card) : 1;
    const part = least < all ? `${least === most ? least : `${least} to ${most}`} of ${all}` : "";
    const count = copies.size > 1 ? `${copies.size}` : "";
    return { severity, text: [this.findings.signs[severity], [count, part].filter(Boolean).join(", ")].filter(Boolean).join(" ") };
  }
}

function put(map: Map<number, Placed[]>, key: number, placed: Placed): void {
  const known = map.get(key);
  if (known) known.push(placed);
  else map.set(key, [placed]);
}
