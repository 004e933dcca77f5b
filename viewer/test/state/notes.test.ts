import { describe, expect, it } from "vitest";
import { packed, unpacked } from "../../src/state/notelink";
import { Notebook } from "../../src/state/notebook";
import { bookmarked, noted, NOTHING, readRecord, recordOf, renamed, withoutBookmark, type Note, type Written } from "../../src/state/notes";
import { Undo } from "../../src/state/undo";

const note = (on: string, text: string, side: Note["side"] = ""): Note => ({ side, on, text });
const written: Written = { notes: [note("op:a", "why?"), note("group:net/b", "</script><!-- ünïcödé 漢字 🙂")], bookmarks: [{ name: "start", view: "o=+net&s=op:a" }] };
const graph = (names: string[], mark = "g · 2 ops · x", side: Note["side"] = "") => ({ side, mark, has: (on: string) => names.includes(on), hasPlace: () => true });

describe("notes and bookmarks", () => {
  it("are one note on a thing, changed and taken away, and places that are named anew", () => {
    const one = noted(noted(NOTHING, note("op:a", " first ")), note("op:a", "second"));
    expect(one.notes).toEqual([note("op:a", "second")]);
    expect(noted(one, note("op:a", "on the other side", "executed")).notes).toHaveLength(2);
    expect(noted(one, note("op:a", "  "))).toEqual(NOTHING);
    const marked = bookmarked(NOTHING, { name: "  ", view: "s=op:a" });
    expect(marked.bookmarks[0].name).toBe("a place");
    expect(renamed(marked, marked.bookmarks[0], "head").bookmarks).toEqual([{ name: "head", view: "s=op:a" }]);
    expect(withoutBookmark(marked, marked.bookmarks[0])).toEqual(NOTHING);
  });

  it("come back from a link and from a record, whatever is in them", () => {
    const { text, left } = packed(written, { "": "g" });
    expect(text).toMatch(/^[\w-]+$/);
    expect(left).toBe(0);
    expect(unpacked(text)).toEqual({ written, graphs: { "": "g" } });
    expect(readRecord(JSON.parse(JSON.stringify(recordOf(written, {}))))).toEqual({ written, graphs: {} });
  });

  it("leave the longest notes out of a link that has no room for all", () => {
    let seed = 7;
    const random = Array.from({ length: 3000 }, () => String.fromCharCode(33 + ((seed = (Math.imul(seed, 1103515245) + 12345) >>> 0) >>> 16) % 90)).join("");
    const long = { ...written, notes: [...written.notes, note("op:long", random), note("op:long2", random.slice(50))] };
    const { text, left } = packed(long, {}, 500);
    expect(text.length).toBeLessThanOrEqual(500);
    expect(left).toBe(2);
    expect(unpacked(text)?.written).toEqual(written);
  });

  it.each(["", "%", "abc", "AAAA", "x".repeat(50_000)])("are nothing where a link has %j", (text) => expect(unpacked(text)).toBeNull());

  it.each([null, 7, "x", [], { n: 7, b: {} }, { n: [["", "op:a"], [1, 2, 3], ["elsewhere", "op:a", "text"]], b: [["name"], ["a", "b", "c"]] }])("take nothing from %j that is no note", (found) => {
    expect(readRecord(found)?.written ?? NOTHING).toEqual(NOTHING);
  });
});

describe("a notebook", () => {
  it("keeps out, and tells, what is about nothing in the graph, and that it was written about another one", () => {
    const book = new Notebook(new Undo(), recordOf(written, { "": "other net · 9 ops · y" }));
    book.join(graph(["op:a"]));
    expect(book.written.notes).toEqual([written.notes[0]]);
    expect(book.told).toEqual(["Written about another graph: other net, 9 ops.", "1 note left out: this graph has no op or layer of that name."]);
  });

  it("takes the number of a card for that of its own graph alone", () => {
    const numbered = { notes: [note("group:#3", "these")], bookmarks: [] };
    const same = new Notebook(new Undo(), recordOf(numbered, { "": "g · 2 ops · x" }));
    same.join(graph(["group:#3"]));
    expect(same.written).toEqual(numbered);
    const other = new Notebook(new Undo(), recordOf(numbered, { "": "h · 2 ops · x" }));
    other.join(graph(["group:#3"]));
    expect(other.isEmpty).toBe(true);
  });

  it("leaves notes of a side that is not shown yet until that is", () => {
    const sided = { notes: [note("op:a", "here", "written"), note("op:b", "there", "executed")], bookmarks: [] };
    const book = new Notebook(new Undo(), recordOf(sided, {}));
    book.join(graph(["op:a"], "g", "written"));
    expect(book.written).toEqual(sided);
    book.join(graph([], "g", "executed"));
    expect(book.written.notes).toEqual([sided.notes[0]]);
  });

  it("says nothing in a link of what the file holds already, and that all was taken away", () => {
    const book = new Notebook(new Undo(), recordOf(written, {}));
    book.join(graph(["op:a", "group:net/b"]));
    expect(book.inLink).toBe("");
    book.change(NOTHING, "all");
    expect(unpacked(book.inLink)?.written).toEqual(NOTHING);
    book.change(written, "back");
    expect(book.inLink).toBe("");
    expect(new Notebook(new Undo()).inLink).toBe("");
  });

  it("writes a file in which no markup ends an element", () => {
    const book = new Notebook(new Undo());
    book.join(graph(["op:a", "group:net/b"]));
    book.change(written, "notes");
    expect(book.forFile).not.toContain("<");
    expect(readRecord(JSON.parse(book.forFile))?.written).toEqual(written);
  });

  it("can be taken back, and reads what a link brings as one change", () => {
    const undo = new Undo();
    const book = new Notebook(undo);
    book.join(graph(["op:a", "group:net/b"]));
    book.change(noted(NOTHING, note("op:a", "mine")), "the note");
    book.read(packed(written, {}).text, "the notes of the link");
    expect(book.written).toEqual(written);
    const reader = { now: () => book.written, set: (_: string, state: Written) => book.set(state) } as unknown as Parameters<Undo["undo"]>[0];
    expect(undo.undo(reader)).toBe("taken back: the notes of the link");
    expect(book.written.notes).toEqual([note("op:a", "mine")]);
    book.read("not a record");
    expect(book.written.notes).toEqual([note("op:a", "mine")]);
    expect(book.told[0]).toContain("cannot be read");
  });
});
