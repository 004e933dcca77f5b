// What the colours mean: families, the scale of an amount with its unit and coverage, or the values of a category.
import { UNDRAWN } from "../data/structures";
import { exact, percent } from "../data/words";
import type { Paint } from "../draw/theme";
import { OVERVIEW } from "../state/focus";
import type { Session } from "../state/session";
import { h, replace, tellCut } from "./dom";
import { foundTold } from "./findinglist";
import { chosenTold, keepingFocus, kindButton } from "./kindchoice";
import type { Looks } from "./look";
import { whyNone } from "./none";
import type { OverviewKinds } from "./overviewkinds";
import { signsTold } from "./signs";

const MOST = 9;

/** Figures that a disturbed measurement makes doubtful. */
const TIMED = new Set(["time", "busy", "calls"]);

/** The tabs whose bars or areas have the colours of an amount's scale. */
const FLAMES: Record<string, string> = { flame: "Flame graph", treemap: "Treemap" };

/** In a low window only the first is told. */
const DISTURBED = "measurement disturbed";
const REMEDY = ": measure again on an idle machine";

export class Legend {
  readonly element = h("div", { class: "legend", role: "group", "aria-label": "Colours" });

  /** @param look looks at a kind of a legend, or no more at that; null: at all kinds. */
  constructor(
    private readonly session: Session,
    private readonly looks: Looks,
    private readonly look: (legend: string, kind: string | null) => void,
    private readonly overview: OverviewKinds | null,
  ) {
    session.on("focus", () => this.refresh());
    session.on("colour", () => this.refresh());
    session.on("overview", () => this.refresh());
    session.on("place", () => this.refresh());
    session.on("open", () => this.refresh());
    session.on("tab", () => this.refresh());
    tellCut(this.element);
    this.refresh();
  }

  refresh(): void {
    keepingFocus(this.element, () => this.fill());
  }

  private fill(): void {
    const mode = this.looks.mode();
    // The overview has a legend of its own colours in it. These are those of what is open in it, and an amount's those of the bars of the tree, if that is beside it.
    const alone = this.session.overview && this.session.inPlace.size === 0;
    const line = alone ? null : this.undrawn();
    const chosen = alone ? this.chosenInOverview() : this.chosen();
    this.element.hidden = alone ? mode.kind !== "amount" && !chosen : mode.kind === "family" && this.looks.families.length === 0 && !line && !this.session.differing;
    const flames = FLAMES[this.session.tab ?? ""] ?? "";
    this.element.classList.toggle("of-tree", alone && !flames);
    if (alone && mode.kind !== "amount") replace(this.element, chosen);
    else if (mode.kind === "family") {
      replace(this.element, ...this.signs(), ...this.looks.families.map(([id, title]) => this.kind(this.looks.family(id), id, title)), chosen, line);
    } else if (mode.kind === "category") {
      const { values } = this.looks.scale();
      const shown = values.slice(0, MOST).map((value) => this.kind(this.looks.category(value), value, shortName(value)));
      const rest = values.length > MOST ? h("span", {}, `and ${values.length - MOST} more`) : null;
      replace(this.element, ...this.signs(), ...shown, rest, chosen, line, this.coverage());
    } else {
      const steps = h("span", { class: "scale" });
      for (const colour of this.looks.theme.heat) {
        const block = h("span");
        block.style.background = colour;
        steps.append(block);
      }
      const { top } = this.looks.scale();
      const unit = mode.unit ? ` ${mode.unit}` : "";
      const count = this.looks.theme.heat.length;
      const ends = [`< ${mode.text(top / count)}`, `≥ ${mode.text(top - top / count)}`];
      steps.title = `${count} equal steps from 0 to ${mode.text(top)}${unit}${this.looks.scale().beyond ? "; what is more has the last colour" : ""}`;
      replace(this.element, h("span", {}, h("span", { class: "legend-mode" }, `${this.whose(alone, flames, mode.title)}: `), ends[0]), steps, h("span", {}, ends[1], unit && h("span", { class: "legend-more" }, unit)), this.disturbed(), chosen, line, this.coverage());
    }
    if (this.session.overview && this.overview) this.element.append(...(alone ? [] : this.closedKinds(this.overview)), ...this.thickFrame(this.overview));
    this.element.dispatchEvent(new Event("scroll")); // what is cut of it now
  }

