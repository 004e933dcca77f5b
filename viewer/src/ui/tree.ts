// The tree of cards beside the drawing: the same things open, the same thing selected, with the figure of the colour mode.
import { cardKey } from "../draw/keys";
import { widthOf, type Pen } from "../draw/text";
import { heat } from "../draw/theme";
import { exact, type Words } from "../data/words";
import { allText, amountOf, amountText, ownOf, ownText, type Told } from "../state/amounts";
import type { Session } from "../state/session";
import { button, h } from "./dom";
import { VirtualList } from "./list";
import type { Looks } from "./look";
import { countSigns } from "./signs";
import { fitted, Names, type Parts } from "./names";
import { whyNone } from "./none";
import { TreeNotes } from "./treenotes";

const ROW = 27;

/** The error in a figure. */
const ERROR = / ± \S+/;
/** The sides of a copy's chip with the gap before it; the least room of a figure; and what else a row has from side to side: sign, gaps, edges, as in the style sheet. */
const CHIP = 15;
const LEAST_FIGURE = 52;
const BESIDE = 52;

interface Row {
  card: number;
  level: number;
  place: number;
  siblings: number;
  /** Whether the row tells the card's own ops, below the rows of what is in it. It cannot be selected. */
  own?: boolean;
}

/** Own ops have a row where their figure is so much of that of what they are in; else only its title tells them. Who adds up the rows is to come to the sum, as far as its digits tell. */
const OWN = 0.01;

export interface TreeCommands {
  /** Select a card and bring it into view. */
  showCard(card: number): void;
  toggle(card: number): void;
}

export class Tree {
  readonly element: HTMLElement;
  private readonly list = new VirtualList(ROW, (index) => this.row(index));
  private readonly notes: TreeNotes;
  private rows: Row[] = [];
  /** The names of the cards in each card. */
  private readonly names = new Map<number, Names>();
  private readonly pen: Pen | null = document.createElement("canvas").getContext("2d");
  private wide = 0;
  private faces = { sans: "sans-serif", mono: "monospace" };
  /** The figure of the longest bar. */
  private longest = 0;
  private at = 0;
  /** The card in whose row what is selected lies, where that has no row of its own; -1: none. */
  private around = -1;
  /** The cards of what is lit, in whatever copy. */
  private found: ReadonlySet<number> = new Set();

  constructor(
    private readonly session: Session,
    private readonly looks: Looks,
    words: Words,
    private readonly commands: TreeCommands,
    /** See `TreeNotes`. */
    overviewCounts: (mode: string) => string = () => "",
  ) {
    const { element } = this.list;
    element.setAttribute("role", "tree");
    element.setAttribute("aria-label", "Layers and groups");
    element.tabIndex = 0;
    element.addEventListener("keydown", (event) => this.key(event));
    this.notes = new TreeNotes(session, looks, words, () => this.figures(), overviewCounts);
    const { unit, beside, rest } = this.notes;
    this.element = h("nav", { class: "tree", "aria-label": "Layers" }, h("div", { class: "head" }, h("h2", {}, session.facts.groups.title), unit), element, beside, rest);
    session.onCards((_, below) => below && this.names.clear()); // another copy has other titles
    session.on("open", () => this.refresh());
    session.on("select", () => this.follow());
    session.on("colour", () => this.refresh());
    session.on("lit", () => this.markFound());
    new ResizeObserver(() => this.measure()).observe(element);
    this.refresh();
  }

  refresh(): void {
    this.notes.refresh();
    const current = this.rows[this.at]?.card;
    this.rows = [];
    this.collect(0, 1);
    this.longest = this.most();
    this.at = Math.max(0, this.rows.findIndex((row) => row.card === current && !row.own));
    this.follow();
  }

  /** What has room in a row depends on how wide the tree is. */
  private measure(): void {
    const style = getComputedStyle(this.element);
    const wide = this.list.element.clientWidth;
    if (wide === this.wide) return;
    const wasHidden = this.wide === 0;
    this.wide = wide;
    this.faces = { sans: style.fontFamily || "sans-serif", mono: style.getPropertyValue("--mono") || "monospace" };
    if (wasHidden) this.follow(); // what was selected meanwhile comes into view
    else this.list.show(this.rows.length);
  }

