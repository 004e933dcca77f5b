// The strip at the bottom: tabs for the tables, the flame graph, the curve of the memory and plots of a measured step, folded until one is chosen.
import type { Words } from "../data/words";
import type { Mode } from "../state/colours";
import type { Picked } from "../state/commands";
import type { Session } from "../state/session";
import { coverage } from "./coverage";
import { button, h, replace, tellCut } from "./dom";
import { Flame } from "./flame";
import type { Looks } from "./look";
import { MeasuredMemoryView } from "./measuredmemory";
import { Memories } from "./memories";
import { MemoryView } from "./memory";
import type { NotesView } from "./notesview";
import { RooflineView } from "./roofline";
import { differingSheets } from "./differingrows";
import { sheetsOf, type Sheet } from "./rows";
import { Table } from "./table";
import { TimelineView } from "./timeline";
import { Treemap } from "./treemap";

/** What a tab shows that is no table. */
interface Sight {
  readonly element: HTMLElement;
  /** What it shows, as a table. */
  csv?(): string;
  /** Take the figures and the colours of a mode. */
  show?(mode: Mode, level: (value: number) => number): void;
  /** Mark what is selected. */
  mark?(): void;
}

/** What the tabs open, in words. */
const TOLD: Record<string, string> = {
  layers: "the table of layers", ops: "the table of ops", types: "the table of op types", lines: "the table of source lines", flame: "the flame graph", treemap: "the treemap",
  memory: "the curve of the memory", timeline: "the timeline of a step", roofline: "the roofline", notes: "notes and bookmarks",
};

export class Bottom {
  readonly element: HTMLElement;
  private readonly strip = h("div", { class: "tabs", role: "tablist", "aria-label": "Tables" });
  readonly body = h("div", { class: "bottom-body", id: "panel-bottom", role: "tabpanel", hidden: true });
  private readonly tables = new Map<string, Table>();
  /** Each is made when its tab is first chosen. */
  private readonly sights = new Map<string, Sight>();
  private sheets: Sheet[] | null = null;

  constructor(
    private readonly session: Session,
    private readonly words: Words,
    private readonly looks: Looks,
    private readonly notes: NotesView,
    private readonly acts: { pick(stands: Picked): void; showTab(tab: string | null): void; lookAt(legend: string, kind: string | null): void },
  ) {
    this.element = h("section", { class: "bottom", "aria-label": "Tables, flame graph and memory" },
      h("div", { class: "strip" }, this.strip, coverage(session, words), button("×", () => this.close(), { class: "bottom-close", "aria-label": "Close the table", title: "Close" })), this.body);
    tellCut(this.strip);
    notes.onCount(() => this.tellTabs());
    session.on("tab", () => this.refresh());
    session.on("colour", () => this.refresh());
    session.on("select", () => this.markSelected());
    this.refresh();
  }

  /** The table in view as CSV with its name; the layers' where none is. */
  csv(): { name: string; text: string } | null {
    const { tab } = this.session;
    const text = tab ? this.sight(tab)?.csv?.() : undefined;
    if (tab && text !== undefined) return { name: tab === "memory" ? "peak" : tab, text };
    const id = tab && !this.sight(tab) ? tab : this.all()[0]?.id;
    return id ? { name: id, text: this.table(id).csv() } : null;
  }

  /** The tabs that this graph has something for. */
  ids(): string[] {
    const noted = this.notes.isNeeded || this.session.tab === "notes" ? ["notes"] : [];
    const { facts } = this.session;
    const grouped = facts.groups.count > 0;
    if (this.session.differing) return [...this.all().map(({ id }) => id), ...noted];
    const has: Record<string, boolean> = { layers: grouped, flame: grouped, treemap: grouped, lines: facts.sourceCount > 0, memory: facts.memory !== null || facts.measuredMemory !== null, timeline: facts.hasTimeline, roofline: facts.roofline !== null };
    return [...["layers", "ops", "types", "lines", "flame", "treemap", "memory", "timeline", "roofline"].filter((id) => has[id] ?? facts.nodes.count > 0), ...noted];
  }

  /** What a tab shows that is no table; null: it is one. */
  private sight(id: string): Sight | null {
    const known = this.sights.get(id);
    if (known) return known;
    const made = this.made(id);
    if (made) this.sights.set(id, made);
    return made;
  }