  /** Beside what is open in an overview, which has the colours of the mode, the kinds of all other boxes. */
  private closedKinds({ all }: OverviewKinds): HTMLElement[] {
    const entries = all.filter(({ kind }) => kind !== "own").map(({ title, sign }) => h("span", { class: "legend-entry" }, swatch(getComputedStyle(sign)), title));
    return entries.length ? [h("span", { class: "legend-kinds" }, "other boxes:", ...entries)] : [];
  }

  /** What the thick frames of an overview mean, if it has some: its own legend may be out of view. */
  private thickFrame({ hasCustom }: OverviewKinds): HTMLElement[] {
    return hasCustom ? [h("span", { class: "legend-entry" }, h("span", { class: "swatch legend-thick" }), "thick frame: custom class")] : [];
  }

  /** What has the colours of an amount's scale, where not all that is shown has: beside the overview the tree's bars and the flame graph's, and in it what is open. */
  private whose(alone: boolean, flames: string, title: string): string {
    if (!this.session.overview) return title;
    return alone ? `${flames || "Bars of the layers"}, ${title}` : `${title} of what is open`;
  }

  /** A kind that a click chooses: the others are pale then. */
  private kind(paint: Paint, kind: string, title: string): HTMLElement {
    const { kinds: { legend } } = this.looks;
    return kindButton(swatch(paint), title, { kind, chosen: this.session.focus[legend] ?? [], toggle: () => this.look(legend, kind) });
  }

  private chosen(): HTMLElement | null {
    const { kinds } = this.looks;
    const chosen = kinds.chosen();
    return chosen && chosenTold(chosen.count, this.session.facts.nodes.count, "ops", chosen.kinds.size, () => this.look(kinds.legend, null));
  }

  private chosenInOverview(): HTMLElement | null {
    const { overview } = this;
    if (!overview?.chosen.length) return null;
    const { count, all } = overview.count();
    return chosenTold(count, all, "boxes", overview.chosen.length, () => this.look(OVERVIEW, null));
  }

  /** What marks a drawing of two graphs has, or one of a graph that was checked. */
  private signs(): HTMLElement[] {
    const { differing, found } = this.session;
    return differing ? signsTold(differing.difference) : foundTold(found?.findings ?? null);
  }

  /** The sign of wires that in a copy which is shown are not what they are in the drawn one, where there are any. */
  private undrawn(): HTMLElement | null {
    const { cards } = this.session;
    const shown = [...this.session.open].some((card) => cards.hasUndrawn(card) && (this.session.isShown(card) || this.session.placeOf(card) >= 0));
    if (!shown) return null;
    const sign = h("span", { class: "legend-line", "aria-hidden": "true" });
    sign.style.color = this.looks.theme.wires[UNDRAWN].stroke;
    return h("span", { class: "legend-entry", title: "The words at its arrow say which" }, sign, "through layers not drawn, or not in this copy");
  }

  /** Why the other ops have none, as far as that is known: numbers of the reader's own tell nothing of the ops without. */
  private others(): string {
    const { measurement } = this.session.facts;
    if (!measurement) return "";
    const why = whyNone(measurement, this.looks.mode().id);
    return why && `; the others: ${why}`;
  }

  /** Beside the scale of the times, so that no window is too small for it. */
  private disturbed(): HTMLElement | null {
    const told = this.session.facts.measurement?.disturbed && TIMED.has(this.looks.mode().id);
    return told ? h("span", { title: `${DISTURBED}${REMEDY}` }, DISTURBED, h("span", { class: "legend-more" }, REMEDY)) : null;
  }

  private coverage(): HTMLElement {
    const { covered, coveredGroups } = this.looks.scale();
    const { nodes, groups } = this.session.facts;
    return h("span", { class: "soft legend-rest" }, covered ? `${percent(covered / Math.max(1, nodes.count))} of ops have a value${covered < nodes.count ? this.others() : ""}` : `${exact(coveredGroups)} of ${exact(groups.count)} groups have a value`);
  }
}

export function swatch({ fill, stroke }: Pick<Paint, "fill" | "stroke">): HTMLElement {
  const sign = h("span", { class: "swatch" });
  [sign.style.background, sign.style.borderColor] = [fill, stroke];
  return sign;
}

function shortName(value: string): string {
  return value.length > 28 ? `…${value.slice(-27)}` : value;
}
