// The tree of cards beside the drawing: the same things open, the same thing selected, with the figure of the colour mode.
import { cardKey } from "../draw/keys";
import { heat } from "../draw/theme";
import { exact } from "../data/words";
import { allText, amountOf, errorOf, ownOf, restOf, type Figures } from "../state/amounts";
import type { Session } from "../state/session";
import { button, h } from "./dom";
import { VirtualList } from "./list";
import type { Looks } from "./look";
import { Names } from "./names";

const ROW = 27;

interface Row {
  card: number;
  level: number;
  place: number;
  siblings: number;
  /** Whether the row tells the card's own ops, below the rows of what is in it. It cannot be selected. */
  own?: boolean;
}

/** Own ops have a row where they are so much of what they are in; else only its title tells them. */
const OWN = 0.05;

export interface TreeCommands {
  /** Select a card and bring it into view. */
  showCard(card: number): void;
  toggle(card: number): void;
}

export class Tree {
  readonly element: HTMLElement;
  private readonly list = new VirtualList(ROW, (index) => this.row(index));
  private readonly unit = h("span", { class: "tree-unit" });
  private readonly rest = h("p", { class: "tree-rest", hidden: true });
  /** What `rest` says, by colour mode. */
  private readonly rests = new Map<string, string>();
  private rows: Row[] = [];
  /** The names of the cards in each card. */
  private readonly names = new Map<number, Names>();
  /** The figure of the longest bar. */
  private longest = 0;
  private at = 0;
  /** The cards of what is lit, in whatever copy. */
  private found: ReadonlySet<number> = new Set();

  constructor(
    private readonly session: Session,
    private readonly looks: Looks,
    private readonly commands: TreeCommands,
  ) {
    const { element } = this.list;
    element.setAttribute("role", "tree");
    element.setAttribute("aria-label", "Layers and groups");
    element.tabIndex = 0;
    element.addEventListener("keydown", (event) => this.key(event));
    this.element = h("nav", { class: "tree", "aria-label": "Layers" }, h("div", { class: "head" }, h("h2", {}, "Layers"), this.unit), element, this.rest);
    session.onCards((_, below) => below && this.names.clear()); // another copy has other titles
    session.on("open", () => this.refresh());
    session.on("select", () => this.follow());
    session.on("colour", () => this.refresh());
    session.on("lit", () => this.markFound());
    this.refresh();
  }

  refresh(): void {
    const mode = this.looks.mode();
    const stacks = this.session.cards.stacks.names.length > 0;
    this.unit.textContent = `${mode.kind === "amount" ? mode.title.toLowerCase() : "ops"}${stacks ? ", of one copy" : ""}`;
    this.tellRest();
    const current = this.rows[this.at]?.card;
    this.rows = [];
    this.collect(0, 1);
    this.longest = this.most();
    this.at = Math.max(0, this.rows.findIndex((row) => row.card === current && !row.own));
    this.follow();
  }

  /** Mark the rows of what is lit, such as what a search has found. */
  private markFound(): void {
    const { lit, cards } = this.session;
    this.found = new Set(lit?.groups.map((group) => cards.ofGroup(group)));
    this.list.show(this.rows.length);
  }

  /** What the tree does not have: the ops outside of all layers. With it the tree comes to what the header says. */
  private tellRest(): void {
    const { kind, id } = this.looks.mode();
    const told = this.rests.get(kind === "amount" ? id : "ops");
    this.rest.hidden = !told;
    this.rest.textContent = told ?? "";
    if (told === undefined) setTimeout(() => this.findRest(), 0); // it looks at every op: the drawing comes first
  }

  private findRest(): void {
    const { cards, facts } = this.session;
    const { kind, id } = this.looks.mode();
    const key = kind === "amount" ? id : "ops";
    if (this.rests.has(key)) return;
    const figures = this.figures();
    const rest = restOf(cards, facts.nodes.count, figures);
    this.rests.set(key, Number.isNaN(rest) ? "" : `+ ${figures.text(rest)}${kind === "amount" ? "" : rest === 1 ? " op" : " ops"} outside of all layers`);
    this.tellRest();
  }

  /** The amount that the tree tells: that of the colour mode, else the number of ops. */
  private figures(): Figures & { text(value: number, error?: number): string } {
    const mode = this.looks.mode();
    return mode.kind === "amount" ? mode : { op: () => 1, group: (group) => this.session.facts.groups.size(group), text: exact };
  }

  private collect(card: number, level: number): void {
    const inside = this.session.cards.childCards(card);
    inside.forEach((child, place) => {
      this.rows.push({ card: child, level, place: place + 1, siblings: inside.length });
      if (this.session.isOpen(child)) this.collect(child, level + 1);
    });
    if (card > 0 && this.own(card) >= OWN * amountOf(this.session.cards, card, this.figures())) this.rows.push({ card, level, place: 0, siblings: inside.length, own: true });
  }

  /** The figure of a card's own ops, with which those in it come to its figure; NaN: none. */
  private own(card: number): number {
    return ownOf(this.session.cards, card, this.figures());
  }

  /** What own ops are called; of parameters, which no op has, variables. */
  private get ownName(): string {
    return this.looks.mode().id === "parameters" ? "own variables" : "own ops";
  }

  private ownRow({ card, level }: Row): HTMLElement {
    const name = this.session.cards.title(card);
    const row = h("div", { class: "tree-row tree-own", role: "presentation", title: `what ${name} has beside the layers and groups in it` },
      h("span", { class: "twist" }), h("span", { class: "tree-label" }, this.ownName), h("span", { class: "tree-figure" }, this.figures().text(this.own(card))),
      this.looks.mode().kind === "amount" ? h("span", { class: "tree-bar-room" }) : null);
    row.style.paddingLeft = `${indent(level)}px`;
    return row;
  }

