// The legend of the overview filters it: kinds of layers that are not chosen are pale. Its entries are drawn in Python, each a colour and the words beside it.
import { OVERVIEW } from "../state/focus";
import type { Selection, Session } from "../state/session";
import { kindTip } from "./kindchoice";

/** An entry of the legend: the class of its colour, which the boxes of that kind have too, and its words. */
export interface OverviewKind {
  kind: string;
  title: string;
  sign: SVGElement;
  words: SVGElement;
}

/** The entries among what stands around a drawing: a rectangle, then the text right of it. */
export function kindsIn(around: readonly SVGElement[]): OverviewKind[] {
  return around.flatMap((sign, index) => {
    const words = around[index + 1];
    if (sign.tagName !== "rect" || !words?.classList.contains("legend")) return [];
    return [{ kind: sign.classList[0] ?? "", title: words.textContent ?? "", sign, words }];
  });
}

export class OverviewKinds {
  readonly all: readonly OverviewKind[];

  constructor(
    around: readonly SVGElement[],
    private readonly session: Session,
    private readonly marks: { readonly all: readonly SVGElement[]; shown(): SVGElement[]; stands(mark: SVGElement): Selection },
    readonly toggle: (kind: string) => void,
  ) {
    this.all = kindsIn(around);
    for (const entry of this.all) this.listen(entry);
    session.on("focus", () => this.refresh());
    this.refresh();
  }

  get chosen(): readonly string[] {
    return this.session.focus[OVERVIEW] ?? [];
  }

  /** Whether some boxes have the frame of a class that the author wrote. */
  get hasCustom(): boolean {
    return this.marks.all.some((mark) => mark.querySelector(":scope > .own"));
  }

  /** How many of the boxes that are drawn are of the chosen kinds, and how many there are. */
  count(): { count: number; all: number } {
    const shown = this.marks.shown();
    const frames = this.around(shown);
    const boxes = shown.filter((mark) => mark.querySelector("rect") && !mark.querySelector("[data-op], [data-unit]") && !frames.has(this.marks.stands(mark).card));
    return { count: boxes.filter((mark) => !mark.closest(".pale")).length, all: boxes.length };
  }

  /** The cards around some marks. */
  private around(marks: readonly SVGElement[]): Set<number> {
    const { session, session: { cards } } = this;
    const found = new Set<number>();
    for (const mark of marks) {
      const stands = this.marks.stands(mark);
      const own = session.cardAround(stands);
      for (let at = stands.op >= 0 ? own : cards.parent(own); at > 0 && !found.has(at); at = cards.parent(at)) found.add(at);
    }
    return found;
  }

  private listen({ kind, title, sign, words }: OverviewKind): void {
    words.setAttribute("role", "button");
    words.setAttribute("tabindex", "0");
    words.setAttribute("aria-label", title);
    for (const part of [sign, words]) {
      part.classList.add("choice");
      // The overview has no titles in it: the element around it tells what the entry under the pointer does.
      part.addEventListener("pointerenter", () => hostOf(part)?.setAttribute("title", words.getAttribute("aria-description") ?? ""));
      part.addEventListener("pointerleave", () => hostOf(part)?.removeAttribute("title"));
      part.addEventListener("click", (event) => {
        event.stopPropagation();
        this.toggle(kind);
      });
    }
    words.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      event.stopPropagation(); // else it would open what is selected
      this.toggle(kind);
    });
  }

  /** A frame around boxes is pale where all in it are, though it is no element around theirs; a box that is drawn in a pale one is not so twice. */
  refresh(): void {
    const { chosen } = this;
    const found = chosen.map((kind) => `.${CSS.escape(kind)}`).join(", ");
    const frames = this.around(found ? this.marks.all.filter((mark) => mark.querySelector(found)) : []);
    const isPale = (mark: SVGElement) => found !== "" && !mark.querySelector(found) && !frames.has(this.marks.stands(mark).card);
    for (const mark of this.marks.all) mark.classList.toggle("pale", isPale(mark) && !(mark.parentElement?.closest(".pale")));
    for (const { kind, title, words } of this.all) {
      const isChosen = chosen.includes(kind);
      words.setAttribute("aria-pressed", String(isChosen));
      words.setAttribute("aria-description", kindTip(title, isChosen, chosen.length > (isChosen ? 1 : 0)));
      words.classList.toggle("unchosen", chosen.length > 0 && !isChosen);
    }
  }
}

function hostOf(part: Element): Element | null {
  const root = part.getRootNode();
  return root instanceof ShadowRoot ? root.host : null;
}
