// Two sides of one graph in one document, as it was written and as it was executed: one is shown, the other waits, and what is selected crosses over.
import type { Api } from "./api";
import type { Container } from "./data/container";
import { notesInFile } from "./export/copy";
import { otherSide, type Counterpart, type Side } from "./data/counterpart";
import { EMPTY, read, type View } from "./state/link";
import { land, standing, type Crossing, type Standing } from "./state/crossing";
import type { Commands } from "./state/commands";
import { AddressBar } from "./state/addressbar";
import { freshTrail } from "./state/commands";
import type { Moment } from "./state/history";
import type { Selection, Session } from "./state/session";
import type { Views } from "./state/views";
import { h } from "./ui/dom";
import type { Drawing } from "./ui/drawing";
import type { SideStrip } from "./ui/sidestrip";
import type { Themes } from "./ui/themes";

/** A side that has been built. */
export interface Page {
  api: Api;
  root: HTMLElement;
  session: Session;
  drawing: Drawing;
  commands: Commands;
  views: Views;
  themes: Themes;
  modes: string[];
  /** The colour mode that it started with. */
  start: string;
  tabs: string[];
  counterpart: Counterpart | null;
  strip: SideStrip | null;
  search(text: string): void;
  /** Draws what is stale. */
  draw(): void;
  /** Puts the view into the address. */
  saveLink(): void;
}

export interface PairParts {
  root: HTMLElement;
  /** What a link asks for at first. */
  view: View;
  load(side: Side): Promise<Container>;
  /** Builds a side in its element, with the view that it has at first. */
  build(container: Container, root: HTMLElement, crossing: Crossing, view: View): Page;
  fail(error: unknown): void;
}

/** Where an element was scrolled to: an element that leaves the document forgets it. */
type Scrolled = [element: Element, left: number, top: number];

export class Pair {
  private readonly pages = new Map<Side, Page>();
  private readonly trail = freshTrail(notesInFile());
  private readonly bar: AddressBar;
  private readonly scrolled = new Map<Side, Scrolled[]>();
  private shown: Side;
  /** What was selected on the shown side when the reader came to it. */
  private landed: Selection | null = null;
  /** A side is being read: until then the switch does nothing more. */
  private busy = false;

  constructor(
    private readonly parts: PairParts,
    private readonly first: Side,
  ) {
    this.shown = first;
    this.bar = new AddressBar(this.trail.history, { to: (step) => this.page.commands.travel(step), link: (text, given) => this.follow(read(text), given) });
  }

  /** Show the view of a link, on its side. */
  private follow(view: View, given: boolean): void {
    if (given) this.trail.notebook.read(view.notes, "the notes of the link");
    const side = view.side || this.first;
    if (side === this.shown) this.page.views.restore(view, false);
    else void this.cross(side, (page) => page.views.restore(view, false));
  }

  /** Show the side that the address asks for. */
  async begin(): Promise<Api> {
    const { view } = this.parts;
    this.trail.notebook.read(view.notes);
    this.shown = view.side || this.first;
    this.pages.set(this.shown, this.parts.build(await this.parts.load(this.shown), this.parts.root, this.crossing(this.shown), view));
    return this.api();
  }

  private get page(): Page {
    const page = this.pages.get(this.shown);
    if (!page) throw new Error("no side of the graph is shown");
    return page;
  }

  private api(): Api {
    return {
      open: (path) => this.page.api.open(path),
      close: (path) => this.page.api.close(path),
      search: (text) => this.page.api.search(text),
      select: (name) => this.page.api.select(name),
      view: () => ({ ...this.page.api.view(), side: this.shown }),
      flip: () => this.flip(),
    };
  }

  private crossing(side: Side): Crossing {
    const to = otherSide(side);
    return {
      side, isFirst: side === this.first, history: this.trail.history, undo: this.trail.undo, notebook: this.trail.notebook, bar: this.bar,
      flip: () => void this.flip(),
      goOp: (name) => void this.cross(to, (page, moment) => this.trail.history.asOne(moment, () => page.commands.goOp(page.session.facts.nodes.find(name)))),
      cross: (moment: Moment) => void this.cross(to, (page) => page.commands.resume(moment)),
      crossTo: (view) => void this.cross(to, (page, moment) => this.trail.history.asOne(moment, () => page.views.restore(view, false))),
    };
  }

