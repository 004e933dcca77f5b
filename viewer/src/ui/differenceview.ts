// What a page of two graphs has beside that of one: the list of changes, the strip above the drawing, and the ways from them to the drawing.
import type { Place } from "../data/difference";
import type { Facts } from "../data/facts";
import type { Changes, ChangeRow } from "../state/changes";
import type { Commands } from "../state/commands";
import type { Differing } from "../state/differing";
import type { Session } from "../state/session";
import { ChangeList } from "./changelist";
import { ChangeStrip } from "./changestrip";
import type { Details } from "./details";
import { hidePanel, isNarrow, showPanel } from "./panels";
import { Sidebar } from "./sidebar";

/** So many ops are seen at once. */
const FEW_OPS = 16;

export interface DifferenceParts {
  root: HTMLElement;
  session: Session;
  facts: Facts;
  differing: Differing;
  changes: Changes;
  commands: Commands;
  details: Details;
  /** The panel that the list comes into. */
  tree: HTMLElement;
  say(words: string): void;
}

export class DifferenceView {
  readonly strip: ChangeStrip;
  private readonly list: ChangeList;
  private readonly sidebar: Sidebar;

  constructor(private readonly parts: DifferenceParts) {
    const { changes, facts, tree } = parts;
    this.list = new ChangeList(changes, facts, (row, step) => this.go(row, step));
    const count = changes.kinds.reduce((sum, { kind, count: some }) => sum + (changes.isShown(kind) ? some : 0), 0);
    this.sidebar = new Sidebar(tree, { side: "changes", title: "Changes", list: this.list.element, count });
    this.strip = new ChangeStrip(changes, facts, { step: (by) => this.step(by), list: () => this.showList(), sides: () => this.showSides() });
  }

  /** To the next change of the list, or the one before. */
  step(by: number): void {
    const row = this.parts.changes.beside(by);
    if (row) this.go(row, false);
  }

  showList(): void {
    const { root, session } = this.parts;
    showPanel(root, session, "tree");
    this.sidebar.show("changes");
    this.list.focus();
  }

  private showSides(): void {
    const { root, session } = this.parts;
    showPanel(root, session, "details");
  }

  /** The layers, for the key that leads to them. */
  showLayers(): void {
    this.sidebar.show("layers");
  }

  get id(): string {
    return this.parts.changes.id;
  }

  /** Be at the change of a link; with `go` its place is shown as well. */
  restore(id: string, go: boolean): void {
    const row = this.parts.changes.named(id);
    if (row && go) this.go(row, false);
    else this.parts.changes.choose(row);
    if (row && this.isSelected(row)) this.showVariable(row);
  }

  /** To the place of a row. `step`: the reader goes on in the list from there, which stays. */
  private go(row: ChangeRow, step: boolean): void {
    const { changes, commands, root } = this.parts;
    const place = this.placeOf(row);
    if (place?.[0] === "op") commands.goOp(place[1]);
    else if (place && row.below < 0) commands.goAmong(place[1], this.isSmall(row.entry, place[1]));
    else if (place) commands.goGroup(place[1]);
    else commands.goTop();
    changes.choose(row); // after the step: the address of the place before it still says where that was
    this.showVariable(row);
    // The list takes room of the drawing there.
    if (!step && isNarrow("tree")) hidePanel(root, "tree");
    this.say(row);
  }

  /** Whether the ops of a group that changed can be seen at once: then they show what its sentence tells. */
  private isSmall(entry: number, group: number): boolean {
    const { changes: { difference: { entries } }, facts: { groups } } = this.parts;
    return entries[entry].kind === "changed" && groups.within(group).length <= FEW_OPS;
  }

  private placeOf(row: ChangeRow): Place | null {
    const { changes, changes: { difference } } = this.parts;
    const exact = changes.exact(row);
    return exact < 0 ? difference.entries[row.entry].place : difference.place(exact);
  }

  /** Whether the selection is where a row leads: a link may have gone on from there. */
  private isSelected(row: ChangeRow): boolean {
    const { selection } = this.parts.session;
    const place = this.placeOf(row);
    if (!place || !selection) return !place && !selection;
    return place[0] === "op" ? selection.op === place[1] : selection.op < 0 && selection.group === place[1];
  }

  /** A variable has no mark of its own: its two sides stand beside the group that has it. */
  private showVariable(row: ChangeRow): void {
    const { changes, changes: { difference }, details } = this.parts;
    const { below } = difference.entries[row.entry];
    const exact = row.below < 0 && below.length === 1 ? below[0] : changes.exact(row);
    if (exact >= 0 && difference.what(exact) === "variable") details.showVariable(difference.row(exact));
  }

  private say(row: ChangeRow): void {
    const { changes, say } = this.parts;
    const { at, of } = changes.place;
    say(`change ${at} of ${of}: ${changes.difference.entries[row.entry].words}`);
  }
}
