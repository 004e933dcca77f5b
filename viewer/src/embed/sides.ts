// Graphs in frames: one, or two side by side with what is told of their names.
import type { Api } from "../api";
import { plural } from "../data/words";
import type { Page } from "../pair";
import { EMPTY, type View } from "../state/link";
import { button, h, replace } from "../ui/dom";
import { emptyFrame, windowOf, type FrameParts } from "./frame";
import type { Fonts, GraphFile } from "./given";
import { Linked } from "./linked";
import { matchNames, toldNames, type MatchedNames } from "./names";

export interface ShownFile {
  file: GraphFile;
  view?: View;
  theme?: string;
}

/** Where a reader of a graph without a drawing starts. */
const TABLES: View = { ...EMPTY, shown: "drawing", tab: "layers" };

export interface SidesParts extends FrameParts {
  fonts: Fonts;
  /** Takes one of two away. */
  close(file: GraphFile): void;
  /** What goes wrong after it was drawn. */
  wrong(error: unknown): void;
  /** What comes with a frame: files are dropped on it, keys pressed in it. */
  framed(window: Window): void;
}

/** What is in one frame. A graph that is known as written and as executed has a page for each of both, once it was shown. */
export class Framed {
  readonly pages: Page[] = [];
  api: Api | null = null;

  constructor(readonly file: GraphFile) {}

  /** The one that the reader sees. */
  get page(): Page {
    return this.pages.find(({ root }) => root.isConnected) ?? this.pages[0];
  }
}

export class Sides {
  readonly element = h("div", { class: "shown coming" });
  readonly strip = h("div", { class: "strip", role: "status" });
  /** From left to right. */
  readonly framed: readonly Framed[];
  private readonly told = h("span", { class: "told" });
  private readonly linked = new Linked((words) => (this.told.textContent = words));

  constructor(
    private readonly parts: SidesParts,
    readonly files: readonly ShownFile[],
  ) {
    this.framed = files.map(({ file }) => new Framed(file));
  }

  /** Draw all of them, in an element that is in the document; until `show` nobody sees it. Rejects where one cannot be drawn. */
  async draw(built: (page: Page, index: number) => void): Promise<void> {
    const { element, files } = this;
    if (files.length > 1) element.classList.add("two");
    if (files.length > 1) element.append(...files.map(({ file }) => h("div", { class: "called" }, h("span", {}, h("b", {}, file.name), file.from && h("span", { class: "soft" }, ` ${file.from}`)), button("×", () => this.parts.close(file), { class: "close", title: `Close ${file.name}`, "aria-label": `Close ${file.name}` }))));
    await Promise.all(files.map((shown, index) => this.drawOne(shown, index, built)));
    if (files.length > 1) this.tellNames();
  }

  private async drawOne({ file, view = file.isDrawn ? EMPTY : TABLES, theme = "" }: ShownFile, index: number, built: (page: Page, index: number) => void): Promise<void> {
    const { parts, element } = this;
    const frame = emptyFrame(element.ownerDocument, `Graph of ${file.name}`);
    const window = windowOf(frame, parts.style);
    element.append(frame);
    const inside = await window;
    await new Promise<void>((done, fail) => {
      let drawn = false;
      parts.page(inside, {
        file, view, theme, fonts: parts.fonts,
        built: (page) => {
          this.framed[index].pages.push(page);
          if (!file.isDrawn) page.root.dataset.tree = "hidden"; // its rows are the cards of the drawing
          this.linked.add(index, page);
          built(page, index);
        },
        ready: (api) => {
          drawn = true;
          this.framed[index].api = api;
          done();
        },
        failed: (error) => (drawn ? parts.wrong(error) : fail(error)),
      });
    });
    parts.framed(inside);
  }

  /** Of two graphs the strip says what has the same name. */
  private tellNames(): void {
    const [left, right] = this.framed;
    const names = matchNames(left.page.session.facts, right.page.session.facts);
    replace(this.strip, h("b", {}, "Side by side, matched by name"), h("span", {}, toldNames(names)), ...this.alone(names),
      h("span", { class: "soft" }, "What changed is told by: opscope diff A B -o page.html"), this.told);
  }

  /** Buttons that light what only one side has, and what is of another type. */
  private alone({ ops, layers, retyped }: MatchedNames): HTMLElement[] {
    const [left, right] = this.framed.map(({ page }) => page);
    const light = (words: string, page: Page, rows: number[], groups: number[]) =>
      rows.length + groups.length ? button(words, () => page.commands.light(rows, words, groups)) : null;
    return [
      light(`${plural(ops.left.length, "op")} only left`, left, ops.left, []),
      light(`${plural(ops.right.length, "op")} only right`, right, ops.right, []),
      light(`${plural(layers.left.length, "layer")} only left`, left, [], layers.left),
      light(`${plural(layers.right.length, "layer")} only right`, right, [], layers.right),
      light(`${retyped.length.toLocaleString("en")} of another type`, left, retyped, []),
    ].filter((each): each is HTMLButtonElement => each !== null);
  }
}