  private made(id: string): Sight | null {
    const { session, session: { facts }, words, acts, acts: { pick } } = this;
    const theme = () => this.looks.theme;
    if (id === "notes") return this.notes;
    if (id === "flame") return new Flame(session, words, theme, pick);
    if (id === "treemap") return new Treemap(session, words, theme, pick);
    if (id === "roofline" && facts.roofline) return new RooflineView(session, facts.roofline, words, theme, pick);
    if (id === "timeline" && facts.timeline) return new TimelineView(session, facts.timeline, words, this.looks, acts);
    return id === "memory" ? this.memory() : null;
  }

  /** What a measured step took, and what was estimated; the one alone where the other is not known. */
  private memory(): Sight | null {
    const { session, session: { facts: { memory, measuredMemory } }, words } = this;
    const theme = () => this.looks.theme;
    const go = (op: number) => this.acts.pick({ ops: [op], groups: [] });
    const estimated = memory && (() => new MemoryView(session, memory, words, theme, go));
    const measured = measuredMemory && (() => new MeasuredMemoryView(session, measuredMemory, words, theme, go));
    if (estimated && measured) return new Memories({ "Measured step": measured, "Estimated from shapes": estimated });
    return (estimated ?? measured)?.() ?? null;
  }

  private all(): Sheet[] {
    const { facts, differing } = this.session;
    return (this.sheets ??= differing ? differingSheets(facts, differing) : sheetsOf(facts, this.words));
  }

  private table(id: string): Table {
    let table = this.tables.get(id);
    if (!table) {
      const sheet = this.all().find((one) => one.id === id) ?? this.all()[0];
      this.tables.set(id, (table = new Table(sheet, (row) => this.acts.pick(sheet.stands(row)))));
    }
    return table;
  }

  private tellTabs(): void {
    const titles: Record<string, string> = { layers: this.session.facts.groups.title, ops: "Ops", types: "Op types", lines: "Source lines", flame: "Flame graph", treemap: "Treemap", memory: "Memory", timeline: "Timeline", roofline: "Roofline", notes: `Notes (${this.notes.count})` };
    const focused = this.strip.contains(document.activeElement);
    replace(this.strip, ...this.ids().map((id) => this.tab(id, titles[id])));
    if (focused) this.strip.querySelector<HTMLElement>('[tabindex="0"]')?.focus();
  }

  private refresh(): void {
    const { tab } = this.session;
    this.tellTabs();
    this.element.classList.toggle("open", tab !== null);
    this.body.hidden = tab === null;
    if (tab === null) return;
    const sight = this.sight(tab);
    replace(this.body, (sight ?? this.table(tab)).element);
    sight?.show?.(this.looks.mode(), (value) => this.looks.scale().level(value));
    this.markSelected();
    this.body.setAttribute("aria-labelledby", `tab-${tab}`);
    this.strip.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest", inline: "center" });
  }

  private markSelected(): void {
    const { tab, selection } = this.session;
    if (tab === null) return;
    const sight = this.sight(tab);
    if (sight) sight.mark?.();
    else this.table(tab).mark(selection?.op ?? -1, selection?.group ?? -1);
  }

  private close(): void {
    this.acts.showTab(null);
    this.strip.querySelector<HTMLElement>('[tabindex="0"]')?.focus(); // the button that had the focus is gone with the table
  }

  private tab(id: string, title: string): HTMLElement {
    const chosen = this.session.tab === id;
    const first = this.session.tab === null && id === this.ids()[0];
    const element = button(title, () => this.acts.showTab(chosen ? null : id), {
      role: "tab", title: `${chosen ? "Close" : "Open"} ${TOLD[id] ?? title.toLowerCase()}`, id: `tab-${id}`, "aria-selected": String(chosen), class: "tab", tabindex: chosen || first ? 0 : -1,
    });
    element.addEventListener("keydown", (event) => {
      const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
      if (!step) return;
      const all = [...this.strip.querySelectorAll<HTMLElement>("[role=tab]")];
      all[(all.indexOf(element) + step + all.length) % all.length].focus();
      event.preventDefault();
      event.stopPropagation();
    });
    return element;
  }
}
