// Two graphs side by side: which ops and layers of one have the same name in the other. Nothing is concluded from that: what changed is told by `opscope diff`.
import type { Facts } from "../data/facts";
import { plural } from "../data/words";

/** Ops, or groups, of two graphs by their names. */
export interface Named {
  both: number;
  left: number[];
  right: number[];
}

export interface MatchedNames {
  ops: Named;
  /** How many of the ops with the same name are of another type. */
  retyped: number[];
  layers: Named;
}

const LAYERS = new Set(["model", "module", "layer"]);

export function matchNames(left: Facts, right: Facts): MatchedNames {
  const ops = named(
    { count: left.nodes.count, name: (row) => left.nodes.name(row), has: (name) => left.nodes.find(name) >= 0, counts: () => true },
    { count: right.nodes.count, name: (row) => right.nodes.name(row), has: (name) => right.nodes.find(name) >= 0, counts: () => true },
  );
  const retyped: number[] = [];
  for (let row = 0; row < left.nodes.count; row++) {
    const other = right.nodes.find(left.nodes.name(row));
    if (other >= 0 && right.nodes.op(other) !== left.nodes.op(row)) retyped.push(row);
  }
  return { ops, retyped, layers: named(layersOf(left), layersOf(right)) };
}

interface Names {
  count: number;
  name(row: number): string;
  has(name: string): boolean;
  counts(row: number): boolean;
}

function layersOf({ groups }: Facts): Names {
  const counts = (group: number) => LAYERS.has(groups.kind(group));
  return {
    count: groups.count, name: (group) => groups.path(group), counts,
    has: (name) => {
      const group = groups.find(name);
      return group >= 0 && counts(group);
    },
  };
}

function named(left: Names, right: Names): Named {
  const alone = (own: Names, other: Names) => Array.from({ length: own.count }, (_, row) => row).filter((row) => own.counts(row) && !other.has(own.name(row)));
  const onLeft = alone(left, right);
  const whole = Array.from({ length: left.count }, (_, row) => row).filter((row) => left.counts(row)).length;
  return { both: whole - onLeft.length, left: onLeft, right: alone(right, left) };
}

/** What is told of the whole. */
export function toldNames({ ops, retyped, layers }: MatchedNames): string {
  const types = retyped.length ? ` (${retyped.length.toLocaleString("en")} of another type)` : "";
  const ofLayers = layers.both + layers.left.length + layers.right.length ? `, ${plural(layers.both, "layer")}` : "";
  return `the same name on both sides: ${plural(ops.both, "op")}${types}${ofLayers}`;
}
