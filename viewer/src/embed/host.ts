// Takes files and shows them in frames, one or two: on a page beside the graph that it holds itself, and in an <opscope-view>, which holds none.
import type { Page } from "../pair";
import type { View } from "../state/link";
import { button, h, replace } from "../ui/dom";
import { listenForDrops } from "./drops";
import { readGraph } from "./file";
import type { FrameParts } from "./frame";
import type { Fonts, GraphFile } from "./given";
import { SHEET } from "./sheet";
import { Sides, type Framed, type ShownFile } from "./sides";

/** A file, or its text; what it is called where it has no name of its own. */
export interface Content {
  name: string;
  content: Blob | string;
}

/** What a page has drawn itself, not in a frame. */
export interface OwnGraph {
  file: GraphFile;
  view(): View;
  theme(): string;
  /** Makes room: from now on all graphs are in frames. */
  leave(): void;
}

export interface HostParts extends FrameParts {
  root: ShadowRoot;
  fonts(): Promise<Fonts>;
  /** The part `style` of any page's header: the units and words in which the facts of JSON are told. */
  words: unknown;
  own?: OwnGraph;
  /** Where files may be dropped; null: nowhere. */
  target: EventTarget | null;
  /** What is said while there is nothing to see. */
  empty: string;
  theme(): string;
  /** Another graph is shown, or others. */
  shown?(files: readonly GraphFile[]): void;
  /** A page was built in a frame. */
  built?(page: Page, index: number): void;
  framed?(window: Window): void;
  failed?(message: string): void;
}

export class Host {
  private sides: Sides | null = null;
  private own: OwnGraph | null;
  /** Counts what was asked for: what is read while something else is asked for is not shown any more. */
  private asked = 0;
  private readonly note = h("div", { class: "note", role: "alert" });
  private readonly over = h("div", { class: "over", hidden: true }, "Drop a page or JSON that opscope saved, or two to see them side by side");
  private readonly empty: HTMLElement;
  private readonly element: HTMLElement;
  private readonly endings: (() => void)[] = [];

  constructor(private readonly parts: HostParts) {
    this.own = parts.own ?? null;
    this.empty = h("div", { class: "empty soft" }, parts.empty);
    this.empty.hidden = !parts.empty;
    this.element = h("div", { class: "host" }, this.empty, this.note, this.over);
    const view = parts.root.ownerDocument.defaultView as (Window & typeof globalThis) | null;
    const sheet = new (view ?? globalThis).CSSStyleSheet();
    sheet.replaceSync(SHEET);
    parts.root.adoptedStyleSheets = [sheet];
    parts.root.append(this.element);
    if (parts.target) this.drops(parts.target);
  }

  /** What is shown, from left to right. */
  get files(): readonly GraphFile[] {
    return this.sides ? this.sides.files.map(({ file }) => file) : this.own ? [this.own.file] : [];
  }

  /** The frames, from left to right. */
  get framed(): readonly Framed[] {
    return this.sides?.framed ?? [];
  }

  /** Forget everything that listens outside of the frames. */
  end(): void {
    this.asked++;
    for (const end of this.endings.splice(0)) end();
    this.element.remove();
  }

  /** Read files that were dropped, and show them; of one, ask first where a graph is shown already. */
  async take(contents: readonly Content[]): Promise<void> {
    if (contents.length > 2) return this.say("Two graphs can be seen side by side: drop one file or two");
    await this.trying(async (isAsked) => {
      const files = await Promise.all(contents.map(({ name, content }) => readGraph(name, content, this.parts.words)));
      if (!isAsked() || !files.length) return;
      if (files.length === 2) return this.show(files.map((file) => ({ file })));
      if (!this.files.length) return this.show([{ file: files[0] }]);
      this.ask(files[0]);
    });
  }

  /** Read files and show them in the place of what is shown. */
  async open(contents: readonly Content[], view?: View): Promise<void> {
    await this.trying(async (isAsked) => {
      const files = await Promise.all(contents.map(({ name, content }) => readGraph(name, content, this.parts.words)));
      if (isAsked()) await this.show(files.map((file) => ({ file, ...(view ? { view } : {}) })));
    });
  }

