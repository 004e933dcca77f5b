// The tree of cards beside the drawing: the same things open, the same thing selected, with the figure of the colour mode.
import { cardKey } from "../draw/keys";
import { heat } from "../draw/theme";
import { exact } from "../data/words";
import { allText, amountOf, errorOf, restOf, type Figures } from "../state/amounts";
import type { Session } from "../state/session";
import { button, h } from "./dom";
import { VirtualList } from "./list";
import type { Looks } from "./look";

const ROW = 27;

interface Row {
  card: number;
  level: number;
  place: number;
  siblings: number;
}

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
  /** How many siblings have each ending, by the card around them: names without room are told apart by it. */
  private readonly endings = new Map<number, Map<string, number>>();
  private at = 0;

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
    session.onCards((_, below) => below && this.endings.clear()); // another copy has other titles
    session.on("open", () => this.refresh());
    session.on("select", () => this.follow());
    session.on("colour", () => this.refresh());
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
    this.at = Math.max(0, this.rows.findIndex((row) => row.card === current));
    this.follow();
  }

  /** What the tree does not have: the ops in no layer. With it the tree comes to what the header says. */
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
    this.rests.set(key, Number.isNaN(rest) ? "" : `+ ${figures.text(rest)}${kind === "amount" ? "" : rest === 1 ? " op" : " ops"} in no layer`);
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
  }

  private follow(): void {
    const { selection } = this.session;
    const card = selection ? this.session.cardAround(selection) : -1;
    const found = this.rows.findIndex((row) => row.card === card);
    if (found >= 0) this.at = found;
    this.list.show(this.rows.length, found);
    this.list.element.setAttribute("aria-activedescendant", this.rows.length ? rowId(this.rows[this.at].card) : "");
  }

  private row(index: number): HTMLElement {
    const { cards } = this.session;
    const { card, level, place, siblings } = this.rows[index];
    const { selection } = this.session;
    const selected = selection !== null && this.session.cardAround(selection) === card && selection.op < 0;
    const canOpen = cards.canOpen(card);
    const open = this.session.isOpen(card);
    // What holds no further rows opens in the drawing only: a triangle would promise rows.
    const outer = cards.childCards(card).length > 0;
    const [closed, opened] = outer ? ["▸", "▾"] : ["+", "−"];
    const sign = canOpen
      ? button(open ? opened : closed, () => this.commands.toggle(card), { class: "twist", tabindex: -1, "aria-hidden": "true", title: outer ? null : `${open ? "Close" : "Open"} it in the drawing` })
      : h("span", { class: "twist" });
    const title = cards.title(card);
    const [start, end] = cutApart(title, this.endingsBeside(card));
    const name = h("span", { class: level === 1 ? "tree-name outer" : "tree-name" }, h("span", { class: start.length > 4 ? "tree-start long" : "tree-start" }, start), h("span", { class: "tree-end" }, end));
    const repeat = cards.repeat(card) > 1 ? h("span", { class: "tree-times" }, `×${cards.repeat(card)}`) : null;
    const row = h("div", {
      class: `tree-row${selected ? " selected" : ""}${index === this.at ? " current" : ""}`,
      id: rowId(card), role: "treeitem", "aria-level": level, "aria-posinset": place, "aria-setsize": siblings,
      "aria-selected": selected ? "true" : "false", "aria-expanded": canOpen ? String(open) : null, title: [`${title} ${cards.subtitle(card)}`.trim(), this.all(card)].filter(Boolean).join("\n"),
    }, sign, h("span", { class: "tree-label" }, name, h("span", { class: "tree-class" }, cards.subtitle(card))), repeat, ...this.figure(card));
    row.style.paddingLeft = `${4 + Math.min(110, 12 * (level - 1))}px`;
    row.addEventListener("click", (event) => {
      if (event.target === sign) return;
      this.at = index;
      this.commands.showCard(card);
    });
    row.addEventListener("dblclick", () => this.commands.toggle(card));
    return row;
  }

  /** How many of a card and its siblings have each ending. */
  private endingsBeside(card: number): Map<string, number> {
    const { cards } = this.session;
    const parent = cards.parent(card);
    let known = this.endings.get(parent);
    if (!known) {
      this.endings.set(parent, (known = new Map<string, number>()));
      for (const sibling of cards.childCards(parent)) for (const ending of endingsOf(cards.title(sibling))) known.set(ending, (known.get(ending) ?? 0) + 1);
    }
    return known;
  }

  /** The figure of all copies of a stack. Of ops each copy has as many. */
  private all(card: number): string {
    const mode = this.looks.mode();
    return mode.kind === "amount" ? allText(this.session.cards, card, mode) : "";
  }

  private figure(card: number): HTMLElement[] {
    const mode = this.figures();
    const value = amountOf(this.session.cards, card, mode);
    if (Number.isNaN(value)) return [];
    if (this.looks.mode().kind !== "amount") return [h("span", { class: "tree-figure" }, mode.text(value))];
    const scale = this.looks.scale();
    const level = scale.level(value);
    const beyond = value > scale.top;
    const bar = h("span", { class: beyond ? "tree-bar beyond" : "tree-bar", title: beyond ? `more than the scale's end, ${mode.text(scale.top)}` : null });
    bar.style.width = `${Math.max(4, 100 * level)}%`;
    bar.style.background = heat(level, this.looks.theme);
    return [h("span", { class: "tree-figure" }, mode.text(value, errorOf(this.session.cards, card, mode)), h("span", { class: "tree-bar-room" }, bar))];
  }

  private key(event: KeyboardEvent): void {
    const row = this.rows[this.at];
    if (!row || event.altKey || event.ctrlKey || event.metaKey) return;
    const { session } = this;
    const go = (index: number) => {
      this.at = Math.max(0, Math.min(this.rows.length - 1, index));
      this.commands.showCard(this.rows[this.at].card);
    };
    switch (event.key) {
      case "ArrowDown": go(this.at + 1); break;
      case "ArrowUp": go(this.at - 1); break;
      case "Home": go(0); break;
      case "End": go(this.rows.length - 1); break;
      case "ArrowRight":
        if (!session.isOpen(row.card) && session.cards.canOpen(row.card)) this.commands.toggle(row.card);
        else if (session.isOpen(row.card)) go(this.at + 1);
        break;
      case "ArrowLeft":
        if (session.isOpen(row.card)) this.commands.toggle(row.card);
        else go(this.rows.findIndex((other) => other.card === session.cards.parent(row.card)));
        break;
      case "Enter":
      case " ": this.commands.toggle(row.card); break;
      default: return;
    }
    event.preventDefault();
    event.stopPropagation();
  }
}

/** The least that is kept of the end of a name too long for its row, and the most. */
const LEAST_END = 5;
const MOST_END = 14;

/** What a name ends in, from each beginning of a word on, the shortest first. */
function endingsOf(name: string): string[] {
  const starts: number[] = [];
  for (let at = name.length - LEAST_END; at > 2 && at >= name.length - MOST_END; at--) if (!/[a-z0-9]/i.test(name[at - 1])) starts.push(at);
  return starts.map((at) => name.slice(at));
}

/**
 * A name in two parts: where there is no room for it all, the first is shortened. The second is the shortest ending that no sibling has,
 * or the longest that there is room for; `endings`: how many of the siblings have each.
 */
export function cutApart(name: string, endings: ReadonlyMap<string, number>): [string, string] {
  const own = endingsOf(name);
  const end = own.find((ending) => (endings.get(ending) ?? 0) < 2) ?? own[own.length - 1] ?? name.slice(-(LEAST_END + 4));
  const cut = name.length - end.length;
  return cut > 2 ? [name.slice(0, cut), end] : [name, ""];
}

function rowId(card: number): string {
  return `tree${-cardKey(card)}`;
}
