// Where reading of an overview begins in a window that does not show all of it.

/** Room kept beside what reading begins with, and above it: no line of words above it is cut. */
const BESIDE = 30;
const ABOVE = 20;
/** About half the width of the rows below it. */
const ABOUT = 110;
/** What lies no further below the top begins as high as that; less than the height of an input, so that a card below one does not. */
const BEGINNING = 18;
/** A lower window begins with the drawing, without the words above it. */
const WITH_WORDS = 300;

/**
 * How far what scrolls is scrolled there: with the title in view, if the first mark stands there too, else with the first mark,
 * the cards around it from their left edge if they have the room. Where they have not, their names are kept in view.
 *
 * @param element what scrolls.
 * @param sheet what it scrolls.
 * @param marks where the marks are on screen.
 * @param narrow whether the drawing stands alone, with words above it that are no part of it.
 */
export function beginning(element: HTMLElement, sheet: HTMLElement, marks: readonly DOMRect[], narrow: boolean): { left: number; top: number } {
  const [room, own] = [element.clientWidth, sheet.getBoundingClientRect()];
  const top = Math.min(...marks.map((rect) => rect.top));
  // Of what stands about as high at the top reading begins with the leftmost: there the main flow is.
  const first = marks.filter((rect) => rect.top < top + BEGINNING).reduce((best, rect) => (rect.left < best.left ? rect : best), marks[0]);
  if (!first) return { left: 0, top: 0 };
  const words = narrow && element.clientHeight >= WITH_WORDS ? 0 : sheet.offsetTop + first.top - own.top - ABOVE;
  if (own.width <= room + 1) return { left: 0, top: narrow ? words : 0 };
  const [left, middle] = [Math.min(...marks.map((rect) => rect.left)) - own.left - BESIDE, (first.left + first.right) / 2 - own.left];
  return { left: middle + ABOUT - left <= room ? left : middle - room / 2, top: words };
}
