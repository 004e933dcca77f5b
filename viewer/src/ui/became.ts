// What the details say of the other side: what became of an op and which ops stand for it there; of a group how many ops of each kind it has.
import { SIDE_TITLES, otherSide, type Counterpart } from "../data/counterpart";
import { exact } from "../data/words";
import { outcomesIn } from "../state/crossing";
import { button, h } from "./dom";
import { longList, pairs } from "./lists";

export interface SideLeads {
  /** To the other side, where what stands for the selection is selected. */
  flip(): void;
  /** To an op of the other side. */
  goOp(name: string): void;
}

/** What became of an op, with links to the other side. */
export function becameOfOp(counterpart: Counterpart, row: number, leads: SideLeads): HTMLElement[] {
  const outcome = counterpart.outcome(row);
  if (!outcome) return [];
  const others = counterpart.others(row);
  const optimised = counterpart.optimised(row);
  const links = others.map(({ name, op }) => () =>
    h("li", {}, button(name, () => leads.goOp(name), { class: "ref", title: name }), h("span", { class: "soft mono" }, ` ${op}`)));
  return [
    h("section", { class: "became" }, heading(counterpart), h("p", { class: "became-what" }, outcome.sentence),
      ...(links.length ? [longList(links)] : []),
      ...(optimised ? [h("p", { class: "meaning" }, `${optimised} in Grappler's graph, before its kernel was chosen`)] : [])),
  ];
}

/** Of a group how many of its ops became what. */
export function becameOfMany(counterpart: Counterpart, rows: readonly number[], leads: SideLeads): HTMLElement[] {
  const found = outcomesIn(counterpart, rows);
  if (!found.length) return [];
  const title = SIDE_TITLES[otherSide(counterpart.side)].toLowerCase();
  return [h("section", { class: "became" }, heading(counterpart), pairs(found.map(([{ words }, count]) => [words, exact(count)])), button(`Show it ${title}`, () => leads.flip(), { class: "quiet", title: `Show it ${title} (X)` }))];
}

/** What a step was spared by how TensorFlow ran it. */
export function sparedOf({ saved }: Counterpart): HTMLElement[] {
  return saved.length ? [h("h3", {}, "What running it so saved"), ...saved.map((sentence) => h("p", { class: "spared" }, `${sentence[0].toUpperCase()}${sentence.slice(1)}.`))] : [];
}

function heading({ side }: Counterpart): HTMLElement {
  return h("h3", {}, SIDE_TITLES[otherSide(side)]);
}
