// What a reader can do: each command changes the session and says where the camera shall go. Frames follow from that by themselves.
import type { Side } from "../data/counterpart";
import { plural } from "../data/words";
import type { Camera } from "../draw/camera";
import { cardKey } from "../draw/keys";
import type { Aim } from "../draw/viewport";
import { trace } from "../find/trace";
import { focusOn, toggled } from "./focus";
import { History, type Moment } from "./history";
import { key, Undo } from "./undo";
import { Notebook } from "./notebook";
import type { Session } from "./session";

/** The drawing as commands need it. */
export interface Eye {
  readonly camera: Camera;
  /** Aim the camera at something in the next frame. */
  go(aim: Aim): void;
  /** Keep a mark where it is on screen in the next frame. */
  hold(key: number): void;
  afterDraw(act: () => void): void;
}

/** Ops and groups; of a stack, or a copy that is no group, the card that shows it. */
export interface Picked {
  ops: number[];
  groups: number[];
  shown?: { card: number; copies: ReadonlyMap<number, number> };
}

/** At most so many groups are opened at once: nobody can read a drawing of more. */
const MANY = 4000;

/** The way that back and forward go, what can be taken back, and what the reader wrote; the sides of a page share it. */
export interface Trail {
  history: History;
  undo: Undo;
  notebook: Notebook;
  side: Side | "";
  /** To a moment of the other side. */
  cross(moment: Moment): void;
}

/** A trail on which nobody has gone yet: each step on it can be taken back. */
export function freshTrail(kept: unknown = null): Trail {
  const [history, undo] = [new History(), new Undo()];
  history.onStep((before) => undo.did("view", before, "the last step"));
  return { history, undo, notebook: new Notebook(undo, kept), side: "", cross: () => {} };
}

export class Commands {
  /** The cards that are open when the page starts. */
  readonly start: readonly number[];

  /** @param say announces what was done, for screen readers. */
  constructor(
    private readonly session: Session,
    private readonly eye: Eye,
    private readonly say: (words: string) => void,
    private readonly trail: Trail = freshTrail(),
  ) {
    this.start = [...session.open];
  }

  // Going places

  goOp(row: number): void {
    const { session } = this;
    this.step();
    session.showCopyOf("nodes", row);
    const home = session.cards.home(row);
    const card = home ? home.card : session.cardOfGroup(session.facts.nodes.group(row));
    if (home) session.setAll([card], true);
    session.uncover(card);
    session.selectOp(row);
    this.revealSelection();
  }

  goGroup(group: number): void {
    const { session } = this;
    this.step();
    session.showCopyOf("groups", group);
    session.uncover(session.cardOfGroup(group));
    session.selectGroup(group);
    this.revealSelection();
  }

  /** Show a group among its neighbours, with all in it closed: as a whole, for who is told of it. With `open` its own ops may be seen as well. */
  goAmong(group: number, open: boolean): void {
    const { session, session: { cards } } = this;
    this.step();
    session.showCopyOf("groups", group);
    const card = session.cardOfGroup(group);
    session.uncover(card);
    if (card > 0) {
      const beside = cards.childCards(cards.parent(card)).filter((other) => other !== card);
      session.setAll([...beside, ...(open ? [] : session.below(card).slice(1))], false);
      session.setAll([card], open || this.hasParts(card));
    }
    session.selectGroup(group);
    const { selection } = session;
    const key = selection ? session.markKey(selection) : null;
    if (key !== null) this.eye.go({ to: "mark", key, anew: true });
  }

  /** Whether a card is made of parts that a reader knows: layers, or in what is no layer itself other groups. */
  private hasParts(card: number): boolean {
    const { cards, facts: { groups } } = this.session;
    const isLayer = (one: number) => cards.group(one) >= 0 && groups.cls(cards.group(one)) !== "";
    const parts = cards.childCards(card);
    return parts.some(isLayer) || (parts.length > 0 && !isLayer(card));
  }

  /** @param copies to show of stacks before. */
  goCard(card: number, copies: ReadonlyMap<number, number> = new Map()): void {
    this.step();
    for (const [stack, copy] of copies) this.session.showCopy(stack, copy);
    this.session.uncover(card);
    this.session.selectCard(card);
    this.revealSelection();
  }

