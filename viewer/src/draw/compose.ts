// Makes the frame that is drawn: places the items of each open card, the inner cards first. What a card looks like is kept until something in it changes.
import type { Cards, Item } from "../data/cards";
import type { Style } from "../data/style";
import { CardPlacing, measureCard, type Border, type Measure } from "../place/card";
import type { Placed } from "../place/flat";
import { place } from "../place/place";
import type { Frame, Mark } from "./frame";
import { cardKey, itemKey } from "./keys";

/** What is kept of a card: its size and, of an open one, what is drawn inside. */
interface Held {
  measure: Measure;
  opened: { frame: Frame; inset: { x: number; y: number }; border: Border } | null;
}

export class Composer {
  private readonly held = new Map<number, Held>();
  private readonly placing: CardPlacing;

  constructor(
    private readonly cards: Cards,
    private readonly open: Pick<ReadonlySet<number>, "has">,
    private readonly style: Pick<Style, "place" | "card">,
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
    for (let at = card; at >= 0; at = this.cards.parent(at)) this.held.delete(at);
  }

  /** The whole drawing as it is open now. */
  frame(): Frame {
    return this.hold(0).opened?.frame ?? { w: 0, h: 0, marks: [], lines: [] };
  }

  /** An open card by itself, at the top left of the room that it needs with all that stands beside it. */
  alone(card: number): { mark: Mark; room: { w: number; h: number } } {
    const { measure: { size, body } } = this.hold(card);
    const mark: Mark = {
      ...this.cardTexts(card), x: size.left + body.x, y: body.y, w: body.w, h: body.h,
      key: cardKey(card), form: "card", family: "", note: "", tags: [],
    };
    return { mark, room: { w: size.left + size.right, h: size.height } };
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

  private opened(card: number): Held {
    const { cards, placing, style: { card: room } } = this;
    const items = cards.items(card);
    const structure = cards.structure(card);
    const measures = items.map((item) => this.measure(item));
    const borders = items.map((item) => (item.type === "card" ? (this.hold(item.ref).opened?.border ?? null) : null));
    const placed = place(structure.order, placing.sizes(structure, measures, borders), this.style.place);
    const wide = placing.width(placed, borders.some((border) => border !== null)) + 2 * room.inside;
    const measure = this.cardMeasure(card, true, [wide, placed.height + room.inside]);
    const inset = { x: placing.left(placed, measure.body.w), y: cards.head(card, true).height };
    const frame = {
      w: placed.width,
      h: placed.height,
      marks: items.map((item, index) => this.mark(card, index, item, measures[index], placed)),
      lines: placing.lines(structure, placed, measures, measure.body.h - inset.y),
    };
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

  private cardTexts(card: number): Pick<Mark, "title" | "subtitle" | "detail" | "corner" | "kind" | "beside" | "count" | "inside" | "inset"> {
    const { cards } = this;
    const { opened } = this.hold(card);
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
