import { describe, expect, it } from "vitest";
import { CATEGORIES, contrast, DARK, heat, inkOn, LIGHT, mix, onDark, OTHER } from "../../src/draw/theme";

const AA = 4.5;

describe("the colours", () => {
  it.each([LIGHT, DARK])("let every text be read (AA)", (theme) => {
    for (const ground of [theme.paper, theme.card, theme.cardInner, theme.stackFill]) {
      for (const ink of [theme.text, theme.soft, theme.link, theme.heatText]) expect(contrast(ground, ink)).toBeGreaterThanOrEqual(AA);
    }
    expect(contrast(theme.loop, theme.loopText)).toBeGreaterThanOrEqual(AA);
  });

  it("let a box's name be read on every fill", () => {
    for (const paint of [...CATEGORIES, OTHER]) {
      expect(contrast(paint.fill, LIGHT.text)).toBeGreaterThanOrEqual(AA);
      expect(contrast(onDark(paint).fill, DARK.text)).toBeGreaterThanOrEqual(AA);
    }
  });

  it("grow evenly darker with the amount, lighter in the dark", () => {
    const levels = [0, 0.25, 0.5, 0.75, 1];
    const light = levels.map((level) => contrast(heat(level, false), "#ffffff"));
    const dark = levels.map((level) => contrast(heat(level, true), "#000000"));
    expect([...light].sort((a, b) => a - b)).toEqual(light);
    expect([...dark].sort((a, b) => a - b)).toEqual(dark);
    for (const level of levels) expect(contrast(heat(level, false), inkOn(heat(level, false)))).toBeGreaterThanOrEqual(3);
  });

  it("mix by parts", () => {
    expect(mix("#000000", "#ffffff", 0.5)).toBe("#808080");
    expect(mix("#102030", "#ffffff", 0)).toBe("#102030");
  });
});
