// The panel on the right: all that is known of the selected op, group or card, and of the graph where nothing is selected.
import { shapeText, type Source } from "../data/facts";
import { plural, type Words } from "../data/words";
import type { Counterpart } from "../data/counterpart";
import type { Entry } from "../data/difference";
import type { Changes } from "../state/changes";
import type { Selection, Session } from "../state/session";
import { copyChoice } from "./copychoice";
import { copiesSaid } from "./copysaid";
import { button, h, replace } from "./dom";
import { attributeText, callOf, cardRows, graphRows, groupRows, opRows, passOfCard, stepRows, togetherRows, whatItIs, type Row } from "./figures";
import { breakablePath, longList, pairs } from "./lists";
import { findingSign } from "./findinglist";
import { becameOfMany, becameOfOp, sparedOf, type SideLeads } from "./became";
import { bothGraphs, bothSides, insideLine } from "./bothsides";
import type { Counted } from "./overviewfigures";
import type { DrawnCopy } from "./overviewmarks";
import { References, type Leads } from "./references";
import { countSigns } from "./signs";
import { sourceBlock } from "./source";

export interface Acts extends Leads {
  light(ops: number[], why: string): void;
  trace(along: boolean, steps: number): void;
  copy(text: string, what: string): void;
  /** Null: the page has no address. */
  copyLink: (() => void) | null;
  /** What the reader has written on what is selected, and the dialog to write it. */
  note(): string;
  writeNote(): void;
  showCopy(card: number, copy: number): void;
}

/** How what the overview counts is told, where it is more than the pass that a layer is in. */
const WITH_GRADIENTS = "forward + ";

/** How to get about, for who sees the page for the first time. */
const TIPS: Row[] = [
  ["click", "select"], ["double click, Enter", "open or close a group"], ["arrows", "select the neighbour"],
  ["wheel, + −", "zoom"], ["drag, Shift + arrows", "move"], ["/", "search"], ["?", "all keys"],
];
/** The same with fingers, which have neither wheel nor keys. */
export const TOUCH_TIPS: Row[] = [["tap", "select"], ["double tap", "open or close a group"], ["two fingers", "zoom"], ["one finger", "move"]];
/** How far "What feeds it" and "What it feeds" look. */
const STEPS: Row[] = [["1", "1 step"], ["2", "2 steps"], ["3", "3 steps"], ["8", "8 steps"], ["Infinity", "all steps"]];

export class Details {
  readonly element = h("aside", { class: "details", "aria-label": "Details of the selection" });
  private readonly references: References;
  private readonly drawnSaid = h("div", { class: "drawn-copy" });
  private drawnLines: string[] = [];
  private steps = "3";
  /** The row of the list of changes that this was made for. */
  private change = "";

  constructor(
    private readonly session: Session,
    private readonly words: Words,
    private readonly acts: Acts,
    private readonly changes: Changes | null = null,
    private readonly counted: (selection: Selection) => Counted | null = () => null,
    private readonly drawnCopy: (card: number) => DrawnCopy | null = () => null,
    /** Of a page with two sides what is known of the other, and the way there. */
    private readonly other: { counterpart: Counterpart; leads: SideLeads } | null = null,
  ) {
    this.references = new References(session, acts);
    session.on("select", () => this.refresh());
    session.on("overview", () => this.tellDrawn());
    changes?.on(() => {
      // Another filter of the list, or an entry that is opened there, is none of this panel's business.
      if (changes.id === this.change) return;
      this.change = changes.id;
      this.refresh();
    });
    this.refresh();
  }

  refresh(): void {
    const { selection } = this.session;
    if (!selection) replace(this.element, ...this.overview());
    else if (selection.op >= 0) replace(this.element, ...this.op(selection.op));
    else if (selection.group >= 0) replace(this.element, ...this.group(selection.group));
    else replace(this.element, ...this.bundle(selection.card));
    this.element.scrollTop = 0;
  }

  private overview(): HTMLElement[] {
    const { facts, differing } = this.session;
    if (differing) {
      return [
        h("h2", { class: "name" }, facts.name || "graph"), h("p", { class: "what" }, "Nothing is selected. Choose a change in the list, or click a box or a layer."),
        bothGraphs(differing.difference), ...leftOut(differing.difference.leftOut), h("h3", {}, touched() ? "Fingers" : "Mouse and keys"), pairs(touched() ? TOUCH_TIPS : TIPS),
      ];
    }
    return [
      h("h2", { class: "name" }, facts.name || "graph"),
      h("p", { class: "what" }, "Nothing is selected. Click a box or a layer to see what it is."),
      pairs(graphRows(facts, this.words)), h("h3", {}, touched() ? "Fingers" : "Mouse and keys"), pairs(touched() ? TOUCH_TIPS : TIPS), ...this.step(),
      ...(this.other ? sparedOf(this.other.counterpart) : []),
    ];
  }

