// How marks look now: theme, colour mode, selection and lit marks, from the session's state.
import { cardKey, cardOf, isAbsent } from "../draw/keys";
import type { Mark, Tag } from "../draw/frame";
import type { Family } from "../data/page";
import type { Shown } from "../data/stacks";
import type { Style } from "../data/style";
import { draftingOf, type Drafting, type Look, type Tint } from "../draw/look";
import { heat, themeOf, type Paint, type Theme } from "../draw/theme";
import { dress } from "./themes";
import { AT_LEAST } from "../data/values";
import { allText, amountOf, amountText } from "../state/amounts";
import { Scale, type Mode } from "../state/colours";
import type { DiffMark } from "../state/differing";
import type { NotedMarks } from "../state/notedmarks";
import { KindsOfOps, type Chosen } from "../state/kinds";
import type { Session } from "../state/session";

/** A category's value beside the mark, so that colour is not all there is: of a path or a device its last part. */
function shortValue(value: string): string {
  const last = value.slice(value.lastIndexOf("/") + 1).replace(/^device:/, "");
  return last.length > 14 ? `${last.slice(0, 6)}…${last.slice(-7)}` : last;
}

export class Looks {
  private readonly scales = new Map<string, Scale>();
  private tints = new Map<number, Tint>();
  private readonly paints = new Map<string, Paint>();
  private look: Look | null = null;
  /** How marks differ, by their keys and whether they are open. */
  private marked = new Map<string, DiffMark | null>();
  private readonly themes: { light: Theme; dark: Theme };
  private readonly drafting: Drafting;
  /** The ops of the kinds that are looked at. */
  readonly kinds: KindsOfOps;
  theme: Theme;

  constructor(
    private readonly session: Session,
    readonly modes: Mode[],
    readonly families: Family[],
    private readonly style: Style,
    private readonly notes: NotedMarks | null = null,
  ) {
    this.themes = { light: themeOf(style, false), dark: themeOf(style, true) };
    this.drafting = draftingOf(style);
    this.theme = this.themes.light;
    this.kinds = new KindsOfOps(session, () => this.mode());
  }

  /** Take the light theme or the dark one. */
  wear(dark: boolean): void {
    this.theme = dark ? this.themes.dark : this.themes.light;
    dress(this.theme, this.style.faces);
  }

  /** Forget everything that depends on theme, colour mode, selection or lit marks. */
  recoloured(): void {
    this.tints = new Map();
    this.marked = new Map();
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
    return this.theme.categories[rank] ?? this.theme.other;
  }

  family(name: string): Paint {
    return this.theme.families[name] ?? this.theme.other;
  }

  /** A chip that mentions what stands elsewhere has that op's colour around it. */
  private chip(family: string): Paint {
    const { chip } = this.theme;
    return family === "variable" ? chip : { fill: chip.fill, stroke: this.family(family).stroke };
  }

  now(): Look {
    if (!this.look) {
      const { session } = this;
      const lit = session.lit ? this.litMarks() : null;
      const chosen = this.kinds.chosen();
      this.look = {
        theme: this.theme,
        drafting: this.drafting,
        tint: (mark) => this.tint(mark),
        chip: (family) => this.chip(family),
        selected: session.selection ? session.markKey(session.selection) : null,
        lit: lit?.lit ?? null,
        holders: lit?.holders ?? null,
        pale: chosen && { mark: (mark) => this.isPale(mark, chosen), chip: (tag) => this.isPaleChip(tag, chosen) },
        elsewhere: lit?.elsewhere ?? null,
        differs: (mark) => this.differs(mark),
        found: (mark) => this.session.found?.mark(mark.key, mark.inside !== null) ?? null,
        noted: (mark) => this.notes?.mark(mark) ?? null,
        chipDiffers: (op) => session.differing?.difference.opStatus(op),
      };
    }
    return this.look;
  }

  private differs(mark: Mark): DiffMark | null {
    const { differing } = this.session;
    if (!differing) return null;
    const key = `${mark.key} ${mark.inside !== null}`;
    let found = this.marked.get(key);
    if (found === undefined) this.marked.set(key, (found = differing.mark(mark.key, mark.inside !== null)));
    return found;
  }

  /** A box has the family that is drawn, though the copy may lack its op. */
  private isPale(mark: Mark, { kinds, has, cards }: Chosen): boolean {
    if (mark.form === "card") return !cards.has(cardOf(mark.key));
    if (this.mode().kind === "family") return mark.form === "pill" || !kinds.has(mark.family);
    return mark.key < 0 || mark.key >= this.session.facts.nodes.count || !has(mark.key);
  }

