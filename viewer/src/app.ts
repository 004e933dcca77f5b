// Puts the page together: data, state, drawing and panels, and what happens between them.
import type { Container } from "./data/container";
import { Cards } from "./data/cards";
import { Facts } from "./data/facts";
import { styleOf } from "./data/style";
import { plural, Words } from "./data/words";
import { cardKey, cardOf } from "./draw/compose";
import type { Mark, Point } from "./draw/frame";
import { copyText } from "./export/save";
import { saveCsv, savePng, saveSvg } from "./export/take";
import { trace } from "./find/trace";
import { modesOf } from "./state/colours";
import { History, type Moment } from "./state/history";
import { read } from "./state/link";
import { Session, type Selection } from "./state/session";
import { Views } from "./state/views";
import { Bottom } from "./ui/bottom";
import { Breadcrumb } from "./ui/breadcrumb";
import { CanvasView } from "./ui/canvas";
import { Details } from "./ui/details";
import { afterwards, button, h } from "./ui/dom";
import { Help } from "./ui/help";
import { Keys } from "./ui/keys";
import { Legend } from "./ui/legend";
import { Looks, type Family } from "./ui/look";
import { Minimap } from "./ui/minimap";
import { SearchBox, type Found } from "./ui/searchbox";
import { panelButton } from "./ui/panels";
import { splitter } from "./ui/splitter";
import { menu, modeButtons } from "./ui/toolbar";
import { Themes } from "./ui/themes";
import { Tree } from "./ui/tree";

const MANY = 4000;

export class App {
  readonly session: Session;
  readonly view: CanvasView;
  readonly search: SearchBox;
  readonly facts: Facts;
  readonly cards: Cards;
  readonly looks: Looks;
  private readonly words: Words;
  private readonly minimap: Minimap;
  private readonly legend: Legend;
  private readonly details: Details;
  readonly help = new Help();
  private readonly history = new History();
  private readonly start: number[];
  private readonly startColour: string;
  readonly views: Views;
  private readonly tip = h("div", { class: "tip", hidden: true, "aria-hidden": "true" });
  private readonly said = h("div", { class: "said", role: "status", "aria-live": "polite" });
  private readonly note = h("div", { class: "note", hidden: true });
  private readonly saveLink: () => void;
  private readonly themes: Themes;

  constructor(container: Container, root: HTMLElement) {
    this.facts = new Facts(container);
    this.cards = new Cards(container);
    const style = styleOf(container.header);
    this.words = new Words(style.units, style.coverage);
    this.session = new Session(this.facts, this.cards, style);
    this.start = [...this.session.open];
    this.views = new Views(this, this.start, () => this.startColour);
    const header = container.header as unknown as { families: Family[]; subtitle: string; about: string; notes: string[]; start: { colour?: string | null; theme?: string } };
    this.themes = new Themes(header.start.theme ?? "auto", () => {
      this.looks.changed(this.themes.dark);
      this.session.emit("colour");
    });
    this.looks = new Looks(this.session, modesOf(this.facts, this.words), header.families, style);
    this.looks.changed(this.themes.dark);
    const wanted = header.start.colour ?? "time";
    if (this.looks.modes.some((mode) => mode.id === wanted)) this.session.colour = wanted;
    this.startColour = this.session.colour;
    this.view = new CanvasView(() => this.looks.now(), {
      click: (mark, event) => this.clicked(mark, event),
      open: (mark) => this.toggle(cardOf(mark.key)),
      hover: (mark, at) => this.hover(mark, at),
    });
    this.legend = new Legend(this.session, this.looks);
    this.minimap = new Minimap(this.view, () => this.looks.now());
    this.search = new SearchBox(this.session, (kind, row) => (kind === "op" ? this.goOp(row) : this.goGroup(row)));
    this.details = new Details(this.session, this.words, {
      goOp: (row) => this.goOp(row),
      goGroup: (group) => this.goGroup(group),
      light: (ops, why) => this.light(ops, why),
      trace: (along, steps) => this.trace(along, steps),
      copy: (text, what) => void this.copy(text, what),
      copyLink: () => void this.copy(this.views.address(), "link"),
      showCopy: (card, copy) => this.showCopy(card, copy),
    });
    root.append(...this.parts(header, root));
    // Browsers slow down a page that changes its address at every frame.
    this.saveLink = afterwards(() => this.views.writeLink(), 200);
    this.listen();
    this.view.resize();
    this.view.frame = this.session.composer.frame();
    new Keys(this);
    this.views.restore(read(location.hash), true);
    this.view.paint();
  }

