// The present view as a link, and a link as the present view.
import type { App } from "../app";
import { read, write, type View } from "./link";
import type { Selection } from "./session";

export class Views {
  constructor(
    private readonly app: App,
    /** The cards that are open when the page starts. */
    private readonly start: number[],
  ) {
    window.addEventListener("hashchange", () => {
      if (location.hash.slice(1) !== this.lastLink) this.restore(read(location.hash), false);
    });
  }

  private lastLink = "";

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
    this.lastLink = write(this.now());
    try {
      history.replaceState(null, "", `#${this.lastLink}`);
    } catch {
      return; // a frame without an address of its own; the link can still be copied
    }
  }

  address(): string {
    return `${location.href.split("#")[0]}#${write(this.now())}`;
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
    if (view.colour && this.app.looks.modes.some((mode) => mode.id === view.colour)) this.app.session.setColour(view.colour);
    if (view.query) this.app.search.run(view.query);
    if (view.tab && this.app.bottom.ids().includes(view.tab)) this.app.session.setTab(view.tab);
    if (view.select) this.selectNamed(view.select.replace(/^(op|group):/, ""), view.select.startsWith("group:"));
    if (view.camera) this.app.view.setCamera(view.camera);
    else if (view.select) this.app.revealSelection();
    else this.app.view.showStart();
  }

  /** Select the op or group of this name; a group where both have it and `group` is set. */
  selectNamed(name: string, group = false): boolean {
    const row = group ? -1 : this.app.facts.nodes.find(name);
    if (row >= 0) {
      this.app.goOp(row);
      return true;
    }
    const found = this.app.facts.groups.find(name);
    if (found >= 0) this.app.goGroup(found);
    else if (/^#\d+$/.test(name) && this.cardNamed(name) > 0) this.app.goCard(this.cardNamed(name));
    else return false;
    return true;
  }
}
