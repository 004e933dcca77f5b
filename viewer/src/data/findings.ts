// What `check` found: each finding with what to do, and where it leads to in the drawing.
import type { Container } from "./container";

export type Severity = "error" | "warning" | "note";
/** From the worst on. */
export const SEVERITIES: readonly Severity[] = ["error", "warning", "note"];
/** What marks of the drawing tell of: notes are in the list alone. */
export type Serious = Exclude<Severity, "note">;

export interface Finding {
  rule: string;
  severity: Severity;
  message: string;
  remedy: string;
  /** The user's file and line; empty where that is not known. */
  line: string;
  /** The layer, variable or op that it is about; empty: the whole graph. */
  where: string;
  /** The op or group of the page that it leads to; null: the whole graph. */
  place: [what: "op" | "group", row: number] | null;
  /** The layers that it tells of, its own first, where these are several: their groups. */
  layers?: number[];
}

export interface Findings {
  /** How many of which severity. */
  told: string;
  /** The sign of each severity that marks have. */
  signs: Record<Serious, string>;
  /** The worst first. */
  entries: Finding[];
}

export function isSerious(severity: Severity): severity is Serious {
  return severity !== "note";
}

/** What was found; null where nothing was looked for. */
export function findingsOf(container: Container): Findings | null {
  return (container.header as unknown as { findings?: Findings }).findings ?? null;
}
