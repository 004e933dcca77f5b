// A handle between two panels: dragged or moved by arrow keys; a double click or Home gives the panel its usual size back.
import { h } from "./dom";

export interface Panel {
  /** The custom property that holds the size, and the name of the handle's class. */
  name: "tree" | "details" | "bottom";
  label: string;
  least: number;
  most(): number;
  /** The panel whose size it is. */
  element: HTMLElement;
}

const STEP = 16;

export function splitter(root: HTMLElement, panel: Panel): HTMLElement {
  return new Splitter(root, panel).element;
}

class Splitter {
  readonly element: HTMLElement;
  private from: { at: number; size: number } | null = null;

  constructor(
    private readonly root: HTMLElement,
    private readonly panel: Panel,
  ) {
    const { name, label, least } = panel;
    this.element = h("div", {
      class: `splitter ${name}-splitter`, role: "separator", tabindex: 0, "aria-label": label, "aria-valuemin": least,
      "aria-orientation": name === "bottom" ? "horizontal" : "vertical", title: "Drag, or use the arrow keys; double click to reset",
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
    for (const end of ["pointerup", "pointercancel"]) this.element.addEventListener(end, () => (this.from = null));
    this.element.addEventListener("dblclick", () => this.reset());
    this.element.addEventListener("keydown", (event) => this.key(event));
    new ResizeObserver(() => this.tell()).observe(panel.element);
  }

  private along(event: PointerEvent): number {
    return this.panel.name === "bottom" ? event.clientY : event.clientX;
  }

  /** Whether the panel grows along the axis, or against it. */
  private sign(): number {
    return this.panel.name === "tree" ? 1 : -1;
  }

  private size(): number {
    const rect = this.panel.element.getBoundingClientRect();
    return this.panel.name === "bottom" ? rect.height : rect.width;
  }

  private set(size: number): void {
    const kept = Math.max(this.panel.least, Math.min(this.panel.most(), size));
    this.root.style.setProperty(`--${this.panel.name}`, `${Math.round(kept)}px`);
  }

  private reset(): void {
    this.root.style.removeProperty(`--${this.panel.name}`);
  }

  private key(event: KeyboardEvent): void {
    const along: Record<string, number> = this.panel.name === "bottom" ? { ArrowDown: 1, ArrowUp: -1 } : { ArrowRight: 1, ArrowLeft: -1 };
    if (event.key in along) this.set(this.size() + STEP * this.sign() * along[event.key]);
    else if (event.key === "Home") this.reset();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  private tell(): void {
    this.element.setAttribute("aria-valuenow", String(Math.round(this.size())));
    this.element.setAttribute("aria-valuemax", String(Math.round(this.panel.most())));
  }
}
