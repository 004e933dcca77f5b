// Which copy of a stack is shown: by number, by name, one on or back; and in what the copies differ.
import type { Cards } from "../data/cards";
import { exact } from "../data/words";
import { button, h } from "./dom";

/** Nothing for a card that stands for itself. Copies are counted from 0 in `show`, from 1 on screen. */
export function copyChoice(cards: Cards, card: number, show: (copy: number) => void): HTMLElement[] {
  const count = card > 0 ? cards.repeat(card) : 1;
  const stack = card > 0 ? cards.stack(card) : -1;
  if (count < 2 || stack < 0) return [];
  const copy = cards.copy(card);
  const choice = h("select", { "aria-label": "Copy that is shown" }, ...Array.from({ length: count }, (_, index) =>
    h("option", { value: index, selected: index === copy }, `${index + 1}  ${cards.titleIn(card, index)}`)));
  choice.addEventListener("change", () => show(Number(choice.value)));
  const place = h("input", { type: "number", min: 1, max: count, value: copy + 1, "aria-label": "Number of the copy that is shown" });
  place.addEventListener("change", () => show(Math.max(1, Math.min(count, Math.round(Number(place.value)) || 1)) - 1));
  const differ = cards.differ(card).map((words) => h("li", { class: "mono" }, words));
  return [
    h("div", { class: "copies" }, h("label", {}, "Copy ", place, ` of ${exact(count)}`),
      button("‹", () => show(copy - 1), { "aria-label": "Previous copy", class: "quiet" }),
      button("›", () => show(copy + 1), { "aria-label": "Next copy", class: "quiet" }), choice),
    ...(differ.length ? [h("h3", {}, "The copies differ in"), h("ul", { class: "refs" }, ...differ)] : []),
  ];
}
