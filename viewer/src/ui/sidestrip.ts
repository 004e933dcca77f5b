// The strip above the drawing of a graph that is known as written and as executed: which of the two is shown, and what became of its ops.
import { SIDE_TITLES, type Counterpart, type Side } from "../data/counterpart";
import { exact, plural } from "../data/words";
import type { Session } from "../state/session";
import { button, h, replace, tellCut } from "./dom";

export interface SideActs {
  flip(): void;
  /** List the ops of this kind. */
  list(kind: string): void;
}

const TIPS: Record<Side, string> = {
  written: "The ops that the model was written in (X)",
  executed: "The ops that TensorFlow ran: fused, folded, moved, inserted (X)",
};

export class SideStrip {
  readonly element: HTMLElement;
  private readonly told = h("span", { class: "side-told", hidden: true });
  private readonly counts: HTMLElement;
  private readonly pressed: HTMLButtonElement;

  constructor(counterpart: Counterpart, session: Session, acts: SideActs) {
    const { side, outcomes } = counterpart;
    const sides = (["written", "executed"] as const).map((each) =>
      button(SIDE_TITLES[each], () => each !== side && acts.flip(), { class: "side-choice", "aria-pressed": String(each === side), title: TIPS[each] }));
    this.pressed = sides[side === "written" ? 0 : 1];
    const total = h("span", { class: "side-total" }, plural(session.facts.nodes.count, "op"));
    const one = ({ kind, words, count }: Counterpart["outcomes"][number]) =>
      button(`${exact(count)} ${words}`, () => acts.list(kind), { class: "side-count", title: `List ${count === 1 ? "it" : `these ${exact(count)} ops`} (search executed:${kind})` });
    this.counts = h("span", { class: "side-counts", role: "group", "aria-label": side === "written" ? "What became of the ops" : "Where the ops come from" }, total, ...outcomes.map(one), ...counterpart.saved.map((sentence) => h("span", { class: "side-saved", title: sentence }, sentence)));
    tellCut(this.counts);
    this.element = h("div", { class: "side-strip" }, h("div", { class: "side-switch", role: "group", "aria-label": "As written or as executed" }, ...sides), this.counts, this.told);
    session.on("select", () => this.tell(""));
  }

  /** What is said of what was selected on the other side; it stays until something else is selected. */
  tell(words: string): void {
    replace(this.told, words);
    this.told.hidden = words === "";
    this.told.title = words;
    this.counts.hidden = words !== "";
  }

  /** The focus was on the other side's switch. */
  focus(): void {
    this.pressed.focus();
  }
}
