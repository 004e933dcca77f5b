// The tab with the reader's bookmarks and notes.
import { plural } from "../data/words";
import type { Bookmark, Note } from "../state/notes";
import { button, h, replace } from "./dom";
import { titleOf, type NoteDesk } from "./notedesk";
import { csvCell } from "./rows";

export interface NoteActs {
  /** Null: the page has no address. */
  copyLink: (() => void) | null;
  saveCopy(): void;
}

export class NotesView {
  readonly element = h("div", { class: "notes" });

  constructor(
    private readonly desk: NoteDesk,
    private readonly acts: NoteActs,
  ) {
    desk.notebook.on(() => this.refresh());
    this.refresh();
  }

  get count(): number {
    const { notes, bookmarks } = this.desk.notebook.written;
    return notes.length + bookmarks.length;
  }

  /** Whether there is something to read: else no tab is needed. */
  get isNeeded(): boolean {
    return this.count + this.desk.notebook.told.length > 0;
  }

  /** Call `act` when the number has changed. */
  onCount(act: () => void): void {
    let last = this.count;
    this.desk.notebook.on(() => {
      if (this.count === last) return;
      last = this.count;
      act();
    });
  }

  csv(): string {
    const { notes, bookmarks } = this.desk.notebook.written;
    const rows = [["kind", "on", "text"], ...bookmarks.map(({ name, view }) => ["bookmark", view, name]), ...notes.map(({ on, text }) => ["note", on, text])];
    return rows.map((row) => row.map(csvCell).join(",")).join("\n") + "\n";
  }

  private refresh(): void {
    const { desk, desk: { notebook }, acts } = this;
    const { notes, bookmarks } = notebook.written;
    const root = this.element.getRootNode() as Document | ShadowRoot;
    const held = this.element.contains(root.activeElement);
    const left = notebook.notInLink;
    replace(this.element,
      h("div", { class: "notes-tools" },
        button("Bookmark this place", () => desk.bookmark(), { title: "Give what is shown now a name (B)" }), button("Note on the selection", () => desk.writeOnSelection(), { title: "Write about what is selected (M)" }),
        acts.copyLink && button("Copy link", acts.copyLink, { title: "Copy the link to this view, with notes and bookmarks" }), button("Save a copy with notes", acts.saveCopy, { title: "Download this page with notes and bookmarks in it" })),
      ...notebook.told.map((line) => h("p", { class: "notes-told", role: "status" }, line)),
      left ? h("p", { class: "notes-told", role: "status" }, `The link has no room for ${plural(left, "note")}: a saved copy keeps all.`) : null,
      ...this.part("Bookmarks", bookmarks.map((bookmark) => this.bookmark(bookmark))), ...this.part("Notes", notes.map((note) => this.note(note))),
      notes.length + bookmarks.length ? null : h("p", { class: "soft" }, "Nothing is written. Select a layer or an op and press M for a note, or B for a bookmark of what is shown."));
    if (held && !this.element.contains(root.activeElement)) this.element.querySelector("button")?.focus();
  }

  private part(title: string, rows: HTMLElement[]): HTMLElement[] {
    return rows.length ? [h("h3", {}, `${title} (${rows.length})`), h("ul", {}, ...rows)] : [];
  }

  private bookmark(bookmark: Bookmark): HTMLElement {
    const { desk } = this;
    return h("li", { class: "note-row" }, button(bookmark.name, () => desk.goTo(bookmark), { class: "ref note-on", title: `Go to ${bookmark.name}` }), this.tools(bookmark.name, "Rename", () => desk.rename(bookmark), () => desk.removeBookmark(bookmark)));
  }

  private note(note: Note): HTMLElement {
    const { desk } = this;
    const name = titleOf(note.on);
    const side = note.side && note.side !== desk.side ? ` (as ${note.side})` : "";
    return h("li", { class: "note-row" }, button(name, () => desk.go(note), { class: "ref note-on", title: `Go to ${name}` }), side, this.tools(`the note on ${name}`, "Edit", () => desk.write(note.side, note.on), () => desk.remove(note)), h("p", { class: "note-text" }, note.text));
  }

  private tools(name: string, what: string, change: () => void, remove: () => void): HTMLElement {
    return h("span", { class: "note-tools" }, button(what, change, { class: "quiet", "aria-label": `${what} ${name}`, title: `${what} ${name}` }), button("Delete", remove, { class: "quiet", "aria-label": `Delete ${name}`, title: `Delete ${name}; Undo brings it back` }));
  }
}
