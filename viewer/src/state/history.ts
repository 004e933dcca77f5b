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
  /** The table that was open. */
  tab: string | null;
  /** Of a page with two sides the one that was shown; else empty. */
  side: Side | "";
}

const MOST = 200;

export class History {
  private readonly past: Moment[] = [];
  private future: Moment[] = [];
  /** How many of the oldest moments are forgotten. */
  private forgotten = 0;
  /** Whether several changes are one step for the reader, of which the moment before is kept already. */
  private held = false;
  private readonly stepListeners: ((before: Moment) => void)[] = [];
  private readonly moveListeners: (() => void)[] = [];

  /** Call `act` after each step, with how things were before it. */
  onStep(act: (before: Moment) => void): void {
    this.stepListeners.push(act);
  }

  /** Call `act` after each move back or forward. */
  onMove(act: () => void): void {
    this.moveListeners.push(act);
  }

  /** How many steps lie behind the present, since the page was opened. */
  get depth(): number {
    return this.forgotten + this.past.length;
  }

  /** Whether a depth can be reached by going back or forward. */
  reaches(depth: number): boolean {
    return depth >= this.forgotten && depth <= this.depth + this.future.length;
  }

  /** Remember how things are before a change. */
  keep(moment: Moment): void {
    if (this.held) return;
    this.past.push(moment);
    if (this.past.length > MOST) {
      this.past.shift();
      this.forgotten++;
    }
    this.future = [];
    for (const act of this.stepListeners) act(moment);
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

  /** The moment that back leads to, and the one that forward does. */
  get last(): Moment | null {
    return this.past[this.past.length - 1] ?? null;
  }

  get next(): Moment | null {
    return this.future[this.future.length - 1] ?? null;
  }

  /** Go back to the moment before; `forward` leads to `now` again. */
  back(now: Moment): Moment | null {
    return this.move(this.past, this.future, now);
  }

  forward(now: Moment): Moment | null {
    return this.move(this.future, this.past, now);
  }

  private move(from: Moment[], to: Moment[], now: Moment): Moment | null {
    const moment = from.pop();
    if (!moment) return null;
    to.push(now);
    for (const act of this.moveListeners) act();
    return moment;
  }
}
