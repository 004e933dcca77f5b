// The list of changes: which kinds are shown, what is open, and at which change the reader is. It knows nothing of the drawing.
import { FOLLOWING, type Difference, type Entry } from "../data/difference";

/** A row of the list: an entry of the story or, below it, an exact change. */
export interface ChangeRow {
  entry: number;
  /** Which of the exact changes of the entry; -1: the entry itself. */
  below: number;
}

export interface Kind {
  kind: string;
  count: number;
}

export class Changes {
  readonly kinds: Kind[];
  private readonly hidden = new Set<string>();
  private readonly open = new Set<number>();
  private readonly listeners: (() => void)[] = [];
  private now: ChangeRow | null = null;
  private shown: ChangeRow[] | null = null;

  constructor(readonly difference: Difference) {
    const counts = new Map<string, number>();
    for (const entry of difference.entries) counts.set(this.kindOf(entry), (counts.get(this.kindOf(entry)) ?? 0) + 1);
    this.kinds = [...counts].map(([kind, count]) => ({ kind, count })).sort((a, b) => Number(a.kind === FOLLOWING) - Number(b.kind === FOLLOWING));
    // What follows from other changes is listed when it is asked for.
    if (this.kinds.length > 1) this.hidden.add(FOLLOWING);
  }

  on(act: () => void): void {
    this.listeners.push(act);
  }

  /** What an entry is filtered by: its kind, or that it follows from others. */
  kindOf(entry: Entry): string {
    return entry.cost || !this.difference.entries.some(({ cost }) => cost) ? entry.kind : FOLLOWING;
  }

  isShown(kind: string): boolean {
    return !this.hidden.has(kind);
  }

  isOpen(entry: number): boolean {
    return this.open.has(entry);
  }

  get at(): ChangeRow | null {
    return this.now;
  }

  /** The rows that are listed: the entries of the kinds that are shown, and below each open one its exact changes. */
  rows(): ChangeRow[] {
    return (this.shown ??= this.difference.entries.flatMap((entry, index) => {
      if (!this.isShown(this.kindOf(entry))) return [];
      const below = this.isOpen(index) ? entry.below.map((_, place) => ({ entry: index, below: place })) : [];
      return [{ entry: index, below: -1 }, ...below];
    }));
  }

  /** The exact change of a row; -1 for an entry. */
  exact({ entry, below }: ChangeRow): number {
    return below < 0 ? -1 : this.difference.entries[entry].below[below];
  }

  /** Where the reader is among the entries that are shown, from 1; 0: at none of them. */
  get place(): { at: number; of: number } {
    const entries = this.rows().filter(({ below }) => below < 0);
    return { at: entries.findIndex(({ entry }) => entry === this.now?.entry) + 1, of: entries.length };
  }

  showKind(kind: string, shown: boolean): void {
    if (shown) this.hidden.delete(kind);
    else this.hidden.add(kind);
    this.changed();
  }

  setOpen(entry: number, open: boolean): void {
    if (open) this.open.add(entry);
    else this.open.delete(entry);
    if (!open && this.now?.entry === entry) this.now = { entry, below: -1 };
    this.changed();
  }

  /** Be at a row, which is then listed, whatever was hidden. */
  choose(row: ChangeRow | null): void {
    this.now = row;
    if (row) this.hidden.delete(this.kindOf(this.difference.entries[row.entry]));
    if (row && row.below >= 0) this.open.add(row.entry);
    this.changed();
  }

  /** The row so many rows on; the first or the last one where there are no more, null where nothing is listed. */
  beside(by: number): ChangeRow | null {
    const rows = this.rows();
    const { now } = this;
    if (!rows.length) return null;
    if (!now) return by > 0 ? rows[0] : rows[rows.length - 1];
    const found = rows.findIndex(({ entry, below }) => entry === now.entry && below === now.below);
    // Of a row that is no longer listed the next one is the first behind where it was.
    const before = found >= 0 ? found : rows.filter(({ entry }) => entry < now.entry).length - (by > 0 ? 1 : 0);
    return rows[Math.max(0, Math.min(rows.length - 1, before + by))];
  }

  /** What a link calls the row that the reader is at: `3`, the third entry; `3.2`, its second exact change. */
  get id(): string {
    return this.now ? `${this.now.entry + 1}${this.now.below < 0 ? "" : `.${this.now.below + 1}`}` : "";
  }

  /** The row of a link; null where there is none. */
  named(id: string): ChangeRow | null {
    const [, entry, below] = /^(\d+)(?:\.(\d+))?$/.exec(id) ?? [];
    const found = entry === undefined ? undefined : this.difference.entries[Number(entry) - 1];
    if (!found || (below !== undefined && !(Number(below) >= 1 && Number(below) <= found.below.length))) return null;
    return { entry: Number(entry) - 1, below: below === undefined ? -1 : Number(below) - 1 };
  }

  private changed(): void {
    this.shown = null;
    for (const act of this.listeners) act();
  }
}
