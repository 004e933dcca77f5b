import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { dirname, join, normalize, relative } from "node:path";
import { expect, it } from "vitest";

const SOURCE = fileURLToPath(new URL("../src/", import.meta.url));

/** Each module with those that it imports from this source, types included. */
function modules(): Map<string, string[]> {
  const files = (readdirSync(SOURCE, { recursive: true }) as string[]).filter((file) => file.endsWith(".ts"));
  return new Map(files.map((file) => {
    const text = readFileSync(join(SOURCE, file), "utf8");
    const found = [...text.matchAll(/from "(\.[^"]+)"/g)].map(([, name]) => `${relative(SOURCE, normalize(join(SOURCE, dirname(file), name)))}.ts`);
    return [file, found];
  }));
}

it("no module imports itself by way of others", () => {
  const imports = modules();
  expect(imports.size).toBeGreaterThan(50);
  const done = new Set<string>();
  const walk = (file: string, path: string[]): void => {
    expect(path, "a cycle").not.toContain(file);
    if (done.has(file)) return;
    for (const next of imports.get(file) ?? []) walk(next, [...path, file]);
    done.add(file);
  };
  for (const file of imports.keys()) walk(file, []);
});

it("only the start of the page knows all of it", () => {
  const knowing = [...modules()].filter(([, found]) => found.includes("app.ts")).map(([file]) => file);
  expect(knowing).toEqual(["main.ts"]);
});
