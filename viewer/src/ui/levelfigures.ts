// The figures of the levels that flame graph and treemap show: what widths and areas stand for, and what is said of each.
import type { Held } from "../data/cards";
import type { Facts } from "../data/facts";
import { exact, plural, type Words } from "../data/words";
import { atLeast, figureOf, type Figures } from "../state/amounts";
import type { Mode } from "../state/colours";
import { barsOf, LOOSE, restOf, type Bar, type Rest } from "./flamebars";
import { telling, WHOLE, type Said, type Telling } from "./flamelabels";
import type { FlameTree, Level } from "./flametree";

/** Of a name without siblings that it could be taken for. */
export const ANY: Telling = { begins: 0 };

/** What is no word to be written small. */
const FIGURES = new Set(["flops", "macs"]);

/** What is shown: the figures, how they are told, and what they come to. */
export interface Amount {
  figures: Figures;
  text(value: number, error?: number): string;
  title: string;
  /** What it is of a bar. */
  figure: string;
  whole: number;
  /** Of the scale's colours; null: bars have no figure's colour. */
  level: ((value: number) => number) | null;
  /** Whether ops have it; else it is the layers' only. */
  ofOps: boolean;
}

export class LevelFigures {
  constructor(
    private readonly facts: Facts,
    private readonly words: Words,
    private readonly tree: FlameTree,
  ) {}

  /** `mode` where it is an amount of groups, else the number of ops. */
  amount(mode: Mode, level: (value: number) => number): Amount {
    const { groups, nodes, stepTime, stepName } = this.facts;
    const step = mode.id === "time" ? stepTime : 0;
    return mode.kind === "amount"
      ? { figures: mode, text: mode.text, title: step ? stepName : mode.title, figure: FIGURES.has(mode.id) ? mode.title : mode.title.toLowerCase(), whole: step || (mode.lacking ? figureOf([this.everything], mode) || 0 : 0), level, ofOps: mode.id !== "parameters" }
      : { figures: { op: () => 1, group: (group) => groups.size(group) }, text: (value) => plural(value, "op"), title: "", figure: "", whole: nodes.count, level: null, ofOps: true };
  }

  /** The bars of all levels, or of those in `focus`; none is less than `least` of the whole. */
  bars(amount: Amount, least: number, focus: Level | null): { bars: Bar[]; total: number } {
    return barsOf({ inside: (level) => this.tree.inside(level), amount: (level) => figureOf(level.held, amount.figures), own: (level) => this.own(level, amount), least, whole: amount.whole, focus });
  }

  /** All groups, and the ops in none. */
  get everything(): Held {
    const { groups } = this.facts;
    return { groups: groups.children(-1), ops: groups.members(-1) };
  }

  /** What all of it comes to, in words. */
  wholeText(amount: Amount, total: number): string {
    return `${amount.title} ${atLeast([this.everything], amount.figures)}${amount.text(total)}`.trim();
  }

  /** The ops that lie in a level and in no level of it. */
  private ownOps({ kind, held: [held] }: Level): Held {
    return { groups: [], ops: kind === "stack" ? [] : kind === "copy" ? held.ops : this.facts.groups.members(held.groups[0]) };
  }

  /** The figure of a level's own ops; or of parameters, which no op has, what its figure is more than that of the levels in it. */
  private own(level: Level, { figures, ofOps }: Amount): number {
    if (level.kind === "stack") return 0;
    if (ofOps) return figureOf([this.ownOps(level)], figures);
    return this.tree.inside(level).reduce((left, one) => left - figureOf(one.held, figures), figureOf(level.held, figures));
  }

  /** What tells each level from its siblings. */
  ends(bars: Bar[]): Map<Level, Telling> {
    const ends = new Map<Level, Telling>();
    for (const around of new Set(bars.flatMap(({ kind, levels }) => (kind === "level" ? [levels[0].parent] : [])))) {
      const inside = this.tree.inside(around);
      telling(inside.map(({ name }) => name)).forEach((own, index) => ends.set(inside[index], own));
    }
    return ends;
  }

  said({ kind, levels, value }: Bar, amount: Amount, ends: Map<Level, Telling>): Said {
    const [level] = levels;
    const { errors } = amount.figures;
    const held = kind === "own" ? [this.ownOps(level)] : levels.flatMap((each) => each.held);
    const told = Number.isNaN(value) ? "" : atLeast(held, amount.figures) + amount.text(value, kind === "level" && errors ? figureOf(level.held, errors) : NaN);
    const brief = told.replace(/ ± \S+/, ""); // with the digits that the error leaves it, as everywhere
    if (kind === "more") return { name: this.tree.inside(level.parent).length > levels.length ? `${exact(levels.length)} more` : several(levels, "group", "groups"), telling: WHOLE, told, brief, least: `+${exact(levels.length)}` };
    if (kind === "own") return { name: "directly in it", telling: WHOLE, told, brief, least: "direct" };
    return { name: level.name, telling: ends.get(level) ?? ANY, told, brief };
  }

  /** What a bar stands for, in full. */
  path({ kind, levels }: Bar): string {
    const [level] = levels;
    return kind === "level" ? level.path : kind === "own" ? `${level.path}, what is directly in it` : `${several(levels, "layer or group", "layers and groups")} too narrow to be shown`;
  }

  /** What stands beside the groups: what the step spent elsewhere, or the ops in no group. Parts of less than `least` are put together, or left out. */
  beside(bars: Bar[], amount: Amount, named: number, least: number): Rest[] {
    if (amount.title === this.facts.stepName) return restOf(this.facts, this.words, bars, named);
    const left = bars.reduce((most, bar) => (bar.depth === 1 ? Math.max(most, bar.left + bar.width) : most), 0);
    return amount.whole ? [{ name: LOOSE, share: 1 - left, parts: [] }].filter(({ share }) => share >= least) : [];
  }

  saidBeside({ name, share, parts }: Rest, amount: Amount, total: number): Said {
    const loose = name === LOOSE ? [{ groups: [], ops: this.facts.groups.members(-1) }] : [];
    const told = loose.length && Number.isNaN(figureOf(loose, amount.figures)) ? "" : atLeast(loose, amount.figures) + amount.text(share * total);
    return { name, telling: parts.length || name === LOOSE ? WHOLE : ANY, told, brief: told, least: parts.length ? `+${parts.length}` : name === LOOSE ? "other" : "" };
  }
}

/** How many levels these are: copies of a stack, or what is so called. */
function several(levels: Level[], one: string, more: string): string {
  return levels[0].parent?.kind === "stack" ? plural(levels.length, "copy", "copies") : plural(levels.length, one, more);
}
