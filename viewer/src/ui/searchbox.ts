// The search field and its results: as you type, with the path of each, stepped through by arrows or Enter.
import type { Counterpart } from "../data/counterpart";
import type { Units } from "../data/style";
import type { Facts } from "../data/facts";
import { exact, plural, type Words } from "../data/words";
import { Search, type Hits } from "../find/search";
import { pieces, placed, why } from "../find/why";
import type { Session } from "../state/session";
import { button, h, replace } from "./dom";
import { VirtualList } from "./list";
import { sign } from "./signs";

const ROW = 40;
/** Rows of the list while arrows step through it, at least and at most: in between as many as do not lie over what was found. */
const FEW = 2;
const STEPPING = 8;
/** Kept free between the list and what was found, with the line below the list, in pixels. */
const ABOVE_FOUND = 36;
/** Rows of the list at most, and what of the window stands above and below it, in pixels. */
const MOST = 9;
const BESIDE = 106;
/** What of a row's width a path does not have, and the width of one of its letters, in pixels. */
const BESIDE_PATH = 30;
const LETTER = 6.7;
const HELP = "Words match names; also op:Conv2D class:Dense dtype:float64 shape:8,64 file:model.py time>1ms /regex/, and -word to leave out";

export interface Found {
  count: number;
  problem: string;
}

export class SearchBox {
  readonly element: HTMLElement;
  readonly input = h("input", {
    type: "text", role: "combobox", "aria-label": "Search ops and layers", "aria-expanded": "false", "aria-controls": "hits",
    "aria-autocomplete": "list", autocomplete: "off", spellcheck: "false", placeholder: "Search names", title: HELP,
  });
  private readonly counter = h("span", { class: "counter", role: "status" });
  private readonly problem = h("p", { class: "problem" });
  private readonly list = new VirtualList(ROW, (index) => this.row(index));
  private readonly kinds = h("p", { class: "hit-kinds" });
  /** Below the list: that there is more than its rows. */
  private readonly more = h("p", { class: "hit-more" });
  private readonly panel = h("div", { class: "hits", hidden: true });
  private readonly search: Search;
  private readonly words: Words;
  private hits: Hits = { groups: [], ops: [], terms: [], problem: "" };
  /** How many letters of a path a row has room for. */
  private letters = 0;
  private at = -1;

  constructor(
    private readonly session: Session,
    { units, words, counterpart }: { units: Units; words: Words; counterpart: Counterpart | null },
    private readonly go: (kind: "op" | "group", row: number) => void,
    /** Tells where in the window the result begins that was gone to, before it what it lies in, as soon as that is known. */
    private readonly whenThere: (tell: (tops: number[]) => void) => void,
    /** What the reader has written on an op or a group. */
    private readonly note: (kind: "op" | "group", row: number) => string = () => "",
  ) {
    const { differing } = session;
    this.search = new Search(session.facts, units, differing ? (kind, row) => differing.difference.nameInFirst(kind, row) : undefined, counterpart ? (row) => counterpart.outcome(row)?.kind ?? "" : undefined, note);
    this.words = words;
    this.input.placeholder = `Search names${example(session.facts)}`;
    this.list.element.id = "hits";
    this.list.element.setAttribute("role", "listbox");
    this.list.element.setAttribute("aria-label", "Results");
    this.panel.append(this.problem, this.kinds, this.list.element, this.more);
    const clear = button("×", () => this.clear(), { class: "clear", "aria-label": "Clear the search", title: "Clear the search (Esc)", tabindex: -1 });
    this.element = h("div", { class: "search", role: "search" }, this.input, this.counter, clear, this.panel);
    this.input.addEventListener("input", () => this.run(this.input.value));
    this.input.addEventListener("focus", () => this.showPanel(this.total > 0 || this.hits.problem !== ""));
    this.input.addEventListener("keydown", (event) => this.key(event));
    const warm = () => {
      if (!this.search.warm()) setTimeout(warm, 30);
    };
    setTimeout(warm, 300);
    this.element.addEventListener("focusout", (event) => {
      if (!this.element.contains(event.relatedTarget as Node | null)) this.showPanel(false);
    });
  }

  get total(): number {
    return this.hits.groups.length + this.hits.ops.length;
  }