  /** To the other side: what stands for the selection is selected there. Who selected nothing since coming here finds that side as it was. */
  private async flip(): Promise<void> {
    const { session, counterpart } = this.page;
    const moved = session.selection !== this.landed || !this.pages.has(otherSide(this.shown));
    const stands = moved && counterpart ? standing(session, counterpart) : null;
    const { overview } = session;
    await this.cross(otherSide(this.shown), (page, moment) => this.trail.history.asOne(moment, () => this.arrive(page, stands, moved, overview)));
  }

  private arrive(page: Page, stands: Standing | null, moved: boolean, overview: boolean): void {
    if (!stands) {
      if (moved) page.session.select(null);
      if (moved) page.session.setOverview(overview);
      return;
    }
    page.session.setLit(null);
    const told = land(stands, page.session, page.commands, overview);
    page.strip?.tell(told);
  }

  /** Show the other side and do something there. */
  private async cross(side: Side, act: (page: Page, moment: Moment) => void): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    try {
      const container = this.pages.has(side) ? null : await this.parts.load(side);
      const from = this.page;
      const moment = from.commands.now();
      const page = this.swap(from, side, container);
      act(page, moment);
      this.landed = page.session.selection;
      page.draw();
      page.saveLink(); // though nothing there may have changed
    } catch (error) {
      this.parts.fail(error);
    } finally {
      this.busy = false;
    }
  }

  /** Put a side into the document in the place of the other, dressed alike. */
  private swap(from: Page, side: Side, container: Container | null): Page {
    const focus = document.activeElement;
    const onSwitch = focus?.closest(".side-switch") != null;
    this.scrolled.set(this.shown, scrolledIn(from.root));
    const root = this.pages.get(side)?.root ?? h("div", { id: from.root.id });
    dressRoot(from.root, root);
    from.root.replaceWith(root);
    this.shown = side;
    let page = this.pages.get(side);
    if (container) this.pages.set(side, (page = this.parts.build(container, root, this.crossing(side), EMPTY)));
    if (!page) throw new Error("a side of the graph was not read");
    if (from.root.dataset.untouched === undefined) delete root.dataset.untouched;
    this.dress(from, page);
    for (const [element, left, top] of this.scrolled.get(side) ?? []) element.scrollTo(left, top);
    if (onSwitch) page.strip?.focus();
    else if (focus && focus !== document.body) page.root.querySelector<HTMLElement>(page.session.overview ? ".overview" : "canvas.drawing")?.focus({ preventScroll: true });
    return page;
  }

  /** What the reader chose on one side holds on the other, as far as that has it. */
  private dress({ session, themes }: Page, to: Page): void {
    if (to.themes.choice !== themes.choice) to.themes.choose(themes.choice);
    if (to.session.colour !== session.colour && to.modes.includes(session.colour)) to.session.setColour(session.colour);
    const tab = session.tab !== null && to.tabs.includes(session.tab) ? session.tab : null;
    if (to.session.tab !== tab) to.session.setTab(tab);
    if (to.session.query !== session.query) to.search(session.query);
  }
}

/** The widths of panels, and which are shown. */
function dressRoot(from: HTMLElement, to: HTMLElement): void {
  to.style.cssText = from.style.cssText;
  for (const panel of ["tree", "details"] as const) {
    const state = from.dataset[panel];
    if (state === undefined) delete to.dataset[panel];
    else to.dataset[panel] = state;
  }
}

function scrolledIn(root: HTMLElement): Scrolled[] {
  return [...root.querySelectorAll("*")].filter(({ scrollLeft, scrollTop }) => scrollLeft || scrollTop).map((element): Scrolled => [element, element.scrollLeft, element.scrollTop]);
}
