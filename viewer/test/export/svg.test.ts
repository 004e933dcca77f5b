import { describe, expect, it } from "vitest";
import type { Line } from "../../src/draw/frame";
import { draftingOf, type Look } from "../../src/draw/look";
import { contrast, mix, themeOf } from "../../src/draw/theme";
import { escapeXml, svgOf, SvgSurface } from "../../src/export/svg";
import { mark } from "../marks";
import { STYLE } from "../style";

/** Every character is 6 wide. */
const pen = { font: "", measureText: (text: string) => ({ width: 6 * text.length }) };

const theme = themeOf(STYLE, false);
const look: Look = {
  theme, drafting: draftingOf(STYLE), selected: null, lit: null, holders: null, elsewhere: null,
  tint: ({ form }) => (form === "card" ? { paint: theme.card, bar: { colour: theme.heat[4], text: "2 ms" } } : { paint: theme.families.matmul, bar: null }),
  differs: () => null, found: () => null, chipDiffers: () => undefined, chip: () => theme.chip,
};
const camera = { x: 0, y: 0, scale: 0.1 };
const size = { w: 100, h: 100 };

function drawn(marks: Parameters<typeof mark>[], lines: Line[] = []): string {
  return svgOf({ w: 400, h: 400, marks: marks.map((each) => mark(...each)), lines }, camera, size, look, pen);
}