  private isPaleChip(tag: Tag, { kinds, has }: Chosen): boolean {
    return this.mode().kind === "family" ? !kinds.has(tag.family) : tag.op < 0 || !has(tag.op);
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
    const { theme, session, drafting: { loops, bodies } } = this;
    const paint = loops.has(mark.kind) ? theme.loop : bodies.has(mark.kind) ? theme.body : theme.card;
    const mode = this.mode();
    if (mode.kind !== "amount") return { paint, bar: null };
    const card = cardOf(mark.key);
    const value = amountOf(session.cards, card, mode);
    if (Number.isNaN(value)) return { paint, bar: null };
    return { paint, bar: { colour: heat(this.scale().level(value), theme), text: amountText(session.cards, card, mode), all: allText(session.cards, card, mode) } };
  }

  private small(mark: Mark): Tint {
    const { theme } = this;
    const mode = this.mode();
    const none = { fill: theme.none, stroke: theme.card.stroke };
    if (isAbsent(mark.key, this.session.facts.nodes.count)) return { paint: none, bar: null };
    // A pill has no room beside it for a figure, so it has no colour either that would need one.
    if (mark.form === "pill" && mode.kind === "amount") return { paint: this.drafting.states.has(mark.family) ? theme.state : theme.end, bar: null };
    const end = this.drafting.states.has(mark.family) ? theme.state : theme.end;
    const family = mark.form === "pill" ? end : this.family(mark.family);
    if (mode.kind === "family" || mark.key < 0 || mark.key >= this.session.facts.nodes.count) return { paint: family, bar: null };
    if (mode.kind === "category") {
      const value = mode.value(mark.key);
      if (!value) return { paint: none, bar: null };
      const paint = this.category(value);
      return { paint, bar: { colour: paint.fill, text: shortValue(value) } };
    }
    const value = mode.op(mark.key);
    if (Number.isNaN(value)) return { paint: none, bar: null };
    const fill = heat(this.scale().level(value), theme);
    return { paint: { fill, stroke: theme.ink.note }, bar: { colour: fill, text: `${mode.lacking?.op(mark.key) ? AT_LEAST : ""}${mode.text(value, mode.errors?.op(mark.key))}` } };
  }

  /**
   * The marks of the lit ops and groups, and the cards around them with how many ops each holds, or groups where it holds no op: not more than there are of
   * one kind. What lies in another copy than is shown is told by the card of the stack, and by nothing inside it.
   */
  private litMarks(): { lit: Set<number>; holders: Map<number, number>; elsewhere: Map<number, number> } {
    const { session, session: { cards: { stacks } } } = this;
    const lit = new Set<number>();
    const ops = { holders: new Map<number, number>(), elsewhere: new Map<number, number>() };
    const groups = { holders: new Map<number, number>(), elsewhere: new Map<number, number>() };
    const count = (card: number, into: Map<number, number>) => into.set(cardKey(card), (into.get(cardKey(card)) ?? 0) + 1);
    const around = (card: number, choices: Shown, into: typeof ops) => {
      let other = 0;
      for (let at = card; at > 0; at = session.cards.parent(at)) {
        const stack = session.cards.stack(at);
        if (stack >= 0 && session.cards.copy(at) !== (choices.get(stack) ?? 0)) other = at;
      }
      if (other) count(other, into.elsewhere);
      for (let at = other ? session.cards.parent(other) : card; at > 0; at = session.cards.parent(at)) count(at, into.holders);
    };
    for (const op of session.lit?.ops ?? []) {
      const home = session.cards.home(op);
      if (home && home.box >= 0 && session.cards.shows("nodes", op)) lit.add(home.box);
      // A chip stands where it is used, and is counted where its op lies, as the ops of a card are.
      const group = session.facts.nodes.group(op);
      const here = home !== null && stacks.base("nodes", home.box) === stacks.base("nodes", op);
      around(here ? home.card : session.cardOfGroup(group), (here ? stacks.unwind("nodes", op) : stacks.unwind("groups", group)).choices, ops);
    }
    for (const group of session.lit?.groups ?? []) {
      const card = session.cards.ofGroup(group);
      const shown = card > 0 && session.cards.shows("groups", group);
      if (shown) lit.add(cardKey(card));
      const { choices } = stacks.unwind("groups", group);
      around(shown ? session.cards.parent(card) : card > 0 ? card : session.cardOfGroup(group), choices, groups);
    }
    for (const [key, number] of groups.holders) if (!ops.holders.has(key)) ops.holders.set(key, number);
    for (const [key, number] of groups.elsewhere) if (!ops.elsewhere.has(key)) ops.elsewhere.set(key, number);
    return { lit, ...ops };
  }
}
