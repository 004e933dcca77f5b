// What the reader wrote about a graph: notes on ops and layers, and bookmarks, places with a name. They live in the page's link or in a saved copy of the page.
import type { Side } from "../data/counterpart";

export interface Note {
  /** Of a page with two sides the one whose op or layer it is about. */
  side: Side | "";
  /** What it is about, as links name it: `op:name`, `group:path`. */
  on: string;
  text: string;
}

export interface Bookmark {
  name: string;
  /** The place, as the text of a link. */
  view: string;
}

/** All of it; never changed in place. */
export interface Written {
  readonly notes: readonly Note[];
  readonly bookmarks: readonly Bookmark[];
}

export const NOTHING: Written = { notes: [], bookmarks: [] };
/** A note is no document: longer ones are cut when they are read, and cannot be typed. */
export const MOST_LETTERS = 4000;
export const MOST_NAME = 200;
/** More than anybody writes; who made such a file wants to harm. */
const MOST = 500;

/** With this note on something, in the place of the one that it has; an empty text takes that away. */
export function noted(written: Written, { side, on, text }: Note): Written {
  const at = written.notes.findIndex((note) => note.on === on && note.side === side);
  const wanted = text.trim() ? [{ side, on, text: text.trim().slice(0, MOST_LETTERS) }] : [];
  const notes = at < 0 ? [...written.notes, ...wanted] : [...written.notes.slice(0, at), ...wanted, ...written.notes.slice(at + 1)];
  return { ...written, notes };
}

export function bookmarked(written: Written, bookmark: Bookmark): Written {
  return { ...written, bookmarks: [...written.bookmarks, named(bookmark, bookmark.name)] };
}

export function renamed(written: Written, bookmark: Bookmark, name: string): Written {
  return { ...written, bookmarks: written.bookmarks.map((one) => (one === bookmark ? named(one, name) : one)) };
}

export function withoutBookmark(written: Written, bookmark: Bookmark): Written {
  return { ...written, bookmarks: written.bookmarks.filter((one) => one !== bookmark) };
}

function named({ view }: Bookmark, name: string): Bookmark {
  return { name: name.trim().slice(0, MOST_NAME) || "a place", view };
}

/** As lists, for a link or a file; `graphs`: by side which graph it was written about. */
export interface NoteRecord {
  g: { [side: string]: string };
  n: [side: string, on: string, text: string][];
  b: [name: string, view: string][];
}

export function recordOf({ notes, bookmarks }: Written, graphs: NoteRecord["g"]): NoteRecord {
  return { g: graphs, n: notes.map(({ side, on, text }) => [side, on, text]), b: bookmarks.map(({ name, view }) => [name, view]) };
}

/** What a record says, whoever made it; null: it is none. */
export function readRecord(found: unknown): { written: Written; graphs: NoteRecord["g"] } | null {
  if (typeof found !== "object" || found === null || Array.isArray(found)) return null;
  const { g, n, b } = found as { [key: string]: unknown };
  const notes = rowsOf(n, 3).flatMap(([side, on, text]): Note[] => (isSide(side) && text.trim() ? [{ side, on, text: text.slice(0, MOST_LETTERS) }] : []));
  const bookmarks = rowsOf(b, 2).map(([name, view]) => named({ name, view }, name));
  const graphs = typeof g === "object" && g !== null ? Object.entries(g).filter((entry): entry is [string, string] => typeof entry[1] === "string") : [];
  const once = notes.filter((note, index) => notes.findIndex((other) => other.on === note.on && other.side === note.side) === index);
  return { written: { notes: once, bookmarks }, graphs: Object.fromEntries(graphs) };
}

function isSide(side: string): side is Note["side"] {
  return side === "" || side === "written" || side === "executed";
}

function rowsOf(rows: unknown, length: number): string[][] {
  if (!Array.isArray(rows)) return [];
  return rows.slice(0, MOST).filter((row): row is string[] => Array.isArray(row) && row.length === length && row.every((part) => typeof part === "string"));
}