  /** Mark the rows of what is lit, such as what a search has found. */
  private markFound(): void {
    const { lit, cards } = this.session;
    this.found = new Set(lit?.groups.map((group) => cards.ofGroup(group)));
    this.list.show(this.rows.length);
  }

  /** The amount that the tree tells: that of the colour mode, else the number of ops. */
  private figures(): Told {
    const mode = this.looks.mode();
    return mode.kind === "amount" ? mode : { op: () => 1, group: (group) => this.session.facts.groups.size(group), text: exact };
  }

  private collect(card: number, level: number): void {
    const inside = this.session.cards.childCards(card);
    inside.forEach((child, place) => {
      this.rows.push({ card: child, level, place: place + 1, siblings: inside.length });
      if (this.session.isOpen(child)) this.collect(child, level + 1);
    });
    // Ops are counted: their sum is to come out. Of a time or the like a small part would only be one more row.
    const least = this.looks.mode().kind === "amount" ? OWN * amountOf(this.session.cards, card, this.figures()) : 1;
    if (card > 0 && !this.session.differing && this.own(card) >= least) this.rows.push({ card, level, place: 0, siblings: inside.length, own: true });
  }

  /** The figure of a card's own ops, with which those in it come to its figure; NaN: none. */
  private own(card: number): number {
    return ownOf(this.session.cards, card, this.figures());
  }

  /** What own ops are called; of parameters, which no op has, variables. */
  private get ownName(): string {
    return this.looks.mode().id === "parameters" ? "variables directly in it" : "ops directly in it";
  }

  private ownRow({ card, level }: Row): HTMLElement {
    const name = this.session.cards.title(card);
    const row = h("div", { class: "tree-row tree-own", role: "presentation", title: `what ${name} has beside the layers and groups in it` },
      h("span", { class: "twist" }), h("span", { class: "tree-label" }, this.ownName), h("span", { class: "tree-figure" }, ownText(this.session.cards, card, this.figures()),
        this.looks.mode().kind === "amount" ? this.bar(this.own(card)) : null));
    row.style.paddingLeft = `${indent(level)}px`;
    return row;
  }

  /** Whether the rows below a row tell its figure. It has no bar beside theirs: one as long as all of them would leave them no room. */
  private byParts(card: number): boolean {
    const { cards } = this.session;
    const figures = this.figures();
    return this.session.isOpen(card) && cards.childCards(card).some((child) => amountOf(cards, child, figures) > 0);
  }

  /** The most that a bar stands for. */
  private most(): number {
    const { cards } = this.session;
    if (this.looks.mode().kind !== "amount") return 0;
    const figures = this.figures();
    const told = this.rows.filter(({ card, own }) => own || !this.byParts(card));
    return told.reduce((most, { card, own }) => Math.max(most, (own ? this.own(card) : amountOf(cards, card, figures)) || 0), 0);
  }

  private bar(value: number): HTMLElement {
    const bar = h("span", { class: "tree-bar" });
    bar.style.width = `${Math.max(4, (100 * value) / (this.longest || 1))}%`;
    bar.style.background = heat(this.looks.scale().level(value), this.looks.theme);
    return h("span", { class: "tree-bar-room" }, bar);
  }

  /** Show the row of what is selected, or that of the least around it which has one. */
  private follow(): void {
    const { selection, cards } = this.session;
    let found = -1;
    this.around = -1;
    for (let card = selection ? this.session.cardAround(selection) : 0; card > 0 && found < 0; card = cards.parent(card)) {
      found = this.rows.findIndex((row) => row.card === card && !row.own);
      if (selection && (card !== this.session.cardAround(selection) || selection.op >= 0)) this.around = card;
    }
    if (found >= 0) this.at = found;
    this.list.show(this.rows.length, found);
    this.list.element.setAttribute("aria-activedescendant", this.rows.length ? rowId(this.rows[this.at].card) : "");
  }