  private step(): HTMLElement[] {
    const { facts } = this.session;
    const rows = stepRows(facts, this.words);
    if (!rows.length) return [];
    const error = facts.hasErrors() ? [h("p", { class: "meaning" }, `Times: ${this.words.meanings.error}.`)] : [];
    return [h("h3", {}, "Where the profiled step goes"), pairs(rows), ...error];
  }

  private op(row: number): HTMLElement[] {
    const { references, session: { facts } } = this;
    const { nodes, groups } = facts;
    const group = nodes.group(row);
    if (this.session.differing) return this.differingOp(row);
    const attrs = Object.entries(nodes.attrs(row)).filter(([name]) => nodes.op(row) !== "Const" || name !== "value");
    return [
      ...this.title(nodes.name(row), [nodes.op(row), ...this.inLayer(group)], facts.called(row)),
      ...this.tellCopies(this.session.cards.home(row)?.card ?? -1), ...this.found("op", row),
      ...(this.other ? becameOfOp(this.other.counterpart, row, this.other.leads) : []),
      pairs(opRows(facts, this.words, row)),
      ...this.inOverview(),
      ...this.neighbours(row),
      ...this.sourceOf(nodes.sourceId(row)),
      this.tools(),
      ...(attrs.length ? [h("h3", {}, "Attributes"), pairs(attrs.map(([name, value]) => [name, attributeText(value)]))] : []),
      ...(group >= 0 ? [h("h3", {}, "In"), references.group(group, groups.path(group))] : []),
    ];
  }

  /** An op of a page of two graphs. */
  private differingOp(row: number): HTMLElement[] {
    const { references, session: { facts, differing } } = this;
    const { nodes, groups } = facts;
    const group = nodes.group(row);
    return [
      ...this.title(nodes.name(row), [nodes.op(row), ...this.inLayer(group)]),
      ...(differing ? bothSides(differing, facts, "op", row, [], this.entryAt("op", row)) : []),
      ...this.neighbours(row), ...this.sourceOf(nodes.sourceId(row)), this.tools(),
      ...(group >= 0 ? [h("h3", {}, "In"), references.group(group, groups.path(group))] : []),
    ];
  }

  /** The entry of the list that the reader is at, if what is selected is where it leads to. */
  private entryAt(what: "op" | "group", row: number): Entry | null {
    const { changes } = this;
    if (!changes?.at || changes.at.below >= 0) return null;
    const entry = changes.difference.entries[changes.at.entry];
    return entry.place?.[0] === what && entry.place[1] === row ? entry : null;
  }

  /** A variable of a page of two graphs, which no mark stands for. */
  showVariable(number: number): void {
    const { facts, differing } = this.session;
    if (!differing) return;
    replace(this.element, ...this.title(facts.variables[number].object_path, ["variable"]), ...bothSides(differing, facts, "variable", number));
    this.element.scrollTop = 0;
  }

  /** What an op was measured with, what it takes and gives, and who uses that. */
  private neighbours(row: number): HTMLElement[] {
    const { references, session: { facts } } = this;
    const { nodes } = facts;
    const fused = (nodes.measures.of(row)?.fused ?? []).filter((name) => name !== nodes.name(row)).map((name) => nodes.find(name));
    const inputs = nodes.inputs(row).map(({ node, output }) => ({ row: node, text: output < 0 ? "control" : facts.outputText(node, output) }));
    const outputs = nodes.outputs(row).map((_, port) => () => h("li", { class: "mono" }, facts.outputText(row, port)));
    const users = nodes.consumers(row).map((consumer) => ({ row: consumer, text: [nodes.op(consumer), ...facts.sidesUsed(row, consumer)].join(", ") }));
    return [
      ...references.ops("Fused, measured together with", fused.filter((other) => other >= 0).map((other) => ({ row: other, text: nodes.op(other) }))),
      ...references.ops("Inputs", inputs),
      ...(outputs.length ? [h("h3", {}, outputs.length > 1 ? `Outputs (${outputs.length})` : "Output"), longList(outputs)] : []),
      ...references.ops("Used by", users),
    ];
  }

