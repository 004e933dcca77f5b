// The note over the drawing while something is lit that was not searched for: what, and the way back.
import { plural } from "../data/words";
import type { Session } from "../state/session";
import { button, h, replace } from "./dom";

export class Note {
  readonly element = h("div", { class: "note", hidden: true });

  constructor(private readonly session: Session) {
    session.on("lit", () => this.refresh());
  }

  private refresh(): void {
    const { lit, query } = this.session;
    const shown = lit !== null && lit.why !== query;
    this.element.hidden = !shown;
    if (!lit || !shown) return;
    replace(this.element, h("span", {}, `${plural(lit.ops.length, "op")} ${lit.why}`), button("Show all", () => this.session.setLit(null), { title: "Light nothing any more (Esc)" }));
  }
}
