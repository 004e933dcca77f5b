import { expect, it } from "vitest";
import type { Moment } from "../../src/state/history";
import { Undo, type Changeable, type Part, type Reader } from "../../src/state/undo";

const at = (open: number[]): Moment => ({ open, copies: [], selection: null, camera: { x: 0, y: 0, scale: 1 }, overview: false, inPlace: [], tab: null, side: "" });

/** A page of which the parts are set by hand. */
function pageOf(state: Changeable): { page: Reader; state: Changeable } {
  return { state, page: { now: (part) => state[part], set: <P extends Part>(part: P, value: Changeable[P]) => { state[part] = value; } } };
}

it("takes changes back one by one and does them again, until something else is changed", () => {
  const { page, state } = pageOf({ view: at([1]), colour: "time" } as Changeable);
  const undo = new Undo();
  undo.did("colour", "family", "the colours");
  undo.did("view", at([]), "the last step");
  expect(undo.undo(page)).toBe("taken back: the last step");
  expect(state.view.open).toEqual([]);
  expect(undo.undo(page)).toBe("taken back: the colours");
  expect(state.colour).toBe("family");
  expect(undo.undo(page)).toBe("nothing to take back");
  expect(undo.redo(page)).toBe("done again: the colours");
  expect(state.colour).toBe("time");
  undo.did("colour", "time", "the colours");
  state.colour = "memory";
  expect(undo.redo(page)).toBe("nothing to do again");
  expect(undo.undo(page)).toBe("taken back: the colours");
  expect(state.colour).toBe("time");
});

it("passes over what is as it was already, wherever the camera is and in whatever order cards were opened", () => {
  const { page, state } = pageOf({ view: { ...at([2, 1]), camera: { x: 9, y: 9, scale: 2 } }, colour: "time" } as Changeable);
  const undo = new Undo();
  undo.did("colour", "family", "the colours");
  undo.did("view", at([1, 2]), "the last step");
  expect(undo.undo(page)).toBe("taken back: the colours");
  expect(state.view.open).toEqual([2, 1]);
});

it("is told nothing of what it does itself", () => {
  const undo = new Undo();
  const page: Reader = { now: (part) => ({ view: at([]), colour: "time" } as Changeable)[part], set: () => undo.did("colour", "time", "the colours") };
  undo.did("colour", "family", "the colours");
  undo.undo(page);
  expect(undo.undo(page)).toBe("nothing to take back");
});
