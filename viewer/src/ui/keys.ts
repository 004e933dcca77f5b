// The keyboard: every key of the help does what it says, wherever nothing is being typed.
import type { App } from "../app";
import { cardKey, cardOf } from "../draw/compose";
import type { Mark } from "../draw/frame";
import { frameOf, neighbour, type Direction } from "./neighbour";

export class Keys {
  constructor(private readonly app: App) {
    document.addEventListener("keydown", (event) => this.press(event));
  }

  private press(event: KeyboardEvent): void {
    const target = event.target as HTMLElement;
    const typing = target.matches("input, select, textarea") || target.closest("dialog, [role=menu]") !== null;
    if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
    const act = this.actOf(event, target);
    if (!act) return;
    act();
    event.preventDefault();
  }

  private actOf(event: KeyboardEvent, target: HTMLElement): (() => void) | null {
    const onDrawing = target === this.app.view.element || target === document.body;
    const pressable = target.closest("button, [role=tree], [role=table]") !== null;
    switch (event.key) {
      case "/": return () => this.app.search.input.focus();
      case "?": return () => this.app.help.show();
      case "+": case "=": return () => this.app.view.zoom(1.25);
      case "-": case "−": return () => this.app.view.zoom(0.8);
      case "0": return () => this.app.view.showAll();
      case "1": return () => this.app.asAtStart();
      case "f": case "F": return () => this.app.revealSelection();
      case "t": case "T": return () => document.querySelector<HTMLElement>("[role=tree]")?.focus();
      case "i": case "I": return () => this.app.trace(false, 3);
      case "o": case "O": return () => this.app.trace(true, 3);
      case "[": return () => this.app.step(false);
      case "]": return () => this.app.step(true);
      case ",": case ".": return () => this.stepCopy(event.key === "." ? 1 : -1);
      case "Escape": return () => (this.app.session.lit ? (this.app.session.query ? this.app.search.run("") : this.app.session.setLit(null)) : this.app.session.select(null));
      case "PageDown": case "PageUp": case "Home": case "End":
        return onDrawing ? () => this.leap(event.key) : null;
      case "Enter": case " ": return onDrawing && !pressable ? () => this.enter(event.shiftKey) : null;
      case "ArrowLeft": case "ArrowRight": case "ArrowUp": case "ArrowDown":
        return onDrawing ? () => this.arrow(event.key as Direction, event.shiftKey) : null;
      default: return null;
    }
  }

  /** A window's height up or down, or to where the drawing begins or ends. */
  private leap(key: string): void {
    const { view } = this.app;
    const page = 0.8 * view.size.h;
    if (key === "Home") view.showStart();
    else if (key === "End") view.showEnd();
    else view.pan(0, key === "PageUp" ? page : -page);
  }

  private stepCopy(by: number): void {
    const { selection } = this.app.session;
    for (let at = selection ? this.app.session.cardAround(selection) : 0; at > 0; at = this.app.cards.parent(at)) {
      if (this.app.cards.stack(at) >= 0) return this.app.showCopy(at, this.app.cards.copy(at) + by);
    }
  }

  private enter(all: boolean): void {
    const { selection } = this.app.session;
    if (all) this.app.openBelow();
    else if (selection && selection.op < 0) this.app.toggle(this.app.session.cardAround(selection));
  }

  private arrow(direction: Direction, pan: boolean): void {
    const { selection } = this.app.session;
    const key = selection ? this.app.session.markKey(selection) : null;
    if (pan) {
      const step = 60;
      this.app.view.pan(direction === "ArrowLeft" ? step : direction === "ArrowRight" ? -step : 0, direction === "ArrowUp" ? step : direction === "ArrowDown" ? -step : 0);
      return;
    }
    const frame = key === null ? null : frameOf(this.app.view.frame, key);
    const next = frame && key !== null ? (neighbour(frame, key, direction) ?? this.upOrDown(key, direction)) : this.app.view.frame.marks[0];
    if (!next) return;
    this.selectMark(next);
    this.app.view.reveal(next.key);
  }

  /** Past the last neighbour an arrow goes into an open card, or out to the card around. */
  private upOrDown(key: number, direction: Direction): Mark | null {
    const { selection } = this.app.session;
    if (!selection) return null;
    if (direction === "ArrowDown" && cardOf(key) > 0) {
      const inside = frameOf(this.app.view.frame, key)?.marks.find((mark) => mark.key === key)?.inside;
      return inside?.marks[0] ?? null;
    }
    const around = selection.op >= 0 ? this.app.session.cardAround(selection) : this.app.cards.parent(this.app.session.cardAround(selection));
    if (around <= 0) return null;
    return frameOf(this.app.view.frame, cardKey(around))?.marks.find((mark) => mark.key === cardKey(around)) ?? null;
  }

  private selectMark(mark: Mark): void {
    const card = cardOf(mark.key);
    if (card >= 0) this.app.session.selectCard(card);
    else if (mark.key < this.app.facts.nodes.count) this.app.session.selectOp(mark.key);
  }
}