  private group(group: number): HTMLElement[] {
    const { references, session: { facts, cards } } = this;
    const { groups } = facts;
    const owner = groups.owner(group);
    // What only one copy has is shown by the card of that copy, whose own figures are not its.
    const alone = cards.stacks.isUndrawn(group);
    const card = alone ? -1 : cards.ofGroup(group);
    return [
      ...this.title(groups.path(group), [
        whatItIs(facts, group), ...callOf(facts, group), ...(alone ? ["only in this copy, not drawn"] : card < 0 ? ["without a card of its own in the drawing"] : []),
      ]),
      ...this.copies(card, this.session.cards.ofGroup(group)),
      ...this.found("group", group),
      ...this.figuresOf(group, card),
      ...(this.other ? becameOfMany(this.other.counterpart, groups.within(group), this.other.leads) : []),
      ...this.inOverview(),
      ...(groups.of(group) ? [h("h3", {}, "Gradient or update of"), references.path(groups.of(group))] : []),
      ...(owner >= 0 ? [h("h3", {}, "Body of"), h("ul", { class: "refs" }, references.op(owner, facts.nodes.op(owner)))] : []),
      ...this.variables(group), ...this.sourceOf(groups.sourceId(group)), this.tools(),
    ];
  }

  /** What `check` found at an op, or in a group. */
  private found(what: "op" | "group", row: number): HTMLElement[] {
    const { found } = this.session;
    const here = found?.at(what, row) ?? [];
    if (!found || !here.length) return [];
    const lines = here.map((finding) => () =>
      h("li", { class: "found-here" }, findingSign(found.findings, finding), h("b", {}, finding.rule), finding.line && h("span", { class: "soft mono" }, ` ${finding.line}`),
        h("div", {}, finding.message), h("div", { class: "soft" }, finding.remedy)));
    return [h("h3", {}, `Found by check (${here.length})`), longList(lines)];
  }

  /** Of a page that shows its overview say under the title of which copy this is, and which one is drawn there. */
  private tellCopies(card: number): HTMLElement[] {
    this.drawnLines = copiesSaid(this.session.cards, card, this.drawnCopy);
    this.tellDrawn();
    return [];
  }

  /** The drawing shows the copy that is selected. */
  private tellDrawn(): void {
    const { selection, overview } = this.session;
    const name = selection && this.session.drawnAs(selection);
    this.drawnSaid.hidden = !overview;
    replace(this.drawnSaid, ...[name ? `drawn as ${name}` : "", ...this.drawnLines].filter(Boolean).map((line) => h("p", { class: "what" }, line)));
  }

  /** The figures of a group; of a page of two graphs how it differs. */
  private figuresOf(group: number, card: number): HTMLElement[] {
    const { facts, differing } = this.session;
    if (differing) return [...bothSides(differing, facts, "group", group, insideLine(differing, group), this.entryAt("group", group))];
    return [...this.own(card), pairs(groupRows(facts, this.words, group, this.session.cards)), ...this.together(card)];
  }

  private variables(group: number): HTMLElement[] {
    const variables = this.session.facts.groups.variables(group);
    if (!variables.length || this.session.differing) return [];
    const rows = variables.map((variable) => () =>
      h("li", {}, h("span", { class: "mono" }, variable.object_path), h("span", { class: "soft mono" },
        ` ${variable.dtype} ${shapeText(variable.shape)}${variable.trainable ? "" : ", not trained"}`)));
    return [h("h3", {}, `Variables (${variables.length})`), longList(rows)];
  }

  /** A card that stands for no group of the graph: it only puts others together. */
  private bundle(card: number): HTMLElement[] {
    const { references, session: { cards, facts } } = this;
    const inside = [
      ...cards.childCards(card).map((child) => () => references.card(child)),
      // The inputs or outputs that a card stands for: inputs are ops, outputs only have a name.
      ...cards.items(card).filter((item) => item.type === "pill").map((item) => () =>
        item.ref >= 0 && item.ref < facts.nodes.count ? references.op(item.ref, facts.outputText(item.ref, 0)) : h("li", { class: "mono" }, item.title)),
    ];
    return [
      ...this.title(cards.title(card), [cards.subtitle(card) || cards.kind(card)]), ...this.copies(card, card),
      ...this.sums(card), ...this.inOverview(), ...(inside.length ? [h("h3", {}, "Contains"), longList(inside, 60)] : []),
    ];
  }

  /** What a card that stands for no group comes to; of a page of two graphs how many ops in it differ. */
  private sums(card: number): HTMLElement[] {
    const { cards, facts, differing } = this.session;
    if (!differing) return [...this.own(card), pairs(cardRows(cards, facts, this.words, card)), ...this.together(card)];
    const told = differing.told(card);
    return [h("p", { class: "side-status" }, ...(told ? ["Ops in it: ", ...countSigns(told, differing.difference)] : ["The same in both."]))];
  }

