// The ring around what is selected in an overview, where its painter has drawn none.
import { runningOn, sidesWithin, type Rect } from "../draw/frame";
import { h } from "./dom";
import type { Beyond } from "./more";
import { EDGE } from "./overviewpage";

/** So far, in pixels, the ring stands out of its mark: it is drawn on the mark's border, as shapes of tensors are written close above and below that. */
const AWAY = 1;
/** What is brought into view stands right beside the sign of more. */
const SIGN = EDGE - 2;

export class OverviewRing {
  readonly element = h("div", { class: "ring", hidden: true });
  private worn: Element | null = null;

  /**
   * Put it around a place on screen; null: hide it. Where an edge of the view cuts that, the ring is open: it goes on there, and a line would lie over
   * words. Of what is cut on all sides a dashed ring at the edges tells that it is what is selected.
   *
   * @param mark what is selected, if the place is not in what is open, where the painter has drawn a ring. It has the ring's colour: a frame of its own under the ring would look out of it.
   * @param window what is in view, with a sign of more on the sides beyond which there is more.
   * @param sheet what it lies in.
   */
  around(place: DOMRect | null, mark: Element | null, window: DOMRect, { left, right, up, down }: Beyond, sheet: DOMRect): void {
    const { element } = this;
    this.worn?.classList.remove("ringed");
    this.worn = mark;
    mark?.classList.add("ringed");
    const inFrame = mark === null;
    const away = inFrame ? 0 : AWAY;
    const rect = place && { x: place.x - away, y: place.y - away, w: place.width + 2 * away, h: place.height + 2 * away };
    // A mark at the edge of the window: the ring around it reaches a little further.
    const margin = (there: boolean) => (there ? SIGN : -2 * away);
    const room = inset(window, margin(left), margin(right), margin(up), margin(down));
    const sides = rect ? sidesWithin(rect, room) : [];
    const [cut, inside] = [sides.some((side) => side.cut), sides.length > 0 && sides.every((side) => side.cut)];
    element.hidden = !rect || (inFrame && !inside);
    if (!rect || element.hidden) return;
    const shown = cut && !inside ? runningOn(sides, inset(window, 0, 0, 0, 0)) : sides;
    const [from, to] = cut ? [shown[0].from, shown[2].from] : [rect, { x: rect.x + rect.w, y: rect.y + rect.h }];
    const percent = (length: number, whole: number) => `${(100 * length) / whole}%`;
    Object.assign(element.style, {
      left: percent(from.x - sheet.left, sheet.width), top: percent(from.y - sheet.top, sheet.height),
      width: percent(to.x - from.x, sheet.width), height: percent(to.y - from.y, sheet.height),
      borderStyle: cut ? sides.map((side) => (inside ? "dashed" : side.cut ? "none" : "solid")).join(" ") : "",
    });
  }
}

function inset({ x, y, width, height }: DOMRect, left: number, right: number, up: number, down: number): Rect {
  return { x: x + left, y: y + up, w: width - left - right, h: height - up - down };
}