  private parts(header: { about: string; notes: string[] }, root: HTMLElement): HTMLElement[] {
    const tree = new Tree(this.session, this.looks, (card) => {
      this.session.selectCard(card);
      this.revealSelection();
    }).element;
    const details = this.details.element;
    const title = h("div", { class: "title", title: header.notes.join("\n") }, h("h1", {}, this.facts.name || "graph"), h("span", { class: "soft" }, header.about));
    const bar = h("header", { class: "bar" }, panelButton(root, "tree", tree), title, this.search.element, modeButtons(this.session, this.looks.modes),
      menu("View", [
        { text: "As at the start", keys: "1", act: () => this.asAtStart() },
        { text: "Show everything", keys: "0", act: () => this.view.showAll() },
        { text: "Open all below the selection", keys: "Shift Enter", act: () => this.openBelow() },
        { text: "Close all", act: () => this.closeAll() },
        { text: "Back", keys: "[", act: () => this.step(false) },
        { text: "Forward", keys: "]", act: () => this.step(true) },
        { text: "Light or dark", act: () => this.themes.flip() },
        { text: "Keys and search", keys: "?", act: () => this.help.show() },
      ]),
      menu("Save", [
        { text: "SVG of this view", act: () => saveSvg(this) },
        { text: "PNG of this view", act: () => savePng(this) },
        { text: "CSV of the table", act: () => saveCsv(this) },
        { text: "Copy link to this view", act: () => void this.copy(this.views.address(), "link") },
      ]), panelButton(root, "details", details));
    const crumb = new Breadcrumb(this.session, (card) => this.goCard(card), () => {
      this.session.select(null);
      this.view.showAll();
    });
    this.view.element.setAttribute("aria-label", `Drawing of ${this.facts.name}. Arrow keys select a neighbour, Enter opens a group, question mark lists all keys.`);
    const zoom = h("div", { class: "zoom" },
      button("+", () => this.view.zoom(1.4), { "aria-label": "Zoom in" }), button("−", () => this.view.zoom(1 / 1.4), { "aria-label": "Zoom out" }),
      button("⤢", () => this.view.showAll(), { "aria-label": "Show everything" }));
    const steps = h("div", { class: "steps" }, button("←", () => this.step(false), { "aria-label": "Back" }), button("→", () => this.step(true), { "aria-label": "Forward" }));
    const nothing = this.session.composer.frame().marks.length ? null : h("p", { class: "nothing" }, this.nothing(header.notes));
    const room = h("div", { class: "room" }, this.view.element, h("div", { class: "over" }, steps, crumb.element), zoom,
      this.minimap.element, nothing, this.note, this.tip);
    const stage = h("main", { class: "stage" }, room, this.legend.element);
    this.bottom = new Bottom(this.session, this.words, this.looks, (stands) => this.pick(stands));
    tree.append(splitter(root, { name: "tree", label: "Width of the layers", least: 120, most: () => 0.5 * innerWidth, element: tree }));
    stage.append(splitter(root, { name: "details", label: "Width of the details", least: 200, most: () => 0.5 * innerWidth, element: details }));
    this.bottom.element.append(splitter(root, { name: "bottom", label: "Height of the tables", least: 80, most: () => 0.6 * innerHeight, element: this.bottom.body }));
    return [bar, tree, stage, details, this.bottom.element, this.said, this.help.element];
  }

  /** Why nothing is drawn. */
  private nothing(notes: string[]): string {
    const { count } = this.facts.nodes;
    if (!count) return "This graph has no ops.";
    return `Nothing of this graph is drawn: ${notes.join("; ") || "its ops compute nothing that anyone reads"}. The table below lists ${count === 1 ? "the op" : `all ${plural(count, "op")}`}.`;
  }

