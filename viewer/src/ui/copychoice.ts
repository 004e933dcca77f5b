// Which copy of a stack is shown: by number, by name, one on or back, where there is one; and in what the copies differ.
import type { Cards } from "../data/cards";
import { exact } from "../data/words";
import { button, h } from "./dom";

/** Nothing for a card that stands for itself. On screen copies are counted from 1, in the order of the data. */
export function copyChoice(cards: Cards, card: number, show: (copy: number) => void): HTMLElement[] {
  const count = card > 0 ? cards.repeat(card) : 1;
  const stack = card > 0 ? cards.stack(card) : -1;
  if (count < 2 || stack < 0) return [];
  const place = cards.stacks.place(stack, cards.copy(card));
  const showAt = (at: number) => show(cards.stacks.copyAt(stack, at));
  const arrow = (sign: string, at: number, label: string) => button(sign, () => showAt(at), { "aria-label": label, title: `${label} (${at < place ? "," : "."})`, class: "quiet", disabled: at < 0 || at >= count });
  const choice = h("select", { "aria-label": "Copy that is shown", title: "Copy that is shown" }, ...Array.from({ length: count }, (_, at) =>
    h("option", { value: at, selected: at === place }, [at + 1, cards.stacks.levelOf(stack, cards.stacks.copyAt(stack, at)), cards.titleIn(card, cards.stacks.copyAt(stack, at))].filter(Boolean).join("  "))));
  choice.addEventListener("change", () => showAt(Number(choice.value)));
  const number = h("input", { type: "number", min: 1, max: count, value: place + 1, "aria-label": "Number of the copy that is shown", title: "Number of the copy that is shown" });
  number.addEventListener("change", () => showAt(Math.max(1, Math.min(count, Math.round(Number(number.value)) || 1)) - 1));
  const differ = cards.differ(card).map((words) => h("li", { class: "mono" }, words));
  return [
    h("div", { class: "copies" }, h("label", {}, "Copy ", number, ` of ${exact(count)}`),
      arrow("‹", place - 1, "Previous copy"), arrow("›", place + 1, "Next copy"), choice),
    ...(differ.length ? [h("h3", {}, "The copies differ in"), h("ul", { class: "refs" }, ...differ)] : []),
  ];
}
