// The present view as a link's content, and a link's content as the present view.
import type { Commands, Eye } from "./commands";
import { focusNamed, kindNames } from "./focus";
import type { View } from "./link";
import { cardNamed, cardPath, selectionName, selectionNamed } from "./naming";
import type { Session } from "./session";

/** What a view is made of beside the session. */
export interface ViewParts {
  eye: Eye;
  commands: Commands;
  /** The colour modes and the tabs that this graph has, and the mode that the page starts with. */
  modes: string[];
  tabs(): string[];
  colour: string;
  search(text: string): void;
  /** What the list beside the drawing is at, a change or a finding; with `go` its place in the drawing is shown. */
  list?: { readonly id: string; restore(id: string, go: boolean): void } | undefined;
  /** What a link says of the side that this is; empty where it need not. */
  side: View["side"];
  /** What a link says of the reader's notes. */
  notes(): string;
}

export class Views {
  constructor(
    private readonly session: Session,
    private readonly parts: ViewParts,
  ) {}

  now(): View {
    const { open, selection, query, colour, tab, cards, overview } = this.session;
    const first = new Set(this.parts.commands.start);
    const changes: string[] = [];
    for (const card of open) if (!first.has(card)) changes.push(`+${this.cardPath(card)}`);
    for (const card of first) if (!open.has(card)) changes.push(`-${this.cardPath(card)}`);
    for (const [stack, copy] of cards.shown) if (copy) changes.push(`=${stack}.${copy}`);
    for (const card of this.session.inPlace) changes.push(`@${this.cardPath(card)}`);
    return { open: changes, camera: this.parts.eye.camera, select: selection ? selectionName(this.session, selection) : "", query, kinds: kindNames(this.session.focus), colour, tab: tab ?? "", change: this.parts.list?.id ?? "", shown: overview ? "overview" : "drawing", side: this.parts.side, notes: this.parts.notes() };
  }

  cardNamed(path: string): number {
    return cardNamed(this.session, path);
  }

  private cardPath(card: number): string {
    return cardPath(this.session, card);
  }

  /** @param first whether the page has just started, with nothing to undo. */
  restore(view: View, first: boolean): void {
    const { session, parts } = this;
    this.restoreOpen(view, first);
    const colour = view.colour || parts.colour;
    if (parts.modes.includes(colour)) session.setColour(colour);
    if (view.kinds.length || !first) session.setFocus(focusNamed(view.kinds));
    if (view.query || !first) parts.search(view.query);
    if (parts.tabs().includes(view.tab)) session.setTab(view.tab);
    else if (!first) session.setTab(null);
    if (!view.select && !first) session.select(null);
    if (view.select) this.selectNamed(view.select.replace(/^(op|group):/, ""), view.select.startsWith("group:"), view.camera === null);
    if (view.camera) parts.eye.go({ to: "camera", camera: view.camera, glide: false });
    else if (view.select) parts.commands.revealSelection();
    else parts.eye.go({ to: "start" });
    parts.list?.restore(view.change, !view.select && !view.camera);
    session.setOverview(view.shown === "overview"); // last: what is selected on the way shows the drawing
  }

  private restoreOpen(view: View, first: boolean): void {
    const { session, session: { cards } } = this;
    const open = new Set(this.parts.commands.start);
    const inPlace: number[] = [];
    session.restoreCopies(new Map());
    for (const change of view.open) {
      const chosen = /^=(\d+)\.(\d+)$/.exec(change);
      if (chosen && Number(chosen[2]) < (cards.stacks.names[Number(chosen[1])]?.length ?? 0)) {
        session.showCopy(Number(chosen[1]), Number(chosen[2]));
        continue;
      }
      const card = this.cardNamed(change.slice(1));
      if (card <= 0) continue;
      if (change.startsWith("@")) inPlace.push(card);
      else if (change.startsWith("-")) open.delete(card);
      else open.add(card);
    }
    if (view.open.length || !first) session.restoreOpen(open);
    if (inPlace.length || !first) session.setInPlace(session.hasOverview ? inPlace : []);
  }

  /** Select the op or group of this name; a group where both have it and `group` is set. Without `go`, open and move nothing. */
  selectNamed(name: string, group = false, go = true): boolean {
    const { session, parts: { commands } } = this;
    const found = selectionNamed(session, `${group ? "group" : "op"}:${name}`);
    if (!found) return false;
    if (!go) session.select(found);
    else if (found.op >= 0) commands.goOp(found.op);
    else if (found.group >= 0 && !name.startsWith("#")) commands.goGroup(found.group);
    else commands.goCard(found.card);
    return true;
  }
}
