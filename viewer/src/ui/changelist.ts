// The list of the changes: the entries of the story with filters by kind and, below each, the exact ones.
import { FOLLOWING, type Difference, type Entry } from "../data/difference";
import type { Facts } from "../data/facts";
import { titleOf } from "../data/sides";
import { exact, plural } from "../data/words";
import type { Changes, ChangeRow } from "../state/changes";
import { button, h, replace } from "./dom";
import { VirtualList } from "./list";
import { sign } from "./signs";

/** Room for three lines: a sentence that is cut ends before what it tells. */
const ROW = 52;
/** How many of an exact change's parts its row names. */
const MOST_NAMED = 3;

export class ChangeList {
  readonly element: HTMLElement;
  private readonly list = new VirtualList(ROW, (index) => this.row(index));
  private readonly filters = h("div", { class: "change-kinds", role: "group", "aria-label": "Kinds of changes that are listed" });

  /** @param go leads to a row of the list; `step`: as an arrow key does, which goes on from there. */
  constructor(
    private readonly changes: Changes,
    private readonly facts: Facts,
    private readonly go: (row: ChangeRow, step: boolean) => void,
  ) {
    const { difference } = changes;
    const { element } = this.list;
    element.setAttribute("role", "tree");
    element.setAttribute("aria-label", "Changes: arrow keys move, right and left open and close");
    element.tabIndex = 0;
    element.addEventListener("keydown", (event) => this.key(event));
    const figures = difference.figures.length ? h("ul", { class: "change-figures" }, ...difference.figures.map((line) => h("li", {}, line))) : null;
    this.element = h("section", { class: "changes", "aria-label": "Changes" }, h("p", { class: "verdict" }, verdictText(difference)), figures, this.filters, element);
    changes.on(() => this.refresh());
    this.refresh();
  }

  focus(): void {
    this.list.element.focus();
  }

  private refresh(): void {
    const { changes } = this;
    const focused = this.filters.contains(document.activeElement) ? [...this.filters.children].indexOf(document.activeElement!) : -1;
    replace(this.filters, ...changes.kinds.map(({ kind, count }) => this.filter(kind, count)));
    (this.filters.children[focused] as HTMLElement | undefined)?.focus();
    this.filters.hidden = changes.kinds.length === 0;
    const rows = changes.rows();
    const { at } = changes;
    const index = at ? rows.findIndex(({ entry, below }) => entry === at.entry && below === at.below) : -1;
    this.list.element.hidden = changes.kinds.length === 0;
    this.list.show(rows.length, index);
    if (index >= 0) this.list.element.setAttribute("aria-activedescendant", rowId(rows[index]));
    else this.list.element.removeAttribute("aria-activedescendant");
  }

  private filter(kind: string, count: number): HTMLElement {
    const shown = this.changes.isShown(kind);
    const words = kind === FOLLOWING ? "following from these" : kind;
    return button(`${words} ${exact(count)}`, () => this.changes.showKind(kind, !shown), {
      class: "change-kind", "aria-pressed": String(shown), title: `${shown ? "Hide" : "List"} ${plural(count, "change")}: ${words}`,
    });
  }

  private row(index: number): HTMLElement {
    const row = this.changes.rows()[index];
    const { at } = this.changes;
    const chosen = at !== null && at.entry === row.entry && at.below === row.below;
    const entry = this.changes.difference.entries[row.entry];
    const element = row.below < 0 ? this.entryRow(row, entry, chosen) : this.exactRow(row, chosen);
    element.addEventListener("click", () => this.go(row, false));
    return element;
  }

