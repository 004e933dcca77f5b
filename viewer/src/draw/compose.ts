// Cards and what is open -> frames with coordinates (`layout/engine.py`): inner cards first, remembered until they change.
import type { Cards, Chip, Item, Structure } from "../data/cards";
import { key, type BoxSize, type Placed, type Sizes } from "../place/flat";
import {
  around, BOX_HEIGHT, headHeight, INSIDE, measureCard, PILL_HEIGHT, slackBelow, WHOLE_INSET, type Measure,
} from "../place/measure";
import { place } from "../place/place";
import { LABEL_GAP, STRAIGHT } from "../place/spacing";
import { around as bounds, type Frame, type Line, type Mark, type Point } from "./frame";

/** A card's measure, what it holds, and where its border ports are, from its axis. */
interface Held {
  measure: Measure;
  frame: Frame | null;
  inset: { x: number; y: number };
  inputs: number[];
  outputs: number[];
}

/** Keys of marks: an op's row is itself, a card is -2 minus its index, an item without an op lies far above both. */
export function cardKey(card: number): number {
  return -2 - card;
}

export function cardOf(markKey: number): number {
  return markKey <= -2 ? -2 - markKey : -1;
}

const NO_OP = 2 ** 40;

/** The place in its border of a wire's end that means the card as a whole. */
const WHOLE = -1;

export class Composer {
  private readonly held = new Map<number, Held>();

  /** @param words what chips and wires say in a copy of a stack: their texts were made for the first. */
  constructor(
    private readonly cards: Cards,
    private readonly open: Set<number>,
    private readonly words: { chip(chip: Chip): string; wire(op: number, output: number): string },
  ) {}

  /** Forget also what is inside a card. */
  changedBelow(card: number): void {
    this.changed(card);
    const inside = this.cards.childCards(card);
    for (let at = inside.pop(); at !== undefined; at = inside.pop()) {
      this.held.delete(at);
      inside.push(...this.cards.childCards(at));
    }
  }

  /** Forget what a card and those around it looked like. */
  changed(card: number): void {
    for (let at = card; at >= 0; at = this.cards.parent(at)) this.held.delete(at);
  }

  /** The whole drawing as it is open now. */
  frame(): Frame {
    const root = this.hold(0);
    return root.frame ?? { w: 0, h: 0, marks: [], lines: [] };
  }

  private hold(card: number): Held {
    let found = this.held.get(card);
    if (!found) {
      found = card === 0 || this.open.has(card) ? this.opened(card) : this.folded(card);
      this.held.set(card, found);
    }
    return found;
  }

  private folded(card: number): Held {
    const { cards } = this;
    const height = headHeight(cards.title(card), (cards.detail(card, false) || cards.corner(card)) !== "");
    const measure = measureCard(cards.headWidth(card, false), height, [0, 0], cards.right(card), cards.repeat(card) > 1);
    return { measure, frame: null, inset: { x: 0, y: 0 }, inputs: [], outputs: [] };
  }

  private opened(card: number): Held {
    const { cards } = this;
    const items = cards.items(card);
    const structure = cards.structure(card);
    const measures = items.map((item) => this.measure(item));
    const placed = place(structure.order, this.sizes(items, structure, measures));
    const top = card === 0 ? 0 : headHeight(cards.title(card), (cards.detail(card, true) || cards.corner(card)) !== "");
    const inside = this.room(items, placed) + 2 * INSIDE;
    const measure = measureCard(
      cards.headWidth(card, true), top, [inside, placed.height + INSIDE], cards.right(card), cards.repeat(card) > 1,
    );
    const inset = { x: card === 0 ? 0 : leftOf(placed, measure.body.w), y: top };
    const frame = {
      w: placed.width,
      h: placed.height,
      marks: items.map((item, index) => this.mark(card, index, item, measures[index], placed)),
      lines: lines(structure, placed, measures, measure.body.h, top),
    };
    if (cards.isCopy(card)) this.relabel(frame.lines, structure, items);
    const shift = measure.body.x + inset.x;
    const inputs = placed.inputs.map((x) => x + shift);
    const outputs = leaving(placed).map((x) => x + shift);
    return { measure, frame, inset, inputs, outputs };
  }

