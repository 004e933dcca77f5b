// What is alive at the memory's peak, as a table.
import { typeText, type Facts } from "../data/facts";
import type { Memory } from "../data/memory";
import type { Words } from "../data/words";
import type { Sheet } from "./rows";

export function peakSheet(facts: Facts, memory: Memory, words: Words): Sheet {
  const { nodes, groups } = facts;
  const of = (index: number) => memory.tensors[index];
  const layer = (row: number) => {
    for (let at = nodes.group(row); at >= 0; at = groups.parent(at)) if (groups.cls(at)) return groups.path(at);
    return groups.path(nodes.group(row));
  };
  // What an op without outputs takes, as an update of a variable does, has no type.
  const type = ([row, output]: [number, number, number]) => {
    const known = nodes.outputs(row)[output];
    return known ? typeText(known) : "buffer, no output";
  };
  const text = (id: string, title: string, value: (index: number) => string) => ({ id, title, value, text: value });
  return {
    id: "memory", title: "Alive at the peak", least: ["layer", "type"], rows: memory.tensors.map((_, index) => index),
    columns: [
      { id: "memory", title: "Memory", value: (index) => of(index)[2], text: (index) => words.bytes(of(index)[2]) },
      { ...text("name", "Made by", (index) => nodes.name(of(index)[0])), text: (index) => facts.called(of(index)[0]) },
      text("layer", "In", (index) => layer(of(index)[0])),
      text("type", "Tensor", (index) => type(of(index))),
    ],
    stands: (index) => ({ ops: [of(index)[0]], groups: [] }),
  };
}
