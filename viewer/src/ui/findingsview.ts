// What the page of a graph that was checked has beside: the list of findings, and the ways from it to the drawing.
import type { Commands } from "../state/commands";
import type { FindingRows } from "../state/findinglist";
import type { Session } from "../state/session";
import { FindingList } from "./findinglist";
import { hidePanel, isNarrow, showPanel } from "./panels";
import { Sidebar } from "./sidebar";

export interface FindingsParts {
  root: HTMLElement;
  session: Session;
  commands: Commands;
  /** The panel that the list comes into. */
  tree: HTMLElement;
  say(words: string): void;
}

export class FindingsView {
  private readonly list: FindingList;
  private readonly sidebar: Sidebar;

  constructor(
    private readonly rows: FindingRows,
    private readonly parts: FindingsParts,
  ) {
    this.list = new FindingList(rows, (number, step) => this.go(number, step));
    this.sidebar = new Sidebar(parts.tree, { side: "findings", title: "Findings", list: this.list.element, count: rows.findings.entries.length });
  }

  /** To the next finding of the list, or the one before. */
  step(by: number): void {
    const number = this.rows.beside(by);
    if (number >= 0) this.go(number, false);
  }

  showList(): void {
    const { root, session } = this.parts;
    showPanel(root, session, "tree");
    this.sidebar.show("findings");
    this.list.focus();
  }

  /** The layers, for the key that leads to them. */
  showLayers(): void {
    this.sidebar.show("layers");
  }

  on(act: () => void): void {
    this.rows.on(act);
  }

  /** What a link says of the finding that the reader is at; empty: at none. */
  get id(): string {
    return this.rows.at < 0 ? "" : `${this.rows.at + 1}`;
  }

  /** Be at the finding of a link; with `go` its place is shown as well. */
  restore(id: string, go: boolean): void {
    const number = this.rows.named(id);
    if (number >= 0 && go) this.go(number, false);
    else this.rows.choose(number);
  }

  /** To the place of a finding. `step`: the reader goes on in the list from there, which stays. */
  private go(number: number, step: boolean): void {
    const { rows, parts: { commands, root, say } } = this;
    const { place, rule, message } = rows.findings.entries[number];
    if (place?.[0] === "op") commands.goOp(place[1]);
    else if (place) commands.goGroup(place[1]);
    else commands.goTop();
    rows.choose(number); // after the step: the address of the place before it still says where that was
    if (!step && isNarrow("tree")) hidePanel(root, "tree");
    const listed = rows.rows();
    say(`finding ${listed.indexOf(number) + 1} of ${listed.length}: ${rule}, ${message}`);
  }
}