  /** Select what a row of a table or a bar stands for, or light it where it is more than one. */
  pick({ ops, groups, shown }: Picked): void {
    if (shown) this.goCard(shown.card, shown.copies);
    else if (groups.length === 1) this.goGroup(groups[0]);
    else if (ops.length === 1) this.goOp(ops[0]);
    else this.light(ops, "of this row");
  }

  /** Select a card where it is, and bring it into view. */
  showCard(card: number): void {
    this.leave();
    this.session.selectCard(card);
    this.revealSelection();
  }

  revealSelection(): void {
    const { selection } = this.session;
    const key = selection ? this.session.markKey(selection) : null;
    if (key !== null) this.eye.go({ to: "mark", key });
  }

  /** No selection, and all of the drawing. */
  goTop(): void {
    this.session.select(null);
    this.eye.go({ to: "all" });
  }

  /** To a place by whatever shows it: one step. */
  goBy(show: () => void): void {
    this.keep();
    show();
  }

  // The overview

  /** From the drawing to the overview, and back to what is selected. An overview in which something is open is first as it was. */
  flipOverview(): void {
    const { session, session: { selection } } = this;
    if (!session.hasOverview) return;
    this.keep();
    if (session.overview && session.inPlace.size) {
      session.setInPlace([]);
      this.say("overview, all closed");
      return;
    }
    session.setOverview(!session.overview);
    this.say(session.overview ? "overview" : "drawing");
    if (session.overview || !selection) return;
    session.uncover(session.cardAround(selection));
    this.revealSelection();
  }

  /** From the overview to the drawing, where the selected group opens. */
  enter(): void {
    const { selection } = this.session;
    if (!selection) this.leave();
    else if (selection.op >= 0) this.goOp(selection.op);
    else this.setOpen(this.session.cardAround(selection), true);
  }

  /** Open or close what is selected in the overview, where it stands; what has no place of its own there opens in the drawing. */
  openInPlace(): void {
    const { session, session: { selection } } = this;
    if (!selection) return;
    const card = session.cardAround(selection);
    if (selection.op >= 0) return session.placeOf(card) < 0 ? this.enter() : undefined;
    if (session.placeOf(card) < 0) return this.hasPlace(card) ? this.place(card) : this.enter();
    if (!session.cards.canOpen(card)) return;
    this.keep();
    const open = session.inPlace.has(card) ? false : !session.open.has(card);
    if (session.inPlace.has(card)) session.setInPlace([...session.inPlace].filter((each) => each !== card));
    else session.setOpen(card, open);
    this.say(`${session.cards.title(card)} ${open ? "opened" : "closed"}`);
  }

  private place(card: number): void {
    const { session } = this;
    const start = performance.now();
    this.keep();
    session.setInPlace([...session.inPlace, card]);
    this.eye.afterDraw(() => performance.measure("opscope:open", { start }));
    this.say(`${session.cards.title(card)} opened`);
  }

  /** Whether the overview has the card as a mark that can give way to it; set by the overview. */
  hasPlace: (card: number) => boolean = () => false;

  // Opening

  toggle(card: number): void {
    if (card > 0 && this.session.cards.canOpen(card)) this.setOpen(card, !this.session.isOpen(card));
  }

  /** Open or close a card where it stands: its corner stays on the same pixel. */
  setOpen(card: number, open: boolean): void {
    const start = performance.now();
    const seen = !this.session.overview;
    this.step();
    if (seen) this.eye.hold(cardKey(card));
    this.session.uncover(card);
    this.session.setOpen(card, open);
    if (!seen) this.eye.go({ to: "mark", key: cardKey(card) });
    this.eye.afterDraw(() => performance.measure("opscope:open", { start }));
    this.say(`${this.session.cards.title(card)} ${open ? "opened" : "closed"}`);
  }

  openBelow(): void {
    const { selection } = this.session;
    const card = selection ? this.session.cardAround(selection) : 0;
    const cards = this.session.below(card, MANY);
    const here = this.session.overview && card > 0 && (this.session.placeOf(card) >= 0 || this.hasPlace(card));
    if (here) this.keep();
    else this.step();
    if (here && this.session.placeOf(card) < 0) this.session.setInPlace([...this.session.inPlace, card]);
    if (!here) this.eye.hold(cardKey(card));
    this.session.setAll(cards, true);
    if (cards.length >= MANY) this.say(`opened ${plural(MANY, "group")}, the rest stays closed`);
  }

  closeAll(): void {
    this.reopen([]);
  }

  asAtStart(): void {
    this.reopen(this.start);
    this.session.setInPlace([]);
    this.session.setOverview(true);
  }

