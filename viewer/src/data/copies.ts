// What is said of an op in a copy of a stack: the texts of chips and wires were made for the first copy.
import type { Chip } from "./cards";
import { shapeText, typeText, type Facts } from "./facts";

export interface CopyWords {
  chip(chip: Chip): string;
  wire(op: number, output: number): string;
}

export function copyWords(facts: Facts): CopyWords {
  return {
    chip: (chip) => chipText(facts, chip),
    wire: (op, output) => shapeText(facts.nodes.outputs(op)[output]?.shape ?? null),
  };
}

/** What a chip says in a copy: the same where the op is the same constant, else the name of what it reads. */
function chipText({ nodes }: Facts, { text, node, first }: Chip): string {
  if (nodes.op(node) === "Const") return nodes.attrsId(node) === nodes.attrsId(first) ? text : typeText(nodes.outputs(node)[0]);
  const bare = nodes.name(node).replace(/(\/Read)?\/ReadVariableOp.*$|\/resource$/, "");
  const shape = nodes.outputs(node)[0]?.shape;
  return `${bare.slice(bare.lastIndexOf("/") + 1)} ${shape?.length ? shapeText(shape) : ""}`.trim();
}
