// Words that the right edge of the overview's window would cut in two end there with a sign that they go on. A name that is cut between two letters reads like another name.
import type { Span } from "./intoview";
import { h } from "./dom";
import { LINE, written } from "./keptnames";
import { countOf } from "./slices";

/** Of fewer letters than these nobody can say what they were, and the mark says that it goes on. */
const LEAST = 3;
/** About how wide a letter is, in parts of its size. */
const LETTER = 0.6;
/** Ground between the sign and the edge. */
const BESIDE = 4;

export class CutWords {
  readonly element = h("div", { class: "cut-words", "aria-hidden": "true" });

  /** Write these, which themselves are hidden, as far as the room across the screen reaches. */
  show(words: readonly Element[], { from, to }: Span): void {
    const sheet = this.element.getBoundingClientRect();
    const labels = words.flatMap((word) => {
      const { left, top, height } = word.getBoundingClientRect();
      const size = height / LINE;
      if (left < from || to - BESIDE - left < LEAST * LETTER * size) return [];
      const count = countOf(word);
      const label = h("div", count ? { class: "counted" } : {}, ...(count ? [h("span", {}, ...written(word)), " ", h("span", {}, ...written(count))] : written(word)));
      Object.assign(label.style, { fontSize: `${size}px`, lineHeight: `${height}px`, maxWidth: `${to - BESIDE - left}px`, transform: `translate(${left - sheet.left}px, ${top - sheet.top}px)` });
      return [label];
    });
    this.element.replaceChildren(...labels);
  }
}
