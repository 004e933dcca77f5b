// How large a card is around what it holds, what placing is told of the cards in it, and how the placed wires go on to its border.
// The same as `layout/engine.py` and `measure_card` in `layout/sizes/extents.py`; `tests/page/golden/card-*.json` pin both.
import type { ClosedChip, Head } from "../data/cards";
import type { Structure } from "../data/structures";
import type { CardRoom, Spacing } from "../data/style";
import { around as bounds, type Line, type Point, type Rect } from "../draw/frame";
import { key, type BoxSize, type Placed, type Sizes } from "./flat";

/** The size of an item and the places of its parts: x from its axis, y from its top. `size` is the room that all parts need. */
export interface Measure {
  size: BoxSize;
  body: Rect;
  chips: Rect[];
}

/** The x of the border ports of an open card, from its axis. */
export interface Border {
  inputs: number[];
  outputs: number[];
}

/** The port of a wire that ends on a card as a whole: a control wire, or one from a branch op to a branch. */
const WHOLE = -1;

/** What the size of a card depends on. */
export interface CardParts {
  head: Head;
  /** Width and height of what it holds; zeros for a closed one. */
  inside: [number, number];
  /** What is kept free right of its body, for its figure and the cards behind it. */
  right: number;
  /** How many cards it stands for, as a stack. */
  count: number;
  chip: ClosedChip | null;
}

/** The size of a card, as `measure_card` in `layout/sizes/extents.py`. A folded card may have one chip on its left. */
export function measureCard({ head, inside, right, count, chip }: CardParts, room: CardRoom): Measure {
  const half = Math.ceil(Math.max(head.width, inside[0]) / 2);
  const height = head.height + inside[1];
  const left = half + (chip ? room.chipGap + chip.width : 0);
  const below = room.stackStep * behind(count, room);
  return {
    size: { left, right: half + right, height: height + below, half, tops: null, bottoms: null },
    body: { x: -half, y: 0, w: 2 * half, h: height },
    chips: chip ? [{ x: -left, y: chip.top, w: chip.width, h: room.chipHeight }] : [],
  };
}

/** How many cards are seen behind a stack of so many: never more than there are. */
export function behind(count: number, { stackCards }: Pick<CardRoom, "stackCards">): number {
  return Math.min(stackCards, count - 1);
}

/** What `layout/engine.py` does for one card before and after placing. */
export class CardPlacing {
  constructor(
    private readonly spacing: Spacing,
    private readonly room: CardRoom,
  ) {}

  /** The width that a card keeps for its contents: what they need, or a little more to have its only input or output in the middle. */
  width(placed: Placed, holdsOpen: boolean): number {
    if (holdsOpen) return placed.width;
    const flow = this.flow(placed);
    const wide = 2 * Math.max(flow, placed.width - flow);
    return wide - placed.width <= this.room.mostGrowth ? wide : placed.width;
  }

  /** Where the inside of a card of this width begins: such that its only input or output is in the middle, as far as there is room. */
  left(placed: Placed, wide: number): number {
    const { inside } = this.room;
    return Math.max(inside, Math.min(wide / 2 - this.flow(placed), wide - inside - placed.width));
  }

  /**
   * Where the outputs cross the card's border. A card with one input and one output has them at the same x where they are close,
   * so that a chain of cards is joined by a straight line.
   */
  leaving({ inputs, outputs }: Placed): number[] {
    if (inputs.length !== 1 || outputs.length !== 1) return outputs;
    return Math.abs(inputs[0] - outputs[0]) <= this.room.mostAside ? inputs : outputs;
  }

  /** The x of the only output, else of the only input; the middle of a group that has several or none. */
  private flow(placed: Placed): number {
    const ends = placed.outputs.length ? this.leaving(placed) : placed.inputs;
    return ends.length === 1 ? ends[0] : placed.width / 2;
  }

  /** The sizes of a card's items and labels. `borders` has a border for each open card: its ports are where its own layout has put them. */
  sizes(structure: Structure, measures: Measure[], borders: (Border | null)[]): Sizes {
    const { order, tops, bottoms } = structure;
    const boxes = measures.map(({ size }, index): BoxSize => {
      const border = borders[index];
      if (!border) return size;
      return {
        ...size,
        tops: this.ports(border.inputs, tops[index], order.tops[index].order, size),
        bottoms: this.ports(border.outputs, bottoms[index], order.bottoms[index].order, size),
      };
    });
    return { boxes, labels: this.labelWidths(structure, boxes) };
  }

  /** The x of the ports on one side of an open card. Its own layout has placed them; a wire to the card as a whole ends between two of them, or near an edge. */
  private ports(places: number[], used: number[], order: number[], size: BoxSize): number[] {
    const edge = size.half - this.room.wholeInset;
    const found = used.map((place) => (place === WHOLE ? edge : places[place]));
    order.forEach((port, index) => {
      if (used[port] !== WHOLE || index + 1 === order.length) return;
      found[port] = index > 0 ? (found[order[index - 1]] + found[order[index + 1]]) / 2 : -edge;
    });
    return found;
  }

  /** The width of each trunk's label. A label that would stand between two trunks is left out if it would touch them. */
  private labelWidths(structure: Structure, boxes: BoxSize[]): Map<number, number> {
    const widths = new Map<number, number>();
    const texts = new Map<number, string>();
    for (const { label, labelWidth, trunkBox, trunkPort } of structure.wires) {
      const id = key(trunkBox, trunkPort);
      if (!label || texts.has(id)) continue;
      texts.set(id, label);
      widths.set(id, labelWidth);
    }
    boxes.forEach((size, box) => {
      for (const port of this.crowded(structure.order.bottoms[box].order, size, box, widths, texts)) widths.delete(key(box, port));
    });
    return widths;
  }

