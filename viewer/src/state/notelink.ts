// Notes and bookmarks as a part of a link: a record, compressed, in letters that no program changes.
import { deflateSync, inflateSync, strFromU8, strToU8 } from "fflate";
import { readRecord, recordOf, type NoteRecord, type Written } from "./notes";

/** So many letters of a link are notes at most: browsers, mail and chat programs cut what is much longer. */
export const MOST_IN_LINK = 4000;
/** What claims to be more than this was not written by a page. */
const MOST_READ = 40_000;

/** What of it has room in a link: all of it, or what is left without the longest notes; `left`: how many these are. */
export function packed(written: Written, graphs: NoteRecord["g"], most = MOST_IN_LINK): { text: string; left: number } {
  const longestFirst = [...written.notes].sort((a, b) => b.text.length - a.text.length);
  for (let left = 0; left <= longestFirst.length; left++) {
    const out = new Set(longestFirst.slice(0, left));
    const text = pack({ ...written, notes: written.notes.filter((note) => !out.has(note)) }, graphs);
    if (text.length <= most) return { text, left };
  }
  return { text: pack({ notes: [], bookmarks: [] }, graphs), left: written.notes.length + written.bookmarks.length };
}

function pack(written: Written, graphs: NoteRecord["g"]): string {
  const bytes = deflateSync(strToU8(JSON.stringify(recordOf(written, graphs))), { level: 9 });
  return btoa(strFromU8(bytes, true)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

/** What such a text says; null: it cannot be read. */
export function unpacked(text: string): ReturnType<typeof readRecord> {
  if (text.length > MOST_READ || !/^[\w-]+$/.test(text)) return null;
  try {
    const bytes = strToU8(atob(text.replace(/-/g, "+").replace(/_/g, "/")), true);
    return readRecord(JSON.parse(strFromU8(inflateSync(bytes))));
  } catch {
    return null;
  }
}