  private row(index: number): HTMLElement {
    const { cards } = this.session;
    const { card, level, place, siblings, own } = this.rows[index];
    if (own) return this.ownRow(this.rows[index]);
    const { selection } = this.session;
    const selected = selection !== null && this.session.cardAround(selection) === card && selection.op < 0;
    const canOpen = cards.canOpen(card);
    const open = this.session.isOpen(card);
    const sign = canOpen ? this.sign(card, open) : h("span", { class: "twist" });
    const figure = this.figure(this.rows[index]);
    const { start, middle, end } = this.nameIn(this.rows[index], figure.map(({ textContent }) => textContent).join(""));
    // What is left out stays in the text, for who has the page read out.
    const name = h("span", { class: level === 1 ? "tree-name outer" : "tree-name" }, start, middle && h("span", { class: "tree-cut" }, middle), end);
    const copy = this.copyText(card);
    const row = h("div", {
      class: `tree-row${selected ? " selected" : ""}${index === this.at ? " current" : ""}${this.found.has(card) ? " found" : ""}${card === this.around ? " around" : ""}`,
      id: rowId(card), role: "treeitem", "aria-level": level, "aria-posinset": place, "aria-setsize": siblings,
      "aria-selected": selected ? "true" : "false", "aria-expanded": canOpen ? String(open) : null, title: this.told(card),
    }, sign, h("span", { class: "tree-label" }, name, h("span", { class: "tree-class" }, card === this.around ? `› ${this.selectedName()}` : cards.subtitle(card))), copy ? h("span", { class: "tree-times" }, copy) : null, ...figure);
    row.style.paddingLeft = `${indent(level)}px`;
    row.addEventListener("click", (event) => {
      if (event.target === sign) return;
      this.at = index;
      this.commands.showCard(card);
    });
    row.addEventListener("dblclick", () => this.commands.toggle(card));
    return row;
  }

  /** What is selected, which has no row of its own. */
  private selectedName(): string {
    const { selection, facts, cards } = this.session;
    if (!selection) return "";
    return selection.op >= 0 ? facts.nodes.leaf(selection.op) : cards.title(this.session.cardAround(selection));
  }

  /** Opens and closes a card. One that holds no further rows opens in the drawing only: its sign, which promises none, is shown where the row is pointed at; where nothing can point, once it is selected. */
  private sign(card: number, open: boolean): HTMLElement {
    const outer = this.session.cards.childCards(card).length > 0;
    const [closed, opened] = outer ? ["▸", "▾"] : ["▹", "▿"];
    const title = `${open ? "Close" : "Open"} it${outer ? "" : " in the drawing"}`;
    return button(open ? opened : closed, () => this.commands.toggle(card), { class: outer ? "twist" : "twist inner", tabindex: -1, "aria-hidden": "true", title });
  }

  private namesBeside(card: number): Names {
    const { cards } = this.session;
    const parent = cards.parent(card);
    let known = this.names.get(parent);
    if (!known) this.names.set(parent, (known = new Names(cards.childCards(parent).map((sibling) => cards.title(sibling)))));
    return known;
  }

  /** Why a card has no figure, where that is known. */
  private none(card: number): string {
    const { id, kind, title } = this.looks.mode();
    if (kind !== "amount" || !Number.isNaN(amountOf(this.session.cards, card, this.figures()))) return "";
    const why = whyNone(this.session.facts.measurement, id);
    return why && `no ${title.toLowerCase()} of its own: ${why}`;
  }

  /** Which copy of a stack a row and its figure are of; empty for a card that stands for itself. */
  private copyText(card: number): string {
    const { cards } = this.session;
    const [count, stack] = [cards.repeat(card), cards.stack(card)];
    if (count < 2) return "";
    return stack < 0 ? `×${count}` : `${cards.stacks.place(stack, cards.copy(card)) + 1} of ${count}`;
  }

  /** All of a row's words, for the pointer: where there is no room some are cut. */
  private told(card: number): string {
    const { cards, differing } = this.session;
    const mode = this.looks.mode();
    if (differing) return [`${cards.title(card)} ${cards.subtitle(card)}`.trim(), differing.told(card) || "the same in both"].join("\n");
    const name = `${cards.title(card)} ${cards.subtitle(card)}`.trim();
    const copy = cards.repeat(card) > 1 && cards.stack(card) >= 0 ? `copy ${this.copyText(card)}` : "";
    const value = mode.kind === "amount" ? amountOf(cards, card, mode) : NaN; // of ops each copy has as many
    const own = ownText(cards, card, this.figures());
    const apart = own && `${this.ownName}, in no row below it: ${own}`;
    if (Number.isNaN(value)) return [name, copy, apart, this.none(card)].filter(Boolean).join("\n");
    const figure = amountText(cards, card, mode);
    return [name, copy ? `${copy}: ${figure}` : figure, apart, allText(cards, card, mode)].filter(Boolean).join("\n");
  }