  /** Search for `text` and light what was found. */
  run(text: string): Found {
    performance.mark("opscope:search-start");
    const { session } = this;
    session.query = text;
    if (this.input.value !== text) this.input.value = text;
    this.hits = this.search.find(text);
    this.at = -1;
    session.setLit(text.trim() ? { ops: this.hits.ops, groups: this.hits.groups, why: text } : null);
    this.show(text);
    performance.measure("opscope:search", "opscope:search-start");
    performance.clearMarks("opscope:search-start");
    session.emit("query");
    return { count: this.total, problem: this.hits.problem };
  }

  clear(): void {
    this.run("");
    this.showPanel(false);
    this.input.focus();
  }

  private show(text: string): void {
    const searched = text.trim() !== "";
    replace(this.problem, this.hits.problem);
    this.problem.hidden = !this.hits.problem;
    this.kinds.textContent = this.kindsText();
    this.kinds.hidden = !this.total;
    this.element.classList.toggle("searched", searched);
    this.counter.textContent = searched ? this.countText() : "";
    this.setRows(Math.min(MOST, rowsThatFit()));
    this.list.element.scrollTop = 0;
    this.showPanel(searched && document.activeElement === this.input && (this.total > 0 || this.hits.problem !== ""));
  }

  /** Give the list so many rows, or fewer where less was found. */
  private setRows(most: number): void {
    this.list.element.style.height = `${Math.min(most, this.total) * ROW}px`;
    this.more.hidden = this.total <= most;
    replace(this.more, `${exact(this.total)} in all: scroll`, h("span", { class: "hit-keys" }, ", or step with arrow keys"));
  }

  /** So many rows that what was found stays in view, with the head of the card around it where that leaves a few. */
  private leaveInView(tops: number[]): void {
    const { top } = this.list.element.getBoundingClientRect();
    const room = tops.map((each) => Math.floor((each - ABOVE_FOUND - top) / ROW)).find((rows) => rows >= FEW) ?? FEW;
    this.setRows(Math.min(STEPPING, rowsThatFit(), room));
  }

  private countText(): string {
    const { groups, nodes } = this.session.facts;
    const at = this.at >= 0 ? `${exact(this.at + 1)} of ` : "";
    return this.total ? `${at}${exact(this.total)}` : `none of ${exact(groups.count + nodes.count)}`;
  }

  /** What the number counts: layers, other groups, and ops. */
  private kindsText(): string {
    const { groups, ops } = this.hits;
    const layers = groups.filter((group) => this.session.facts.groups.cls(group) !== "").length;
    const counts: [number, string][] = [[layers, "layer"], [groups.length - layers, layers ? "other group" : "group"], [ops.length, "op"]];
    const told = counts.filter(([count]) => count).map(([count, noun]) => plural(count, noun)).join(", ");
    const where = this.whereText();
    return where ? `${told}: ${where}` : told;
  }

  /** Why a card holds fewer ops than were found: some lie in copies that are not shown, some in no group. */
  private whereText(): string {
    const { cards, facts: { nodes } } = this.session;
    const outside = this.hits.ops.filter((op) => nodes.group(op) < 0).length;
    const copies = this.hits.ops.filter((op) => nodes.group(op) >= 0 && cards.stacks.copyOf("nodes", op) !== null && !cards.shows("nodes", op)).length;
    return [copies && `${plural(copies, "op")} in other copies`, outside && `${plural(outside, "op")} in no group`].filter(Boolean).join(", ");
  }

  private showPanel(shown: boolean): void {
    this.panel.hidden = !shown;
    if (shown) this.letters = Math.floor((this.list.element.clientWidth - BESIDE_PATH) / LETTER);
    this.input.setAttribute("aria-expanded", String(shown));
    // A hidden list holds no rows: a late scroll of it would ask for results that are gone.
    if (shown) this.list.show(this.total, Math.max(0, this.at));
    else this.list.show(0);
  }

