// What crosses the border of a card: where the wires come from that enter it, and where those go that leave it, beyond the cards that they run through.
import type { Cards, Item } from "./cards";
import type { Groups } from "./groups";
import type { Nodes } from "./nodes";

/** The other end of a wire. */
export interface FarEnd {
  /** The op there, however deep in cards it lies; -1: none. */
  op: number;
  /** The outermost card that holds it and not the wire's other end; -1: none. */
  card: number;
  /** What the drawing calls that card, or the op where it lies in none, and what it calls the op. */
  title: string;
  opTitle: string;
}

type Way = "enters" | "leaves";

/** What the ports in one side of a card's border lead to, by their numbers. */
export type Sides = Map<number, FarEnd[]>;

export class Borders {
  constructor(
    private readonly cards: Cards,
    private readonly nodes: Nodes,
    private readonly groups: Groups,
  ) {}

  /**
   * What the wires come from that enter a card. A wire at the border of a stack is that of its first copy: where the copy that is shown takes
   * another tensor by it, it comes from the copy which gives that, if only one does.
   */
  entering(card: number): Sides {
    return this.side(card, "enters");
  }

  /** What the wires lead to that leave a card. */
  leaving(card: number): Sides {
    return this.side(card, "leaves");
  }

  private side(card: number, way: Way): Sides {
    const { wires, order } = this.cards.structure(card);
    const found: Sides = new Map();
    wires.forEach(({ source, target, trunkPort }, index) => {
      if ((way === "enters" ? source : target) >= 0) return;
      const port = way === "enters" ? trunkPort : order.ends[index][1];
      if (!found.has(port)) found.set(port, this.beyond(card, port, way));
    });
    return this.isOfStack(card) ? this.ofCopy(card, found, way) : found;
  }

  /** The other ends of the wires at a port, outside of the card. */
  private beyond(card: number, port: number, way: Way): FarEnd[] {
    const { cards } = this;
    const around = cards.parent(card);
    if (around < 0) return [];
    const items = cards.items(around);
    const place = items.findIndex((item) => item.type === "card" && item.ref === card);
    const { wires, order, tops, bottoms } = cards.structure(around);
    return wires.flatMap((wire, index): FarEnd[] => {
      const [own, other] = way === "enters" ? [wire.target, wire.source] : [wire.source, wire.target];
      const [into, out] = [order.ends[index][1], wire.trunkPort];
      const used = way === "enters" ? tops[place]?.[into] : bottoms[place]?.[out];
      if (own !== place || used !== port) return [];
      if (other < 0) return this.beyond(around, way === "enters" ? out : into, way);
      const item = items[other];
      if (item.type !== "card") return [{ op: item.ref, card: -1, title: item.title, opTitle: item.title }];
      const inner = way === "enters" ? bottoms[other][out] : tops[other][into];
      const title = cards.title(item.ref);
      const ends = this.inside(item.ref, inner, way).map(({ ref, title: opTitle }) => ({ op: ref, card: item.ref, title, opTitle }));
      return ends.length ? ends : [{ op: -1, card: item.ref, title, opTitle: "" }];
    });
  }

  /** The ops in a card that give what leaves it at a port, or take what enters it there. */
  private inside(card: number, port: number, way: Way): Item[] {
    const { cards } = this;
    const items = cards.items(card);
    const { wires, order, tops, bottoms } = cards.structure(card);
    return wires.flatMap(({ source, target, trunkPort }, index): Item[] => {
      const [border, inner] = way === "enters" ? [target, source] : [source, target];
      const [into, out] = [order.ends[index][1], trunkPort];
      if (border >= 0 || (way === "enters" ? into : out) !== port || inner < 0) return [];
      const item = items[inner];
      if (item.type !== "card") return [item];
      return this.inside(item.ref, way === "enters" ? bottoms[inner][out] : tops[inner][into], way);
    });
  }

  /** Whether a card, or one around it, stands for several. */
  private isOfStack(card: number): boolean {
    for (let at = card; at > 0; at = this.cards.parent(at)) if (this.cards.stack(at) >= 0) return true;
    return false;
  }

  /** Of what the drawing has at the border of a stack only what is so in the copy that is shown, by the edges of the graph; of the rest the copy. */
  private ofCopy(card: number, found: Sides, way: Way): Sides {
    return new Map([...found].map(([port, all]) => {
      const own = this.inside(card, port, way === "enters" ? "leaves" : "enters");
      const real = this.neighbours(own.map(({ ref }) => ref), way);
      const sure = all.filter((each) => (each.card >= 0 ? [...this.rows(each.card)] : [each.op]).some((row) => real.has(row)));
      const copies = this.copies(card, real);
      return [port, sure.length || copies.size !== 1 ? sure : [{ op: -1, card: -1, title: `copy ${[...copies][0] + 1}`, opTitle: "" }]];
    }));
  }

  /** The other copies, by their places, of the stacks that a card is in, in which any of these ops lie. */
  private copies(card: number, rows: Iterable<number>): Set<number> {
    const { cards, cards: { stacks } } = this;
    const found = new Set<number>();
    for (const row of rows) {
      const { choices } = stacks.unwind("nodes", row);
      for (let at = card; at > 0; at = cards.parent(at)) {
        const stack = cards.stack(at);
        const copy = choices.get(stack);
        if (stack >= 0 && this.liesIn(row, at) && (copy ?? 0) !== cards.copy(at)) found.add(stacks.place(stack, copy ?? 0));
      }
    }
    return found;
  }

  private liesIn(row: number, outer: number): boolean {
    for (let at = this.cards.home(row)?.card ?? -1; at > 0; at = this.cards.parent(at)) if (at === outer) return true;
    return false;
  }

  /** All ops of a card, in the copy that it shows. */
  private rows(card: number): Set<number> {
    const { groups, ops } = this.cards.held(card);
    return new Set([...ops, ...groups.flatMap((group) => this.groups.within(group))]);
  }

  /** The drawn ops next to some, by the edges of the graph and what is not drawn between. */
  private neighbours(own: readonly number[], way: Way): Set<number> {
    const [found, seen] = [new Set<number>(), new Set(own)];
    const next = [...own];
    for (let row = next.pop(); row !== undefined; row = next.pop()) {
      for (const other of way === "enters" ? this.nodes.inputs(row).map(({ node }) => node) : this.nodes.consumers(row)) {
        if (seen.has(other)) continue;
        seen.add(other);
        if (this.cards.home(other)) found.add(other);
        else next.push(other);
      }
    }
    return found;
  }
}