  /** Say a line over what is shown. */
  say(message: string): void {
    this.note.classList.add("wrong");
    replace(this.note, h("p", {}, message), button("×", () => this.hush(), { class: "close", "aria-label": "Close this message" }));
  }

  /** Wear `light` or `dark`; anything else: what the page around has. */
  dress(theme: string): void {
    this.element.style.colorScheme = ["light", "dark"].includes(theme) ? theme : "";
  }

  /** Show nothing. */
  clear(): void {
    this.asked++;
    this.hush();
    this.swap(null);
  }

  private async trying(act: (isAsked: () => boolean) => Promise<void>): Promise<void> {
    const mine = ++this.asked;
    this.hush();
    try {
      await act(() => mine === this.asked);
    } catch (error) {
      if (mine === this.asked) this.fail(error);
    }
  }

  private fail(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    this.say(message);
    this.parts.failed?.(message);
  }

  private hush(): void {
    this.note.classList.remove("wrong");
    replace(this.note);
  }

  /** A file was dropped where a graph is shown. */
  private ask(file: GraphFile): void {
    const shown = this.files;
    const beside = shown.length === 1 ? [button(`Show it beside ${shown[0].name}`, () => void this.trying(() => this.show([...this.kept(), { file }])))] : [];
    replace(this.note, h("p", {}, h("b", {}, file.name), ` (${file.from}) with ${file.ops.toLocaleString("en")} ops was dropped.`),
      button("Open it", () => void this.trying(() => this.show([{ file }]))), ...beside, button("Cancel", () => this.hush()));
    this.note.querySelector("button")?.focus();
  }

  /** What is shown now, as it is shown. */
  private kept(): ShownFile[] {
    if (this.sides) return this.sides.framed.map(({ file, page }) => ({ file, view: page.views.now(), theme: page.themes.choice }));
    return this.own ? [{ file: this.own.file, view: this.own.view(), theme: this.own.theme() }] : [];
  }

  /** Draw these where nobody sees it, then put them in the place of what is shown. Where one cannot be drawn, what is shown stays. */
  private async show(files: ShownFile[]): Promise<void> {
    const { parts } = this;
    if (files.length === 2 && files.some(({ file }) => file.isDifference)) throw new Error(`${files.find(({ file }) => file.isDifference)?.file.name} is of two graphs already; open it by itself`);
    const mine = this.asked;
    const theme = parts.theme();
    const fonts = await parts.fonts();
    const sides = new Sides({
      ...parts, fonts, wrong: (error) => this.fail(error), close: (file) => this.keep(file),
      framed: (window) => {
        if (parts.target) this.drops(window.document);
        parts.framed?.(window);
      },
    }, files.map((file) => ({ ...file, theme: file.theme ?? theme })));
    this.element.append(sides.element);
    try {
      await sides.draw((page, index) => parts.built?.(page, index));
    } catch (error) {
      sides.element.remove();
      throw error;
    }
    if (mine !== this.asked) return sides.element.remove();
    this.hush();
    this.swap(sides);
    parts.shown?.(this.files);
  }

  private swap(sides: Sides | null): void {
    const before = this.sides;
    this.own?.leave();
    this.own = null;
    this.sides = sides;
    this.empty.hidden = sides !== null || !this.parts.empty;
    if (sides) {
      sides.element.before(sides.strip);
      sides.element.classList.remove("coming");
    }
    before?.strip.remove();
    before?.element.remove();
  }

  /** Of two graphs close one. */
  private keep(closed: GraphFile): void {
    void this.trying(() => this.show(this.kept().filter(({ file }) => file !== closed)));
  }

  private drops(target: EventTarget): void {
    this.endings.push(listenForDrops(target, {
      over: (isOver) => (this.over.hidden = !isOver),
      drop: (files) => void this.take(files.map((file) => ({ name: file.name, content: file }))),
    }));
  }
}
