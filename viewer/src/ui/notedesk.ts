// What the reader can do with notes and bookmarks: write, change, take away, go to them.
import { read } from "../state/link";
import { selectionName, selectionNamed } from "../state/naming";
import type { Notebook } from "../state/notebook";
import { bookmarked, MOST_LETTERS, MOST_NAME, noted, renamed, withoutBookmark, type Bookmark, type Note } from "../state/notes";
import type { Selection, Session } from "../state/session";
import type { Writing } from "./writing";

export interface Places {
  /** The place that is shown, as a link's text. */
  now(): string;
  /** To a place. */
  show(view: string): void;
  /** To an op or a group of the side that is shown. */
  select(selection: Selection): void;
  /** To the other side, where a note is about something there. */
  cross(on: string): void;
  say(words: string): void;
}

export class NoteDesk {
  constructor(
    readonly session: Session,
    readonly notebook: Notebook,
    readonly side: Note["side"],
    private readonly writing: Writing,
    private readonly places: Places,
  ) {}

  /** What is written on the selection; empty: nothing. */
  onSelection(): string {
    const { selection } = this.session;
    return selection ? this.notebook.textOn(this.side, selectionName(this.session, selection)) : "";
  }

  noteOn(on: string): string {
    return this.notebook.textOn(this.side, on);
  }

  /** Write about what is selected. */
  writeOnSelection(): void {
    const { selection } = this.session;
    if (selection) this.write(this.side, selectionName(this.session, selection));
    else this.places.say("select an op or a layer to write a note on it");
  }

  write(side: Note["side"], on: string): void {
    const { notebook } = this;
    const text = notebook.textOn(side, on);
    this.writing.ask({
      title: "Note", about: titleOf(on), text, most: MOST_LETTERS, isLong: true,
      done: (written) => {
        if (written.trim() === text) return;
        notebook.change(noted(notebook.written, { side, on, text: written }), "the note");
        this.places.say(this.told(written.trim() ? "note kept" : "note taken away"));
      },
    });
  }

  remove({ side, on }: Note): void {
    this.notebook.change(noted(this.notebook.written, { side, on, text: "" }), "taking the note away");
    this.places.say("note taken away; Undo brings it back");
  }

  go({ side, on }: Note): void {
    const selection = side === this.side ? selectionNamed(this.session, on) : null;
    if (selection) this.places.select(selection);
    else if (side !== this.side) this.places.cross(on);
  }

  /** Give the place that is shown a name. */
  bookmark(): void {
    const { notebook, places } = this;
    const view = places.now();
    this.writing.ask({
      title: "Bookmark", about: "what is open, selected and in view", text: this.nameHere(), most: MOST_NAME, isLong: false,
      done: (name) => {
        notebook.change(bookmarked(notebook.written, { name, view }), "the bookmark");
        places.say(this.told("bookmark kept"));
      },
    });
  }

  rename(bookmark: Bookmark): void {
    const { notebook } = this;
    const done = (name: string) => notebook.change(renamed(notebook.written, bookmark, name), "the bookmark's name");
    this.writing.ask({ title: "Name of the bookmark", about: "", text: bookmark.name, most: MOST_NAME, isLong: false, done });
  }

  removeBookmark(bookmark: Bookmark): void {
    this.notebook.change(withoutBookmark(this.notebook.written, bookmark), "taking the bookmark away");
    this.places.say("bookmark taken away; Undo brings it back");
  }

  goTo({ view }: Bookmark): void {
    this.places.show(view);
  }

  /** With what a link does not hold. */
  private told(words: string): string {
    const left = this.notebook.notInLink;
    return left ? `${words}; ${left === 1 ? "1 note has" : `${left} notes have`} no room in the link` : words;
  }

  private nameHere(): string {
    const { selection, overview, facts } = this.session;
    if (selection) return this.session.name(selection);
    return overview ? "Overview" : facts.name || "the drawing";
  }
}

/** What a note is on, as the reader calls it. */
export function titleOf(on: string): string {
  return on.replace(/^(op|group):/, "");
}

/** Whether a place lies in this graph: what it selects is there. */
export function isPlaceIn(session: Session, side: Note["side"], { view }: Bookmark): boolean {
  const { select, side: wanted } = read(view);
  return !select || (side !== "" && wanted !== side) || selectionNamed(session, select) !== null;
}
