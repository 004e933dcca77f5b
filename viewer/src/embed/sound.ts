// Checks the data of a page that somebody made: what would make this page wait forever, take all memory, or ask a server for something.
import type { Container, Place } from "../data/container";
import { strangeIn } from "./markup";

/** Values of a column that no byte of the file stands for (all are 0) are as many as it says: at most so many. */
const MOST_ZEROS = 20_000_000;
const WIDTHS: Record<string, number> = { int: 4, delta: 4, float: 8 };

/** Throws where the data cannot be those of a page. What it lets through may still be nonsense, which is then drawn as such. */
export function checkSound(container: Container): void {
  for (const [name, place] of Object.entries(container.header.columns)) checkPlace(name, place, container.size);
  checkTexts(container.header);
  rises(container, "g.parent", (value, row) => value < row);
  for (const kind of ["r", "gr"]) {
    const stacks = container.ints(`${kind}.stack`);
    rises(container, `${kind}.back`, (value, row) => (stacks[row] ?? -1) < 0 || value > 0);
  }
  checkCards(container);
}

function damaged(what: string): never {
  throw new Error(`its data are damaged (${what}); save the page again with opscope`);
}

function checkPlace(name: string, place: Place, size: number): void {
  const [kind, offset, count, width] = Array.isArray(place) ? place : damaged(name);
  const counts = [offset, count, width].every((value) => Number.isSafeInteger(value) && value >= 0);
  if (!counts || !(kind in WIDTHS) || width > WIDTHS[kind] || (kind === "float" && width !== 8)) damaged(name);
  if (offset + count * width > size || (width === 0 && count > MOST_ZEROS)) damaged(`${name} is longer than the file`);
}

/** Colours and style sheets name no address, and the overview is a drawing and nothing else. The frame would load nothing anyway: its policy forbids that. */
function checkTexts({ style, overview }: Record<string, unknown>): void {
  const { light = "", dark = "", svg } = (overview ?? {}) as Record<string, unknown>;
  const texts = JSON.stringify([style ?? null, light, dark]);
  if (/url\s*\(|image-set|@import|\bsrc\s*\(|\\\\/i.test(texts)) damaged("its style names an address");
  const strange = svg === undefined ? "" : strangeIn(String(svg));
  if (strange) damaged(`its drawing holds ${strange}`);
}

function rises(container: Container, name: string, holds: (value: number, row: number) => boolean): void {
  if (!container.ints(name).every(holds)) damaged(name);
}

/** Cards follow the cards that they are in, and each is in one. */
function checkCards(container: Container): void {
  const [counts, types, refs] = ["c.items", "i.type", "i.ref"].map((name) => container.ints(name));
  const seen = new Set<number>();
  let item = 0;
  counts.forEach((count, card) => {
    if (count < 0 || item + count > types.length) damaged("c.items");
    for (const end = item + count; item < end; item++) {
      if (types[item] !== 2) continue;
      if (refs[item] <= card || refs[item] >= counts.length || seen.has(refs[item])) damaged("i.ref");
      seen.add(refs[item]);
    }
  });
}
