// What is written beside a box: a figure, as long as it does not run over the bar beside the card around the box.
import { expect, it } from "vitest";
import { draftingOf, type Look } from "../../src/draw/look";
import type { Surface } from "../../src/draw/surface";
import { TextPainter } from "../../src/draw/texts";
import { themeOf } from "../../src/draw/theme";
import { mark } from "../marks";
import { STYLE } from "../style";

const LETTER = 6;
const theme = themeOf(STYLE, false);
const drafting = draftingOf(STYLE);

function written(end: number, figure: string | null, note = ""): string[] {
  const texts: string[] = [];
  const surface = { measureText: (text: string) => ({ width: LETTER * text.length }), fillText: (text: string) => texts.push(text) } as unknown as Surface;
  const look = { theme, drafting, lit: null, tint: () => ({ paint: theme.card, bar: figure && { colour: "", text: figure } }) } as unknown as Look;
  new TextPainter(surface).marks([mark(1, 10, 0, 40, 20, { note })], { x: 0, y: 0, w: 500, h: 500 }, 1, look, end);
  return texts.slice(1); // the first is the name
}

it("writes a figure beside a box where the card around it has the room, and else none", () => {
  const least = 10 + 40 + drafting.shape.noteGap + LETTER * "512 FLOP".length;
  expect(written(least, "512 FLOP")).toEqual(["512 FLOP"]);
  expect(written(Infinity, "512 FLOP")).toEqual(["512 FLOP"]);
  expect(written(least - 1, "512 FLOP")).toEqual([]);
});

it("writes a note, for which room was kept", () => {
  expect(written(10, null, "handed on")).toEqual(["handed on"]);
});

function onCard(view: number, held: number): string[] {
  const texts: string[] = [];
  const surface = { measureText: (text: string) => ({ width: LETTER * text.length }), fillText: (text: string) => texts.push(text) } as unknown as Surface;
  const look = { theme, drafting, lit: null, holders: new Map([[1, held]]), tint: () => ({ paint: theme.card, bar: { colour: "", text: "9.06 ms" } }) } as unknown as Look;
  new TextPainter(surface).marks([mark(1, 10, 0, 300, 40, { form: "card", title: "lstm", beside: 200 })], { x: 0, y: 0, w: view, h: 500 }, 1, look, Infinity);
  return texts;
}

it("writes the figure of a closed card in its first line where the window would cut it beside its bar", () => {
  expect(onCard(500, 0)).toEqual(["9.06 ms", "lstm"]);
  expect(onCard(350, 0)).toEqual(["9.06 ms", "lstm"]);
  expect(onCard(350, 129)).toEqual(["9.06 ms", "129 found", "lstm"]);
});
