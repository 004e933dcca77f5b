// The panel on the right: all that is known of the selected op or group, every reference a jump.
import { shapeText, typeText, type Source, type Variable } from "../data/facts";
import { exact, number, percent, plural, type Words } from "../data/words";
import { amountOf } from "../state/amounts";
import type { Session } from "../state/session";
import { button, h, replace } from "./dom";
import { attributeText, constantOf, costRows, elements, outputText, recovered } from "./figures";
import { longList, pairs } from "./lists";
import { sourceBlock } from "./source";

export interface Acts {
  goOp(row: number): void;
  goGroup(group: number): void;
  light(ops: number[], why: string): void;
  trace(along: boolean, steps: number): void;
  copy(text: string, what: string): void;
  copyLink(): void;
  showCopy(card: number, copy: number): void;
}

export class Details {
  readonly element = h("aside", { class: "details", "aria-label": "Details of the selection" });
  private steps = "3";

  constructor(
    private readonly session: Session,
    private readonly words: Words,
    private readonly acts: Acts,
  ) {
    session.on("select", () => this.refresh());
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

  // The whole graph

  private overview(): HTMLElement[] {
    const { facts } = this.session;
    const trainable = facts.variables.filter((variable) => variable.trainable);
    const total = (variables: Variable[]) => variables.reduce((sum, variable) => sum + elements(variable), 0);
    const measured = facts.measurement;
    const rows: [string, string][] = [["Ops", exact(facts.nodes.count)], ["Groups", exact(facts.groups.count)]];
    if (facts.variables.length) {
      rows.push(["Variables", exact(facts.variables.length)], ["Parameters", exact(facts.parameters)]);
      if (trainable.length < facts.variables.length) rows.push(["Trainable", exact(total(trainable))]);
    }
    for (const [name, version] of Object.entries(facts.producer)) rows.push([name === "tensorflow" ? "TensorFlow" : name, version]);
    if (measured?.step_time_us) rows.push(["Step", this.words.time(measured.step_time_us)]);
    if (measured?.profiled_step_time_us) rows.push(["Profiled step", this.words.time(measured.profiled_step_time_us)]);
    if (measured?.steps) rows.push(["Measured", plural(measured.steps, "step")]);
    if (measured?.attributed != null) rows.push(["Attributed", `${percent(measured.attributed)} of op time`]);
    const tips: [string, string][] = [
      ["click", "select"], ["double click, Enter", "open or close a group"], ["arrows", "go to the neighbour"],
      ["wheel, + −", "zoom"], ["drag, Shift + arrows", "move"], ["/", "search"], ["?", "all keys"],
    ];
    return [
      h("h2", { class: "name" }, facts.name || "graph"),
      h("p", { class: "what" }, "Nothing is selected. Click a box or a layer to see what it is."),
      pairs(rows), h("h3", {}, "How to get about"), pairs(tips),
    ];
  }

  // An op

  private op(row: number): HTMLElement[] {
    const { nodes, groups } = this.session.facts;
    const group = nodes.group(row);
    const parts = [...this.title(nodes.name(row), [nodes.op(row), ...this.inLayer(group)])];
    parts.push(pairs(this.opFigures(row)));
    const fused = (nodes.measures.of(row)?.fused ?? []).filter((name) => name !== nodes.name(row)).map((name) => nodes.find(name));
    parts.push(...this.edges("Measured together with", fused.filter((other) => other >= 0).map((other) => ({ row: other, text: nodes.op(other) }))));
    const inputs = nodes.inputs(row);
    parts.push(...this.edges("Inputs", inputs.map(({ node, output }) => ({
      row: node, text: output < 0 ? "control" : outputText(nodes.outputs(node)[output], nodes.outputs(node).length > 1 ? `:${output}` : ""),
    }))));
    const outputs = nodes.outputs(row);
    if (outputs.length) {
      parts.push(h("h3", {}, outputs.length > 1 ? `Outputs (${outputs.length})` : "Output"));
      parts.push(longList(outputs.map((type, port) => () => h("li", { class: "mono" }, `${outputs.length > 1 ? `:${port} ` : ""}${typeText(type)}`))));
    }
    parts.push(...this.edges("Used by", nodes.consumers(row).map((consumer) => ({ row: consumer, text: nodes.op(consumer) }))));
    parts.push(...this.sourceOf(nodes.sourceId(row)));
    parts.push(this.tools());
    const attrs = Object.entries(nodes.attrs(row)).filter(([name]) => nodes.op(row) !== "Const" || name !== "value");
    if (attrs.length) parts.push(h("h3", {}, "Attributes"), pairs(attrs.map(([name, value]) => [name, attributeText(value)])));
    if (group >= 0) parts.push(h("h3", {}, "In"), this.groupRef(group, groups.path(group)));
    return parts;
  }

  private opFigures(row: number): [string, string][] {
    const { nodes } = this.session.facts;
    const found: [string, string][] = [];
    const measured = nodes.measures.of(row);
    if (measured) found.push(...this.measuredRows(measured));
    found.push(...costRows(this.words, nodes.cost(row), measured?.time ?? null));
    const outputs = nodes.outputs(row);
    if (outputs.length === 1) found.push(["Output", typeText(outputs[0])]);
    const value = nodes.op(row) === "Const" ? constantOf(nodes.attrs(row).value) : null;
    if (value) found.push(...value);
    found.push(...this.iterations(row));
    if (nodes.device(row)) found.push(["Device", nodes.device(row)]);
    if (nodes.dead(row)) found.push(["Dead", "reaches no output and no side effect"]);
    return found;
  }

  /** How often a loop's body runs. */
  private iterations(loop: number): [string, string][] {
    const { nodes, loops } = this.session.facts;
    const name = nodes.name(loop);
    if (!Object.prototype.hasOwnProperty.call(loops, name)) return [];
    const count = loops[name];
    return [["Iterations", count === null ? "not known before it runs" : number(count)]];
  }

  private measuredRows(measured: { time: number | null; busy: number | null; calls: number | null; memory: number | null }): [string, string][] {
    const step = this.session.facts.stepTime;
    const rows: [string, string][] = [];
    if (measured.time !== null) {
      const calls = measured.calls !== null && measured.calls !== 1 ? `, ${this.words.calls(measured.calls)}` : "";
      rows.push(["Time", `${this.words.time(measured.time)} a step${calls}`]);
      if (step) rows.push(["Share", `${percent(measured.time / step)} of the ${this.session.facts.stepName}`]);
    }
    if (measured.busy !== null && measured.busy !== measured.time) rows.push(["Busy", this.words.time(measured.busy)]);
    if (measured.memory !== null) rows.push(["Memory", this.words.bytes(measured.memory)]);
    return rows;
  }

  // A group

  private group(group: number): HTMLElement[] {
    const { groups } = this.session.facts;
    const cls = groups.cls(group) || groups.kind(group);
    const call = groups.call(group);
    const parts = [...this.title(groups.path(group), [cls, ...(call > 1 ? [`call ${call}`] : []), ...recovered(groups.layerSource(group))])];
    const rows: [string, string][] = [];
    const measured = groups.measures.of(group);
    if (measured) rows.push(...this.measuredRows(measured));
    rows.push(...costRows(this.words, groups.cost(group), measured?.time ?? null));
    if (groups.kind(group) === "while" && groups.owner(group) >= 0) rows.push(...this.iterations(groups.owner(group)));
    rows.push(["Ops", exact(groups.size(group))]);
    if (!Number.isNaN(groups.parameters(group))) rows.push(["Parameters", exact(groups.parameters(group))]);
    if (groups.objectPath(group)) rows.push(["Object", groups.objectPath(group)]);
    groups.outputs(group).slice(0, 4).forEach((type) => rows.push(["Output", typeText(type)]));
    parts.push(...this.copies(this.session.cards.ofGroup(group)), pairs(rows));
    if (groups.of(group)) parts.push(h("h3", {}, "Gradient or update of"), this.ofRef(groups.of(group)));
    const owner = groups.owner(group);
    if (owner >= 0) parts.push(h("h3", {}, "Body of"), h("ul", { class: "refs" }, this.opRef(owner, this.session.facts.nodes.op(owner))));
    parts.push(...this.variables(group), ...this.sourceOf(groups.sourceId(group)), this.tools());
    return parts;
  }

  private variables(group: number): HTMLElement[] {
    const variables = this.session.facts.groups.variables(group);
    if (!variables.length) return [];
    const rows = variables.map((variable) => () =>
      h("li", {}, h("span", { class: "mono" }, variable.object_path), h("span", { class: "soft mono" },
        ` ${variable.dtype} ${shapeText(variable.shape)}${variable.trainable ? "" : ", not trained"}`)));
    return [h("h3", {}, `Variables (${variables.length})`), longList(rows)];
  }

  private bundle(card: number): HTMLElement[] {
    const { cards } = this.session;
    const inside = cards.childCards(card).map((child) => () => this.cardRef(child));
    return [...this.title(cards.title(card), [cards.subtitle(card) || cards.kind(card)]), ...this.copies(card), pairs(this.sums(card)),
      h("h3", {}, "Members"), longList(inside, 60)];
  }

  /** What a card that only bundles comes to, all its copies together. */
  private sums(card: number): [string, string][] {
    const { cards, facts: { groups, nodes } } = this.session;
    const sum = (op: (row: number) => number, group: (group: number) => number) => amountOf(cards, card, { op, group });
    const rows: [string, number, (value: number) => string][] = [
      ["Time", sum((row) => nodes.measures.figure(row, "time"), (group) => groups.measures.figure(group, "time")), this.words.time],
      ["FLOPs", sum((row) => nodes.cost(row)?.flops ?? NaN, (group) => groups.cost(group)?.flops ?? NaN), this.words.flops],
      ["Ops", sum(() => 1, (group) => groups.size(group)), exact],
    ];
    return rows.filter(([, value]) => !Number.isNaN(value)).map(([name, value, told]) => [name, told(value)]);
  }

  // Parts

  /** Which copy of a stack is shown, and the way to the others. */
  private copies(card: number): HTMLElement[] {
    const { cards } = this.session;
    const count = card > 0 ? cards.repeat(card) : 1;
    if (count < 2 || cards.stack(card) < 0) return [];
    const copy = cards.copy(card);
    const choice = h("select", { "aria-label": "Copy that is shown" }, ...cards.stacks.names[cards.stack(card)].map((name, index) =>
      h("option", { value: index, selected: index === copy }, `${index + 1}  ${name}`)));
    choice.addEventListener("change", () => this.acts.showCopy(card, Number(choice.value)));
    const number = h("input", { type: "number", min: 1, max: count, value: copy + 1, "aria-label": "Number of the copy that is shown" });
    number.addEventListener("change", () => this.acts.showCopy(card, Math.max(1, Math.min(count, Math.round(Number(number.value)) || 1)) - 1));
    const differ = cards.stacks.differ[cards.stack(card)];
    const differing = differ.length ? [h("h3", {}, "The copies differ in"), h("ul", { class: "refs" }, ...differ.map((words) => h("li", { class: "mono" }, words)))] : [];
    return [h("div", { class: "copies" }, h("label", {}, "Copy ", number, ` of ${exact(count)}`),
      button("‹", () => this.acts.showCopy(card, copy - 1), { "aria-label": "Previous copy", class: "quiet" }),
      button("›", () => this.acts.showCopy(card, copy + 1), { "aria-label": "Next copy", class: "quiet" }), choice), ...differing];
  }

  private title(name: string, words: string[]): HTMLElement[] {
    const copy = button("Copy", () => this.acts.copy(name, "name"), { class: "quiet", "aria-label": "Copy the name" });
    return [h("div", { class: "title-row" }, h("h2", { class: "name" }, name), copy), h("p", { class: "what" }, words.join(", "))];
  }

  private inLayer(group: number): string[] {
    const { groups } = this.session.facts;
    for (let at = group; at >= 0; at = groups.parent(at)) {
      if (groups.cls(at)) return [`in ${groups.cls(at)}${groups.call(at) > 0 ? `, call ${groups.call(at)}` : ""}`];
    }
    return [];
  }

  private edges(title: string, edges: { row: number; text: string }[]): HTMLElement[] {
    if (!edges.length) return [];
    return [h("h3", {}, edges.length > 1 ? `${title} (${edges.length})` : title), longList(edges.map(({ row, text }) => () => this.opRef(row, text)))];
  }

  private opRef(row: number, text: string): HTMLElement {
    const name = this.session.facts.nodes.name(row);
    const link = button(name, () => this.acts.goOp(row), { class: "ref", title: name });
    return h("li", {}, link, h("span", { class: "soft mono" }, ` ${text}`));
  }

  private groupRef(group: number, text: string): HTMLElement {
    return h("ul", { class: "refs" }, h("li", {}, button(text, () => this.acts.goGroup(group), { class: "ref", title: text })));
  }

  private cardRef(card: number): HTMLElement {
    const { cards } = this.session;
    return h("li", {}, button(cards.title(card), () => {
      const group = cards.group(card);
      if (group >= 0) this.acts.goGroup(group);
      else this.session.selectCard(card);
    }, { class: "ref" }), h("span", { class: "soft" }, ` ${cards.subtitle(card)}`));
  }

  private ofRef(path: string): HTMLElement {
    const group = this.session.facts.groups.find(path);
    return group >= 0 ? this.groupRef(group, path) : h("p", { class: "mono" }, path);
  }

  private sourceOf(id: number): HTMLElement[] {
    const source: Source | null = this.session.facts.source(id);
    if (!source) return [];
    return sourceBlock(this.session.facts, source, (ops, why) => this.acts.light(ops, why), (text) => this.acts.copy(text, "place"));
  }

  private tools(): HTMLElement {
    const steps = h("select", { "aria-label": "How many steps to trace" },
      ...[["1", "1 step"], ["2", "2 steps"], ["3", "3 steps"], ["8", "8 steps"], ["Infinity", "all steps"]].map(([value, text]) =>
        h("option", { value, selected: value === this.steps }, text)));
    steps.addEventListener("change", () => (this.steps = steps.value));
    return h("div", { class: "tools" },
      button("What feeds it", () => this.acts.trace(false, Number(this.steps))),
      button("What it feeds", () => this.acts.trace(true, Number(this.steps))), steps,
      button("Copy link", () => this.acts.copyLink()));
  }
}
