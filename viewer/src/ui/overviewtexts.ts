// What becomes of an overview's words at the edges of its window: names are kept in view, what is cut in two is hidden or ends with a sign.
import { CutWords } from "./cutwords";
import { KeptNames } from "./keptnames";
import type { Beyond } from "./more";
import { Slices } from "./slices";

/** The part of a sign of more under which nothing shows through, as in the style sheet. */
const SIGN = 20;

export class OverviewTexts {
  private readonly names = new KeptNames();
  private readonly cut = new CutWords();
  private readonly slices: Slices;
  /** What is written instead of words that are cut, above the sheet. */
  readonly elements = [this.cut.element, this.names.element];

  /** @param words what can be cut, in the window now. */
  constructor(words: () => Iterable<SVGElement | HTMLElement>) {
    this.slices = new Slices(words);
  }

  /** Read anew where names are; see `KeptNames`. */
  read(...[marks, svg, heads]: Parameters<KeptNames["read"]>): void {
    this.whole();
    this.names.read(marks, svg, heads);
  }

  /** All words as they are written. */
  whole(): void {
    this.slices.show();
  }

  /** Follow the window over a sheet that begins at `before`; on these sides there is more. */
  follow(window: HTMLElement, before: number, sides: Beyond): void {
    this.names.show(window.scrollLeft - before, window.clientWidth);
    const { left, top, right, bottom } = window.getBoundingClientRect();
    const end = (there: boolean, at: number, none: number) => (there ? at : none);
    const across = { from: end(sides.left, left + SIGN, -Infinity), to: end(sides.right, right - SIGN, Infinity) };
    this.cut.show(this.slices.hide({ from: end(sides.up, top + SIGN, -Infinity), to: end(sides.down, bottom - SIGN, Infinity) }, across), across);
  }
}
