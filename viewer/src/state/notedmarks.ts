// Which marks have a sign of a note: what a note is on, and closed cards that hold such.
import { cardOf } from "../draw/keys";
import type { Mark } from "../draw/frame";
import type { Noted } from "../draw/notesign";
import { selectionNamed } from "./naming";
import type { Notebook } from "./notebook";
import type { Note, Written } from "./notes";
import type { Selection, Session } from "./session";

export class NotedMarks {
  private of: Written | null = null;
  private rows = new Set<number>();
  private groups = new Set<number>();
  private cards = new Set<number>();
  private holders = new Set<number>();

  constructor(
    private readonly session: Session,
    private readonly notebook: Notebook,
    private readonly side: Note["side"],
  ) {
    session.onCards((_, below) => below && (this.of = null)); // another copy is shown
  }

  /** What the notes of this side are on. */
  selections(): Selection[] {
    return this.notebook.notesOf(this.side).flatMap(({ on }) => selectionNamed(this.session, on) ?? []);
  }

  mark(mark: Mark): Noted | null {
    if (this.notebook.isEmpty) return null;
    if (this.of !== this.notebook.written) this.find();
    const card = cardOf(mark.key);
    if (card < 0) return this.rows.has(mark.key) ? "own" : null;
    if (this.cards.has(card) || this.groups.has(this.session.cards.group(card))) return "own";
    return mark.inside === null && this.holders.has(card) ? "inside" : null;
  }

  private find(): void {
    const { session: { cards }, session } = this;
    this.of = this.notebook.written;
    [this.rows, this.groups, this.cards, this.holders] = [new Set(), new Set(), new Set(), new Set()];
    for (const selection of this.selections()) {
      const { op, group, card } = selection;
      const home = op >= 0 ? cards.home(op) : null;
      if (op >= 0) this.rows.add(op);
      if (home?.isChip && cards.shows("nodes", op)) this.rows.add(home.box); // a chip has no sign of its own
      if (op < 0 && group >= 0) this.groups.add(group);
      if (op < 0 && group < 0) this.cards.add(card);
      const around = session.cardAround(selection);
      for (let at = op >= 0 ? around : cards.parent(around); at > 0; at = cards.parent(at)) this.holders.add(at);
    }
  }
}