  /** The width kept for what a card holds: no more than that needs, but for a little around a single flow. */
  private room(items: Item[], placed: Placed): number {
    if (items.some((item) => item.type === "card" && this.open.has(item.ref))) return placed.width;
    const flow = flowOf(placed);
    const wide = 2 * Math.max(flow, placed.width - flow);
    return wide - placed.width <= MOST_GROWTH ? wide : placed.width;
  }

  private measure(item: Item): Measure {
    if (item.type === "card") return this.hold(item.ref).measure;
    const height = item.type === "pill" ? PILL_HEIGHT : BOX_HEIGHT;
    const body = { x: -item.half, y: 0, w: 2 * item.half, h: height };
    return around(body, item.chips.map((chip) => chip.width), item.right);
  }

  /** The sizes of the items; an open card's ports are where its own layout has put them. */
  private sizes(items: Item[], structure: Structure, measures: Measure[]): Sizes {
    const boxes = items.map((item, index): BoxSize => {
      const { size } = measures[index];
      if (item.type !== "card" || !this.open.has(item.ref)) return size;
      const { inputs, outputs } = this.hold(item.ref);
      const { tops, bottoms } = structure.order;
      return {
        ...size,
        tops: ports(inputs, structure.tops[index], tops[index].order, size),
        bottoms: ports(outputs, structure.bottoms[index], bottoms[index].order, size),
      };
    });
    return { boxes, labels: labelWidths(structure, boxes) };
  }

  /** The labels of a copy's wires: what its own ops give; nothing where a wire comes from elsewhere. */
  private relabel(lines: Line[], structure: Structure, items: Item[]): void {
    lines.forEach((line, index) => {
      const { source, trunkPort } = structure.wires[index];
      const from = source >= 0 && items[source].type !== "card" ? items[source].ref : -1;
      if (line.label) line.label = from >= 0 ? this.words.wire(from, structure.bottoms[source][trunkPort] ?? 0) : "";
    });
  }

  private mark(card: number, index: number, item: Item, { body, chips }: Measure, placed: Placed): Mark {
    const { cards } = this;
    const [axis, top] = placed.boxes[index];
    const isCard = item.type === "card";
    const held = isCard ? this.hold(item.ref) : null;
    const open = held?.frame != null;
    return {
      key: isCard ? cardKey(item.ref) : item.ref >= 0 ? item.ref : NO_OP + card * 4096 + index,
      form: item.type,
      x: axis + body.x,
      y: top + body.y,
      w: body.w,
      h: body.h,
      family: item.family,
      title: isCard ? cards.title(item.ref) : item.title,
      subtitle: isCard ? cards.subtitle(item.ref) : "",
      detail: isCard ? cards.detail(item.ref, open) : item.type === "pill" ? item.note : "",
      corner: isCard ? cards.corner(item.ref) : "",
      note: item.type === "box" ? item.note : "",
      kind: isCard ? cards.kind(item.ref) : item.type,
      tags: item.chips.map((chip, place) => ({
        ...chips[place], x: chips[place].x - body.x, y: chips[place].y - body.y, text: chip.node === chip.first ? chip.text : this.words.chip(chip), family: chip.family,
      })),
      count: isCard ? cards.repeat(item.ref) : 1,
      inside: held?.frame ?? null,
      inset: held?.inset ?? { x: 0, y: 0 },
      head: 0,
    };
  }
}

/** The ports on one side of an open card where its own layout has put them; for the card as a whole, where there is room. */
function ports(places: number[], used: number[], order: number[], size: BoxSize): number[] {
  const edge = size.half - WHOLE_INSET;
  const found = used.map((place) => (place === WHOLE ? edge : places[place]));
  order.forEach((port, index) => {
    if (used[port] !== WHOLE || index + 1 === order.length) return;
    found[port] = index > 0 ? (found[order[index - 1]] + found[order[index + 1]]) / 2 : -edge;
  });
  return found;
}