  private row(index: number): HTMLElement {
    const { facts } = this.session;
    const { nodes, groups } = facts;
    const group = index < this.hits.groups.length;
    const row = group ? this.hits.groups[index] : this.hits.ops[index - this.hits.groups.length];
    const name = group ? groups.part(row) : nodes.leaf(row);
    const what = group ? groups.cls(row) || groups.kind(row) : nodes.op(row);
    const path = group ? groups.path(row) : nodes.name(row);
    const { marks, types, told } = why(this.session.facts, this.words, this.hits.terms, group ? "group" : "op", row);
    const note = this.note(group ? "group" : "op", row);
    if (note) told.push(`note: ${note}`);
    const other = this.otherSide(group ? "group" : "op", row);
    const inPath = path.toLowerCase();
    const elsewhere = [...marks.filter((mark) => !inPath.includes(mark)), ...types];
    const called = group ? path : facts.called(row);
    const shown = marks.some((mark) => inPath.includes(mark) && !called.toLowerCase().includes(mark)) ? path : called; // what was asked for is in TensorFlow's own name
    const scope = shown.slice(0, shown.length - name.length).replace(/\/$/, "");
    const layers = group || nodes.group(row) < 0 ? "" : groups.path(nodes.group(row));
    const element = h("div", {
      class: index === this.at ? "hit current" : "hit", role: "option", id: `hit${index}`, "aria-selected": String(index === this.at),
      "aria-posinset": index + 1, "aria-setsize": this.total, title: [path, what, ...told].join("\n"),
    }, other, h("span", { class: "hit-name" }, ...marked(name, marks)), h("span", { class: "soft" }, " ", ...marked(what, elsewhere)), told.length ? h("span", { class: "hit-why" }, ...marked(told.join(" · "), note ? marks : [])) : null,
      h("span", { class: "hit-path" }, ...marked(placed(layers, scope, marks, this.letters), marks)));
    element.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      this.step(index);
      this.showPanel(false);
    });
    return element;
  }

  /** Of a page of two graphs how a hit differs, and what the first one calls it. */
  private otherSide(kind: "op" | "group", row: number): HTMLElement | null {
    const difference = this.session.differing?.difference;
    const status = kind === "op" ? difference?.opStatus(row) : difference?.groupStatus(row);
    const was = difference?.nameInFirst(kind, row);
    if (!difference || !(status || was)) return null;
    return h("span", { class: "hit-side" }, status ? sign(difference, status) : null, was ? h("span", { class: "hit-was" }, `${was.slice(was.lastIndexOf("/") + 1)} → `) : null);
  }

  /** Go to result `index`, round and round. */
  step(index: number): void {
    if (!this.total) return;
    this.at = (index + this.total) % this.total;
    this.counter.textContent = this.countText();
    this.list.show(this.total, this.at);
    this.input.setAttribute("aria-activedescendant", `hit${this.at}`);
    if (this.at < this.hits.groups.length) this.go("group", this.hits.groups[this.at]);
    else this.go("op", this.hits.ops[this.at - this.hits.groups.length]);
  }

  private key(event: KeyboardEvent): void {
    if (event.key === "Enter") {
      this.step(this.at + (event.shiftKey ? -1 : 1));
      this.showPanel(false); // so that what was found can be seen
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      this.step(this.at + (event.key === "ArrowDown" ? 1 : -1));
      this.showPanel(this.total > 0);
      this.kinds.hidden = true;
      this.whenThere((tops) => this.leaveInView(tops));
    } else if (event.key === "Escape") {
      if (this.panel.hidden) this.run("");
      this.showPanel(false);
      if (!this.input.value) this.input.blur();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }
}

/** How many whole rows the window has room for: half a row would look like the end of the list. */
function rowsThatFit(): number {
  return Math.max(FEW + 1, Math.floor((window.innerHeight - BESIDE) / ROW));
}

/** A text with what was searched for marked in it. */
function marked(text: string, marks: string[]): (string | HTMLElement)[] {
  return pieces(text, marks).map(([piece, found]) => (found ? h("mark", {}, piece) : piece));
}

/** Op types that a reader may look for, the likeliest first. */
const LIKELY = ["MatMul", "Conv2D", "BatchMatMulV2", "Einsum"];

/** A filter that finds something in this graph; empty where nothing is likely. */
function example({ nodes }: Facts): string {
  const rows = new Map<number, number>(); // type -> an op of it; a graph may have a million ops
  nodes.ids("op").forEach((type, row) => rows.set(type, row));
  const types = new Set([...rows.values()].map((row) => nodes.op(row)));
  const found = LIKELY.find((type) => types.has(type));
  return found ? `, op:${found}` : "";
}
