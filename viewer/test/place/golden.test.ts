import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { key, unkey, type Sizes } from "../../src/place/flat";
import { place } from "../../src/place/place";
import { STYLE } from "../style";
import { readOrder, type OrderRecord } from "../../src/place/read";

interface Golden {
  order: OrderRecord;
  placings: {
    sizes: { boxes: [number, number, number, number, number[] | null, number[] | null][]; labels: number[][] };
    placed: { width: number; height: number; boxes: number[][]; inputs: number[]; outputs: number[]; wires: number[][][]; labels: unknown[][] };
  }[];
}

const folder = new URL("../../../tests/layout/golden/", import.meta.url);
const files = readdirSync(folder).filter((file) => /^place-.*\.json$/.test(file));

function sizesOf(record: Golden["placings"][number]["sizes"]): Sizes {
  return {
    boxes: record.boxes.map(([left, right, height, half, tops, bottoms]) => ({ left, right, height, half, tops, bottoms })),
    labels: new Map(record.labels.map(([box, port, width]) => [key(box, port), width])),
  };
}

describe("the golden coordinates that Python wrote", () => {
  it("exist", () => expect(files.length).toBeGreaterThan(3));

  it.each(files)("are met: %s", (file) => {
    const golden = JSON.parse(readFileSync(new URL(file, folder), "utf8")) as Golden;
    for (const { sizes, placed } of golden.placings) {
      const found = place(readOrder(golden.order), sizesOf(sizes), STYLE.place);
      const labels = [...found.labels].map(([id, [x, y, left]]) => [...unkey(id), x, y, left]);
      expect({ ...found, labels }).toEqual(placed);
    }
  });
});
