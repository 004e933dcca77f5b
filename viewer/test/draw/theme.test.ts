import { describe, expect, it } from "vitest";
import { contrast, contrastInk, heat, inkOn, mix, themeOf } from "../../src/draw/theme";
import { STYLE } from "../style";

const AA = 4.5;
const [LIGHT, DARK] = [themeOf(STYLE, false), themeOf(STYLE, true)];

describe("the colours", () => {
  it.each([LIGHT, DARK])("let every text be read (AA)", (theme) => {
    const { ink } = theme;
    for (const { fill } of [{ fill: theme.paper }, theme.card, theme.body, theme.behind, theme.loop]) {
      for (const text of [ink.name, ink.kind, ink.detail, ink.source, ink.note, ink.type, ink.hot]) expect(contrast(fill, text)).toBeGreaterThanOrEqual(AA);
    }
    for (const { fill } of [theme.loop, theme.body]) expect(contrast(fill, ink.flow)).toBeGreaterThanOrEqual(AA);
    expect(contrast(theme.chip.fill, ink.side)).toBeGreaterThanOrEqual(AA);
    expect(contrast(theme.end.fill, ink.port)).toBeGreaterThanOrEqual(AA);
    expect(contrast(theme.state.fill, ink.turn)).toBeGreaterThanOrEqual(AA);
  });

  it.each([LIGHT, DARK])("let a box's name be read on every fill", (theme) => {
    for (const { fill } of [...theme.categories, theme.other, ...Object.values(theme.families)]) {
      expect(contrast(fill, contrastInk(fill, theme.ink.op, theme))).toBeGreaterThanOrEqual(AA);
    }
  });

  it("grow evenly darker with the amount, lighter in the dark", () => {
    const levels = [0, 0.25, 0.5, 0.75, 1];
    const light = levels.map((level) => contrast(heat(level, LIGHT), "#ffffff"));
    const dark = levels.map((level) => contrast(heat(level, DARK), "#000000"));
    expect([...light].sort((a, b) => a - b)).toEqual(light);
    expect([...dark].sort((a, b) => a - b)).toEqual(dark);
    for (const level of levels) expect(contrast(heat(level, LIGHT), inkOn(heat(level, LIGHT), LIGHT))).toBeGreaterThanOrEqual(3);
  });

  it("show the least amount on a dark card, with a text that can be read on every step", () => {
    expect(contrast(DARK.heat[0], DARK.card.fill)).toBeGreaterThan(2.2);
    for (const fill of DARK.heat) expect(contrast(fill, inkOn(fill, DARK))).toBeGreaterThanOrEqual(AA);
  });

  it("are those of the pictures: a loop's ground, its dashes, every kind of wire", () => {
    expect(LIGHT.loop).toEqual({ fill: "#fff8f7", stroke: "#e2a5a2" });
    expect(LIGHT.loopDash).toEqual([5, 4]);
    expect(DARK.wires.next).toEqual({ stroke: "#d98782", width: 1.4, dash: [4, 3] });
    expect(LIGHT.wires.branch).toEqual(LIGHT.wires.control);
    expect(LIGHT.wires.bundle.dash).toEqual([]);
  });

  it("mix by parts", () => {
    expect(mix("#000000", "#ffffff", 0.5)).toBe("#808080");
    expect(mix("#102030", "#ffffff", 0)).toBe("#102030");
  });
});
