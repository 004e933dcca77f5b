// The tables of a page of two graphs: what each of them has of layers, ops and op types.
import type { Difference } from "../data/difference";
import { shapeText, type Facts } from "../data/facts";
import { exact } from "../data/words";
import type { Differing } from "../state/differing";
import type { Column, Sheet } from "./rows";
import { MEANINGS } from "./signs";

export function differingSheets(facts: Facts, differing: Differing): Sheet[] {
  const { difference } = differing;
  // Of a graph whose ops are not all there no types are counted.
  return [layers(facts, differing), ops(facts, difference), ...(difference.leftOut ? [] : [opTypes(facts, difference)])].filter((sheet) => sheet.rows.length > 0);
}

function text(id: string, title: string, told: (row: number) => string): Column {
  return { id, title, value: told, text: told };
}

function count(id: string, title: string, value: (row: number) => number): Column {
  return { id, title, value, text: (row) => (value(row) ? exact(value(row)) : "") };
}

/** How often something is counted in the first and in the second graph, and what that differs by. */
function onBothSides(id: string, title: string, side: (side: 0 | 1, row: number) => number): Column[] {
  return [
    count(`${id}-first`, `${title}, first`, (row) => side(0, row)), count(`${id}-second`, `${title}, second`, (row) => side(1, row)),
  ];
}

function statusColumn(status: (row: number) => keyof typeof MEANINGS | undefined, { signs }: Difference): Column {
  return text("status", "Differs", (row) => {
    const found = status(row);
    return found ? `${signs[found]} ${MEANINGS[found]}` : "";
  });
}

function layers({ groups }: Facts, differing: Differing): Sheet {
  const { difference } = differing;
  const all = Array.from({ length: groups.count }, (_, group) => group);
  const calls = all.filter((group) => groups.cls(group) !== "");
  return {
    id: "layers", title: calls.length ? "Layers" : "Groups", rows: calls.length ? calls : all,
    columns: [
      text("name", "Name", (group) => groups.path(group)), text("class", "Class", (group) => groups.cls(group) || groups.kind(group)),
      statusColumn((group) => difference.groupStatus(group), difference),
      count("added", `Ops ${difference.signs.added}`, (group) => differing.counts(group).added), count("removed", `Ops ${difference.signs.removed}`, (group) => differing.counts(group).removed),
      count("changed", `Ops ${difference.signs.changed}`, (group) => differing.counts(group).changed), ...onBothSides("ops", "Ops", (side, group) => difference.size(side, group)),
    ],
    stands: (group) => ({ ops: [], groups: [group] }),
  };
}

function ops({ nodes }: Facts, difference: Difference): Sheet {
  return {
    id: "ops", title: "Ops", rows: Array.from({ length: nodes.count }, (_, row) => row),
    columns: [
      text("name", "Name", (row) => nodes.name(row)), text("op", "Op", (row) => nodes.op(row)), statusColumn((row) => difference.opStatus(row), difference),
      text("was", "Name in the first", (row) => difference.nameInFirst("op", row)), text("dtype", "Dtype", (row) => nodes.outputs(row)[0]?.dtype ?? ""),
      text("shape", "Output", (row) => (nodes.outputs(row)[0] ? shapeText(nodes.outputs(row)[0].shape) : "")),
    ],
    stands: (row) => ({ ops: [row], groups: [] }),
  };
}

function opTypes({ nodes }: Facts, difference: Difference): Sheet {
  const sets = new Map<string, number[]>();
  const type = (side: 0 | 1, row: number) => difference.typeIn(side, row, nodes.op(row));
  for (let row = 0; row < nodes.count; row++) {
    for (const name of new Set([type(0, row), type(1, row)])) {
      if (name === undefined) continue;
      const set = sets.get(name);
      if (set) set.push(row);
      else sets.set(name, [row]);
    }
  }
  const names = [...sets.keys()];
  const rows = [...sets.values()];
  const has = (side: 0 | 1, index: number) => rows[index].filter((row) => type(side, row) === names[index]).length;
  return {
    id: "types", title: "Op types", rows: names.map((_, index) => index),
    columns: [text("op", "Op type", (index) => names[index]), ...onBothSides("ops", "Ops", has), count("more", "More", (index) => has(1, index) - has(0, index))],
    stands: (index) => ({ ops: rows[index], groups: [] }),
  };
}
