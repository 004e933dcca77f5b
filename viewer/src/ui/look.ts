// How marks look now: theme, colour mode, selection and lit marks, from the session's state.
import { cardOf } from "../draw/compose";
import type { Mark } from "../draw/frame";
import type { Look, Tint } from "../draw/paint";
import { CATEGORIES, DARK, heat, LIGHT, onDark, OTHER, type Paint, type Theme } from "../draw/theme";
import { amountOf } from "../state/amounts";
import { Scale, type Mode } from "../state/colours";
import type { Session } from "../state/session";

export interface FamilyRecord {
  id: string;
  title: string;
  fill: string;
  stroke: string;
}

/** A category's value beside the mark, so that colour is not all there is: of a path or a device its last part. */
function shortValue(value: string): string {
  const last = value.slice(value.lastIndexOf("/") + 1).replace(/^device:/, "");
  return last.length > 14 ? `${last.slice(0, 6)}…${last.slice(-7)}` : last;
}

const LOOPS = new Set(["while", "if"]);
const BODIES = new Set(["cond", "body", "branch"]);

export class Looks {
  private readonly families = new Map<string, Paint>();
  private readonly scales = new Map<string, Scale>();
  private tints = new Map<number, Tint>();
  private readonly paints = new Map<string, Paint>();
  private look: Look | null = null;
  theme: Theme = LIGHT;

  constructor(
    private readonly session: Session,
    readonly modes: Mode[],
    readonly records: FamilyRecord[],
  ) {}

  /** Forget everything that depends on theme, colour mode, selection or lit marks. */
  changed(dark: boolean): void {
    this.theme = dark ? DARK : LIGHT;
    this.families.clear();
    for (const { id, fill, stroke } of this.records) {
      this.families.set(id, dark ? onDark({ fill, stroke }) : { fill, stroke });
    }
    this.tints = new Map();
    this.look = null;
  }

  /** Forget what is selected and lit, but keep the colours. */
  pointed(): void {
    this.look = null;
  }

  mode(): Mode {
    return this.modes.find((mode) => mode.id === this.session.colour) ?? this.modes[0];
  }

  scale(): Scale {
    const mode = this.mode();
    let scale = this.scales.get(mode.id);
    if (!scale) this.scales.set(mode.id, (scale = new Scale(mode, this.session.facts)));
    return scale;
  }

  /** The paint of a category's value: its rank decides, the rest share one. */
  category(value: string): Paint {
    const rank = this.scale().values.indexOf(value);
    const paint = rank >= 0 && rank < CATEGORIES.length ? CATEGORIES[rank] : OTHER;
    return this.theme.dark ? onDark(paint) : paint;
  }

  family(name: string): Paint {
    return this.families.get(name) ?? (this.theme.dark ? onDark(OTHER) : OTHER);
  }

  now(): Look {
    if (!this.look) {
      const { session } = this;
      const lit = session.lit ? this.litMarks() : null;
      this.look = {
        theme: this.theme,
        tint: (mark) => this.tint(mark),
        family: (name) => this.family(name),
        selected: session.selection ? session.markKey(session.selection) : null,
        lit: lit?.lit ?? null,
        holders: lit?.holders ?? null,
      };
    }
    return this.look;
  }

  private tint(mark: Mark): Tint {
    let tint = this.tints.get(mark.key);
    if (!tint) {
      const own = mark.form === "card" ? this.card(mark) : this.small(mark);
      this.tints.set(mark.key, (tint = { paint: this.shared(own.paint), bar: own.bar }));
    }
    return tint;
  }

  /** One object for equal paints: the painter draws together what has the same one. */
  private shared(paint: Paint): Paint {
    const key = paint.fill + paint.stroke;
    const found = this.paints.get(key);
    if (!found) this.paints.set(key, paint);
    return found ?? paint;
  }

  private card(mark: Mark): Tint {
    const { theme, session } = this;
    const loop = LOOPS.has(mark.kind);
    const body = BODIES.has(mark.kind);
    const paint = {
      fill: loop ? theme.loop : body ? theme.cardInner : theme.card,
      stroke: loop || body ? theme.loopStroke : theme.cardStroke,
    };
    const mode = this.mode();
    if (mode.kind !== "amount") return { paint, bar: null };
    const value = amountOf(session.cards, cardOf(mark.key), mode);
    if (Number.isNaN(value)) return { paint, bar: null };
    return { paint, bar: { colour: heat(this.scale().level(value), theme.dark), text: mode.text(value) } };
  }

  private small(mark: Mark): Tint {
    const { theme } = this;
    const mode = this.mode();
    const family = mark.form === "pill" ? { fill: theme.cardInner, stroke: theme.soft } : this.family(mark.family);
    if (mode.kind === "family" || mark.key < 0 || mark.key >= this.session.facts.nodes.count) return { paint: family, bar: null };
    if (mode.kind === "category") {
      const value = mode.value(mark.key);
      if (!value) return { paint: { fill: theme.none, stroke: theme.cardStroke }, bar: null };
      const paint = this.category(value);
      return { paint, bar: { colour: paint.fill, text: shortValue(value) } };
    }
    const value = mode.op(mark.key);
    if (Number.isNaN(value)) return { paint: { fill: theme.none, stroke: theme.cardStroke }, bar: null };
    const fill = heat(this.scale().level(value), theme.dark);
    return { paint: { fill, stroke: theme.soft }, bar: { colour: fill, text: mode.text(value) } };
  }

  /** The marks of the lit ops and groups, and the cards around them with how many each holds. */
  private litMarks(): { lit: Set<number>; holders: Map<number, number> } {
    const { session } = this;
    const lit = new Set<number>();
    const holders = new Map<number, number>();
    const around = (card: number) => {
      for (let at = card; at > 0; at = session.cards.parent(at)) holders.set(-2 - at, (holders.get(-2 - at) ?? 0) + 1);
    };
    for (const op of session.lit?.ops ?? []) {
      const home = session.cards.home(op);
      if (home && home.box >= 0) lit.add(home.box);
      around(home ? home.card : session.cardOfGroup(session.facts.nodes.group(op)));
    }
    for (const group of session.lit?.groups ?? []) {
      const card = session.cards.ofGroup(group);
      if (card > 0) lit.add(-2 - card);
      around(card > 0 ? session.cards.parent(card) : session.cardOfGroup(group));
    }
    return { lit, holders };
  }
}
