// What is selected, in the first and in the second graph side by side: the lines that differ are marked, the others are told once.
import type { Difference, Entry, What } from "../data/difference";
import { fieldsOf, fieldsOfEntry, ownLines, type Field } from "../data/sides";
import type { Facts } from "../data/facts";
import type { Differing } from "../state/differing";
import { h } from "./dom";
import { breakable, pairs } from "./lists";
import { countSigns, MEANINGS, sign } from "./signs";

/** The two graphs are called so where their names are the same. */
const SIDES = ["First", "Second"] as const;

/** How an op, group or variable differs, and all that is known of it on both sides. */
export function bothSides(differing: Differing, facts: Facts, what: What, row: number, inside: HTMLElement[] = [], entry: Entry | null = null): HTMLElement[] {
  const { difference } = differing;
  const fields = fieldsOf(difference, facts, what, row);
  const own = fields.filter((field) => field.differs);
  // Of what is only in one graph there are no two sides beside each other.
  const onBoth = fields.some(({ a, b }) => a !== null && b !== null);
  const differ = [...(entry && onBoth ? fieldsOfEntry(entry, own) : []), ...own];
  const same = fields.filter((field) => !field.differs);
  return [
    ...(entry ? entryLine(difference, entry) : statusLine(differing, what, row, differ.length > 0)), ...inside,
    ...(differ.length ? [table(difference, differ)] : []),
    ...(same.length ? [h("h3", {}, differ.length ? "The same in both" : "In both"), pairs(same.map(({ title, a }) => [title, (a ?? []).join("\n")]))] : []),
  ];
}

/** Both graphs as a whole, for where nothing is selected. */
export function bothGraphs(difference: Difference): HTMLElement {
  const [a, b] = difference.graphs;
  const titles = [...new Set([...Object.keys(a), ...Object.keys(b)])];
  const one = (value: string | undefined) => (value === undefined ? null : [value]);
  return table(difference, titles.map((title) => ({ title, a: one(a[title]), b: one(b[title]), differs: a[title] !== b[title] })));
}

/** The sentence of the entry that led here. */
function entryLine(difference: Difference, { status, words }: Entry): HTMLElement[] {
  return [h("p", { class: "side-status side-entry" }, sign(difference, status), ...breakable(words))];
}

function statusLine({ difference }: Differing, what: What, row: number, differs: boolean): HTMLElement[] {
  const change = difference.of(what, row);
  const marked = what === "op" ? difference.opStatus(row) : what === "group" ? difference.groupStatus(row) : undefined;
  const status = change < 0 ? marked : difference.status(change);
  if (!status) return [h("p", { class: "side-status" }, differs ? "Its own settings are the same in both; ops in it are not." : "The same in both.")];
  const follows = status === "changed" && !marked && what !== "variable";
  return [h("p", { class: "side-status" }, sign(difference, status), follows ? "not the same in both, as another change tells or causes" : MEANINGS[status])];
}

/** The counts of what is marked in a group, and what may be said of its times. */
export function insideLine(differing: Differing, group: number): HTMLElement[] {
  const text = differing.difference.countText(differing.counts(group));
  const time = differing.difference.times.get(group);
  return [
    ...(text ? [h("p", { class: "side-status" }, "Ops in it: ", ...countSigns(text, differing.difference))] : []),
    ...(time ? [h("p", { class: "side-status side-time" }, `Time of its own ops, first and second: ${time}`)] : []),
  ];
}

function table(difference: Difference, fields: Field[]): HTMLElement {
  const heads = SIDES.map((name, side) => h("th", { scope: "col" }, name, h("span", { class: "side-of" }, difference.graphs[side].Name ?? "")));
  // What only one graph has needs no sign at each of its lines.
  const whole = fields.every(({ a }) => a === null) || fields.every(({ b }) => b === null);
  return h("table", { class: "sides" }, h("thead", {}, h("tr", {}, ...heads)), ...fields.map((field, index) => fieldRows(difference, field, whole, index)));
}

function fieldRows(difference: Difference, { title, a, b, differs }: Field, whole: boolean, index: number): HTMLElement {
  const status = !differs || whole ? null : a === null ? "added" : b === null ? "removed" : "changed";
  const head = h("tr", {}, h("th", { scope: "rowgroup", colspan: 2, class: "side-title" }, status ? sign(difference, status) : null, title));
  const missing = whole && index ? "" : "not there";
  const cells = differs ? [cell(a, b ?? [], "removed", missing), cell(b, a ?? [], "added", missing)] : [h("td", { colspan: 2 }, ...(a ?? []).map((line) => lineOf(line, "")))];
  return h("tbody", { class: differs ? "side-differs" : "" }, head, h("tr", {}, ...cells));
}

function cell(lines: string[] | null, other: string[], kind: "added" | "removed", missing: string): HTMLElement {
  if (!lines) return h("td", { class: "soft" }, missing);
  const own = ownLines(lines, other);
  return h("td", {}, ...lines.map((line, index) => lineOf(line, own[index] ? kind : "")));
}

/** A line; one that the other side does not have is marked by more than its colour. */
function lineOf(line: string, kind: string): HTMLElement {
  const text = breakable(line);
  return h("div", { class: `side-line ${kind}` }, ...(kind ? [h(kind === "added" ? "ins" : "del", {}, ...text)] : text));
}
