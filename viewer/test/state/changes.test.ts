import { describe, expect, it } from "vitest";
import { FOLLOWING } from "../../src/data/difference";
import { Changes } from "../../src/state/changes";
import { difference } from "../difference";

const ids = (changes: Changes) => changes.rows().map(({ entry, below }) => (below < 0 ? `${entry + 1}` : `${entry + 1}.${below + 1}`));

describe("the list of changes", () => {
  it("lists what was done, and what follows from it when asked", () => {
    const changes = new Changes(difference());
    expect(changes.kinds).toEqual([{ kind: "inserted", count: 1 }, { kind: "renamed", count: 1 }, { kind: FOLLOWING, count: 2 }]);
    expect(ids(changes)).toEqual(["1", "2"]);
    changes.showKind(FOLLOWING, true);
    expect(ids(changes)).toEqual(["1", "2", "3", "4"]);
  });

  it("steps through rows, into what is open, and stays at both ends", () => {
    const changes = new Changes(difference());
    expect(changes.beside(1)).toEqual({ entry: 0, below: -1 });
    expect(changes.beside(-1)).toEqual({ entry: 1, below: -1 });
    changes.choose({ entry: 0, below: -1 });
    changes.setOpen(0, true);
    expect(ids(changes)).toEqual(["1", "1.1", "1.2", "2"]);
    const way = [1, 1, 1, 1].map((by) => {
      changes.choose(changes.beside(by));
      return changes.id;
    });
    expect(way).toEqual(["1.1", "1.2", "2", "2"]);
  });

  it("goes on from where a row was that is filtered out", () => {
    const changes = new Changes(difference());
    changes.showKind(FOLLOWING, true);
    changes.choose({ entry: 1, below: -1 });
    changes.showKind("renamed", false);
    expect(changes.place).toEqual({ at: 0, of: 3 });
    expect([changes.beside(1)?.entry, changes.beside(-1)?.entry]).toEqual([2, 0]);
  });

  it("is where a link says, listed and open, and nowhere for a link to nothing", () => {
    const changes = new Changes(difference());
    changes.choose(changes.named("3.1"));
    expect([changes.id, changes.exact({ entry: 2, below: 0 }), changes.isShown(FOLLOWING)]).toEqual(["3.1", 4, true]);
    for (const id of ["", "0", "5", "1.3", "1.0", "x", "1.x", "constructor"]) expect(changes.named(id)).toBeNull();
  });
});