  private entryRow(row: ChangeRow, entry: Entry, chosen: boolean): HTMLElement {
    const { difference } = this.changes;
    const open = this.changes.isOpen(row.entry);
    const flip = () => this.changes.setOpen(row.entry, !open);
    const twist = entry.below.length ? button(open ? "▾" : "▸", flip, { class: "twist", tabindex: -1, "aria-hidden": "true", title: plural(entry.below.length, "exact change") }) : h("span", { class: "twist" });
    twist.addEventListener("click", (event) => event.stopPropagation());
    return h("div", {
      class: `change-row${chosen ? " selected" : ""}${entry.cost ? "" : " follows"}`, id: rowId(row), role: "treeitem", "aria-level": 1,
      "aria-selected": String(chosen), "aria-expanded": entry.below.length ? String(open) : null, title: entry.words,
    }, twist, sign(difference, entry.status), h("span", { class: "change-words" }, entry.words));
  }

  private exactRow(row: ChangeRow, chosen: boolean): HTMLElement {
    const { difference } = this.changes;
    const change = this.changes.exact(row);
    const [name, told] = [nameOf(difference, this.facts, change), toldOf(difference, change)];
    return h("div", {
      class: `change-row exact${chosen ? " selected" : ""}`, id: rowId(row), role: "treeitem", "aria-level": 2, "aria-selected": String(chosen), title: `${name}\n${told}`,
    }, sign(difference, difference.status(change)), h("span", { class: "change-exact" }, h("span", { class: "change-name" }, h("bdi", { dir: "ltr" }, name)), h("span", { class: "change-told" }, told)));
  }

  private key(event: KeyboardEvent): void {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const { changes } = this;
    const { at } = changes;
    const rows = changes.rows();
    const to = (row: ChangeRow | null | undefined, step = true) => row && this.go(row, step);
    switch (event.key) {
      case "ArrowDown": to(changes.beside(1)); break;
      case "ArrowUp": to(changes.beside(-1)); break;
      case "Home": to(rows[0]); break;
      case "End": to(rows[rows.length - 1]); break;
      case "ArrowRight":
        if (at && at.below < 0 && !changes.isOpen(at.entry) && changes.difference.entries[at.entry].below.length) changes.setOpen(at.entry, true);
        else to(changes.beside(1));
        break;
      case "ArrowLeft":
        if (at && at.below >= 0) to({ entry: at.entry, below: -1 });
        else if (at) changes.setOpen(at.entry, false);
        break;
      case "Enter": case " ": to(at ?? rows[0], false); break;
      default: return;
    }
    event.preventDefault();
    event.stopPropagation();
  }
}

/** Whether the two are the same, as a sentence. */
export function verdictText({ same, verdict }: Difference): string {
  return same ? `The two graphs are ${verdict}.` : `${verdict[0].toUpperCase()}${verdict.slice(1)}`;
}

/** What an op, group or variable that is not the same is called; of what has two names both. */
export function nameOf(difference: Difference, facts: Facts, change: number): string {
  const [what, row] = [difference.what(change), difference.row(change)];
  if (row < 0) return difference.was(change);
  const name = what === "op" ? facts.nodes.name(row) : what === "group" ? facts.groups.path(row) : facts.variables[row].object_path;
  if (difference.status(change) === "removed") return difference.was(change) || name;
  return name;
}

const NAMING = new Set(["name", "path", "parent", "group", "object_path", "source", "order"]);

/** What of it is not the same. */
function toldOf(difference: Difference, change: number): string {
  const changes = difference.changes(change);
  const what = difference.what(change);
  if (!changes.length) return `${what}, ${difference.status(change)}`;
  // What a thing is called follows most often from what was done to the group around it.
  const told = [...changes].sort(([one], [other]) => Number(NAMING.has(one)) - Number(NAMING.has(other)));
  const named = told.slice(0, MOST_NAMED).map(([title, a, b]) => `${titleOf(title)} ${short(a)} → ${short(b)}`);
  return `${what}: ${named.join(", ")}${changes.length > MOST_NAMED ? ` and ${exact(changes.length - MOST_NAMED)} more` : ""}`;
}

function short(lines: string[] | null): string {
  if (!lines) return "not set";
  return lines.length > 1 ? `${exact(lines.length)} lines` : lines[0];
}

function rowId({ entry, below }: ChangeRow): string {
  return below < 0 ? `change${entry}` : `change${entry}-${below}`;
}