/** Lead a group's output to where it leaves the card. */
function bend(points: Point[], out: number, start: number): void {
  const end = points[points.length - 1];
  if (Math.abs(end.x - out) < STRAIGHT) return;
  const middle = (start + end.y) / 2;
  points.push({ x: out, y: middle }, { x: out, y: end.y });
  end.y = middle;
}

/** A card that holds no open card may grow by so much, so that its flow runs through its middle. */
const MOST_GROWTH = 90;

/** An output that leaves a card this far from the input or nearer is led below it. */
const MOST_ASIDE = 160;

/** Where the outputs cross the card's border: an only one below an only input, so that cards in a row stand in a row. */
function leaving({ inputs, outputs }: Placed): number[] {
  if (inputs.length !== 1 || outputs.length !== 1) return outputs;
  return Math.abs(inputs[0] - outputs[0]) <= MOST_ASIDE ? inputs : outputs;
}

/** Where the group's only output or input is; its middle when it has more or none. */
function flowOf(placed: Placed): number {
  const ends = placed.outputs.length ? leaving(placed) : placed.inputs;
  return ends.length === 1 ? ends[0] : placed.width / 2;
}

/** Where the inside of a card of this width begins: its flow in the middle, as far as there is room. */
function leftOf(placed: Placed, wide: number): number {
  return Math.max(INSIDE, Math.min(wide / 2 - flowOf(placed), wide - INSIDE - placed.width));
}

/** A box with more outputs is labelled at the outer ones only. */
const MOST_LABELS = 2;

/** The width of each trunk's label; between two others only where an inner layout has left room for it. */
function labelWidths(structure: Structure, boxes: BoxSize[]): Map<number, number> {
  const widths = new Map<number, number>();
  const texts = new Map<number, string>();
  for (const { label, labelWidth, trunkBox, trunkPort } of structure.wires) {
    const id = key(trunkBox, trunkPort);
    if (!label || texts.has(id)) continue;
    texts.set(id, label);
    widths.set(id, labelWidth);
  }
  boxes.forEach((size, box) => {
    for (const port of crowded(structure.order.bottoms[box].order, size, box, widths, texts)) widths.delete(key(box, port));
  });
  return widths;
}

/** The ports of a box that go without a label: the first of three or more is labelled on its left, the last on its right. */
function crowded(ports: number[], size: BoxSize, box: number, widths: Map<number, number>, texts: Map<number, string>): number[] {
  const { bottoms } = size;
  if (!bottoms) {
    const same = new Set(ports.map((port) => texts.get(key(box, port)))).size === 1;
    return ports.length > MOST_LABELS ? ports.slice(same ? 0 : 1, -1) : [];
  }
  return ports.slice(1, -1).filter((port, index) => {
    const gap = bottoms[ports[index + 2]] - bottoms[port];
    return gap < (widths.get(key(box, port)) ?? 0) + 2 * LABEL_GAP;
  });
}

/** The wires, lengthened to the card's border and to the bodies of boxes that are lower than their chips. */
function lines(structure: Structure, placed: Placed, measures: Measure[], height: number, top: number): Line[] {
  const labelled = new Set<number>();
  return structure.wires.map((wire, index) => {
    const points = placed.wires[index].map(([x, y]) => ({ x, y }));
    const last = points.length - 1;
    points[0].y = wire.source < 0 ? 0 : points[0].y - slackBelow(measures[wire.source]);
    points[last].y = wire.target < 0 ? height - top : points[last].y + measures[wire.target].body.y;
    if (wire.target < 0) bend(points, leaving(placed)[structure.order.ends[index][1]], placed.height);
    const id = key(wire.trunkBox, wire.trunkPort);
    const label = wire.label && !labelled.has(id) ? placed.labels.get(id) : undefined;
    if (label) labelled.add(id);
    return {
      points,
      kind: wire.kind,
      label: label ? wire.label : "",
      labelAt: label ? { x: label[0], y: label[1] } : null,
      labelLeft: label ? label[2] : false,
      source: wire.source,
      target: wire.target,
      box: bounds(points),
    };
  });
}
