// Lists of the details: pairs of a name and a value, and long lists that show their first items only.
import { exact } from "../data/words";
import { button, h } from "./dom";

const MOST = 12;
/** A figure with its unit, and what it counts, is no longer than this. */
const SHORT = 40;
/** A panel with thousands of items is slow, and nobody reads them all; the table has them. */
const MOST_LISTED = 500;

export function pairs(rows: [name: string, value: string, meaning?: string | undefined][]): HTMLElement {
  const lines = ([name, value, meaning]: (typeof rows)[number]) => [
    h("dt", {}, name), h("dd", {}, ...whole(value)), ...(meaning ? [h("dd", { class: "meaning" }, meaning)] : []),
  ];
  return h("dl", { class: "pairs" }, ...rows.flatMap(lines));
}

/** A number and its unit stay on one line where figures stand side by side. */
function whole(value: string): (string | HTMLElement)[] {
  const parts = value.split(" · ");
  if (parts.length < 2 || parts.some((part) => part.length > SHORT)) return / /.test(value) ? [value] : breakable(value);
  return parts.flatMap((part, index) => [index ? " · " : "", h("span", { class: "whole" }, part)]);
}

/** A part of a name with so many letters is broken before capitals too; a shorter one, as MatMul, has room on a line. */
const LONG_WORD = 18;

/** A name that is broken behind its signs and words, if it must be broken at all. */
export function breakable(name: string): (string | HTMLElement)[] {
  const parts = name.split(/(?<=[/_.:])/).flatMap((part) => (part.length > LONG_WORD ? part.split(/(?<=[a-z])(?=[A-Z])/) : [part]));
  return parts.flatMap((part, index) => (index ? [h("wbr"), part] : [part]));
}

/** A path that is broken between its names, and within one only where that alone is wider than a line. */
export function breakablePath(path: string): (string | HTMLElement)[] {
  const names = path.split(/(?<=\/)/);
  return names.length < 2 ? breakable(path) : names.map((name) => h("span", { class: "path-name" }, ...breakable(name)));
}

/** The first of many list items and a button for the rest. */
export function longList(items: (() => HTMLElement)[], most = MOST): HTMLElement {
  const list = h("ul", { class: "refs" }, ...items.slice(0, most).map((item) => item()));
  if (items.length > most) {
    const rest = button(`and ${exact(items.length - most)} more`, () => {
      const added = items.slice(most, MOST_LISTED).map((item) => item());
      rest.parentElement?.replaceWith(...added, items.length > MOST_LISTED ? h("li", { class: "soft" }, `${exact(items.length - MOST_LISTED)} more are in the table`) : "");
      added[0]?.querySelector("button")?.focus();
    }, { class: "ref", title: "List the rest" });
    list.append(h("li", {}, rest));
  }
  return list;
}
