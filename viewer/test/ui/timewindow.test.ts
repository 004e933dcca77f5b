import { expect, it } from "vitest";
import { moved, roundStep, showing, within, zoomed } from "../../src/ui/timewindow";

it("zooms around a time that stays where it is, and never beyond the step", () => {
  expect(zoomed({ from: 0, to: 100 }, 2, 25, 100)).toEqual({ from: 12.5, to: 62.5 });
  expect(zoomed({ from: 12.5, to: 62.5 }, 0.5, 25, 100)).toEqual({ from: 0, to: 100 });
  expect(zoomed({ from: 10, to: 20 }, 0.01, 15, 100)).toEqual({ from: 0, to: 100 });
  const least = zoomed({ from: 0, to: 100 }, 1e9, 50, 100);
  expect(least.to - least.from).toBeCloseTo(0.001, 9);
});

it("moves as far as the step goes", () => {
  expect(moved({ from: 10, to: 20 }, 5, 100)).toEqual({ from: 15, to: 25 });
  expect(moved({ from: 10, to: 20 }, -50, 100)).toEqual({ from: 0, to: 10 });
  expect(moved({ from: 10, to: 20 }, 500, 100)).toEqual({ from: 90, to: 100 });
  expect(within({ from: -5, to: 300 }, 100)).toEqual({ from: 0, to: 100 });
});

it("brings a span into view: not at all where it is, with a margin, of a long one the beginning", () => {
  expect(showing({ from: 10, to: 20 }, 12, 18, 100)).toEqual({ from: 10, to: 20 });
  expect(showing({ from: 10, to: 20 }, 30, 31, 100)).toEqual({ from: 22, to: 32 });
  expect(showing({ from: 10, to: 20 }, 5, 6, 100)).toEqual({ from: 4, to: 14 });
  expect(showing({ from: 10, to: 20 }, 40, 80, 100)).toEqual({ from: 40, to: 50 });
});

it("has round steps of a ruler", () => {
  expect([roundStep({ from: 0, to: 100 }, 10), roundStep({ from: 0, to: 33 }, 10), roundStep({ from: 5, to: 5.7 }, 10)]).toEqual([10, 5, 0.1]);
});
