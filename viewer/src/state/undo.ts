// What the reader changed, step by step, so that Ctrl Z takes it back: what is open, the colours, and what else says of itself that it can be taken back.
import type { Focus } from "./focus";
import type { Moment } from "./history";
import type { Written } from "./notes";

/** The parts of what a reader can change, each with its whole state at a time. */
export interface Changeable {
  /** What is open and shown. */
  view: Moment;
  colour: string;
  /** What is chosen in the legends. */
  focus: Focus;
  notes: Written;
}

export type Part = keyof Changeable;

/** The page that is shown, as undo needs it. */
export interface Reader {
  now<P extends Part>(part: P): Changeable[P];
  set<P extends Part>(part: P, state: Changeable[P]): void;
}

/** How a part was before a change, and what the change was, in words: `colours`. */
type Change = { [P in Part]: { part: P; before: Changeable[P]; what: string } }[Part];

const MOST = 200;

export class Undo {
  private done: Change[] = [];
  private undone: Change[] = [];
  /** A change is being taken back: what that changes is none of the reader's. */
  private busy = false;

  /** Tell of a change, with how the part was before. */
  did<P extends Part>(part: P, before: Changeable[P], what: string): void {
    if (this.busy) return;
    this.done.push({ part, before, what } as Change);
    if (this.done.length > MOST) this.done.shift();
    this.undone = [];
  }

  /** Take the last change back; says what it was, or that there is none. */
  undo(reader: Reader): string {
    const what = this.turn(this.done, this.undone, reader);
    return what ? `taken back: ${what}` : "nothing to take back";
  }

  redo(reader: Reader): string {
    const what = this.turn(this.undone, this.done, reader);
    return what ? `done again: ${what}` : "nothing to do again";
  }

  /** What was taken back by other means, such as the browser's Back, is no change any more. */
  private turn(from: Change[], to: Change[], reader: Reader): string {
    for (let change = from.pop(); change; change = from.pop()) {
      const now = reader.now(change.part);
      if (key(change.part, now) === key(change.part, change.before)) continue;
      to.push({ ...change, before: now } as Change);
      this.busy = true;
      try {
        reader.set(change.part, change.before);
      } finally {
        this.busy = false;
      }
      return change.what;
    }
    return "";
  }
}

/** A state as a text that is another one for another state; where the camera is, is no change. */
export function key(part: Part, state: Changeable[Part]): string {
  if (part !== "view") return JSON.stringify(state);
  const { open, copies, camera: _, ...others } = state as Moment;
  const shown = copies.filter(([, copy]) => copy > 0).sort(([a], [b]) => a - b);
  return JSON.stringify({ ...others, open: [...open].sort((a, b) => a - b), shown });
}
