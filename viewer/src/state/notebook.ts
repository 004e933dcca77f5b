// The reader's notes and bookmarks while the page is open: what they are, whether they are about this graph, and what of them a link can hold.
import type { Side } from "../data/counterpart";
import { plural } from "../data/words";
import { packed, unpacked } from "./notelink";
import { NOTHING, readRecord, recordOf, type Bookmark, type Note, type NoteRecord, type Written } from "./notes";
import type { Undo } from "./undo";

/** A graph as a notebook needs it: of a page with two sides one of them. */
export interface NotedGraph {
  side: Side | "";
  /** The same for the same graph; its parts before ` · ` are told. */
  mark: string;
  /** Whether it has what a note is on. */
  has(on: string): boolean;
  /** Whether a place is in it. */
  hasPlace(bookmark: Bookmark): boolean;
}

export class Notebook {
  /** What the page's own file holds: a link need not say it. */
  private readonly kept: Written;
  private keptGraphs: NoteRecord["g"] = {};
  private state: Written;
  private readonly graphs = new Map<string, NotedGraph>();
  private readonly listeners: (() => void)[] = [];
  private link: { of: Written; text: string; left: number } | null = null;
  /** What was found that is not about this graph, or cannot be read, a sentence each. */
  told: string[] = [];

  /** @param kept the record in the page's file; null: there is none. */
  constructor(
    private readonly undo: Undo,
    kept: unknown = null,
  ) {
    const found = readRecord(kept);
    this.kept = found?.written ?? NOTHING;
    this.keptGraphs = found?.graphs ?? {};
    this.state = this.kept;
  }

  get written(): Written {
    return this.state;
  }

  get isEmpty(): boolean {
    return this.state.notes.length + this.state.bookmarks.length === 0;
  }

  on(act: () => void): void {
    this.listeners.push(act);
  }

  /** Change what is written; `what` is told where it is taken back. */
  change(written: Written, what: string): void {
    this.undo.did("notes", this.state, what);
    this.set(written);
  }

  set(written: Written): void {
    this.state = written;
    for (const act of this.listeners) act();
  }

  notesOf(side: Note["side"]): readonly Note[] {
    return this.state.notes.filter((note) => note.side === side);
  }

  textOn(side: Note["side"], on: string): string {
    return this.state.notes.find((note) => note.side === side && note.on === on)?.text ?? "";
  }

  // In links and files

  /** What a link says of it: nothing, where it is what the page's file holds. */
  get inLink(): string {
    return this.isKept ? "" : this.linked.text;
  }

  /** How many notes have no room in a link. */
  get notInLink(): number {
    return this.isKept ? 0 : this.linked.left;
  }

  /** All of it for a file, in letters that end no element. */
  get forFile(): string {
    return JSON.stringify(recordOf(this.state, this.marks)).replace(/</g, "\\u003c");
  }

  private get isKept(): boolean {
    return this.state === this.kept || JSON.stringify(this.state) === JSON.stringify(this.kept);
  }

  private get linked(): { text: string; left: number } {
    if (this.link?.of !== this.state) this.link = { of: this.state, ...packed(this.state, this.marks) };
    return this.link;
  }

  private get marks(): NoteRecord["g"] {
    return Object.fromEntries([...this.graphs].map(([side, { mark }]) => [side, mark]));
  }

  /** Take what a link says. An empty text says nothing. */
  read(text: string, what = ""): void {
    if (!text) return;
    const found = unpacked(text);
    if (!found) {
      this.told = ["The notes in this link cannot be read: part of it is missing."];
      return this.set(this.state);
    }
    this.told = [];
    const written = [...this.graphs.values()].reduce((left, graph) => this.about(graph, left, found.graphs), found.written);
    if (what) this.change(written, what);
    else {
      this.keptGraphs = found.graphs;
      this.set(written);
    }
  }

  /** A graph is shown: what is written about another one is kept out, and told. */
  join(graph: NotedGraph): void {
    this.graphs.set(graph.side, graph);
    this.link = null;
    const written = this.about(graph, this.state, this.keptGraphs);
    if (written !== this.state) this.set(written);
  }

  /** What of it is about a graph, or about its other side. */
  private about(graph: NotedGraph, written: Written, graphs: NoteRecord["g"]): Written {
    const { notes, bookmarks } = written;
    const isOther = graphs[graph.side] !== undefined && graphs[graph.side] !== graph.mark;
    // The number of a card that is no layer is another card's in another graph.
    const own = notes.filter((note) => note.side !== graph.side || (graph.has(note.on) && !(isOther && note.on.startsWith("group:#"))));
    const places = bookmarks.filter((bookmark) => graph.hasPlace(bookmark));
    const [lost, nowhere] = [notes.length - own.length, bookmarks.length - places.length];
    if (isOther && notes.length + bookmarks.length) this.told.push(`Written about another graph: ${graphs[graph.side].split(" · ").slice(0, 2).join(", ")}.`);
    const left = [lost && plural(lost, "note"), nowhere && plural(nowhere, "bookmark")].filter(Boolean);
    if (left.length) this.told.push(`${left.join(" and ")} left out: this graph has no op or layer of that name.`);
    return left.length ? { notes: own, bookmarks: places } : written;
  }
}
