import { describe, expect, it } from "vitest";
import { BESIDE, room, Stretch, type Grown } from "../../src/opened/stretch";
import { cornersOf, endsOn, pathThrough, WireMover } from "../../src/opened/wires";

const AROUND = { x: 0, y: 0, w: 300, h: 400 };

function grown(x: number, y: number, w: number, h: number, wide: number, high: number, more: Partial<Grown> = {}): Grown {
  return { mark: { x, y, w, h }, wide, high, from: BESIDE, next: 300, ...more };
}

describe("making room", () => {
  it("moves down what is below by what the frame is higher, and nothing above", () => {
    const stretch = new Stretch([grown(100, 50, 100, 20, 100, 90)]);
    expect([0, 50, 70, 70.5, 400].map((y) => stretch.dy(y))).toEqual([0, 0, 0, 70, 70]);
    expect(stretch.dx(400)).toBe(0);
  });

  it("first uses the room on both sides, then moves what stands to the right", () => {
    expect(new Stretch([grown(100, 50, 100, 20, 260, 20)]).dx(300)).toBe(0); // from 20 to 280
    const wide = grown(100, 50, 100, 20, 400, 20);
    const stretch = new Stretch([wide]);
    expect(stretch.frame(wide)).toEqual({ x: BESIDE, y: 50, w: 400, h: 20 });
    expect([150, 250, 300, 320].map((x) => stretch.dx(x))).toEqual([0, 0, 120, 120]);
  });

  it("gives marks below each other one width, and marks beside each other one height", () => {
    const below = new Stretch([grown(100, 50, 100, 20, 400, 90), grown(100, 100, 100, 20, 350, 60)]);
    expect(below.dx(300)).toBe(120);
    expect([80, 130].map((y) => below.dy(y))).toEqual([70, 110]);
    const beside = new Stretch([grown(10, 50, 50, 20, 50, 90, { next: 100 }), grown(100, 50, 50, 20, 50, 60)]);
    expect(beside.dy(80)).toBe(70);
  });

  it("keeps order: whatever lies right of something or below it still does", () => {
    const stretch = new Stretch([grown(20, 50, 60, 20, 300, 90, { next: 100 }), grown(110, 55, 60, 30, 200, 300, { from: 90, next: 180 }), grown(40, 200, 60, 20, 500, 40)]);
    for (let at = 0; at < 400; at += 0.5) {
      expect(stretch.dx(at + 0.5)).toBeGreaterThanOrEqual(stretch.dx(at));
      expect(stretch.dy(at + 0.5)).toBeGreaterThanOrEqual(stretch.dy(at));
    }
  });

  it("covers the whole mark, on which wires may end anywhere", () => {
    const narrow = grown(100, 50, 100, 20, 40, 90);
    expect(new Stretch([narrow]).frame(narrow)).toEqual({ x: 100, y: 50, w: 100, h: 90 });
  });

  it("finds what stands beside a mark at its height only", () => {
    const mark = { x: 100, y: 50, w: 60, h: 20 };
    const beside = [{ x: 20, y: 0, w: 40, h: 100 }, { x: 200, y: 60, w: 10, h: 4 }, { x: 165, y: 70, w: 20, h: 20 }, { x: 90, y: 20, w: 20, h: 30 }];
    expect(room(mark, beside, AROUND)).toEqual({ from: 60 + BESIDE, next: 200 });
    expect(room(mark, [], AROUND)).toEqual({ from: BESIDE, next: 300 });
  });
});

describe("wires where marks have moved", () => {
  const text = "M126 0V2.5Q126 5 128.5 5H324Q330 5 330 11V64Q330 70 324 70H129.5Q128 70 128 71.5V73";
  const corners = [{ x: 126, y: 0 }, { x: 126, y: 5 }, { x: 330, y: 5 }, { x: 330, y: 70 }, { x: 128, y: 70 }, { x: 128, y: 73 }];

  it("has the corners that a path is rounded at, and writes them again", () => {
    expect(cornersOf(text)).toEqual(corners);
    expect(cornersOf(pathThrough(corners))).toEqual(corners);
  });

  it("ends on its marks, also where these move by more than what lies between", () => {
    const still = new Stretch([]);
    const from = { was: { x: 100, y: -20, w: 60, h: 20 }, now: { x: 110, y: -20, w: 60, h: 20 }, dx: () => 10 };
    const to = { was: { x: 100, y: 79, w: 60, h: 20 }, now: { x: 100, y: 99, w: 60, h: 20 }, dx: () => 0 };
    const mover = new WireMover(still, [from, to]);
    const [around] = mover.move([corners]);
    expect(around[0]).toEqual({ x: 136, y: 0 });
    expect(around[1]).toEqual({ x: 136, y: 5 });
    expect(around[5]).toEqual({ x: 128, y: 93 });
    const [straight] = new WireMover(still, [from, to]).move([[{ x: 130, y: 0 }, { x: 130, y: 73 }]]);
    expect(straight).toEqual([{ x: 140, y: 0 }, { x: 140, y: 89 }, { x: 130, y: 89 }, { x: 130, y: 93 }]);
  });

  it("meets what is open where its only wire inside begins", () => {
    const mark = { x: 100, y: 79, w: 60, h: 20 };
    const open = { was: mark, now: { x: 100, y: 88, w: 300, h: 200 }, dx: (x: number, atTop: boolean) => (atTop ? 280 : 250) - x };
    const [into, out] = new WireMover(new Stretch([]), [open]).move([[{ x: 130, y: 0 }, { x: 130, y: 73 }], [{ x: 130, y: 99 }, { x: 130, y: 400 }]]);
    expect(into).toEqual([{ x: 130, y: 0 }, { x: 130, y: 78 }, { x: 280, y: 78 }, { x: 280, y: 82 }]); // below the words beside it
    expect(out[0]).toEqual({ x: 250, y: 288 });
    expect(out[out.length - 1].x).toBe(130);
  });

  it("counts wires that end at one place once", () => {
    const mark = { x: 100, y: 79, w: 60, h: 20 };
    const wires = [[{ x: 130, y: 0 }, { x: 130, y: 73 }], [{ x: 0, y: 20 }, { x: 130, y: 20 }, { x: 130, y: 73 }], [{ x: 120, y: 99 }, { x: 120, y: 120 }], [{ x: 140, y: 99 }, { x: 140, y: 120 }], [{ x: 50, y: 0 }, { x: 50, y: 73 }]];
    expect(endsOn(mark, wires)).toEqual({ entering: [130], leaving: [120, 140] });
  });

  it("begins where it branches off another one", () => {
    const from = { was: { x: 100, y: -20, w: 60, h: 20 }, now: { x: 150, y: -20, w: 60, h: 20 }, dx: () => 50 };
    const [branch, trunk] = new WireMover(new Stretch([]), [from]).move([
      [{ x: 130, y: 30 }, { x: 230, y: 30 }, { x: 230, y: 60 }], [{ x: 130, y: 0 }, { x: 130, y: 60 }],
    ]);
    expect(trunk[0].x).toBe(180);
    expect(branch[0]).toEqual({ x: 180, y: 30 });
  });
});
