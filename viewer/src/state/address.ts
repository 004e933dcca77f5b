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
    /** Whether the reader sees what this is the address of: not where another side is shown, or another file. */
    private readonly isShown: () => boolean,
    /** Of a page with two sides the way to a view of the other. */
    side: { isOwn(view: View): boolean; cross(view: View): void } | null = null,
  ) {
    window.addEventListener("hashchange", (event) => {
      if (!isShown()) return;
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
    if (!this.isShown()) return;
    this.last = write(this.views.now(), this.colour);
    try {
      history.replaceState(null, "", `#${this.last}`);
    } catch {
      return; // a frame without an address of its own; the link can still be copied
    }
  }
}

/** Whether there can be a link to the page: not to a frame that has no address of its own. */
export function hasAddress(): boolean {
  return location.protocol !== "about:";
}
