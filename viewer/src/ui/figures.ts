// What is known of the graph, of ops, groups and cards, as pairs of words for the details.
import type { Cards } from "../data/cards";
import { AT_LEAST, elements, isLeast, typeText, type Cost, type Estimate, type Facts, type Measurement } from "../data/facts";
import type { Measured } from "../data/values";
import { exact, number, percent, plural, type Words } from "../data/words";
import { whyNone } from "./none";
import { estimated } from "../state/colours";
import { atLeast, copiesOf, amountOf, errorOf, togetherErrorOf, togetherOf, type Figures } from "../state/amounts";

/** What stands on the left and on the right of a line, and what it means where that is not known to everyone. */
export type Row = [name: string, told: string, meaning?: string | undefined];

/** What a group is: its class, else its kind; and how that is known where nobody has recorded it. */
export function whatItIs({ groups }: Facts, group: number): string {
  const [kind, source] = [groups.cls(group) || groups.kind(group), groups.layerSource(group)];
  if (source === "inferred") return `${kind}, layer inferred from its variables`;
  return source === "scope" ? `${kind === "scope" ? "" : `${kind}, `}name scope, perhaps not a layer` : kind;
}

/** Which call of its layer a group is, where others are in the graph: a call that nobody can find tells nothing. */
export function callOf({ groups, nodes }: Facts, group: number): string[] {
  const path = groups.objectPath(group);
  const calls = Array.from({ length: groups.count }, (_, each) => each).filter((each) => path && groups.objectPath(each) === path && groups.cls(each) === groups.cls(group) && groups.call(each) > 0);
  const dead = calls.filter((each) => groups.within(each).every((row) => nodes.dead(row))).length; // as a cell's call by which Keras learns its shapes
  return calls.length > 1 ? [`call ${exact(groups.call(group))} of ${exact(Math.max(...calls.map((each) => groups.call(each))))}${dead ? ` (${exact(dead)} dead)` : ""}`] : [];
}

/** The figures of the whole graph. */
export function graphRows(facts: Facts, words: Words): Row[] {
  const { measurement, variables, layers } = facts;
  const loose = facts.nodes.ids("group").reduce((count, group) => count + (group < 0 ? 1 : 0), 0);
  const rows: Row[] = [["Ops", exact(facts.nodes.count), loose && facts.groups.count ? `${exact(loose)} of them in no group` : undefined]];
  if (layers) rows.push(["Layers", exact(layers), tableText(facts)]);
  rows.push([layers ? "All groups" : "Groups", exact(facts.groups.count), layers ? "calls of layers, name scopes, loops, phases" : "name scopes, loops, phases"]);
  if (facts.perSample) rows.push(["FLOPs and bytes", words.meanings.sample]);
  if (variables.length) {
    const trainable = variables.filter((variable) => variable.trainable);
    const { state } = facts;
    if (facts.parameters === null) rows.push(["Variables", exact(variables.length), `${exact(variables.reduce((sum, variable) => sum + elements(variable), 0))} elements, the model's and those of optimizers and metrics`]);
    else rows.push(["Parameters", `${exact(facts.parameters)} in ${plural(variables.length - state.variables, "variable")}`]);
    if (state.variables) rows.push(["State", `${exact(state.elements)} in ${plural(state.variables, "variable")}`]);
    if (trainable.length < variables.length) rows.push(["Trainable", exact(trainable.reduce((sum, variable) => sum + elements(variable), 0))]);
  }
  for (const [name, version] of Object.entries(facts.producer)) rows.push([name === "tensorflow" ? "TensorFlow" : name, version]);
  const { meanings } = words;
  if (measurement?.step_time_us) rows.push(["Unprofiled step", `${words.time(measurement.step_time_us)}${spreadOf(words, measurement.step_spread_us)}`, meanings.unprofiled]);
  if (measurement?.profiled_step_time_us) rows.push(["Profiled step", words.time(measurement.profiled_step_time_us), meanings.profiled]);
  return rows;
}

/** What the table of layers has a row for, where that is more than the layers. */
export function tableText({ groups, layers }: Facts): string | undefined {
  const kinds = Array.from({ length: groups.count }, (_, group) => (groups.cls(group) ? groups.kind(group) : "")).filter(Boolean);
  const calls = kinds.filter((kind) => kind === "layer").length;
  const others = kinds.length - calls;
  const noun = kinds.every((kind) => kind === "layer" || kind === "model") ? "model" : "other group";
  if (kinds.length <= layers) return undefined;
  const told = [calls > layers ? `${plural(calls, "call")} of these ${plural(layers, "layer")}` : "one for each layer", others && plural(others, noun)].filter(Boolean).join(" and ");
  return `the table has ${exact(kinds.length)} rows: ${told}`;
}

