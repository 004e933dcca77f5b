// The keyboard: every key of the help does what it says, wherever nothing is being typed.
import type { Frame, Mark } from "../draw/frame";
import { cardKey, cardOf } from "../draw/keys";
import type { Viewport } from "../draw/viewport";
import type { Commands } from "../state/commands";
import type { Session } from "../state/session";
import { frameOf, neighbour, type Direction } from "./neighbour";
import type { OverviewPane } from "./overview";
import type { Zooming } from "./zooming";

/** Take back what the reader changed last, and do it again. */
export interface UndoKeys {
  undo(): void;
  redo(): void;
}

/** Write about what is selected, and give the place that is shown a name. */
export interface NoteKeys {
  write(): void;
  bookmark(): void;
}

/** A key with the one that this system has for commands. */
export function withControl(keys: string): string {
  return /^Mac/.test(navigator.platform) ? `⌘ ${keys}` : `Ctrl ${keys}`;
}

export interface KeyParts {
  session: Session;
  commands: Commands;
  /** The drawing: what was drawn last, its camera, and the element that has the focus. */
  frame(): Frame;
  viewport: Viewport;
  element: HTMLElement;
  overview: OverviewPane | null;
  zooming: Zooming;
  /** To the layers. */
  tree(): void;
  search: { focus(): void; clear(): void };
  help(): void;
  notes: NoteKeys;
  /** The legends that are shown now. */
  legends(): string[];
  undo: UndoKeys;
  /** Of a page with two sides: whether this one is shown, and the way to the other. */
  isShown(): boolean;
  flip: (() => void) | null;
  /** Of a page of two graphs, or of a graph that was checked: to another change or finding, and to the list of them. */
  beside?: { step(by: number): void; list(): void } | undefined;
}

/** Steps of a trace by keys, and pixels of a move. */
const TRACED = 3;
const STEP = 60;
const STEPS: Record<Direction, [number, number]> = { ArrowLeft: [STEP, 0], ArrowRight: [-STEP, 0], ArrowUp: [0, STEP], ArrowDown: [0, -STEP] };

export class Keys {
  constructor(private readonly parts: KeyParts) {
    document.addEventListener("keydown", (event) => this.press(event));
  }

  private press(event: KeyboardEvent): void {
    const target = event.target as HTMLElement;
    const typing = target.matches("input, select, textarea") || target.closest("dialog, [role=menu]") !== null;
    if (!this.parts.isShown() || typing || event.altKey) return;
    const act = event.ctrlKey || event.metaKey ? this.undoOf(event) : this.actOf(event, target);
    if (!act) return;
    event.preventDefault();
    event.stopImmediatePropagation(); // it may show the other side of the graph, which listens too
    act();
  }

  /** A text field has an undo of its own: this one is of the page. */
  private undoOf({ key, shiftKey }: KeyboardEvent): (() => void) | null {
    const { undo } = this.parts;
    if (key.toLowerCase() === "z") return shiftKey ? () => undo.redo() : () => undo.undo();
    return key.toLowerCase() === "y" && !shiftKey ? () => undo.redo() : null;
  }

  private actOf(event: KeyboardEvent, target: HTMLElement): (() => void) | null {
    const { commands, zooming, search, element, overview, session } = this.parts;
    const onDrawing = target === element || target === overview?.element || target === document.body;
    const pressable = target.closest("button, [role=tree], [role=table]") !== null;
    switch (event.key) {
      case "/": return () => search.focus();
      case "m": case "M": return () => this.parts.notes.write();
      case "b": case "B": return () => this.parts.notes.bookmark();
      case "?": return () => this.parts.help();
      case "+": case "=": return () => zooming.by(1.25);
      case "-": case "−": return () => zooming.by(0.8);
      case "0": return () => zooming.all();
      case "1": return () => commands.asAtStart();
      case "f": case "F": return () => (session.overview ? overview?.reveal() : commands.revealSelection());
      case "n": case "N": case "p": case "P":
        return this.parts.beside ? () => this.parts.beside?.step(event.key.toLowerCase() === "n" ? 1 : -1) : null;
      case "c": case "C": return this.parts.beside ? () => this.parts.beside?.list() : null;
      case "t": case "T": return () => this.parts.tree();
      case "i": case "I": return () => commands.trace(false, TRACED);
      case "o": case "O": return () => commands.trace(true, TRACED);
      case "[": return () => commands.back();
      case "]": return () => commands.forward();
      case ",": case ".": return () => commands.stepCopy(event.key === "." ? 1 : -1);
      case "Escape": return () => this.escape();
      case "v": case "V": return session.hasOverview ? () => commands.flipOverview() : null;
      case "x": case "X": return this.parts.flip;
      case "PageDown": case "PageUp": case "Home": case "End":
        return onDrawing && !session.overview ? () => this.leap(event.key) : null;
      case "Enter": case " ": return onDrawing && !pressable ? () => this.enter(event.shiftKey) : null;
      case "ArrowLeft": case "ArrowRight": case "ArrowUp": case "ArrowDown":
        return onDrawing ? () => this.arrow(event.key as Direction, event.shiftKey) : null;
      default: return null;
    }
  }

  /** End the search or the trace; where there is none, the selection. */
  private escape(): void {
    const { session, search } = this.parts;
    if (!session.lit) this.forget();
    else if (session.query) search.clear();
    else session.setLit(null);
  }

  /** Look at all kinds again; where that is so, select nothing. */
  private forget(): void {
    const { session, commands } = this.parts;
    const [legend] = Object.keys(session.focus).filter((name) => this.parts.legends().includes(name));
    if (legend) commands.lookAt(legend, null);
    else session.select(null);
  }

  /** A window's height up or down, or to where the drawing begins or ends. */
  private leap(key: string): void {
    const { viewport } = this.parts;
    const page = 0.8 * viewport.size.h;
    if (key === "Home") viewport.go({ to: "start" });
    else if (key === "End") viewport.go({ to: "end" });
    else viewport.pan(0, key === "PageUp" ? page : -page);
  }

  private enter(all: boolean): void {
    const { session, commands } = this.parts;
    if (session.overview && !(all && session.selection)) commands.openInPlace();
    else if (all) commands.openBelow();
    else if (session.selection && session.selection.op < 0) commands.toggle(session.cardAround(session.selection));
  }

  private arrow(direction: Direction, pan: boolean): void {
    const { session, viewport, overview } = this.parts;
    if (session.overview) return overview?.step(direction);
    if (pan) return viewport.pan(...STEPS[direction]);
    const whole = this.parts.frame();
    const key = session.selection ? session.markKey(session.selection) : null;
    const frame = key === null ? null : frameOf(whole, key);
    const next = frame && key !== null ? (neighbour(frame, key, direction) ?? this.upOrDown(whole, key, direction)) : whole.marks[0];
    if (!next) return;
    session.selectMark(next.key);
    viewport.go({ to: "mark", key: next.key });
  }

  /** Past the last neighbour an arrow goes into an open card, or out to the card around. */
  private upOrDown(whole: Frame, key: number, direction: Direction): Mark | null {
    const { session } = this.parts;
    if (!session.selection) return null;
    if (direction === "ArrowDown" && cardOf(key) > 0) {
      const inside = frameOf(whole, key)?.marks.find((mark) => mark.key === key)?.inside;
      return inside?.marks[0] ?? null;
    }
    const own = session.cardAround(session.selection);
    const around = session.selection.op >= 0 ? own : session.cards.parent(own);
    if (around <= 0) return null;
    return frameOf(whole, cardKey(around))?.marks.find((mark) => mark.key === cardKey(around)) ?? null;
  }
}
