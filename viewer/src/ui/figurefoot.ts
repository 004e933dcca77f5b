// What is said at the lower end of a strip of figures: the rows without room at their height, and what the figures are of.
import { plural } from "../data/words";
import { h, replace } from "./dom";

/** What the sign before a figure means, as `words.meanings.error` tells at length. */
export const DOUBTFUL = "~: ± over 10 %";
/** Above rows that have no room at their height, and how many of them there are at most. Where one more has none it takes the line that would count it. */
export const MORE_ROWS = "more rows:";
const MOST_LISTED = 5;
/** More rows than this do not stand in a window without a figure. */
export const MOST_UNLISTED = 9;
/** Below the figure of what all rows in view lie in, which have none themselves. */
const PARTS = "its parts: see the table";
/** About how wide a letter of the words is; the margins of the strip. */
const LETTER = 5.5;
const SIDES = 16;

/** A row with the name that it is told by where its own line has none. */
export interface Listed {
  row: HTMLElement;
  name: string;
}

export class FigureFoot {
  readonly element = h("div", { class: "figures-missing", hidden: true });
  private listed: HTMLElement[] = [];
  /** What says how many rows it does not tell. */
  private others: HTMLElement | null = null;

  /** Tell some rows, as many as `most` of height has room for, of how many copies the figures are, and what the sign of doubt means. */
  tell(most: number, rows: readonly Listed[], sum: string, doubtful: boolean): void {
    for (let count = rows.length > MOST_LISTED + 1 ? MOST_LISTED : rows.length; count >= 0; count--) {
      this.listed = rows.slice(0, count).map(({ row }) => row);
      this.others = count < rows.length ? said(unlistedRows(rows.length - count)) : null;
      const told = rows.slice(0, count).map(({ row, name }) => alone(row, name));
      this.show([count ? said(MORE_ROWS) : null, ...told, sum ? said(sum) : null, this.others, doubtful ? said(DOUBTFUL) : null]);
      if (this.high <= most) return;
    }
  }

  /** Whether it tells a row. */
  tells(row: HTMLElement): boolean {
    return this.listed.includes(row);
  }

  /** So many rows are told nowhere: of those that it does not tell some may stand at their height. */
  count(unlisted: number): void {
    if (this.others) this.others.textContent = unlistedRows(unlisted);
    if (!unlisted) this.others?.remove();
    this.element.hidden = !this.element.childElementCount;
  }

  /** Tell the figure of a card in whose rows there are none. */
  tellWhole(name: string, row: HTMLElement, sum: string): void {
    this.show([said(`${name} as a whole:`), alone(row, null), sum ? said(sum) : null, said(PARTS)]);
  }

  private show(parts: (HTMLElement | null)[]): void {
    replace(this.element, ...parts);
    this.element.hidden = !parts.some(Boolean);
  }

  /** How high it is. */
  get high(): number {
    return this.element.offsetHeight;
  }

  /** How wide a strip it needs in which its words break as they do now. */
  get wide(): number {
    return this.element.hidden ? 0 : neededBy(this.element.children);
  }
}

/** How wide a strip lines need in which their words break as they do now: figures stand at its right, other words at its left. */
export function neededBy(lines: Iterable<Element>): number {
  const wide = [...lines].map((line) => {
    const { left, right } = line.getBoundingClientRect();
    if (!line.matches(".figures-row")) return right - left;
    const words = [...line.children].map((part) => {
      const range = document.createRange();
      range.selectNodeContents(part);
      return range.getBoundingClientRect().left;
    });
    return right - Math.min(right, ...words);
  });
  return Math.ceil(Math.max(0, ...wide)) + SIDES;
}

export function unlistedRows(count: number): string {
  return `${plural(count, "row")} not listed`;
}

/** The room of words below the figures. */
export function roomOf(words: readonly string[]): number {
  return Math.ceil(Math.max(0, ...words.map((each) => each.length)) * LETTER) + SIDES;
}

function said(words: string): HTMLElement {
  return h("div", { class: "figures-said" }, words);
}

/** A row as it stands where it is beside nothing; `name`: what it is called that has none, null: without any. */
function alone(row: HTMLElement, name: string | null): HTMLElement {
  const copy = row.cloneNode(true) as HTMLElement;
  for (const words of copy.querySelectorAll(name === null ? ".figures-below, .figures-name" : ".figures-below")) words.remove();
  if (name) copy.prepend(h("span", { class: "figures-label figures-name" }, name));
  copy.classList.remove("elsewhere");
  copy.style.transform = "";
  return copy;
}
