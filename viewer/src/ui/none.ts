// Why an op or a layer has no figure, as far as that is known.
import type { Measurement } from "../data/facts";

/** Amounts that an op has if it ran by itself. */
const RUN = new Set(["time", "busy", "calls"]);

/** In a few words; empty where nothing was measured: numbers of the reader's own tell nothing of the ops without. */
export function whyNone(measurement: Measurement | null | undefined, id: string): string {
  if (!measurement) return "";
  if (id === "memory") return "no allocation recorded";
  return RUN.has(id) ? `fused, constant or not run${(measurement.trace_level ?? 3) < 3 ? ", or not recorded" : ""}${measurement.untimed?.length ? ", or for a time that is not known" : ""}` : "";
}
