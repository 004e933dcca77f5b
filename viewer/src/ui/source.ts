// The user's code around a line; every line that made ops is a button that lights them.
import type { Facts, Source } from "../data/facts";
import { plural } from "../data/words";
import { button, h } from "./dom";
import { breakable } from "./lists";

const BEFORE = 5;
const AFTER = 6;

const linesOf = new WeakMap<Facts, Map<string, Map<number, number[]>>>();

/** File -> line -> the ops that it made. */
export function opsByLine(facts: Facts): Map<string, Map<number, number[]>> {
  let found = linesOf.get(facts);
  if (!found) {
    found = new Map();
    for (let row = 0; row < facts.nodes.count; row++) {
      const source = facts.source(facts.nodes.sourceId(row));
      if (!source) continue;
      const file = found.get(source.file) ?? new Map<number, number[]>();
      found.set(source.file, file);
      const ops = file.get(source.line);
      if (ops) ops.push(row);
      else file.set(source.line, [row]);
    }
    linesOf.set(facts, found);
  }
  return found;
}

/** The heading with file and line, and the code where it is embedded. */
export function sourceBlock(facts: Facts, source: Source, light: (ops: number[], why: string) => void, copy: (place: string) => void): HTMLElement[] {
  const place = `${source.file}:${source.line}`;
  const heading = h("div", { class: "head" }, h("h3", {}, "Source"), button(place.split("/").pop() ?? place, () => copy(place), {
    class: "ref", title: `${place} in ${source.func}: copy`,
  }));
  const lines = (facts.files[source.file] ?? []).filter(([line]) => line >= source.line - BEFORE && line <= source.line + AFTER);
  const made = opsByLine(facts).get(source.file);
  if (!lines.length) {
    const why = facts.whyAbsent(source.file);
    return [heading, h("p", { class: "soft mono path" }, ...breakable(`${place} in ${source.func}`)), ...(why ? [h("p", { class: "soft" }, why)] : [])];
  }
  const indent = Math.min(...lines.filter(([, text]) => text.trim()).map(([, text]) => text.length - text.trimStart().length));
  const rows = lines.map(([line, text]) => {
    const ops = made?.get(line) ?? [];
    const number = ops.length
      ? button(String(line), () => light(ops, `line ${line}`), { class: "line-number made", title: `${plural(ops.length, "op")}: highlight them`, "aria-label": `Line ${line}: highlight its ${plural(ops.length, "op")}` })
      : h("span", { class: "line-number" }, String(line));
    return h("div", { class: line === source.line ? "line here" : "line" }, number, h("code", {}, text.slice(indent) || " "));
  });
  return [heading, h("div", { class: "code", tabindex: 0, role: "group", "aria-label": `${place}` }, ...rows)];
}
