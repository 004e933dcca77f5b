// What a wire says in a copy of a stack: the labels were made for the first copy.
import { shapeText, type Facts } from "./facts";

export type WireWords = (op: number, output: number) => string;

/** The shape of what an op of this copy gives; nothing where it is not known. */
export function wireWords({ nodes }: Facts): WireWords {
  return (op, output) => {
    const shape = nodes.outputs(op)[output]?.shape ?? null;
    return shape ? shapeText(shape) : "";
  };
}
