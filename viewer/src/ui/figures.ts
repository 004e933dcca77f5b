// What is known of ops, groups and variables, as pairs of words for the details.
import { typeText, type Variable } from "../data/facts";
import type { Words } from "../data/words";

export function elements(variable: Variable): number {
  return (variable.shape ?? []).reduce((product: number, dimension) => product * (dimension ?? 0), variable.shape ? 1 : 0);
}

export function recovered(source: string): string[] {
  if (source === "inferred") return ["layer inferred from its variables"];
  return source === "scope" ? ["from names only"] : [];
}

export function outputText(type: { dtype: string; shape: (number | null)[] | null } | undefined, port: string): string {
  return `${port}${port ? " " : ""}${type ? typeText(type) : ""}`;
}

export function costRows(words: Words, cost: { flops: number | null; bytes: number | null; per: string } | null, time: number | null): [string, string][] {
  if (!cost) return [];
  const rows: [string, string][] = [];
  const per = cost.per === "iteration" ? " an iteration" : "";
  if (cost.flops !== null) {
    const rate = time && !per ? ` · ${words.flopRate((cost.flops / time) * 1e6)}` : "";
    rows.push(["FLOPs", `${words.flops(cost.flops)}${per}${rate}`]);
  }
  if (cost.bytes !== null) rows.push(["Moves", `${words.bytes(cost.bytes)}${per}`]);
  return rows;
}

export function attributeText(value: unknown): string {
  if (typeof value === "string") return value;
  // A float32 0.001 is 0.0010000000474974513 as a double: chips in pictures show four digits of it, and so does this.
  if (typeof value === "number") return String(Number.isInteger(value) ? value : Number(value.toPrecision(4)));
  return JSON.stringify(value, null, 0) ?? "";
}

/** What a constant holds, as far as it was summarised. */
export function constantOf(value: unknown): [string, string][] | null {
  if (typeof value !== "object" || value === null) return null;
  const { values, ...figures } = value as Record<string, unknown>;
  const rows: [string, string][] = [];
  if (Array.isArray(values)) rows.push(["Value", values.flat(9).map(attributeText).join(", ")]);
  else if (values !== undefined) rows.push(["Value", attributeText(values)]);
  for (const [name, figure] of Object.entries(figures)) {
    if (name !== "dtype" && name !== "shape") rows.push([name[0].toUpperCase() + name.slice(1), attributeText(figure)]);
  }
  return rows.length ? rows : null;
}
