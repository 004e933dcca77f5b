// Words that the upper or lower edge of a window would cut through are hidden: half a line of letters cannot be read, and looks broken. The signs at the edges say that there is more.

/** The height of a line that its letters take: above and below them nothing is cut. */
const LETTERS = 0.7;

export class Slices {
  private hidden: (SVGElement | HTMLElement)[] = [];

  /** @param words what can be cut, in the window now. */
  constructor(private readonly words: () => Iterable<SVGElement | HTMLElement>) {}

  /** Hide what is cut, which can still be clicked, by the ends of a room, from top to bottom of the screen; an end without more beyond it is infinitely far away. */
  hide(from: number, to: number): void {
    this.show();
    const all = [...this.words()];
    const places = all.map((word) => word.getBoundingClientRect()); // read before anything is written
    this.hidden = all.filter((_, index) => isCut(places[index], from, to));
    for (const word of this.hidden) word.style.opacity = "0";
  }

  /** All are shown again. */
  show(): void {
    for (const word of this.hidden) {
      word.style.opacity = "";
      if (!word.getAttribute("style")) word.removeAttribute("style"); // what is saved has no trace of it
    }
    this.hidden = [];
  }
}

/** Whether an end runs through the letters of a line. */
export function isCut({ top, bottom }: { top: number; bottom: number }, from: number, to: number): boolean {
  const edge = ((1 - LETTERS) / 2) * (bottom - top);
  return [from, to].some((end) => top + edge < end && bottom - edge > end);
}
