import { describe, expect, it } from "vitest";
import { fullest, toKeep, toShow, toShowOpened } from "../../src/ui/intoview";

const room = { from: 100, to: 300 };

describe("what is brought into view", () => {
  it("moves the window no further than it has to", () => {
    expect(toShow({ from: 120, to: 280 }, room)).toBe(0);
    expect(toShow({ from: 60, to: 160 }, room)).toBe(-40);
    expect(toShow({ from: 250, to: 340 }, room)).toBe(40);
  });

  it("begins, where it is longer than the window, at its beginning", () => {
    expect(toShow({ from: 150, to: 900 }, room)).toBe(50);
  });

  it("stays where it was opened while most of it is in view, unless all is to be", () => {
    const own = { from: 230, to: 330 };
    expect(toShowOpened(own, room, false, own)).toBe(0);
    expect(toShowOpened(own, room, true, own)).toBe(30);
    expect(toShowOpened({ from: 280, to: 380 }, room, false, own)).toBe(80);
  });

  it("shows of what is longer its beginning, as far as what matters most is in view then", () => {
    const long = { from: 400, to: 900 };
    expect(toShowOpened(long, room, false, { from: 450, to: 550 })).toBe(300); // 400 stands at 100 then, and 550 at 250
    expect(toShowOpened(long, room, false, { from: 650, to: 750 })).toBe(450); // 750 stands at 300
  });

  it("shows of what is longer the part in which most is whole", () => {
    const own = { from: 0, to: 1000 };
    const lone = { from: 20, to: 100, size: 10 };
    const two = [{ from: 400, to: 480, size: 10 }, { from: 500, to: 580, size: 10 }];
    expect(fullest(own, 200, [lone])).toEqual({ from: 0, to: 200 });
    expect(fullest(own, 200, [lone, ...two])).toEqual({ from: 388, to: 588 }); // with ground beside it
    expect(fullest(own, 200, [lone, { from: 850, to: 900, size: 30 }])).toEqual({ from: 800, to: 1000 }); // not beyond its end
    expect(fullest(own, 200, [{ from: 300, to: 900, size: 90 }])).toEqual({ from: 288, to: 488 }); // longer than the room itself
  });

  it("stays in a window of another size where what was in view fills that", () => {
    expect(toKeep({ from: 50, to: 350 }, room)).toBe(0);
    expect(toKeep({ from: 250, to: 340 }, room)).toBe(40);
  });
});
