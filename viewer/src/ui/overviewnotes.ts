// The signs of notes in the overview: a small sheet on the mark of what a note is on, or on the mark around that.
import { h } from "./dom";
import type { Selection } from "../state/session";

export class OverviewNotes {
  readonly element = h("div", { class: "note-signs", "aria-hidden": "true" });

  /**
   * @param noted what the notes are on.
   * @param place where on screen that is, as far as it is drawn.
   */
  constructor(
    private readonly noted: () => Selection[],
    private readonly place: (selection: Selection) => DOMRect | null,
  ) {}

  /** Put them where their marks are in `sheet`. */
  show(sheet: DOMRect): void {
    const places = new Map(this.noted().flatMap((selection): [string, DOMRect][] => {
      const place = this.place(selection);
      return place?.width ? [[`${place.x} ${place.y}`, place]] : [];
    }));
    this.element.replaceChildren(...[...places.values()].map(({ right, bottom }) => {
      const sign = h("span", { class: "note-sign" });
      Object.assign(sign.style, { left: `${right - sheet.x - 8}px`, top: `${bottom - sheet.y - 8}px` });
      return sign;
    }));
  }
}