  private figure(row: Row): HTMLElement[] {
    const { card } = row;
    const { differing } = this.session;
    if (differing) return [h("span", { class: "tree-figure count" }, ...countSigns(differing.told(card), differing.difference))];
    const mode = this.figures();
    const value = amountOf(this.session.cards, card, mode);
    if (Number.isNaN(value)) return this.none(card) ? [h("span", { class: "tree-figure" }, "–")] : [];
    if (this.looks.mode().kind !== "amount") return [h("span", { class: "tree-figure count" }, mode.text(value))];
    const text = amountText(this.session.cards, card, mode);
    const told = this.fits(row, text) ? withError(text) : [text.replace(ERROR, "")];
    return [h("span", { class: "tree-figure" }, ...told, this.byParts(card) ? null : this.bar(value))];
  }

  /** Whether the whole name of a row has room beside this figure. */
  private fits(row: Row, figure: string): boolean {
    return this.wideOf(row, this.session.cards.title(row.card)) <= this.roomOf(row, figure);
  }

  /** The name of a row as far as there is room for it beside this figure. */
  private nameIn(row: Row, figure: string): Parts {
    return fitted(this.namesBeside(row.card).cut(this.session.cards.title(row.card)), this.roomOf(row, figure), (text) => this.wideOf(row, text));
  }

  private wideOf({ level }: Row, name: string): number {
    return this.pen ? widthOf(this.pen, `${level === 1 ? 600 : 400} 12.5px ${this.faces.sans}`, name) : 0;
  }

  /** The room for the name of a row beside this figure; a list that was not laid out yet has any. */
  private roomOf({ card, level }: Row, figure: string): number {
    const { pen, wide, faces: { sans, mono } } = this;
    if (!pen || !wide) return Infinity;
    const copy = this.copyText(card);
    const chip = copy ? widthOf(pen, `11px ${sans}`, copy) + CHIP : 0;
    const told = figure ? Math.max(this.looks.mode().kind === "amount" ? LEAST_FIGURE : 0, widthOf(pen, `11px ${mono}`, figure)) : 0;
    return wide - indent(level) - chip - told - BESIDE;
  }

  private key(event: KeyboardEvent): void {
    const row = this.rows[this.at];
    if (!row || event.altKey || event.ctrlKey || event.metaKey) return;
    const { session } = this;
    const go = (index: number) => {
      const step = index < this.at ? -1 : 1;
      let to = Math.max(0, Math.min(this.rows.length - 1, index));
      while (this.rows[to]?.own) to += step;
      if (!this.rows[to]) return;
      this.at = to;
      this.commands.showCard(this.rows[this.at].card);
    };
    switch (event.key) {
      case "ArrowDown": go(this.at + 1); break;
      case "ArrowUp": go(this.at - 1); break;
      case "Home": go(0); break;
      case "End": go(this.rows.reduce((last, { own }, index) => (own ? last : index), 0)); break;
      case "ArrowRight":
        if (!session.isOpen(row.card) && session.cards.canOpen(row.card)) this.commands.toggle(row.card);
        else if (session.isOpen(row.card)) go(this.at + 1);
        break;
      case "ArrowLeft":
        if (session.isOpen(row.card)) this.commands.toggle(row.card);
        else go(this.rows.findIndex((other) => other.card === session.cards.parent(row.card) && !other.own));
        break;
      case "Enter":
      case " ": this.commands.toggle(row.card); break;
      default: return;
    }
    event.preventDefault();
    event.stopPropagation();
  }
}

/** A figure, its error in an element of its own. */
function withError(text: string): (string | HTMLElement)[] {
  const [error] = ERROR.exec(text) ?? [""];
  const at = text.indexOf(error);
  return error ? [text.slice(0, at), h("span", { class: "tree-error" }, error), text.slice(at + error.length)] : [text];
}

/** The room left of a row, in pixels. */
function indent(level: number): number {
  return 4 + Math.min(110, 12 * (level - 1));
}

function rowId(card: number): string {
  return `tree${-cardKey(card)}`;
}
