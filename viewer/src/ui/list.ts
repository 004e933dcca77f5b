// A list of any length: only the rows in view exist.
import { eachFrame, h } from "./dom";

const SPARE = 6;

export class VirtualList {
  readonly element = h("div", { class: "list" });
  private readonly space = h("div", { class: "list-space", role: "presentation" });
  private count = 0;
  /** The rows in view by their index. They stay where they are while the list is scrolled or gets another height: one made anew under the pointer is not clicked. */
  private shown = new Map<number, HTMLElement>();
  /** Where the list is scrolled to, and how high it is. Asking the browser for these while rows are added would make it lay out the page each time. */
  private top = 0;
  private high = 400;
  /** The row that was asked to be in view last; -1: none. */
  private kept = -1;
  private readonly draw = eachFrame(() => this.fill());

  constructor(
    private readonly rowHeight: number,
    private readonly row: (index: number) => HTMLElement,
  ) {
    this.element.append(this.space);
    this.element.addEventListener(
      "scroll",
      () => {
        this.top = this.element.scrollTop;
        this.draw();
      },
      { passive: true },
    );
    new ResizeObserver(() => {
      const bottom = (this.kept + 1) * this.rowHeight;
      const seen = this.kept >= 0 && bottom - this.rowHeight >= this.top - 1 && bottom <= this.top + this.high + 1;
      this.high = this.element.clientHeight;
      this.top = this.element.scrollTop;
      // A row that was in view stays so in a lower list.
      if (seen && this.high >= this.rowHeight && bottom > this.top + this.high) this.scroll(bottom - this.high);
      this.draw();
    }).observe(this.element);
  }

  /** Show `count` rows, made anew, and scroll so that row `keep` is in view. */
  show(count: number, keep = -1): void {
    this.count = count;
    if (keep >= 0 || this.kept >= count) this.kept = keep;
    this.shown.clear();
    this.space.style.height = `${count * this.rowHeight}px`;
    const top = keep * this.rowHeight;
    const room = count * this.rowHeight - this.high;
    // A list that was hidden until now has no height yet: then that row comes first.
    if (keep >= 0 && (top < this.top || this.high === 0)) this.scroll(top);
    else if (keep >= 0 && top + this.rowHeight > this.top + this.high) this.scroll(top + this.rowHeight - this.high);
    else if (this.top > Math.max(0, room)) this.top = Math.max(0, room);
    this.fill();
  }

  private scroll(top: number): void {
    this.top = top;
    this.element.scrollTop = top;
  }

  private fill(): void {
    const first = Math.max(0, Math.floor(this.top / this.rowHeight) - SPARE);
    const last = Math.min(this.count, Math.ceil((this.top + this.high) / this.rowHeight) + SPARE);
    const rows = new Map<number, HTMLElement>();
    let isNew = false;
    for (let index = first; index < last; index++) {
      const known = this.shown.get(index);
      const row = known ?? this.row(index);
      isNew ||= known === undefined;
      row.style.transform = `translateY(${index * this.rowHeight}px)`;
      rows.set(index, row);
    }
    const same = !isNew && rows.size === this.space.childElementCount;
    this.shown = rows;
    if (!same) this.space.replaceChildren(...rows.values());
  }
}