  /** The choice among the copies of a card; `around`: the card that a selection without such a choice lies in. */
  private copies(card: number, around: number): HTMLElement[] {
    const [choice, ...differ] = copyChoice(this.session.cards, card, (copy) => this.acts.showCopy(card, copy));
    return [...(choice ? [choice] : []), ...this.tellCopies(around), ...differ];
  }

  /** What all copies of a stack come to. */
  private together(card: number): HTMLElement[] {
    const { cards, facts } = this.session;
    const rows = card > 0 ? togetherRows(cards, facts, this.words, card) : [];
    return rows.length ? [h("h3", {}, `All ${cards.repeat(card)} copies${this.alone()}`), pairs(rows)] : [];
  }

  /** What figures count whose counterparts in the overview are with gradients, where they do not say it themselves. */
  private alone(): string {
    const { selection, facts, cards } = this.session;
    const said = selection && (selection.group >= 0 ? facts.passOf(selection.group) : passOfCard(cards, facts, selection.card));
    return selection && !said && this.counted(selection)?.scope.includes(WITH_GRADIENTS) ? ", forward only" : "";
  }

  private own(card: number): HTMLElement[] {
    const words = this.alone();
    return words ? [h("h3", {}, card > 0 && this.session.cards.repeat(card) > 1 ? `One copy${words}` : "Forward only")] : [];
  }

  /** What the overview's columns show beside the selection, where they count more than it. */
  private inOverview(): HTMLElement[] {
    const { selection } = this.session;
    const found = selection && this.counted(selection);
    return found ? [h("section", { class: "in-overview" }, h("h3", {}, `In the overview: ${found.scope}`), pairs(found.rows))] : [];
  }

  /** @param called what is shown for the name, which itself is told below where that is another. */
  private title(name: string, words: string[], called = name): HTMLElement[] {
    this.drawnLines = [];
    replace(this.drawnSaid);
    const copy = button("Copy name", () => this.acts.copy(name, "name"), { class: "quiet", title: "Copy the full name" });
    return [h("div", { class: "title-row" }, copy, h("h2", { class: "name" }, ...breakablePath(called))), h("p", { class: "what" }, words.join(", ")), ...(called === name ? [] : [h("p", { class: "what" }, "TensorFlow's name: ", h("span", { class: "mono" }, ...breakablePath(name)))]), this.drawnSaid, ...this.noteOn()];
  }

  /** The layer that an op's group is in, at any depth. */
  private inLayer(group: number): string[] {
    const { groups } = this.session.facts;
    for (let at = group; at >= 0; at = groups.parent(at)) {
      if (groups.cls(at)) return [`in ${groups.cls(at)}`, ...callOf(this.session.facts, at)];
    }
    return [];
  }

  private sourceOf(id: number): HTMLElement[] {
    const source: Source | null = this.session.facts.source(id);
    if (!source) return [];
    return sourceBlock(this.session.facts, source, (ops, why) => this.acts.light(ops, why), (text) => this.acts.copy(text, "place"));
  }

  /** What the reader has written on what is selected. */
  private noteOn(): HTMLElement[] {
    const text = this.acts.note();
    const write = button(text ? "Edit note" : "Add a note", () => this.acts.writeNote(), { class: "quiet", title: `${text ? "Change" : "Write"} the note on what is selected (M)` });
    return [h("div", { class: "noted" }, text ? h("p", { class: "note-text" }, text) : null, write)];
  }

  /** The notes were changed: the panel stays where it was scrolled to. */
  tellNote(): void {
    if (this.session.selection) this.element.querySelector(".noted")?.replaceWith(...this.noteOn());
  }

  private tools(): HTMLElement {
    const steps = h("select", { "aria-label": "How many steps to trace", title: "How many steps to trace" },
      ...STEPS.map(([value, text]) => h("option", { value, selected: value === this.steps }, text)));
    steps.addEventListener("change", () => (this.steps = steps.value));
    return h("div", { class: "tools" },
      button("What feeds it", () => this.acts.trace(false, Number(this.steps)), { title: "Light the ops that feed the selection (I)" }),
      button("What it feeds", () => this.acts.trace(true, Number(this.steps)), { title: "Light the ops that the selection feeds (O)" }), steps,
      this.acts.copyLink ? button("Copy link", this.acts.copyLink, { title: "Copy the link to this view" }) : null);
  }
}

/** What is told of ops of the first graph that are not drawn. */
function leftOut(count: number): HTMLElement[] {
  return count ? [h("p", { class: "meaning" }, `Not drawn: ${plural(count, "op")} of the first, whose work ops of the second do. The list of changes has them.`)] : [];
}

/** Whether fingers point, not a mouse, as on a phone. */
export function touched(): boolean {
  return matchMedia("(pointer: coarse)").matches;
}
