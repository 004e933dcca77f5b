// The page's state: what is open, selected, searched, coloured. Everything on screen follows its events.
import type { Cards } from "../data/cards";
import type { Facts } from "../data/facts";
import { cardKey, cardOf } from "../draw/keys";
import type { Differing } from "./differing";
import type { Focus } from "./focus";
import type { Found } from "./found";

/** What is selected: an op, a group, or a card that stands for no group. The others are -1. */
export interface Selection {
  op: number;
  group: number;
  card: number;
}

export type Change = "open" | "select" | "colour" | "lit" | "query" | "tab" | "overview" | "place" | "focus" | "notes";

/** Why marks are lit, and which ops. */
export interface Lit {
  ops: number[];
  groups: number[];
  why: string;
}

export class Session {
  readonly open = new Set<number>();
  selection: Selection | null = null;
  colour = "family";
  query = "";
  lit: Lit | null = null;
  tab: string | null = null;
  /** The kinds of the legends that are looked at. */
  focus: Focus = {};
  /** Whether the overview is shown, in place of the drawing. */
  overview = false;
  /** The cards that are open in the overview, where the overview has them as one mark. What is open inside them is what is open in the drawing. */
  readonly inPlace = new Set<number>();
  /** What the overview, while it is shown, calls a selection that has another name elsewhere; empty where it has not. The overview sets it. */
  drawnAs: (selection: Selection) => string = () => "";
  private readonly cardListeners: ((card: number, below: boolean) => void)[] = [];
  private readonly listeners = new Map<Change, (() => void)[]>();

  constructor(
    readonly facts: Facts,
    readonly cards: Cards,
    readonly hasOverview = false,
    /** How what is drawn differs, of a page of two graphs. */
    readonly differing: Differing | null = null,
    /** What was found in what is drawn, of a graph that was checked. */
    readonly found: Found | null = null,
  ) {
    for (let card = 0; card < cards.count; card++) if (cards.startsOpen(card)) this.open.add(card);
  }

  /** Call `act` for every card that opens or closes. `below`: the card shows another copy, so the cards inside have changed as well. */
  onCards(act: (card: number, below: boolean) => void): void {
    this.cardListeners.push(act);
  }

  private changed(card: number, below: boolean): void {
    for (const act of this.cardListeners) act(card, below);
  }

  on(change: Change, act: () => void): void {
    const known = this.listeners.get(change);
    if (known) known.push(act);
    else this.listeners.set(change, [act]);
  }

  emit(change: Change): void {
    for (const act of this.listeners.get(change) ?? []) act();
  }

  // What is open in the overview

  setInPlace(cards: Iterable<number>): void {
    this.inPlace.clear();
    for (const card of cards) if (card > 0 && this.cards.canOpen(card)) this.inPlace.add(card);
    this.emit("place");
  }

  /** The card itself or the one around it that is open in the overview, such that the card is drawn in it; -1 where there is none. */
  placeOf(card: number): number {
    for (let at = card; at > 0; at = this.cards.parent(at)) {
      if (this.inPlace.has(at)) return at;
      if (at !== card && !this.open.has(at)) return -1;
    }
    return -1;
  }

  // What is open

  isOpen(card: number): boolean {
    return card === 0 || this.open.has(card);
  }

  /** Whether the card can be seen: all cards around it are open. */
  isShown(card: number): boolean {
    for (let at = this.cards.parent(card); at >= 0; at = this.cards.parent(at)) if (!this.isOpen(at)) return false;
    return true;
  }

  setOpen(card: number, open: boolean): void {
    if (card <= 0 || this.open.has(card) === open || (open && !this.cards.canOpen(card))) return;
    this.put(card, open);
    this.emit("open");
  }

  /** Open or close several cards as one change. */
  setAll(cards: Iterable<number>, open: boolean): void {
    for (const card of cards) if (card > 0 && this.open.has(card) !== open && this.cards.canOpen(card)) this.put(card, open);
    this.emit("open");
  }

  /** The card and all cards in it, at most `most` of them. */
  below(card: number, most = 3000): number[] {
    const found = [card];
    for (let index = 0; index < found.length && found.length < most; index++) found.push(...this.cards.childCards(found[index]));
    return found;
  }

  /** Open whatever hides this card. */
  uncover(card: number): void {
    const hiding: number[] = [];
    for (let at = this.cards.parent(card); at > 0; at = this.cards.parent(at)) if (!this.open.has(at)) hiding.push(at);
    if (hiding.length) this.setAll(hiding, true);
  }

