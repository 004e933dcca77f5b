// The ring around what is selected in an overview, where its painter has drawn none.
import { sidesWithin, type Rect } from "../draw/frame";
import { h } from "./dom";

/** So far, in pixels, the ring stands out of its mark: it is drawn on the mark's border, as shapes of tensors are written close above and below that. */
const AWAY = 1;

export class OverviewRing {
  readonly element = h("div", { class: "ring", hidden: true });

  /**
   * Put it around a place on screen; null: hide it. Where an edge of the view cuts that, the ring is open: it goes on there, and a line would lie over
   * words. Of what is cut on all sides a dashed ring at the edges tells that it is what is selected.
   *
   * @param inFrame whether the place is in what is open: there the painter has drawn a ring.
   * @param sheet what it lies in.
   */
  around(place: DOMRect | null, inFrame: boolean, view: Rect, sheet: DOMRect): void {
    const { element } = this;
    const away = inFrame ? 0 : AWAY;
    const rect = place && { x: place.x - away, y: place.y - away, w: place.width + 2 * away, h: place.height + 2 * away };
    // A mark that is brought into view stands at its edge: the ring around it reaches a little further.
    const room = { x: view.x - 2 * away, y: view.y - 2 * away, w: view.w + 4 * away, h: view.h + 4 * away };
    const sides = rect ? sidesWithin(rect, room, 0) : [];
    const [cut, inside] = [sides.some((side) => side.cut), sides.length > 0 && sides.every((side) => side.cut)];
    element.hidden = !rect || (inFrame && !inside);
    if (!rect || element.hidden) return;
    const [from, to] = cut ? [sides[0].from, sides[2].from] : [rect, { x: rect.x + rect.w, y: rect.y + rect.h }];
    const percent = (length: number, whole: number) => `${(100 * length) / whole}%`;
    Object.assign(element.style, {
      left: percent(from.x - sheet.left, sheet.width), top: percent(from.y - sheet.top, sheet.height),
      width: percent(to.x - from.x, sheet.width), height: percent(to.y - from.y, sheet.height),
      borderStyle: cut ? sides.map((side) => (inside ? "dashed" : side.cut ? "none" : "solid")).join(" ") : "",
    });
  }
}
