// Makes the frame that is drawn: places the items of each open card, the inner cards first. What a card looks like is kept until something in it changes.
import type { Cards, Item } from "../data/cards";
import type { Style } from "../data/style";
import type { Structure } from "../data/structures";
import { CardPlacing, measureCard, type Border, type Measure } from "../place/card";
import type { Placed } from "../place/flat";
import { place } from "../place/place";
import type { Frame, Line, Mark } from "./frame";
import { cardKey, itemKey } from "./keys";

/** What is kept of a card: its size and, of an open one, what is drawn inside. */
interface Held {
  measure: Measure;
  opened: { frame: Frame; inset: { x: number; y: number }; border: Border } | null;
}

/** Words at a port in a card's border, and how wide they are. */
export interface PortName {
  text: string;
  width: number;
}

/** What stands at the ports in a card's border that is drawn by itself, where there are several: which wire outside is which inside. */
export interface PortNames {
  entering: ReadonlyMap<number, PortName>;
  leaving: ReadonlyMap<number, PortName>;
}

export const NO_NAMES: PortNames = { entering: new Map(), leaving: new Map() };

/** The height of a name where a wire leaves: each has a line of its own. */
const NAME_LINE = 13;

export class Composer {
  private readonly held = new Map<number, Held>();
  /** Those that are drawn by themselves, with the names of their ports. */
  private readonly outer = new Map<number, Held>();
  private readonly placing: CardPlacing;

  constructor(
    private readonly cards: Cards,
    private readonly open: Pick<ReadonlySet<number>, "has">,
    private readonly style: Pick<Style, "place" | "card">,
    private readonly namesOf: (card: number) => PortNames = () => NO_NAMES,
  ) {
    this.placing = new CardPlacing(style.place, style.card);
  }

  /** A card has changed, and so may all cards inside it: place them anew. */
  changedBelow(card: number): void {
    this.changed(card);
    const inside = this.cards.childCards(card);
    for (let at = inside.pop(); at !== undefined; at = inside.pop()) {
      this.held.delete(at);
      inside.push(...this.cards.childCards(at));
    }
  }

  /** A card has changed: place it anew, and all cards around it, whose sizes depend on it. */
  changed(card: number): void {
    this.outer.clear(); // their ports are named by what is around them
    for (let at = card; at >= 0; at = this.cards.parent(at)) this.held.delete(at);
  }

  /** The whole drawing as it is open now. */
  frame(): Frame {
    return this.hold(0).opened?.frame ?? { w: 0, h: 0, marks: [], lines: [] };
  }

  /** An open card by itself, at the top left of the room that it needs with all that stands beside it, and where in that the wires cross its border, if it is one wire at its top, or at its bottom. */
  alone(card: number): { mark: Mark; room: { w: number; h: number }; enters: number | null; leaves: number | null } {
    let held = this.outer.get(card);
    if (!held) this.outer.set(card, (held = this.open.has(card) ? this.opened(card, this.namesOf(card)) : this.hold(card)));
    const { measure: { size, body } } = held;
    const mark: Mark = {
      ...this.cardTexts(card, held), x: size.left + body.x, y: body.y, w: body.w, h: body.h,
      key: cardKey(card), form: "card", family: "", note: "", tags: [],
    };
    const { inputs = [], outputs = [] } = held.opened?.border ?? {};
    const only = (ports: readonly number[]) => (ports.length === 1 ? size.left + ports[0] : null);
    return { mark, room: { w: size.left + size.right, h: size.height }, enters: only(inputs), leaves: only(outputs) };
  }

  private hold(card: number): Held {
    let found = this.held.get(card);
    if (!found) {
      found = card === 0 || this.open.has(card) ? this.opened(card) : { measure: this.cardMeasure(card, false, [0, 0]), opened: null };
      this.held.set(card, found);
    }
    return found;
  }

  private cardMeasure(card: number, open: boolean, inside: [number, number]): Measure {
    const { cards, style: { card: room } } = this;
    const parts = { head: cards.head(card, open), inside, right: cards.right(card), count: cards.repeat(card), chip: open ? null : cards.closedChip(card) };
    return measureCard(parts, room);
  }

