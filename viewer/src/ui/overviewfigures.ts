// What the overview's columns show beside a mark, for the panel: there a figure is of one layer of one copy, here often of all copies, or forward + backward.
import type { OverviewScope } from "../data/page";
import type { Words } from "../data/words";
import type { ColumnId, FigureLine, Figures } from "../opened/figures";
import type { Row } from "./figures";

export interface Counted {
  /** What the figures count: `all 8 copies, forward + backward`. */
  scope: string;
  rows: Row[];
}

/** Of which copies a figure is that all of them come to: `all 4`; of stacks in stacks without their number. */
export function allCopies(count?: string): string {
  return `all ${count ?? "copies"}`;
}

/** What such a figure is, as the head of a stack says it; empty of a figure that is of no copies but the one it stands beside. */
export function sumsOver(all: string): string {
  return all && `sums over ${all}`;
}

export class OverviewFigures {
  constructor(
    private readonly figures: Figures,
    private readonly scopes: readonly OverviewScope[],
    private readonly quantity: string | null,
    private readonly words: Pick<Words, "title">,
    private readonly perSample: boolean,
  ) {}

  /** The figures beside the mark of an op or a unit, as the columns write them; null where they are those of the mark alone, or there are none. */
  at(isMark: (kind: "op" | "unit", row: number) => boolean): Counted | null {
    const found = this.scopes.find(([kind, row]) => isMark(kind, row));
    if (!found) return null;
    const [kind, row, scope] = found;
    // Of several lines the first is that of all, the others tell of its parts.
    const line = this.figures.lines.find(({ element }) => element.dataset[kind] === String(row));
    const rows = (["bars", "flops", "parameters"] as const).flatMap((id): Row[] => {
      const said = line?.figures.get(id);
      return said && /\d/.test(said) ? [this.row(id, said, scope)] : [];
    });
    return rows.length ? { scope, rows: rows.filter(([, value]) => value) } : null;
  }

  /** Of how many copies the figures of a line are; empty: of none but the one it stands beside. */
  copiesOf({ element: { dataset } }: FigureLine): string {
    const scope = this.scopes.find(([kind, row]) => dataset[kind] === String(row))?.[2] ?? "";
    const [, count] = /^all (?:([\d,]+) )?copies/.exec(scope) ?? [null, null];
    return count === null ? "" : allCopies(count);
  }

  /** What figures like these count in some line more than one layer of one copy, in words; empty: nothing. `stacked`: whether there are stacks of copies. */
  counts(mode: string, stacked: boolean): string {
    if (![this.quantity, "flops", "parameters"].includes(mode)) return "";
    const parts = this.scopes.flatMap(([, , scope]) => scope.split(", ")).filter((each) => each.startsWith("forward + ")).sort((a, b) => b.length - a.length);
    return [stacked ? "sums of all copies" : "", mode === "parameters" ? "" : parts[0]].filter(Boolean).join(", ");
  }

  private row(id: ColumnId, said: string, scope: string): Row {
    if (id === "bars") return [this.words.title(this.quantity ?? ""), said];
    // No gradient has parameters: of one copy the panel tells the same.
    if (id === "parameters") return [this.words.title("parameters"), scope.startsWith("all") ? said : ""];
    const unit = (this.figures.heads.get("flops") ?? "").replace(/^FLOPs$/, "FLOP");
    return [this.words.title("flops"), `${said} ${unit}${this.perSample ? " per sample" : ""}`];
  }
}