/** Where a profiled step goes; nothing of a graph that was not measured. */
export function stepRows(facts: Facts, words: Words): Row[] {
  const { measurement } = facts;
  if (!measurement) return [];
  const rows = Object.entries(measurement.coverage ?? {}).map(([name, share]): Row => [words.part(name), percent(share), words.meanings.parts[name]]);
  if (measurement.steps) rows.push(["Measured over", `${keptOf(measurement)}${plural(measurement.steps, "step")}${measurement.disturbed ? ", disturbed" : ""}`]);
  if (measurement.attributed != null) rows.push(["Op time found in the graph", percent(measurement.attributed)]);
  return [...rows, ...facts.input];
}

/** How far unprofiled steps lie apart, where that is known. */
function spreadOf(words: Words, spread: number | null | undefined): string {
  return spread == null ? "" : ` (half interquartile range ${words.time(spread)})`;
}

/** How many of the steps count, where not all do. */
function keptOf({ steps, steps_kept: kept }: Measurement): string {
  return kept == null || kept === steps ? "" : `${exact(kept)} of `;
}

/** The figures of an op. */
export function opRows(facts: Facts, words: Words, row: number): Row[] {
  const { nodes } = facts;
  const measured = nodes.measures.of(row);
  const rows = [...measuredRows(facts, words, measured), ...costRows(facts, words, nodes.cost(row), measured?.time ?? null)];
  if ((measured?.time ?? null) === null && whyNone(facts.measurement, "time")) rows.unshift([words.title("time"), "none recorded", whyNone(facts.measurement, "time")]);
  const outputs = nodes.outputs(row);
  if (outputs.length === 1) rows.push(["Output", typeText(outputs[0])]);
  if (nodes.op(row) === "Const") rows.push(...constantOf(nodes.attrs(row).value));
  rows.push(...iterations(facts, row));
  if (nodes.device(row)) rows.push(["Device", nodes.device(row)]);
  if (nodes.dead(row)) rows.push(["Dead op", "no output and no side effect depends on it"]);
  return rows;
}

/** The figures of a group. */
export function groupRows(facts: Facts, words: Words, group: number, cards: Cards): Row[] {
  const { groups } = facts;
  const measured = groups.measures.of(group);
  const rows = ofPass(facts.passOf(group), words, [...measuredRows(facts, words, measured), ...costRows(facts, words, groups.cost(group), measured?.time ?? null)]);
  if (facts.dispatch[group]) rows.push(["Many small ops", facts.dispatch[group]]);
  if (groups.kind(group) === "while" && groups.owner(group) >= 0) rows.push(...iterations(facts, groups.owner(group)));
  rows.push(["Ops", exact(groups.size(group)), drawnText(cards, groups.within(group))]);
  if (!Number.isNaN(groups.parameters(group))) rows.push(["Parameters", exact(groups.parameters(group))]);
  if (groups.objectPath(group)) rows.push(["Object", groups.objectPath(group)]);
  const outputs = groups.outputs(group).slice(0, 4);
  outputs.forEach((type, index) => rows.push([outputs.length > 1 ? `Output ${index + 1}` : "Output", typeText(type)]));
  return rows;
}

/** Rows in which figures say of which pass of a training step they are. */
function ofPass(pass: string, words: Words, rows: Row[]): Row[] {
  const counted = ["time", "flops", "macs"].map((name) => words.title(name));
  return rows.map(([name, told, meaning]) => [name, counted.includes(name) ? told + pass : told, meaning]);
}

/** Of which pass what a card holds is. */
export function passOfCard(cards: Cards, facts: Facts, card: number): string {
  const { ops, groups } = cards.held(card);
  const group = groups[0] ?? (ops.length ? facts.nodes.group(ops[0]) : -1);
  return group < 0 ? "" : facts.passOf(group);
}

/** How many of some ops have a box or a chip in the drawing once all that they lie in is open, where that is not all: who counts them there is to know what the others are. */
function drawnText(cards: Cards, rows: readonly number[]): string | undefined {
  const homes = rows.flatMap((row) => cards.home(row) ?? []);
  const [drawn, boxes] = [homes.length, homes.filter(({ isChip }) => !isChip).length];
  if (boxes === rows.length) return undefined;
  const parts = [boxes && plural(boxes, "box", "boxes"), drawn > boxes && `${exact(drawn - boxes)} in chips beside ${boxes ? "them" : "others"}`, drawn < rows.length && `${exact(rows.length - drawn)} not drawn`];
  return `with all of it open: ${parts.filter(Boolean).join(", ")}`;
}

/** What a card that only bundles comes to, in the copy that it shows. */
export function cardRows(cards: Cards, facts: Facts, words: Words, card: number): Row[] {
  const rows = amounts(facts, words).flatMap(([name, figures, told]): Row[] => {
    const value = amountOf(cards, card, figures);
    return Number.isNaN(value) ? [] : [[name, atLeast([cards.held(card)], figures) + told(value, errorOf(cards, card, figures))]];
  });
  return ofPass(passOfCard(cards, facts, card), words, rows);
}

