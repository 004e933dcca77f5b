// What filters of a search look at beside names: amounts of ops and groups, and where in the user's code they were made.
import { AT_LEAST, isLeast, type Facts } from "../data/facts";
import type { Amount } from "./units";

export type Kind = "op" | "group";

/** NaN where the op or group has no such amount. */
export function amountIn({ nodes, groups }: Facts, kind: Kind, row: number, amount: Amount): number {
  const of = kind === "op" ? nodes : groups;
  switch (amount) {
    case "time":
    case "memory": return of.measures.figure(row, amount);
    case "flops": return of.cost(row)?.flops ?? NaN;
    case "bytes": return of.cost(row)?.bytes ?? NaN;
    case "parameters": return kind === "group" ? groups.parameters(row) : NaN;
  }
}

/** What stands before an amount of which some is not counted. */
export function leastIn(facts: Facts, kind: Kind, row: number, amount: Amount): string {
  const cost = (kind === "op" ? facts.nodes : facts.groups).cost(row);
  const estimated = (amount === "flops" || amount === "bytes") && !Number.isNaN(amountIn(facts, kind, row, amount));
  return estimated && isLeast(cost, amount) ? AT_LEAST : "";
}

/** A source line as filters and tables write it; empty where it is not known. */
export function placeOf(facts: Facts, source: number): string {
  const found = facts.source(source);
  return found ? `${found.file}:${found.line}` : "";
}