  bottom!: Bottom;

  private listen(): void {
    const { session, view } = this;
    view.onCamera = () => {
      this.minimap.draw();
      this.saveLink();
    };
    session.on("open", () => {
      this.looks.pointed();
      view.setFrame(session.composer.frame());
      this.minimap.changed();
    });
    session.on("select", () => this.pointed());
    session.on("lit", () => {
      this.pointed();
      this.showNote();
    });
    session.on("tab", () => this.saveLink());
    session.on("colour", () => this.recoloured());
  }

  private pointed(): void {
    this.looks.pointed();
    this.minimap.pointed();
    this.view.redraw();
    const { selection } = this.session;
    if (selection) this.said.textContent = this.describe(selection);
  }

  private recoloured(): void {
    this.looks.changed(this.themes.dark);
    this.legend.refresh();
    this.minimap.changed();
    this.view.redraw();
  }

  private describe(selection: Selection): string {
    const { nodes, groups } = this.facts;
    if (selection.op >= 0) return `${nodes.op(selection.op)} ${nodes.leaf(selection.op)}`;
    const card = this.session.cardAround(selection);
    const state = this.cards.canOpen(card) ? (this.session.isOpen(card) ? ", open" : ", closed") : "";
    const size = selection.group >= 0 ? `, ${plural(groups.size(selection.group), "op")}` : "";
    return `${this.cards.title(card)} ${this.cards.subtitle(card)}${size}${state}`;
  }

  // Going places

  private now(): Moment {
    return { open: [...this.session.open], selection: this.session.selection, camera: this.view.camera };
  }

  private keep(): void {
    this.history.keep(this.now());
  }

  goOp(row: number): void {
    this.keep();
    this.session.showCopyOf("nodes", row);
    const home = this.cards.home(row);
    const card = home ? home.card : this.session.cardOfGroup(this.facts.nodes.group(row));
    if (home) this.session.setAll([card], true);
    this.session.uncover(card);
    this.session.selectOp(row);
    this.revealSelection();
  }

  goGroup(group: number): void {
    this.keep();
    this.session.showCopyOf("groups", group);
    const card = this.session.cardOfGroup(group);
    this.session.uncover(card);
    this.session.selectGroup(group);
    this.revealSelection();
  }

  goCard(card: number): void {
    this.keep();
    this.session.uncover(card);
    this.session.selectCard(card);
    this.revealSelection();
  }

  /** Put another copy of a stack in the place of the one that is drawn. */
  showCopy(card: number, copy: number): void {
    const count = this.cards.repeat(card);
    this.session.showCopy(this.cards.stack(card), (copy + count) % count);
    this.session.selectCard(card);
  }

  revealSelection(): void {
    const key = this.session.selection ? this.session.markKey(this.session.selection) : null;
    if (key !== null) this.view.reveal(key);
  }

  toggle(card: number): void {
    if (card <= 0 || !this.cards.canOpen(card)) return;
    this.setOpen(card, !this.session.isOpen(card));
  }

  /** Open or close a card where it stands: its corner stays on the same pixel. */
  setOpen(card: number, open: boolean): void {
    performance.mark("opscope:open-start");
    this.keep();
    const before = this.view.onScreen(cardKey(card));
    this.session.uncover(card);
    this.session.setOpen(card, open);
    this.view.frame = this.session.composer.frame();
    if (before) this.view.hold(cardKey(card), before);
    this.view.paint();
    performance.measure("opscope:open", "opscope:open-start");
    performance.clearMarks("opscope:open-start");
    this.said.textContent = `${this.cards.title(card)} ${open ? "opened" : "closed"}`;
  }

