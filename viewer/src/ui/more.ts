// Signs at the edges of what is shown: on this side there is more of it. A click goes there.
import { button, h } from "./dom";

/** On which sides of the window there is more. */
export interface Beyond {
  left: boolean;
  right: boolean;
  up: boolean;
  down: boolean;
}

export const NOWHERE: Beyond = { left: false, right: false, up: false, down: false };

/** What lies less far beyond the edge is nothing to go for, in pixels. */
const NEAR = 1.5;
/** How much of the window a click moves it by. */
const STEP = 0.8;
const SIDES = [
  { side: "up", words: "↑ more above", x: 0, y: -1 },
  { side: "down", words: "↓ more below", x: 0, y: 1 },
  { side: "left", words: "←", x: -1, y: 0 },
  { side: "right", words: "→", x: 1, y: 0 },
] as const;

/** Of something that begins at `x`, `y` of a window, both in pixels. */
export function beyond(shown: { x: number; y: number; w: number; h: number }, window: { w: number; h: number }): Beyond {
  return { left: shown.x < -NEAR, up: shown.y < -NEAR, right: shown.x + shown.w > window.w + NEAR, down: shown.y + shown.h > window.h + NEAR };
}

export class More {
  readonly element = h("div", { class: "more" });
  private readonly signs: Map<keyof Beyond, HTMLElement>;

  /** @param move is told to show what lies further on, by so many pixels. */
  constructor(move: (dx: number, dy: number) => void) {
    // The keyboard has arrows for it, and who listens has no edge: the signs are for pointers and fingers.
    const sign = ({ side, words, x, y }: (typeof SIDES)[number]) => {
      const go = () => move(x * STEP * this.element.clientWidth, y * STEP * this.element.clientHeight);
      return h("div", { class: `more-side more-${side}`, hidden: true, "aria-hidden": "true" }, button(words, go, { tabindex: -1, title: "There is more on this side: go there" }));
    };
    this.signs = new Map(SIDES.map((each) => [each.side, sign(each)]));
    this.element.append(...this.signs.values());
  }

  show(sides: Beyond): void {
    for (const [side, sign] of this.signs) sign.hidden = !sides[side];
  }
}
