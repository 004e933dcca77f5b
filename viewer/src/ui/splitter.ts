// A handle between two panels: dragged or moved by arrow keys; a double click or Home gives the panel its usual size back.
import type { Remembered } from "../state/preferences";
import { h } from "./dom";

export interface Panel {
  /** The custom property that holds the size, and the name of the handle's class. */
  name: "tree" | "details" | "bottom";
  label: string;
  least: number;
  /** The part of the window that it may have at most. */
  most: number;
  /** The panel whose size it is. */
  element: HTMLElement;
}

const STEP = 16;

/** A handle for a panel of `root`; the panel begins with the size that it had on the last page. */
export function splitter(root: HTMLElement, panel: Panel, remembered: Remembered): HTMLElement {
  return new Splitter(root, panel, remembered).element;
}

class Splitter {
  readonly element: HTMLElement;
  private from: { at: number; size: number } | null = null;

  constructor(
    private readonly root: HTMLElement,
    private readonly panel: Panel,
    private readonly remembered: Remembered,
  ) {
    const { name, label, least } = panel;
    this.element = h("div", {
      class: `splitter ${name}-splitter`, role: "separator", tabindex: 0, "aria-label": label, "aria-valuemin": least,
      "aria-controls": panel.element.id || null, "aria-orientation": name === "bottom" ? "horizontal" : "vertical", title: `${label}: drag, or use the arrow keys; double click or Home gives it its usual size`,
    });
    this.element.addEventListener("pointerdown", (event) => {
      this.element.setPointerCapture(event.pointerId);
      this.from = { at: this.along(event), size: this.size() };
      event.preventDefault();
      this.element.focus();
    });
    this.element.addEventListener("pointermove", (event) => {
      if (this.from) this.set(this.from.size + this.sign() * (this.along(event) - this.from.at));
    });
    for (const end of ["pointerup", "pointercancel"]) this.element.addEventListener(end, () => this.end());
    this.element.addEventListener("dblclick", () => this.reset());
    this.element.addEventListener("keydown", (event) => this.key(event));
    new ResizeObserver(() => this.tell()).observe(panel.element);
    const size = remembered.read().sizes[name];
    if (size !== undefined) this.set(size);
  }

  private get isLevel(): boolean {
    return this.panel.name === "bottom";
  }

  private along(event: PointerEvent): number {
    return this.isLevel ? event.clientY : event.clientX;
  }

  /** Whether the panel grows along the axis, or against it. */
  private sign(): number {
    return this.panel.name === "tree" ? 1 : -1;
  }

  private size(): number {
    const rect = this.panel.element.getBoundingClientRect();
    return this.isLevel ? rect.height : rect.width;
  }

  /** A smaller window takes its part of a size that was chosen in a larger one. */
  private set(size: number): void {
    const { name, least, most } = this.panel;
    this.root.style.setProperty(`--${name}`, `min(${Math.round(Math.max(least, size))}px, ${100 * most}${this.isLevel ? "vh" : "vw"})`);
  }

  private reset(): void {
    this.root.style.removeProperty(`--${this.panel.name}`);
    this.remembered.size(this.panel.name, null);
  }

  /** The end of a drag. */
  private end(): void {
    if (this.from) this.remembered.size(this.panel.name, this.size());
    this.from = null;
  }

  private key(event: KeyboardEvent): void {
    const along: Record<string, number> = this.isLevel ? { ArrowDown: 1, ArrowUp: -1 } : { ArrowRight: 1, ArrowLeft: -1 };
    if (event.key in along) {
      this.set(this.size() + STEP * this.sign() * along[event.key]);
      this.remembered.size(this.panel.name, this.size());
    } else if (event.key === "Home") this.reset();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  private tell(): void {
    this.element.setAttribute("aria-valuenow", String(Math.round(this.size())));
    this.element.setAttribute("aria-valuemax", String(Math.round(this.panel.most * (this.isLevel ? window.innerHeight : window.innerWidth))));
  }
}