  /** The ports of a box that go without a label. The first of several is labelled on its left and the last on its right; between them there is seldom room. */
  private crowded(ports: number[], size: BoxSize, box: number, widths: Map<number, number>, texts: Map<number, string>): number[] {
    const { bottoms } = size;
    if (!bottoms) {
      const same = new Set(ports.map((port) => texts.get(key(box, port)))).size === 1;
      return ports.length > this.room.mostLabels ? ports.slice(same ? 0 : 1, -1) : [];
    }
    return ports.slice(1, -1).filter((port, index) => {
      const gap = bottoms[ports[index + 2]] - bottoms[port];
      return gap < (widths.get(key(box, port)) ?? 0) + 2 * this.spacing.labelGap;
    });
  }

  /** The wires, lengthened to the card's border (the lower one is at `bottom`) and to the body of a box whose chips take more height than its body. */
  lines(structure: Structure, placed: Placed, measures: Measure[], bottom: number): Line[] {
    const labelled = new Set<number>();
    const lines = structure.wires.map((wire, index): Line => {
      const points = placed.wires[index].map(([x, y]) => ({ x, y }));
      const last = points.length - 1;
      points[0].y = wire.source < 0 ? 0 : points[0].y - slackBelow(measures[wire.source]);
      points[last].y = wire.target < 0 ? bottom : points[last].y + measures[wire.target].body.y;
      if (wire.target < 0) this.bend(points, this.leaving(placed)[structure.order.ends[index][1]], placed.height);
      const id = key(wire.trunkBox, wire.trunkPort);
      const label = wire.label && !labelled.has(id) ? placed.labels.get(id) : undefined;
      if (label) labelled.add(id);
      return {
        points,
        kind: wire.kind,
        label: label ? wire.label : "",
        labelAt: label ? { x: label[0], y: label[1] } : null,
        labelLeft: label ? label[2] : false,
        head: "",
        headAt: null,
        headLeft: false,
        source: wire.source,
        target: wire.target,
        box: bounds(points),
      };
    });
    this.heads(structure, lines);
    return lines;
  }

  /** The words at arrow heads, as `layout/arrow_words.py` places them: of arrows with one word that stand close, only the last has it. */
  private heads(structure: Structure, lines: Line[]): void {
    const into = new Map<number, number[]>();
    structure.wires.forEach(({ target }, index) => {
      if (target < 0) return;
      const known = into.get(target);
      if (known) known.push(index);
      else into.set(target, [index]);
    });
    for (const ends of into.values()) {
      if (ends.some((index) => structure.wires[index].head)) this.headsOfOne(structure, lines, ends);
    }
  }

  private headsOfOne(structure: Structure, lines: Line[], ends: number[]): void {
    const end = (index: number) => lines[index].points[lines[index].points.length - 1];
    const word = (index: number) => structure.wires[index].head;
    const sorted = [...ends].sort((a, b) => end(a).x - end(b).x || end(a).y - end(b).y || (word(a) < word(b) ? -1 : word(a) > word(b) ? 1 : 0));
    const { headGap, headRise, headHigh, longSide } = this.room;
    // From where the wire runs in from the right at the height of the word, if it does.
    const fromRight = (index: number): Point | null => {
      const points = lines[index].points;
      const [before, bend, tip] = points.slice(-3);
      return points.length > 2 && tip.y - bend.y < headHigh && before.x > tip.x ? before : null;
    };
    let run = 1;
    let free = -Infinity; // from this x on there is neither an arrow nor a word on the left
    sorted.forEach((index, place) => {
      const next = sorted[place + 1];
      const { x, y } = end(index);
      if (next !== undefined && end(next).x === x && word(next) === word(index)) return; // one end of several wires
      const need = structure.wires[index].headWidth + 2 * headGap;
      const close = next !== undefined && end(next).x - x < need;
      if (word(index) && close && word(next) === word(index)) {
        run++;
        return;
      }
      const corner = sorted.filter((other) => end(other).x === x && end(other).y === y && word(other) === word(index)).map(fromRight)
        .reduce((far, one) => one !== null && (far === null || one.x > far.x || (one.x === far.x && one.y > far.y)) ? one : far, null);
      const left = word(index) !== "" && (close || corner !== null) && x - free >= need;
      if (word(index)) {
        lines[index].head = run === 1 ? word(index) : `${run} wires: ${word(index)}`;
        if (corner !== null && !left && corner.x - x >= longSide * need) { // on the wire, before it turns
          lines[index].headAt = { x: corner.x - headGap, y: corner.y - headRise };
          lines[index].headLeft = true;
          run = 1;
          free = x;
          return;
        }
        lines[index].headAt = { x: left ? x - headGap : x + headGap, y: y - headRise };
        lines[index].headLeft = left;
      }
      run = 1;
      free = left || !word(index) ? x : x + need;
    });
  }

  /** Add the corners from a group's output to `out`, where it leaves the card, see `leaving`. */
  private bend(points: Point[], out: number, start: number): void {
    const end = points[points.length - 1];
    if (Math.abs(end.x - out) < this.spacing.straight) return;
    const middle = (start + end.y) / 2;
    points.push({ x: out, y: middle }, { x: out, y: end.y });
    end.y = middle;
  }
}

/** The height below an item's body that only its chips need. The cards seen behind a stack are not such room: 0. */
function slackBelow({ size, body }: Measure): number {
  return size.height > body.y + body.h && body.y === 0 ? 0 : size.height - body.y - body.h;
}
