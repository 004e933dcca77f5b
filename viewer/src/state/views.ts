// The present view as a link, and a link as the present view.
import type { App } from "../app";
import { read, write, type View } from "./link";
import type { Selection } from "./session";

export class Views {
  constructor(
    private readonly app: App,
    /** The cards that are open when the page starts. */
    private readonly start: number[],
    /** The colour mode that the page starts with. */
    private readonly colour: () => string,
  ) {
    window.addEventListener("hashchange", () => {
      if (location.hash.slice(1) !== this.lastLink) this.restore(read(location.hash), false);
    });
  }

  /** What the address says by this page's own doing, or said when it was opened. */
  private lastLink = location.hash.slice(1);

  now(): View {
    const start = new Set(this.start);
    const open: string[] = [];
    for (const card of this.app.session.open) if (!start.has(card)) open.push(`+${this.cardPath(card)}`);
    for (const card of this.start) if (!this.app.session.open.has(card)) open.push(`-${this.cardPath(card)}`);
    const { selection } = this.app.session;
    for (const [stack, copy] of this.app.cards.shown) if (copy) open.push(`=${stack}.${copy}`);
    return {
      open, camera: this.app.view.camera, select: selection ? this.selectName(selection) : "", query: this.app.session.query,
      colour: this.app.session.colour, tab: this.app.session.tab ?? "",
    };
  }

  /** A card's name in links: its group's path, or its number where it shows no group. */
  cardPath(card: number): string {
    const group = this.app.cards.group(card);
    return group >= 0 ? this.app.facts.groups.path(group) : `#${card}`;
  }

  cardNamed(path: string): number {
    if (/^#\d+$/.test(path)) return Number(path.slice(1)) < this.app.cards.count ? Number(path.slice(1)) : -1;
    return this.app.cards.ofGroup(this.app.facts.groups.find(path));
  }

  private selectName(selection: Selection): string {
    if (selection.op >= 0) return `op:${this.app.facts.nodes.name(selection.op)}`;
    return `group:${selection.card >= 0 ? this.cardPath(selection.card) : this.app.facts.groups.path(selection.group)}`;
  }

  writeLink(): void {
    this.lastLink = write(this.now(), this.colour());
    try {
      history.replaceState(null, "", `#${this.lastLink}`);
    } catch {
      return; // a frame without an address of its own; the link can still be copied
    }
  }

  address(): string {
    return `${location.href.split("#")[0]}#${write(this.now(), this.colour())}`;
  }

  restore(view: View, first: boolean): void {
    const open = new Set(this.start);
    for (const stack of [...this.app.cards.shown.keys()]) this.app.session.showCopy(stack, 0);
    for (const change of view.open) {
      const chosen = /^=(\d+)\.(\d+)$/.exec(change);
      if (chosen && Number(chosen[2]) < (this.app.cards.stacks.names[Number(chosen[1])]?.length ?? 0)) {
        this.app.session.showCopy(Number(chosen[1]), Number(chosen[2]));
        continue;
      }
      const card = this.cardNamed(change.slice(1));
      if (card <= 0) continue;
      if (change.startsWith("-")) open.delete(card);
      else open.add(card);
    }
    if (view.open.length || !first) this.app.session.restoreOpen(open);
    this.app.view.frame = this.app.session.composer.frame();
    const colour = view.colour || this.colour();
    if (this.app.looks.modes.some((mode) => mode.id === colour)) this.app.session.setColour(colour);
    if (view.query || !first) this.app.search.run(view.query);
    if (this.app.bottom.ids().includes(view.tab)) this.app.session.setTab(view.tab);
    else if (!first) this.app.session.setTab(null);
    if (!view.select && !first) this.app.session.select(null);
    if (view.select) this.selectNamed(view.select.replace(/^(op|group):/, ""), view.select.startsWith("group:"), view.camera === null);
    if (view.camera) this.app.view.setCamera(view.camera);
    else if (view.select) this.app.revealSelection();
    else this.app.view.showStart();
  }

  /** Select the op or group of this name; a group where both have it and `group` is set. Without `go`, open and move nothing. */
  selectNamed(name: string, group = false, go = true): boolean {
    const { app } = this;
    const row = group ? -1 : app.facts.nodes.find(name);
    const found = row < 0 ? app.facts.groups.find(name) : -1;
    const card = row < 0 && found < 0 && /^#\d+$/.test(name) ? this.cardNamed(name) : -1;
    if (row >= 0) go ? app.goOp(row) : app.session.selectOp(row);
    else if (found >= 0) go ? app.goGroup(found) : app.session.selectGroup(found);
    else if (card > 0) go ? app.goCard(card) : app.session.selectCard(card);
    return row >= 0 || found >= 0 || card > 0;
  }
}