  /** The most of what is not told by its parts. An open row has more than these and would leave them no room beside it. */
  private most(): number {
    const { cards } = this.session;
    if (this.looks.mode().kind !== "amount") return 0;
    const figures = this.figures();
    const value = (card: number) => amountOf(cards, card, figures) || 0;
    const byParts = (card: number) => this.session.isOpen(card) && cards.childCards(card).some((child) => value(child) > 0);
    return this.rows.reduce((most, { card }) => (byParts(card) ? most : Math.max(most, value(card))), 0);
  }

  private follow(): void {
    const { selection } = this.session;
    const card = selection ? this.session.cardAround(selection) : -1;
    const found = this.rows.findIndex((row) => row.card === card && !row.own);
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
    const title = cards.title(card);
    const sign = canOpen ? this.sign(card, open) : h("span", { class: "twist" });
    const { start, middle, end } = this.namesBeside(card).cut(title);
    const name = h("span", { class: level === 1 ? "tree-name outer" : "tree-name" },
      h("span", { class: "tree-start" }, start), h("span", { class: "tree-middle" }, middle), h("span", { class: "tree-end" }, end));
    const copy = this.copyText(card);
    const row = h("div", {
      class: `tree-row${selected ? " selected" : ""}${index === this.at ? " current" : ""}${this.found.has(card) ? " found" : ""}`,
      id: rowId(card), role: "treeitem", "aria-level": level, "aria-posinset": place, "aria-setsize": siblings,
      "aria-selected": selected ? "true" : "false", "aria-expanded": canOpen ? String(open) : null, title: this.told(card),
    }, sign, h("span", { class: "tree-label" }, name, h("span", { class: "tree-class" }, cards.subtitle(card))), copy ? h("span", { class: "tree-times" }, copy) : null, ...this.figure(card));
    row.style.paddingLeft = `${indent(level)}px`;
    row.addEventListener("click", (event) => {
      if (event.target === sign) return;
      this.at = index;
      this.commands.showCard(card);
    });
    row.addEventListener("dblclick", () => this.commands.toggle(card));
    return row;
  }

  /** Opens and closes a card. One that holds no further rows opens in the drawing only: its sign, which promises none, is shown when it is pointed at or selected. */
  private sign(card: number, open: boolean): HTMLElement {
    const outer = this.session.cards.childCards(card).length > 0;
    const [closed, opened] = outer ? ["▸", "▾"] : ["+", "−"];
    const title = outer ? null : `${open ? "Close" : "Open"} it in the drawing`;
    return button(open ? opened : closed, () => this.commands.toggle(card), { class: outer ? "twist" : "twist inner", tabindex: -1, "aria-hidden": "true", title });
  }

  private namesBeside(card: number): Names {
    const { cards } = this.session;
    const parent = cards.parent(card);
    let known = this.names.get(parent);
    if (!known) this.names.set(parent, (known = new Names(cards.childCards(parent).map((sibling) => cards.title(sibling)))));
    return known;
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
    const { cards } = this.session;
    const mode = this.looks.mode();
    const name = `${cards.title(card)} ${cards.subtitle(card)}`.trim();
    const copy = cards.repeat(card) > 1 && cards.stack(card) >= 0 ? `copy ${this.copyText(card)}` : "";
    const value = mode.kind === "amount" ? amountOf(cards, card, mode) : NaN; // of ops each copy has as many
    const own = this.own(card);
    const apart = Number.isNaN(own) ? "" : `${this.ownName}, in no row below it: ${this.figures().text(own)}`;
    if (Number.isNaN(value)) return [name, copy, apart].filter(Boolean).join("\n");
    const figure = mode.text(value, errorOf(cards, card, mode));
    return [name, copy ? `${copy}: ${figure}` : figure, apart, allText(cards, card, mode)].filter(Boolean).join("\n");
  }

  private figure(card: number): HTMLElement[] {
    const mode = this.figures();
    const value = amountOf(this.session.cards, card, mode);
    if (Number.isNaN(value)) return [];
    if (this.looks.mode().kind !== "amount") return [h("span", { class: "tree-figure" }, mode.text(value))];
    const beyond = value > this.longest;
    const bar = h("span", { class: beyond ? "tree-bar beyond" : "tree-bar", title: beyond ? `broken off: ${mode.text(value)} is more than the longest whole bar, ${mode.text(this.longest)}` : null });
    bar.style.width = `${Math.max(4, beyond ? 100 : (100 * value) / (this.longest || 1))}%`;
    bar.style.background = heat(this.looks.scale().level(value), this.looks.theme);
    return [h("span", { class: "tree-figure" }, ...withError(mode.text(value, errorOf(this.session.cards, card, mode))), h("span", { class: "tree-bar-room" }, bar))];
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

/** A figure, its error in an element of its own, which makes room in a narrow tree. */
function withError(text: string): (string | HTMLElement)[] {
  const [, before, error, after] = /^(.*?)( ± \S+)(.*)$/.exec(text) ?? [];
  return error ? [before, h("span", { class: "tree-error" }, error), after] : [text];
}

/** The room left of a row, in pixels. */
function indent(level: number): number {
  return 4 + Math.min(110, 12 * (level - 1));
}

function rowId(card: number): string {
  return `tree${-cardKey(card)}`;
}