  private reopen(cards: readonly number[]): void {
    this.step();
    this.session.restoreOpen(cards);
    this.eye.go({ to: "start" });
  }

  /** Put another copy of a stack in the place of the one that is drawn. */
  showCopy(card: number, copy: number): void {
    const { session } = this;
    this.keep();
    session.showCopy(session.cards.stack(card), copy);
    session.selectCard(card);
  }

  /** The next copy of the innermost stack around the selection, or the one before; nothing at the last and the first. */
  stepCopy(by: number): void {
    const { selection, cards } = this.session;
    for (let at = selection ? this.session.cardAround(selection) : 0; at > 0; at = cards.parent(at)) {
      const [stack, count] = [cards.stack(at), cards.repeat(at)];
      if (stack < 0) continue;
      const place = cards.stacks.place(stack, cards.copy(at)) + by;
      if (place >= 0 && place < count) this.showCopy(at, cards.stacks.copyAt(stack, place));
      return;
    }
  }

  // Colours and tables

  setColour(colour: string): void {
    const { session, trail } = this;
    if (colour === session.colour) return;
    trail.undo.did("colour", session.colour, "the colours");
    session.setColour(colour);
  }

  /** Look at a kind of a legend, and at the others that were chosen there, or no more at that; null: at all kinds. */
  lookAt(legend: string, kind: string | null): void {
    const { session, session: { focus }, trail } = this;
    trail.undo.did("focus", focus, "the choice in the legend");
    session.setFocus(kind === null ? focusOn(focus, legend, []) : toggled(focus, legend, kind));
  }

  /** Open a table, or close the one that is open. */
  showTab(tab: string | null): void {
    if (tab === this.session.tab) return;
    this.keep();
    this.session.setTab(tab);
  }

  // Lighting

  light(ops: number[], why: string, groups: number[] = []): void {
    this.leave();
    this.session.setLit({ ops, groups, why });
  }

  trace(along: boolean, steps: number): void {
    const { selection, facts } = this.session;
    if (!selection) return;
    const from = selection.op >= 0 ? [selection.op] : selection.group >= 0 ? facts.groups.within(selection.group) : [];
    if (from.length) this.light(trace(facts.nodes, from, along, steps), along ? "fed by the selection" : "feeding the selection");
  }

  // Back and forward

  back(): void {
    this.resume(this.trail.history.back(this.now()));
  }

  forward(): void {
    this.resume(this.trail.history.forward(this.now()));
  }

  /** To where the reader was after so many steps. */
  travel(step: number): void {
    const { history } = this.trail;
    let [now, moment]: [Moment, Moment | null] = [this.now(), null];
    while (history.depth !== step) {
      moment = history.depth > step ? history.back(now) : history.forward(now);
      if (!moment) return;
      now = moment;
    }
    this.resume(moment);
  }

  /** Show a moment as one more step; back or forward, where these lead to it. */
  visit(moment: Moment): void {
    const { last, next } = this.trail.history;
    const isThat = (other: Moment | null) => other !== null && key("view", other) === key("view", moment);
    if (isThat(last)) return this.back();
    if (isThat(next)) return this.forward();
    this.keep();
    this.resume(moment);
  }

  /** Show how things were at a moment. */
  resume(moment: Moment | null): void {
    if (!moment) return;
    if (moment.side !== this.trail.side) return this.trail.cross(moment);
    this.session.restoreCopies(new Map(moment.copies));
    this.session.restoreOpen(moment.open);
    this.session.select(moment.selection);
    this.session.setInPlace(moment.inPlace);
    this.session.setOverview(moment.overview);
    if (this.session.tab !== moment.tab) this.session.setTab(moment.tab);
    this.eye.go({ to: "camera", camera: moment.camera, glide: true });
  }

  now(): Moment {
    return { open: [...this.session.open], copies: [...this.session.cards.shown], selection: this.session.selection, camera: this.eye.camera, overview: this.session.overview, inPlace: [...this.session.inPlace], tab: this.session.tab, side: this.trail.side };
  }

  private keep(): void {
    this.trail.history.keep(this.now());
  }

  /** Remember how things are before a change of the drawing, and show that. */
  private step(): void {
    this.keep();
    this.session.setOverview(false);
  }

  /** Show the drawing, where the overview is shown. */
  private leave(): void {
    if (this.session.overview) this.step();
  }
}
