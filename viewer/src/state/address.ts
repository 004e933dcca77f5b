// The page's address: it follows the view, and the view follows it when the reader changes it.
import { read, write, type View } from "./link";

export interface Shown {
  now(): View;
  restore(view: View, first: boolean): void;
}

export class Address {
  /** What the address says by this page's own doing, or said when it was opened. */
  private last = location.hash.slice(1);

  /** @param colour the mode that the page starts with: a link need not say it. */
  constructor(
    private readonly views: Shown,
    private readonly colour: string,
    /** Of a page with two sides: whether this one is shown, and the way to a view of the other. */
    private readonly side: { isShown(): boolean; isOwn(view: View): boolean; cross(view: View): void } | null = null,
  ) {
    window.addEventListener("hashchange", (event) => {
      if (side && !side.isShown()) return;
      if (location.hash.slice(1) === this.last) return;
      const view = read(location.hash);
      if (!side || side.isOwn(view)) return views.restore(view, false);
      event.stopImmediatePropagation(); // the other side listens too
      side.cross(view);
    });
  }

  /** The present view as a link. */
  link(): string {
    return `${location.href.split("#")[0]}#${write(this.views.now(), this.colour)}`;
  }

  save(): void {
    if (this.side && !this.side.isShown()) return;
    this.last = write(this.views.now(), this.colour);
    try {
      history.replaceState(null, "", `#${this.last}`);
    } catch {
      return; // a frame without an address of its own; the link can still be copied
    }
  }
}
