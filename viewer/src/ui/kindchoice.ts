// The entries of a legend as buttons: one that is pressed keeps its colour while the kinds that are not pressed are pale.
import { exact } from "../data/words";
import { button, h } from "./dom";

/** What a press of an entry does, in words. */
export function kindTip(title: string, isChosen: boolean, others: boolean): string {
  if (isChosen) return others ? `Make ${title} pale as well` : "Give all kinds their colours again";
  return others ? `Show ${title} too` : `Show ${title}, with all other kinds pale; several can be chosen`;
}

/** An entry that can be chosen; `chosen`: the kinds that are. */
export function kindButton(sign: HTMLElement, title: string, { kind, chosen, toggle }: { kind: string; chosen: readonly string[]; toggle(): void }): HTMLButtonElement {
  const isChosen = chosen.includes(kind);
  const element = button("", toggle, {
    class: `legend-entry choice${chosen.length && !isChosen ? " pale" : ""}`, "aria-pressed": String(isChosen), "data-kind": kind,
    title: kindTip(title, isChosen, chosen.length > (isChosen ? 1 : 0)),
  });
  element.append(sign, h("span", {}, title));
  return element;
}

/** How many are of the chosen kinds, and the way back. */
export function chosenTold(count: number, all: number, noun: string, kinds: number, showAll: () => void): HTMLElement {
  const which = kinds > 1 ? `of these ${kinds} kinds` : "of this kind";
  return h("span", { class: "legend-chosen", role: "status" }, `${exact(count)} of ${exact(all)} ${noun} ${which}, the others are pale`,
    button("Show all", showAll, { class: "ref", title: "Give all kinds their colours again (Esc)" }));
}

/** Keeps the focus on the entry that had it while the entries of `element` are made anew by `refresh`. */
export function keepingFocus(element: HTMLElement, refresh: () => void): void {
  const root = element.getRootNode() as Document | ShadowRoot;
  const held = root.activeElement instanceof HTMLElement && element.contains(root.activeElement) ? root.activeElement : null;
  refresh();
  if (!held || element.contains(root.activeElement)) return;
  const entries = [...element.querySelectorAll<HTMLElement>("button.choice")];
  (entries.find((entry) => entry.dataset.kind === held.dataset.kind) ?? entries[0])?.focus();
}
