// The browser's address and its history, as this page has them: an entry for each step of the reader, so that Back and Forward of the browser go through the page.
import type { History } from "./history";

/** What an entry of the browser's history says: of which opening of the page it is, and after how many steps. */
interface Entry {
  opening: string;
  step: number;
}

/** So long the browser may take to go where it was asked to, in milliseconds; what it does later is the reader's doing. */
const PATIENCE = 1500;

/** What the page does when the browser goes somewhere. */
export interface Travelling {
  /** To where the reader was after so many steps. */
  to(step: number): void;
  /** To what a link says. `given`: the reader has put it into the address. */
  link(text: string, given: boolean): void;
}

export class AddressBar {
  /** What the address says by the page's own doing, or said when it was opened. */
  private last = said();
  private readonly opening = Math.random().toString(36).slice(2);
  /** In a frame the history is that of the page around it, and stays as it is. */
  private readonly isOwn = window.parent === window;
  /** The page goes where the browser has gone. */
  private isArriving = false;
  /** Until when the browser is on its way to where the page has gone by itself. */
  private until = 0;

  constructor(
    private readonly history: History,
    private readonly travelling: Travelling,
  ) {
    window.addEventListener("popstate", ({ state }) => this.arrive(state));
    window.addEventListener("hashchange", () => this.arrive(window.history.state));
    history.onMove(() => this.follow());
    this.put(this.last, history.depth, false);
  }

  /** Say this of the present; an entry to which the browser has gone just now is not overwritten. */
  save(text: string): void {
    if (said() === this.last) this.put(text, this.entry()?.step ?? this.history.depth, false);
  }

  /** A step was made: what was shown before it, in a link, has an entry, and what is shown now gets one. */
  step(before: string | null): void {
    if (!this.isOwn) return;
    this.until = 0;
    if (before !== null) this.put(before, this.history.depth - 1, false);
    this.put(this.last, this.history.depth, true);
  }

  private put(text: string, step: number, isNew: boolean): void {
    const entry: Entry = { opening: this.opening, step };
    try {
      if (isNew) window.history.pushState(entry, "", `#${text}`);
      else window.history.replaceState(entry, "", text || said() ? `#${text}` : "");
      this.last = said();
    } catch {
      return; // a frame without an address of its own, or too many steps at once; the link can still be copied
    }
  }

  /** The page has gone back or forward by itself: so does the browser. */
  private follow(): void {
    const entry = this.entry();
    if (!this.isOwn || this.isArriving || !entry || entry.step === this.history.depth || performance.now() < this.until) return;
    this.until = performance.now() + PATIENCE;
    window.history.go(this.history.depth - entry.step);
  }

  private entry(): Entry | null {
    const state: unknown = window.history.state;
    return isEntry(state) && state.opening === this.opening ? state : null;
  }

  private arrive(state: unknown): void {
    const [text, isFollowing] = [said(), performance.now() < this.until];
    const isOther = text !== this.last;
    this.last = text;
    this.until = 0;
    const own = isEntry(state) && state.opening === this.opening ? state : null;
    if (own && isFollowing) return this.follow();
    this.isArriving = true;
    try {
      if (own && own.step !== this.history.depth && this.history.reaches(own.step)) this.travelling.to(own.step);
      else if (isOther) this.travelling.link(text, !isEntry(state));
    } finally {
      this.isArriving = false;
    }
  }
}

/** What the address says behind `#`. */
function said(): string {
  return location.hash.slice(1);
}

function isEntry(state: unknown): state is Entry {
  return typeof state === "object" && state !== null && "opening" in state && "step" in state && typeof state.step === "number";
}
