// A list of any length: only the rows in view exist.
import { eachFrame, h } from "./dom";

const SPARE = 6;

export class VirtualList {
  readonly element = h("div", { class: "list" });
  private readonly space = h("div", { class: "list-space", role: "presentation" });
  private count = 0;
  private readonly draw = eachFrame(() => this.fill());

  constructor(
    private readonly rowHeight: number,
    private readonly row: (index: number) => HTMLElement,
  ) {
    this.element.append(this.space);
    this.element.addEventListener("scroll", this.draw, { passive: true });
    new ResizeObserver(this.draw).observe(this.element);
  }

  /** Show `count` rows anew. */
  show(count: number): void {
    this.count = count;
    this.space.style.height = `${count * this.rowHeight}px`;
    this.fill();
  }

  scrollTo(index: number): void {
    const top = index * this.rowHeight;
    const { scrollTop, clientHeight } = this.element;
    if (top < scrollTop) this.element.scrollTop = top;
    else if (top + this.rowHeight > scrollTop + clientHeight) this.element.scrollTop = top + this.rowHeight - clientHeight;
    this.fill();
  }

  private fill(): void {
    const first = Math.max(0, Math.floor(this.element.scrollTop / this.rowHeight) - SPARE);
    const last = Math.min(this.count, Math.ceil((this.element.scrollTop + this.element.clientHeight) / this.rowHeight) + SPARE);
    const rows: HTMLElement[] = [];
    for (let index = first; index < last; index++) {
      const row = this.row(index);
      row.style.transform = `translateY(${index * this.rowHeight}px)`;
      rows.push(row);
    }
    this.space.replaceChildren(...rows);
  }
}
