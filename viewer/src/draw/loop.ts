// The one way from a change to a frame: whatever changes marks what is stale, and all of it is drawn together, once a frame.

/** What is stale: the cards that are open, the colours, what is selected or lit, where the camera is. */
export type Stale = "cards" | "colours" | "pointing" | "camera";

export class FrameLoop {
  private stale = new Set<Stale>();
  private asked = 0;

  constructor(private readonly draw: (stale: ReadonlySet<Stale>) => void) {}

  mark(what: Stale): void {
    this.stale.add(what);
    if (!this.asked) this.asked = requestAnimationFrame(() => this.now());
  }

  /** Draw what is stale without waiting for the browser: for who reads the result at once. */
  now(): void {
    cancelAnimationFrame(this.asked);
    this.asked = 0;
    if (!this.stale.size) return;
    const { stale } = this;
    this.stale = new Set();
    this.draw(stale);
  }
}