/** What all copies of a stack come to. */
export function togetherRows(cards: Cards, facts: Facts, words: Words, card: number): Row[] {
  const rows = amounts(facts, words).flatMap(([name, figures, told]): Row[] => {
    const value = togetherOf(cards, card, figures);
    return Number.isNaN(value) ? [] : [[name, atLeast(copiesOf(cards, card), figures) + told(value, togetherErrorOf(cards, card, figures))]];
  });
  return ofPass(passOfCard(cards, facts, card), words, rows);
}

function amounts(facts: Facts, words: Words): [string, Figures, (value: number, error: number) => string][] {
  const { groups, nodes } = facts;
  const parameters = { op: () => NaN, group: (group: number) => groups.parameters(group), groups: (several: number[]) => groups.parametersOf(several) };
  return [
    [words.title("time"), { op: (row) => nodes.measures.figure(row, "time"), group: (group) => groups.measures.figure(group, "time"), errors: facts.timeErrors }, words.time],
    [words.title("flops"), estimated(facts, "flops"), words.flops],
    ["Ops", { op: () => 1, group: (group) => groups.size(group) }, exact],
    ["Parameters", parameters, exact],
  ];
}

/** How often a loop's body runs; nothing of an op that is no loop. */
function iterations({ nodes, loops }: Facts, loop: number): Row[] {
  const name = nodes.name(loop);
  if (!Object.prototype.hasOwnProperty.call(loops, name)) return [];
  const count = loops[name];
  return [["Iterations", count === null ? "known only when it runs" : number(count)]];
}

function measuredRows(facts: Facts, words: Words, measured: Measured | null): Row[] {
  if (!measured) return [];
  const { time, error, busy, calls, memory } = measured;
  const rows: Row[] = [];
  if (time !== null) {
    const figure = words.time(time, error ?? NaN);
    rows.push([words.title("time"), `${figure} per step${calls !== null && calls !== 1 ? `, ${words.calls(calls)}` : ""}`, figure.startsWith("~") ? words.meanings.error : undefined]);
    if (facts.stepTime) rows.push(["Share", `${percent(time / facts.stepTime)} of the ${facts.stepName}`]);
  }
  if (busy !== null && busy !== time) rows.push([words.title("busy"), words.time(busy)]);
  if (memory !== null) rows.push([words.title("memory"), words.bytes(memory), "all that was taken in the step, not at one time"]);
  return rows;
}

/** Why a figure is only known to be at least so much; nothing where it is known. */
function leastText(cost: Cost, estimate: Estimate): string | undefined {
  if (!isLeast(cost, estimate)) return undefined;
  const uncounted = cost.uncounted?.[estimate] ?? 0;
  const why = [
    cost.per === "iteration" && "loops with an unknown number of iterations are counted once",
    uncounted > 0 && `${plural(uncounted, "op")} of unknown shape or without a formula ${uncounted === 1 ? "is" : "are"} not counted`,
  ].filter(Boolean);
  return `at least: ${why.join("; ")}`;
}

function costRows(facts: Facts, words: Words, cost: Cost | null, time: number | null): Row[] {
  if (!cost) return [];
  const rows: Row[] = [];
  const per = facts.perSample ? " per sample" : "";
  const add = (estimate: Estimate, text: string, rate = "") => {
    const why = leastText(cost, estimate);
    rows.push([words.title(estimate), `${why ? AT_LEAST : ""}${text}${per}${why ? "" : rate}`, why]);
  };
  if (cost.flops !== null) {
    const rate = time && !per ? ` · ${words.flopRate((cost.flops / time) * 1e6)}` : "";
    add("flops", words.flops(cost.flops), rate);
  }
  if (cost.macs !== null) add("macs", words.macs(cost.macs));
  if (cost.bytes !== null) add("bytes", words.bytes(cost.bytes));
  return rows;
}

export function attributeText(value: unknown): string {
  if (typeof value === "string") return value;
  // A float32 0.001 is 0.0010000000474974513 as a double: chips in pictures show four digits of it, and so does this.
  if (typeof value === "number") return String(Number.isInteger(value) ? value : Number(value.toPrecision(4)));
  return JSON.stringify(value, null, 0) ?? "";
}

/** What a constant holds, as far as it was summarised. */
function constantOf(value: unknown): Row[] {
  if (typeof value !== "object" || value === null) return [];
  const { values, ...figures } = value as Record<string, unknown>;
  const rows: Row[] = [];
  if (Array.isArray(values)) rows.push(["Value", values.flat(9).map(attributeText).join(", ")]);
  else if (values !== undefined) rows.push(["Value", attributeText(values)]);
  for (const [name, figure] of Object.entries(figures)) {
    if (name !== "dtype" && name !== "shape") rows.push([name[0].toUpperCase() + name.slice(1), attributeText(figure)]);
  }
  return rows;
}
