// What stands around the rows of the tree: above them what their figures are, below them what an overview beside them counts otherwise, and what no row has.
import type { Words } from "../data/words";
import { restText, type Told } from "../state/amounts";
import type { Session } from "../state/session";
import { h } from "./dom";
import type { Looks } from "./look";

export class TreeNotes {
  /** What the figures of the rows are. */
  readonly unit = h("span", { class: "tree-unit" });
  /** What the overview's figures are, where they are others than those of the rows. */
  readonly beside = h("p", { class: "tree-scope", hidden: true });
  readonly rest = h("p", { class: "tree-rest", hidden: true });
  /** What `rest` says, by colour mode. */
  private readonly rests = new Map<string, string>();

  constructor(
    private readonly session: Session,
    private readonly looks: Looks,
    private readonly words: Words,
    /** The amount that the rows tell. */
    private readonly figures: () => Told,
    /** What figures of the overview count which those of rows do not, by the colour mode; empty where they count the same. */
    private readonly overviewCounts: (mode: string) => string,
  ) {
    session.on("overview", () => this.tellOverview());
  }

  refresh(): void {
    this.tellUnit();
    this.tellOverview();
    this.tellRest();
  }

  private tellUnit(): void {
    const mode = this.looks.mode();
    const stacks = this.session.cards.stacks.names.length > 0;
    if (this.session.differing) {
      this.unit.textContent = "ops that differ";
      return;
    }
    this.unit.textContent = `${mode.kind === "amount" ? mode.title.toLowerCase() : "ops"}${stacks ? ", of one copy" : ""}`;
    this.unit.title = [
      stacks && "“2 of 6”: the row and its figure are of the second of six equal blocks; the row's tip tells what all six come to",
      mode.kind === "amount" && "a bar: how much of what the longest one stands for; an open row has none where the rows in it have theirs",
      mode.id === "time" && this.session.facts.hasErrors() && this.words.meanings.error,
      ...(mode.id === "time" ? this.session.facts.programs : []),
    ].filter(Boolean).join("\n");
  }

  /** Rows are of one copy, and of a layer alone: an overview beside them tells of a stack as a whole, in a training step with its gradients. */
  private tellOverview(): void {
    const counts = this.session.overview && !this.session.differing ? this.overviewCounts(this.looks.mode().id) : "";
    this.beside.hidden = !counts;
    this.beside.textContent = counts && `In the overview: ${counts}`;
  }

  /** What the tree does not have: the ops in no group, and those of groups that have no row, such as an optimizer's scope beside the stacks in it. With it the tree comes to what the header says. */
  private tellRest(): void {
    const { differing } = this.session;
    if (differing) {
      const rest = differing.difference.countText(differing.ofRest());
      this.rest.hidden = !rest;
      this.rest.textContent = rest && `${rest} outside of all layers`;
      return;
    }
    const told = this.rests.get(this.key);
    this.rest.hidden = !told;
    this.rest.textContent = told ?? "";
    if (told === undefined) setTimeout(() => this.findRest(), 0); // it looks at every op: the drawing comes first
  }

  private get key(): string {
    const { kind, id } = this.looks.mode();
    return kind === "amount" ? id : "ops";
  }

  private findRest(): void {
    const { cards, facts } = this.session;
    const { key } = this;
    if (this.rests.has(key)) return;
    const rest = restText(cards, facts, this.figures());
    this.rests.set(key, rest && `+ ${rest}${key !== "ops" ? "" : rest === "1" ? " op" : " ops"} outside of these rows${key === "time" && facts.measurement?.untimed?.length ? ", or in layers whose time is not known" : ""}`);
    this.tellRest();
  }
}
