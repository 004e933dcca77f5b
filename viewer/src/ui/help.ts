// What fingers do, where they point, all keys, what can be searched for, what wires look like, and what words mean, in a dialog.
import { TOUCH_TIPS, touched } from "./details";
import { button, h } from "./dom";
import { withControl } from "./keys";

const KEYS: [string, string][] = [
  ["← ↑ → ↓", "select the neighbour in the drawing"],
  ["Enter, Space", "open or close the selected group"],
  ["Shift Enter", "open everything inside it"],
  ["Shift + arrows", "move the drawing"],
  ["Page Up, Page Down", "move it by a window's height"],
  ["Home  End", "to the beginning or the end of the drawing"],
  ["+  −", "zoom"],
  ["0", "show everything"],
  ["1", "back to how the page started"],
  ["F", "bring the selection into view"],
  ["[  ]", "back and forward, as the browser's own Back and Forward"],
  [`${withControl("Z")}, ${withControl("Shift Z")}`, `take back what was changed last, and do it again; also ${withControl("Y")}`],
  [",  .", "show the previous or next copy of a stack"],
  ["/", "search; Enter and Shift Enter step through what was found"],
  ["I  O", "trace what feeds the selection, what it feeds"],
  ["Esc", "clear the trace or search, then the selection"],
  ["T", "to the layers; there arrows open and close"],
  ["M", "write a note on what is selected"],
  ["B", "bookmark what is open, selected and in view"],
  ["?", "this list"],
];

const OVERVIEW: [string, string][] = [
  ["V", "the overview, and back to the drawing"],
  ["In the overview", "Enter, Space or a double click opens and closes a group where it stands; V first closes all that is open"],
];

const CHANGES: [string, string][] = [
  ["N  P", "the next change, and the one before"],
  ["C", "to the list of changes; there right and left open and close"],
];

const FINDINGS: [string, string][] = [
  ["N  P", "the next finding of check, and the one before"],
  ["C", "to the list of findings"],
];

const SIDES: [string, string][] = [
  ["X", "as written or as executed; what stands for the selection is selected there"],
];

const FILTERS: [string, string][] = [
  ["op:Conv2D", "op type"], ["class:Dense", "layer class"], ["layer:block", "path of the layer"], ["dtype:float64", "type of an output"],
  ["shape:8,64", "dimensions next to each other; * is any"], ["device:GPU", "where it runs"], ["name:cell/", "full name"], ["source:model.py:34", "file and line, also file:"], ["time>0.1ms", "also memory, flops, bytes, parameters"],
  ["/while.*cond/", "regular expression"], ["op:/^Conv/", "regular expression in one field"], ["note:why", "in your notes"], ["-grad", "without this"],
];

const SIDE_FILTERS: [string, string][] = [["executed:fused", "what became of it, or why it is there"]];

const WIRES: [string, string][] = [
  ["thin", "a tensor, its type beside it where it is new"],
  ["thick", "several tensors, their number beside it"],
  ["dotted grey", "no tensor: what is at its end runs after what is at its beginning (control edge), or is a branch that may be chosen there"],
  ["dash and dot", "in the copy that is shown it runs through layers that are not drawn, comes from one, or is not there: the words at its arrow say which"],
  ["dashed red", "the way back of a loop's variable"],
];

const WORDS: [string, string][] = [
  ["of one copy", "beside a stack of equal blocks stands the figure of the block that is shown; “2 of 6”: it is the second of six"],
  ["▹ ▿", "opens in the drawing only: there are no rows in it"],
  ["directly in it", "what a layer or group does itself, beside the layers and groups in it"],
  ["7 ops, 5 op runs", "the graph has seven; in one measured step ops ran five times: what is constant or fused does not run by itself, what is in a loop runs again"],
  ["in other copies", "not drawn: of equal blocks one is drawn"],
  ["dead ops", "what no output and no side effect needs; not drawn"],
  ["custom class", "a layer whose class is the model's own code, not a library's"],
  ["same weights", "one more call of a layer that stands elsewhere too"],
];

/** What lies less far below the edge, in pixels, is the room under the last line. */
const NEAR_END = 30;

export class Help {
  readonly element = h("dialog", { class: "help", tabindex: -1, "aria-label": "Keys, search, wires and words" });

  // The keyboard scrolls the dialog by itself: the sign is for pointers and fingers.
  private readonly more = button("↓ more below", () => this.element.scrollBy({ top: 0.8 * this.element.clientHeight }), { class: "help-more", hidden: true, tabindex: -1, "aria-hidden": "true", title: "Scroll down" });

  /** @param overview whether the page has one; `beside`: what is listed beside the layers; `sides`: whether it is as written and as executed. */
  constructor(overview: boolean, beside: "changes" | "findings" | null = null, sides = false) {
    const listed = beside === "changes" ? CHANGES : beside === "findings" ? FINDINGS : [];
    const list = (rows: readonly (readonly [string, string, ...unknown[]])[]) =>
      h("dl", { class: "pairs keys" }, ...rows.flatMap(([keys, text]) => [h("dt", {}, h("kbd", {}, keys)), h("dd", {}, text)]));
    const part = (title: string, rows: Parameters<typeof list>[0]) => h("section", {}, h("h2", {}, title), list(rows));
    this.element.append(
      button("×", () => this.element.close(), { class: "help-away", "aria-label": "Close", title: "Close (Esc)" }),
      h("div", { class: "help-parts" }, touched() ? part("Fingers", TOUCH_TIPS) : null, part("Keys", [...listed, ...KEYS, ...(overview ? OVERVIEW : []), ...(sides ? SIDES : [])]), part("Search", [...FILTERS, ...(sides ? SIDE_FILTERS : [])]), part("Wires", WIRES), part("Words", WORDS)),
      button("Close", () => this.element.close(), { class: "close", title: "Close (Esc)" }), this.more,
    );
    this.element.addEventListener("scroll", () => this.tellMore());
    new ResizeObserver(() => this.tellMore()).observe(this.element);
    this.element.addEventListener("click", (event) => {
      if (event.target === this.element) this.element.close();
    });
  }

  show(): void {
    this.element.showModal();
    // The browser would focus the button at the end, and scroll past the keys.
    this.element.focus();
    this.element.scrollTop = 0;
    this.tellMore();
  }

  /** What reaches below the window is told by a sign at its lower edge. */
  private tellMore(): void {
    const { scrollTop, clientHeight, scrollHeight } = this.element;
    this.more.hidden = scrollTop + clientHeight > scrollHeight - NEAR_END;
  }
}