  /** Replace what is open; used by links and history. */
  restoreOpen(open: Iterable<number>): void {
    const wanted = new Set(open);
    for (const card of [...this.open]) if (!wanted.has(card)) this.put(card, false);
    for (const card of wanted) if (!this.open.has(card) && this.cards.canOpen(card)) this.put(card, true);
    this.emit("open");
  }

  private put(card: number, open: boolean): void {
    if (open) this.open.add(card);
    else this.open.delete(card);
    this.changed(card, false);
  }

  /** Show another copy of a stack in place of the one that is drawn now. */
  showCopy(stack: number, copy: number): void {
    if ((this.cards.shown.get(stack) ?? 0) === copy) return;
    this.cards.shown.set(stack, copy);
    this.changed(this.cards.cardOfStack(stack), true);
    this.emit("open");
  }

  /** Show these copies, and of all other stacks the first. */
  restoreCopies(copies: ReadonlyMap<number, number>): void {
    for (const stack of new Set([...this.cards.shown.keys(), ...copies.keys()])) this.showCopy(stack, copies.get(stack) ?? 0);
  }

  /** Show the copies in which this op, or group, is. */
  showCopyOf(kind: "nodes" | "groups", row: number): void {
    const { cards } = this;
    if (kind === "nodes" && !cards.home(row) && this.facts.nodes.group(row) >= 0) return this.showCopyOf("groups", this.facts.nodes.group(row));
    const { choices } = cards.stacks.unwind(kind, row);
    for (let at = kind === "nodes" ? (cards.home(row)?.card ?? 0) : cards.ofGroup(row); at > 0; at = cards.parent(at)) {
      if (cards.stack(at) >= 0) this.showCopy(cards.stack(at), choices.get(cards.stack(at)) ?? 0);
    }
  }

  // Selection

  select(selection: Selection | null): void {
    this.selection = selection;
    this.emit("select");
  }

  selectOp(op: number): void {
    this.select({ op, group: -1, card: -1 });
  }

  selectGroup(group: number): void {
    this.select({ op: -1, group, card: this.cards.ofGroup(group) });
  }

  selectCard(card: number): void {
    this.select({ op: -1, group: this.cards.group(card), card });
  }

  /** Select what a mark shows: a card, or an op. */
  selectMark(key: number): void {
    const card = cardOf(key);
    if (card >= 0) this.selectCard(card);
    else if (key < this.facts.nodes.count) this.selectOp(key);
  }

  /** Select what a mark of the overview shows, in the copies in which it lies; null: nothing. */
  selectShown(selection: Selection | null): void {
    if (selection && selection.op >= 0) this.showCopyOf("nodes", selection.op);
    else if (selection && selection.group >= 0) this.showCopyOf("groups", selection.group);
    this.select(selection);
  }

  /** The card around the selection: the selected one itself, or the one that holds the selected op. */
  cardAround(selection: Selection): number {
    if (selection.op >= 0) return this.cards.home(selection.op)?.card ?? this.cardOfGroup(this.facts.nodes.group(selection.op));
    return selection.card >= 0 ? selection.card : this.cardOfGroup(selection.group);
  }

  /** The key of the mark that shows the selection; null when none does, even with everything open. */
  markKey(selection: Selection): number | null {
    if (selection.op >= 0) {
      const home = this.cards.home(selection.op);
      if (home) return home.box >= 0 ? home.box : null;
      const card = this.cardOfGroup(this.facts.nodes.group(selection.op));
      return card > 0 ? cardKey(card) : null;
    }
    const card = this.cardAround(selection);
    return card > 0 ? cardKey(card) : null;
  }

  /** The card of the innermost drawn group that holds `group`; the whole drawing when none does. */
  cardOfGroup(group: number): number {
    for (let at = group; at >= 0; at = this.facts.groups.parent(at)) {
      const card = this.cards.ofGroup(at);
      if (card >= 0) return card;
    }
    return 0;
  }

  name(selection: Selection): string {
    if (selection.op >= 0) return this.facts.nodes.name(selection.op);
    return selection.group >= 0 ? this.facts.groups.path(selection.group) : this.cards.title(selection.card);
  }

  setLit(lit: Lit | null): void {
    this.lit = lit;
    this.emit("lit");
  }

  setColour(colour: string): void {
    this.colour = colour;
    this.emit("colour");
  }

  setFocus(focus: Focus): void {
    this.focus = focus;
    this.emit("focus");
  }

  /** Show the overview, where there is one, or the drawing. */
  setOverview(shown: boolean): void {
    if (this.overview === (shown && this.hasOverview)) return;
    this.overview = !this.overview;
    this.emit("overview");
  }

  setTab(tab: string | null): void {
    this.tab = tab;
    this.emit("tab");
  }
}
