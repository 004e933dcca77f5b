// Back and forward through views: what was open and selected, and where the camera was.
import type { Side } from "../data/counterpart";
import type { Camera } from "../draw/camera";
import type { Selection } from "./session";

export interface Moment {
  open: number[];
  /** Which copy of each stack was shown. */
  copies: [stack: number, copy: number][];
  selection: Selection | null;
  camera: Camera;
  /** Whether the overview was shown, and the cards that were open in it. */
  overview: boolean;
  inPlace: number[];
  /** Of a page with two sides the one that was shown; else empty. */
  side: Side | "";
}

const MOST = 200;

export class History {
  private readonly past: Moment[] = [];
  private future: Moment[] = [];
  /** Whether several changes are one step for the reader, of which the moment before is kept already. */
  private held = false;

  /** Remember how things are before a change. */
  keep(moment: Moment): void {
    if (this.held) return;
    this.past.push(moment);
    if (this.past.length > MOST) this.past.shift();
    this.future = [];
  }

  /** Do what is one step for the reader, though commands would keep several: back leads to `moment`. */
  asOne(moment: Moment, act: () => void): void {
    this.keep(moment);
    this.held = true;
    try {
      act();
    } finally {
      this.held = false;
    }
  }

  get canBack(): boolean {
    return this.past.length > 0;
  }

  get canForward(): boolean {
    return this.future.length > 0;
  }

  /** Go back to the moment before; `forward` leads to `now` again. */
  back(now: Moment): Moment | null {
    const moment = this.past.pop();
    if (moment) this.future.push(now);
    return moment ?? null;
  }

  forward(now: Moment): Moment | null {
    const moment = this.future.pop();
    if (moment) this.past.push(now);
    return moment ?? null;
  }
}