describe("the view as SVG", () => {
  it("has what is drawn as rectangles of their own, whatever the zoom on screen", () => {
    const svg = drawn([[1, 10, 20], [2, 10, 60]]);
    const { fill, stroke } = theme.families.matmul;
    for (const y of [20, 60]) expect(svg).toContain(`<rect x="10" y="${y}" width="40" height="20" rx="5" fill="${fill}" stroke="${stroke}" stroke-width="1"/>`);
    expect(svg).toContain(">m1</text>");
    expect(svg).toContain('viewBox="0 0 1000 1000"');
    expect(svg).toContain(`<style>${STYLE.narrowed}</style>`);
    expect(STYLE.narrowed).toMatch(/^@font-face\{.*size-adjust/);
  });

  it("keeps the borders of what is dimmed on a dark ground, and writes texts that can be read on the paler fill", () => {
    const dark = themeOf(STYLE, true);
    const hot = { fill: dark.heat[4], stroke: dark.ink.note };
    const dim = (one: typeof theme) => svgOf({ w: 400, h: 400, marks: [mark(1, 10, 20), mark(2, 10, 60)], lines: [] }, camera, size, { ...look, theme: one, lit: new Set([2]), tint: () => ({ paint: hot, bar: null }) }, pen);
    expect(dim(dark)).toContain(`fill="${hot.fill}" fill-opacity="0.32" stroke="${hot.stroke}" stroke-width="1" stroke-opacity="0.8"`);
    expect(dim(theme)).toContain(`fill="${hot.fill}" opacity="0.32" stroke="${hot.stroke}" stroke-width="1"/>`);
    const ink = (name: string) => new RegExp(`fill="([^"]*)">${name}<`).exec(dim(dark))?.[1] ?? "";
    const pale = mix(dark.card.fill, hot.fill, 0.32);
    expect(contrast(ink("m1"), pale)).toBeGreaterThan(4.5);
    expect(contrast(ink("m2"), hot.fill)).toBeGreaterThan(4.5);
  });

  it("has the cards behind a stack, its bar, and its texts as one that goes on", () => {
    const svg = drawn([[1, 0, 0, 200, 60, { form: "card", title: "block", subtitle: "Block", count: 2, kind: "layer" }]]);
    const behind = theme.behind.fill;
    expect(svg.match(new RegExp(`fill="${behind}"`, "g"))).toHaveLength(1);
    expect(svg).toContain(`<rect x="213" y="0" width="6" height="60" rx="3" fill="${theme.heat[4]}"/>`);
    expect(svg).toMatch(/<text x="14" y="21"[^>]*>block<tspan dx="8"[^>]*>Block<\/tspan><tspan dx="8"[^>]*>×2<\/tspan><\/text>/);
  });

  it("has the figure of a card right of its bar, be it open or closed, and of an open one that is cut in its head", () => {
    const inside = { w: 300, h: 100, marks: [], lines: [] };
    const figure = (open: boolean, w: number) => {
      const card = mark(1, 0, 0, 300, 100, { form: "card", title: "block", kind: "layer", beside: 100, inside: open ? inside : null });
      return Number(/<text x="([\d.]+)"[^>]*>2 ms/.exec(svgOf({ w: 400, h: 100, marks: [card], lines: [] }, { x: 0, y: 0, scale: 1 }, { w, h: 200 }, look, pen))?.[1]);
    };
    expect(figure(false, 400)).toBeGreaterThan(300);
    expect(figure(true, 400)).toBe(figure(false, 400));
    expect(figure(true, 310)).toBeLessThan(300);
  });

  it("has the head of an open card where it is in view, as on screen", () => {
    const inside = { w: 900, h: 300, marks: [], lines: [] };
    const seen = (x: number, w: number) => {
      const svg = svgOf({ w: 1000, h: 400, marks: [mark(1, 0, 0, 1000, 400, { form: "card", title: "block", kind: "layer", inside })], lines: [] }, { x, y: 0, scale: 1 }, { w, h: 200 }, look, pen);
      return [/<text x="([\d.]+)"[^>]*>block/, /<text x="([\d.]+)"[^>]*>2 ms/].map((place) => Number(place.exec(svg)?.[1]));
    };
    const [left, right] = seen(0, 1000);
    expect([left, right]).toEqual([14, 1000 - 14]);
    const [pad, end] = [26, 26]; // at an edge that cuts it, beside the sign of more
    expect(seen(300, 200)).toEqual([300 + pad, 500 - end]);
    // Where both have no room side by side the figure follows the name, and at the card's end neither leaves it.
    expect(seen(300, 20)[0]).toBe(300 + pad);
    expect(seen(300, 20)[1]).toBeGreaterThan(300 + pad + 30);
    expect(seen(980, 20)[1]).toBe(right);
  });

  it("joins chips to their mark", () => {
    const tags = [{ x: -50, y: 0, w: 40, h: 20, text: "w", family: "variable", op: -1 }, { x: -50, y: 40, w: 40, h: 20, text: "b", family: "variable", op: -1 }];
    const svg = drawn([[1, 100, 0, 40, 20, { tags }]]);
    expect(svg).toContain(`<path d="M90 10L100 10M90 50L95 50L95 10L100 10" fill="none" stroke="${theme.dock}" stroke-width="1"/>`);
  });

  it("rounds the corners of wires and ends them in a head", () => {
    const points = [{ x: 0, y: 0 }, { x: 0, y: 50 }, { x: 80, y: 50 }, { x: 80, y: 100 }];
    const line: Line = { points, kind: "data", label: "", labelAt: null, labelLeft: false, head: "", headAt: null, headLeft: false, source: 0, target: 0, box: { x: 0, y: 0, w: 80, h: 100 } };
    const svg = drawn([], [line]);
    expect(svg).toContain('d="M0 0L0 44A6 6 0 0 0 6 50L74 50A6 6 0 0 1 80 56L80 100"');
    expect(svg).toContain(`d="M80 100L83.2 93L76.8 93Z" fill="${theme.wires.data.stroke}"`);
  });

  it("works moving, scaling and keeping into the coordinates", () => {
    const surface = new SvgSurface(pen);
    surface.save();
    surface.translate(10, 20);
    surface.scale(2);
    surface.fillStyle = "#123456";
    surface.beginPath();
    surface.rect(1, 1, 3, 4);
    surface.fill();
    surface.restore();
    surface.globalAlpha = 0.5;
    surface.fillText("a<b", 1, 1);
    expect(surface.done()).toBe(
      '<rect x="12" y="22" width="6" height="8" fill="#123456"/>' +
        '<text x="1" y="1" font-size="10" font-family="sans-serif" fill="#000000" opacity="0.5">a&lt;b</text>',
    );
  });

  it("is well formed whatever a name holds", () => {
    expect(escapeXml("<a & 'b'\u0000>")).toBe("&lt;a &amp; &#39;b&#39;\ufffd&gt;");
  });
});
