// The list of what `check` found: each with its rule, line, place, what is wrong and what to do, and filters by severity.
import { isSerious, SEVERITIES, type Finding, type Findings } from "../data/findings";
import { exact, plural } from "../data/words";
import type { FindingRows } from "../state/findinglist";
import { button, h, replace } from "./dom";
import { VirtualList } from "./list";

/** Room for the rule with its line, the place, and two lines each of what is wrong and what to do. */
const ROW = 148;

/** The sign of a severity; a note has none in the drawing, and a dot in the list. */
export function findingSign({ signs }: Findings, { severity }: Finding): HTMLElement {
  return h("span", { class: `sign found-${severity}`, title: severity }, isSerious(severity) ? signs[severity] : "·");
}

/** The signs of findings that a drawing may have, with what they mean. */
export function foundTold(findings: Findings | null): HTMLElement[] {
  if (!findings) return [];
  const shown = SEVERITIES.flatMap((severity) => findings.entries.find((finding) => finding.severity === severity && isSerious(severity)) ?? []);
  return shown.map((finding) => h("span", { class: "legend-entry" }, findingSign(findings, finding), `${finding.severity} found by check`));
}

/** A line of code without its folders, which its tip has. */
function shortLine(line: string): string {
  return line.slice(Math.max(line.lastIndexOf("/"), line.lastIndexOf("\\")) + 1);
}

export class FindingList {
  readonly element: HTMLElement;
  private readonly list = new VirtualList(ROW, (index) => this.row(this.rows.rows()[index]));
  private readonly filters = h("div", { class: "change-kinds", role: "group", "aria-label": "Severities that are listed" });

  /** @param go leads to a finding; `step`: as an arrow key does, which goes on from there. */
  constructor(
    private readonly rows: FindingRows,
    private readonly go: (number: number, step: boolean) => void,
  ) {
    const { element } = this.list;
    element.setAttribute("role", "listbox");
    element.setAttribute("aria-label", "Findings: arrow keys move");
    element.tabIndex = 0;
    element.addEventListener("keydown", (event) => this.key(event));
    this.element = h("section", { class: "findings", "aria-label": "Findings" }, h("p", { class: "verdict" }, rows.findings.told), this.filters, element);
    rows.on(() => this.refresh());
    this.refresh();
  }

  focus(): void {
    this.list.element.focus();
  }

  private refresh(): void {
    const { rows, filters, list } = this;
    const focused = filters.contains(document.activeElement) ? [...filters.children].indexOf(document.activeElement!) : -1;
    replace(filters, ...rows.counts.map(({ severity, count }) => {
      const shown = rows.isShown(severity);
      return button(`${severity}s ${exact(count)}`, () => rows.show(severity, !shown), {
        class: "change-kind", "aria-pressed": String(shown), title: `${shown ? "Hide" : "List"} ${plural(count, severity)}`,
      });
    }));
    (filters.children[focused] as HTMLElement | undefined)?.focus();
    list.element.hidden = filters.hidden = rows.counts.length === 0;
    const listed = rows.rows();
    const index = listed.indexOf(rows.at);
    list.show(listed.length, index);
    if (index >= 0) list.element.setAttribute("aria-activedescendant", `finding${rows.at}`);
    else list.element.removeAttribute("aria-activedescendant");
  }

  private row(number: number): HTMLElement {
    const { findings, at } = this.rows;
    const finding = findings.entries[number];
    const told = [`${finding.severity} ${finding.rule}`, finding.line, finding.where, finding.message, finding.remedy].filter(Boolean).join("\n");
    const element = h("div", { class: `finding-row${number === at ? " selected" : ""}`, id: `finding${number}`, role: "option", "aria-selected": String(number === at), title: told },
      h("span", { class: "finding-head" }, findingSign(findings, finding), h("b", {}, finding.rule)),
      h("span", { class: "finding-place" }, finding.line ? h("span", { class: "finding-line" }, shortLine(finding.line)) : null, h("span", { class: "change-name" }, h("bdi", { dir: "ltr" }, finding.where))),
      h("span", { class: "finding-said" }, finding.message), h("span", { class: "finding-said soft" }, finding.remedy));
    element.addEventListener("click", () => this.go(number, false));
    return element;
  }

  private key(event: KeyboardEvent): void {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const { rows } = this;
    const listed = rows.rows();
    const to = (number: number | undefined, step = true) => number !== undefined && number >= 0 && this.go(number, step);
    switch (event.key) {
      case "ArrowDown": to(rows.beside(1)); break;
      case "ArrowUp": to(rows.beside(-1)); break;
      case "Home": to(listed[0]); break;
      case "End": to(listed[listed.length - 1]); break;
      case "Enter": case " ": to(rows.at, false); break;
      default: return;
    }
    event.preventDefault();
    event.stopPropagation();
  }
}
