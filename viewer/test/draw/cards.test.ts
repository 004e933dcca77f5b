import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { Cards } from "../../src/data/cards";
import { Container, type Header } from "../../src/data/container";
import { Composer } from "../../src/draw/compose";
import type { Frame, Mark, Rect } from "../../src/draw/frame";
import { docks, heatBar, sheets } from "../../src/draw/parts";
import { STYLE } from "../style";

interface Drawn {
  marks: unknown[];
  wires: number[][][];
  labels: unknown[][];
  heads?: unknown[][];
}

interface Golden {
  page: { header: Record<string, unknown>; columns: Record<string, number[]> };
  states: { open: number[]; drawn: Drawn }[];
}

/** Columns as the golden files write them: plain lists. */
class Plain extends Container {
  private readonly lists: Map<string, Int32Array>;

  constructor({ header, columns }: Golden["page"]) {
    super(header as unknown as Header, new Uint8Array());
    this.lists = new Map(Object.entries(columns).map(([name, values]) => [name, Int32Array.from(values)]));
  }

  override ints(name: string): Int32Array {
    const found = this.lists.get(name);
    if (!found) throw new Error(`no column ${name}`);
    return found;
  }

  override has(name: string): boolean {
    return this.lists.has(name);
  }
}

const folder = new URL("../../../tests/page/golden/", import.meta.url);
const files = readdirSync(folder).filter((file) => /^card-.*\.json$/.test(file));

function record(frame: Frame): Drawn {
  const heads = frame.lines.filter((line) => line.headAt !== null).map(({ headAt, head, headLeft }): [number, number, string, boolean] => [headAt?.x ?? 0, headAt?.y ?? 0, head, headLeft]);
  heads.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const labelled = frame.lines.filter((line) => line.labelAt !== null);
  return {
    marks: frame.marks.map(mark),
    wires: frame.lines.map(({ points }) => points.map(({ x, y }) => [x, y])),
    labels: labelled.map(({ labelAt, label, labelLeft }) => [labelAt?.x, labelAt?.y, label, labelLeft]),
    ...(heads.length ? { heads } : {}),
  };
}

function mark(each: Mark): unknown {
  const tags = each.tags.map(({ x, y, w, h, text, family }) => [x, y, w, h, text, family]);
  return {
    at: [each.x, each.y, each.w, each.h],
    texts: texts(each),
    ...(tags.length ? { chips: tags, docks: docks(each, STYLE.mark).map((line) => line.map(({ x, y }) => [x, y])) } : {}),
    ...(each.form === "card" ? { bar: sides(heatBar(each, STYLE.mark)) } : {}),
    ...(each.count > 1 ? { behind: sheets(each, STYLE.mark).map(sides) } : {}),
    ...(each.inside ? { inset: [each.inset.x, each.inset.y], inside: record(each.inside) } : {}),
  };
}

function sides({ x, y, w, h }: Rect): number[] {
  return [x, y, w, h];
}

function texts({ form, title, subtitle, detail, corner, note, family, kind, count }: Mark): unknown[] {
  if (form === "card") return [kind, title, subtitle, detail, corner, count];
  return form === "box" ? ["box", title, note, family] : ["pill", title, detail, family];
}

describe("the cards in a card", () => {
  it("stand in the order of the drawing: from the top down, beside each other from left to right", () => {
    let compared = 0;
    for (const file of files) {
      const golden = JSON.parse(readFileSync(new URL(file, folder), "utf8")) as Golden;
      const cards = new Cards(new Plain(golden.page));
      for (let card = 0; card < cards.count; card++) {
        const { order, drawn } = cards.structure(card);
        const row = (item: number) => order.rows.findIndex((slots) => slots.includes(item));
        const place = (item: number) => order.rows[row(item)].indexOf(item);
        const items = cards.items(card);
        expect([...drawn].sort((a, b) => a - b)).toEqual(items.map((_, item) => item));
        const inside = cards.childCards(card).map((child) => items.findIndex(({ type, ref }) => type === "card" && ref === child));
        for (let at = 1; at < inside.length; at++) {
          const [before, after] = [inside[at - 1], inside[at]];
          expect(row(before) < row(after) || (row(before) === row(after) && place(before) < place(after))).toBe(true);
          compared++;
        }
      }
    }
    expect(compared).toBeGreaterThan(3);
  });
});

describe("the cards that Python drew", () => {
  it("exist", () => expect(files.length).toBeGreaterThan(4));

  it.each(files)("are composed the same: %s", (file) => {
    const { page, states } = JSON.parse(readFileSync(new URL(file, folder), "utf8")) as Golden;
    const cards = new Cards(new Plain(page));
    for (const { open, drawn } of states) {
      const frame = new Composer(cards, new Set(open), STYLE).frame();
      expect(record(frame)).toEqual(drawn);
    }
  });

  it.each(files)("come out the same whatever was open before: %s", (file) => {
    const { page, states } = JSON.parse(readFileSync(new URL(file, folder), "utf8")) as Golden;
    const cards = new Cards(new Plain(page));
    const now = new Set<number>();
    const composer = new Composer(cards, now, STYLE);
    for (const { open, drawn } of [...states, ...states.slice().reverse()]) {
      for (let card = 1; card < cards.count; card++) {
        if (now.has(card) === open.includes(card)) continue;
        if (now.has(card)) now.delete(card);
        else now.add(card);
        composer.changed(card);
      }
      expect(record(composer.frame())).toEqual(drawn);
    }
  });
});