  openBelow(): void {
    const { selection } = this.session;
    const card = selection ? this.session.cardAround(selection) : 0;
    const cards = this.session.below(card, MANY);
    this.keep();
    const before = this.view.onScreen(cardKey(card));
    this.session.setAll(cards, true);
    this.view.frame = this.session.composer.frame();
    if (before) this.view.hold(cardKey(card), before);
    this.view.redraw();
    if (cards.length >= MANY) this.said.textContent = `opened ${plural(MANY, "group")}, the rest stays closed`;
  }

  private closeAll(): void {
    this.keep();
    this.session.restoreOpen([]);
    this.view.frame = this.session.composer.frame();
    this.view.showStart();
  }

  asAtStart(): void {
    this.keep();
    this.session.restoreOpen(this.start);
    this.view.frame = this.session.composer.frame();
    this.view.showStart();
  }

  step(forward: boolean): void {
    const moment = forward ? this.history.forward(this.now()) : this.history.back(this.now());
    if (!moment) return;
    this.session.restoreOpen(moment.open);
    this.view.frame = this.session.composer.frame();
    this.session.select(moment.selection);
    this.view.glide(moment.camera);
  }

  // Pointing

  private clicked(mark: Mark | null, event: PointerEvent): void {
    if (!mark) {
      this.session.select(null);
      return;
    }
    const card = cardOf(mark.key);
    if (card >= 0) this.session.selectCard(card);
    else if (mark.key < this.facts.nodes.count) this.session.selectOp(mark.key);
    if (card >= 0 && event.altKey) this.openBelow();
  }

  private hover(mark: Mark | null, at: Point): void {
    const card = mark ? cardOf(mark.key) : -1;
    this.view.element.classList.toggle("over-mark", mark !== null);
    const small = mark !== null && (this.view.camera.scale < 0.75 || mark.form !== "card");
    this.tip.hidden = !small;
    if (!mark || !small) return;
    const op = mark.key >= 0 && mark.key < this.facts.nodes.count ? mark.key : -1;
    const group = card >= 0 ? this.cards.group(card) : -1;
    const lines = op >= 0
      ? [this.facts.nodes.name(op), this.facts.nodes.op(op), ...this.facts.nodes.outputs(op).slice(0, 3).map((type) => `${type.dtype} ${type.shape ? `(${type.shape.map((dim) => dim ?? "?").join(", ")})` : "(...)"}`)]
      : group >= 0 ? [this.facts.groups.path(group), mark.subtitle, mark.detail] : [mark.title, mark.subtitle];
    this.tip.replaceChildren(...lines.filter(Boolean).map((line) => h("div", {}, line)));
    const { w, h: high } = this.view.size;
    this.tip.style.left = `${Math.min(at.x + 14, w - 330)}px`;
    this.tip.style.top = `${at.y + 18 + 70 > high ? at.y - 70 : at.y + 18}px`;
  }

  // Lighting

  light(ops: number[], why: string, groups: number[] = []): void {
    this.session.setLit({ ops, groups, why });
  }

  trace(along: boolean, steps: number): void {
    const { selection } = this.session;
    if (!selection) return;
    const from = selection.op >= 0 ? [selection.op] : selection.group >= 0 ? this.facts.groups.within(selection.group) : [];
    if (!from.length) return;
    const found = trace(this.facts.nodes, from, along, steps);
    this.light(found, along ? "fed by the selection" : "feeding the selection");
  }

  private pick(stands: { ops: number[]; groups: number[] }): void {
    if (stands.groups.length === 1) this.goGroup(stands.groups[0]);
    else if (stands.ops.length === 1) this.goOp(stands.ops[0]);
    else this.light(stands.ops, "of this row");
  }

  private showNote(): void {
    const { lit, query } = this.session;
    const shown = lit !== null && lit.why !== query;
    this.note.hidden = !shown;
    if (!lit || !shown) return;
    this.note.replaceChildren(h("span", {}, `${plural(lit.ops.length, "op")} ${lit.why}`), button("Show all again", () => this.session.setLit(null)));
  }

  searchFor(text: string): Found {
    return this.search.run(text);
  }

  private async copy(text: string, what: string): Promise<void> {
    this.said.textContent = (await copyText(text)) ? `${what} copied` : `the ${what} could not be copied`;
  }
}