  private opened(card: number, names = NO_NAMES): Held {
    const { cards, placing, style: { card: room } } = this;
    const items = cards.items(card);
    const structure = withEntering(cards.structure(card), names.entering);
    const measures = items.map((item) => this.measure(item));
    const borders = items.map((item) => (item.type === "card" ? (this.hold(item.ref).opened?.border ?? null) : null));
    const placed = place(structure.order, placing.sizes(structure, measures, borders), this.style.place);
    const wide = placing.width(placed, borders.some((border) => border !== null)) + 2 * room.inside;
    const measure = this.cardMeasure(card, true, [wide, placed.height + room.inside + NAME_LINE * names.leaving.size]);
    const inset = { x: placing.left(placed, measure.body.w), y: cards.head(card, true).height };
    const frame = {
      w: placed.width,
      h: placed.height,
      marks: items.map((item, index) => this.mark(card, index, item, measures[index], placed)),
      lines: placing.lines(structure, placed, measures, measure.body.h - inset.y),
    };
    nameLeaving(structure, frame.lines, names.leaving, { from: -inset.x, to: measure.body.w - inset.x }, room.headGap);
    const shift = measure.body.x + inset.x;
    const border = { inputs: placed.inputs.map((x) => x + shift), outputs: placing.leaving(placed).map((x) => x + shift) };
    return { measure, opened: { frame, inset, border } };
  }

  private measure(item: Item): Measure {
    if (item.type === "card") return this.hold(item.ref).measure;
    const { boxHeight, pillHeight, chipHeight } = this.style.card;
    const { left, right, half, height, top } = item;
    return {
      size: { left, right: half + right, height, half, tops: null, bottoms: null },
      body: { x: -half, y: top, w: 2 * half, h: item.type === "pill" ? pillHeight : boxHeight },
      chips: item.chips.map(({ x, y, width }) => ({ x, y, w: width, h: chipHeight })),
    };
  }

  private mark(card: number, index: number, item: Item, { body, chips }: Measure, placed: Placed): Mark {
    const [axis, top] = placed.boxes[index];
    const at = { x: axis + body.x, y: top + body.y, w: body.w, h: body.h };
    if (item.type === "card") {
      const chip = chips.length ? this.cards.closedChip(item.ref) : null;
      const tags = chip ? [{ ...chips[0], x: chips[0].x - body.x, text: chip.text, family: chip.family, op: -1 }] : [];
      return { ...at, ...this.cardTexts(item.ref), key: cardKey(item.ref), form: "card", family: item.family, note: "", tags };
    }
    return {
      ...at,
      key: item.ref >= 0 ? item.ref : itemKey(card, index),
      form: item.type,
      family: item.family,
      title: item.title,
      subtitle: "",
      detail: item.type === "pill" ? item.note : "",
      corner: "",
      note: item.type === "box" ? item.note : "",
      kind: item.type,
      tags: item.chips.map((chip, place) => ({
        ...chips[place], x: chips[place].x - body.x, y: chips[place].y - body.y,
        text: chip.text, family: chip.family, op: chip.op,
      })),
      beside: 0,
      count: 1,
      inside: null,
      inset: { x: 0, y: 0 },
    };
  }

  private cardTexts(card: number, { opened } = this.hold(card)): Pick<Mark, "title" | "subtitle" | "detail" | "corner" | "kind" | "beside" | "count" | "inside" | "inset"> {
    const { cards } = this;
    return {
      title: cards.title(card),
      subtitle: cards.subtitle(card),
      detail: cards.detail(card, opened !== null),
      corner: cards.corner(card),
      kind: cards.kind(card),
      beside: cards.right(card),
      count: cards.repeat(card),
      inside: opened?.frame ?? null,
      inset: opened?.inset ?? { x: 0, y: 0 },
    };
  }
}

/** The wires with the names of what enters, before what else stands there. */
function withEntering(structure: Structure, names: PortNames["entering"]): Structure {
  if (!names.size) return structure;
  const wires = structure.wires.map((wire) => {
    const name = wire.source < 0 ? names.get(wire.trunkPort) : undefined;
    return name ? { ...wire, label: name.text, labelWidth: name.width } : wire;
  });
  return { ...structure, wires };
}

/** The names of what leaves: that of the leftmost wire left of it, the others right of theirs, each on a line of its own, where the card has the room there. */
function nameLeaving({ wires, order }: Structure, lines: Line[], names: PortNames["leaving"], room: { from: number; to: number }, gap: number): void {
  const ends = new Map<number, Line>();
  wires.forEach(({ target }, index) => {
    const port = order.ends[index][1];
    if (target < 0 && names.has(port) && !ends.has(port)) ends.set(port, lines[index]);
  });
  const endOf = ({ points }: Line) => points[points.length - 1];
  const sorted = [...ends].sort(([, a], [, b]) => endOf(a).x - endOf(b).x);
  sorted.forEach(([port, line], place) => {
    const { text, width } = names.get(port) as PortName;
    const { x, y } = endOf(line);
    const [before, after] = [x - room.from, room.to - x].map((free) => free >= width + 2 * gap);
    line.headLeft = before && (place === 0 || !after);
    line.head = text;
    line.headAt = { x: line.headLeft ? x - gap : x + gap, y: y - 5 - NAME_LINE * (sorted.length - 1 - place) };
  });
}
