// What is known of ops, groups and variables, as pairs of words for the details.
import { typeText, type Variable } from "../data/facts";
import { short, type Words } from "../data/words";

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
    const rate = time && !per ? ` · ${words.count((cost.flops / time) * 1e6, "FLOP/s")}` : "";
    rows.push(["FLOPs", `${words.count(cost.flops)}${per}${rate}`]);
  }
  if (cost.bytes !== null) rows.push(["Moves", `${words.bytes(cost.bytes)}${per}`]);
  return rows;
}

export function attributeText(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value === "number") return Number.isInteger(value) ? String(value) : short(value);
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
