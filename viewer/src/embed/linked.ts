// Two graphs side by side as one: what the reader does on one side happens on the other, where that has something of the same name.
import { toScreen } from "../draw/camera";
import { walk, type Frame, type Rect } from "../draw/frame";
import { cardOf } from "../draw/keys";
import type { Page } from "../pair";
import type { Selection } from "../state/session";

/** What is selected, or drawn, as the other side knows it. */
type Name = { kind: "op" | "group"; name: string };

/** What the reader does that makes a side the one that leads. */
const TAKES = ["pointerdown", "wheel", "keydown", "focusin", "touchstart"] as const;

export class Linked {
  /** The pages of each side: of a graph that is known as written and as executed two, once both were shown. */
  private readonly pages: readonly [Page[], Page[]] = [[], []];
  /** The side that the reader is on; the other one follows. */
  private leader = 0;
  private busy = false;
  private readonly open = new Map<Page, Set<number>>();
  private readonly places = new WeakMap<Frame, Map<string, Rect>>();

  /** @param tell is told of what is selected on one side and is not on the other; empty: it is on both. */
  constructor(private readonly tell: (words: string) => void) {}

  /** A page was built on a side, the left (0) or the right. */
  add(side: number, page: Page): void {
    const { session, drawing, root } = page;
    this.pages[side].push(page);
    this.open.set(page, new Set(session.open));
    for (const kind of TAKES) root.ownerDocument.addEventListener(kind, () => (this.leader = side), { capture: true, passive: true });
    session.on("select", () => this.lead(side, page, (to) => this.select(page, to)));
    session.on("open", () => this.lead(side, page, (to) => this.unfold(page, to)));
    session.on("overview", () => this.lead(side, page, (to) => to.session.setOverview(session.overview)));
    session.on("colour", () => this.lead(side, page, (to) => dress(page, to)));
    drawing.onDraw(() => this.leader === side && this.lead(side, page, (to) => this.look(page, to)));
  }

  /** Do to the other side what was done to this one, which then leads; that the other changes changes nothing here. */
  private lead(side: number, page: Page, act: (to: Page) => void): void {
    const to = this.pages[1 - side].find(isShown);
    if (this.busy || !to || !isShown(page)) return;
    this.leader = side;
    this.busy = true;
    try {
      act(to);
    } finally {
      this.busy = false;
    }
  }

  private select(from: Page, to: Page): void {
    const { selection } = from.session;
    if (!selection) {
      this.tell("");
      return to.session.select(null);
    }
    const name = nameOf(from, selection);
    const found = name && standing(to, name);
    this.tell(found ? "" : `${name?.name ?? from.session.cards.title(selection.card)}: only on the ${this.leader ? "right" : "left"}`);
    if (!found) return to.session.select(null);
    if (to.session.overview) to.session.selectShown(found);
    else if (found.op >= 0) to.commands.goOp(found.op);
    else to.commands.goGroup(found.group);
  }

  /** Open and close there what was opened and closed here since the last time. */
  private unfold(from: Page, to: Page): void {
    const before = this.open.get(from) ?? new Set();
    const { open, cards, facts: { groups } } = from.session;
    const changed = [...open].filter((card) => !before.has(card)).concat([...before].filter((card) => !open.has(card)));
    this.open.set(from, new Set(open));
    for (const opened of [true, false]) {
      const paths = changed.filter((card) => open.has(card) === opened && cards.group(card) >= 0).map((card) => groups.path(cards.group(card)));
      const there = paths.map((path) => to.session.cards.ofGroup(to.session.facts.groups.find(path))).filter((card) => card > 0);
      if (there.length) to.session.setAll(there, opened);
    }
    this.open.set(to, new Set(to.session.open));
  }

  /** One viewport: the same scale, and what is nearest to the middle here and drawn there stands at the same place. */
  private look(from: Page, to: Page): void {
    if (from.session.overview || to.session.overview) return;
    const { viewport, frame } = from.drawing;
    const [middle, there] = [{ x: viewport.size.w / 2, y: viewport.size.h / 2 }, this.placesOf(to)];
    let nearest: { distance: number; at: Rect; name: string } | null = null;
    for (const [name, at] of this.placesOf(from, frame)) {
      if (!there.has(name)) continue;
      const { x, y } = toScreen(viewport.camera, centre(at));
      const distance = Math.hypot(x - middle.x, y - middle.y);
      if (!nearest || distance < nearest.distance) nearest = { distance, at, name };
    }
    const other = nearest && there.get(nearest.name);
    if (!nearest || !other) return;
    const { camera } = viewport;
    const moved = { scale: camera.scale, x: camera.x + centre(other).x - centre(nearest.at).x, y: camera.y + other.y - nearest.at.y };
    const { camera: now } = to.drawing.viewport;
    if (Math.hypot(now.x - moved.x, now.y - moved.y) > 0.01 || Math.abs(now.scale - moved.scale) > 1e-6) to.drawing.viewport.set(moved);
  }

  /** Where what has a name is drawn now. */
  private placesOf(side: Page, frame = side.drawing.frame): Map<string, Rect> {
    let found = this.places.get(frame);
    if (!found) {
      found = new Map();
      for (const [mark, at] of walk(frame, { x: 0, y: 0 }, () => true)) {
        const name = nameOfMark(side, mark.key);
        if (name) found.set(`${name.kind}:${name.name}`, { ...at, w: mark.w, h: mark.h });
      }
      this.places.set(frame, found);
    }
    return found;
  }
}

function isShown({ root }: Page): boolean {
  return root.isConnected;
}

function centre({ x, y, w }: Rect): { x: number; y: number } {
  return { x: x + w / 2, y };
}

function nameOfMark({ session }: Page, key: number): Name | null {
  const card = cardOf(key);
  const { cards, facts: { nodes, groups } } = session;
  if (card >= 0) return cards.group(card) >= 0 ? { kind: "group", name: groups.path(cards.group(card)) } : null;
  return key < nodes.count ? { kind: "op", name: nodes.name(key) } : null;
}

/** What a selection is called; null: it is a card that stands for no group, and has no name that is the same elsewhere. */
export function nameOf({ session: { facts } }: Page, { op, group }: Selection): Name | null {
  if (op >= 0) return { kind: "op", name: facts.nodes.name(op) };
  return group >= 0 ? { kind: "group", name: facts.groups.path(group) } : null;
}

function standing({ session: { facts, cards } }: Page, { kind, name }: Name): Selection | null {
  const [op, group] = kind === "op" ? [facts.nodes.find(name), -1] : [-1, facts.groups.find(name)];
  return op < 0 && group < 0 ? null : { op, group, card: group < 0 ? -1 : cards.ofGroup(group) };
}

/** The colour mode, as far as the other has it, and the theme. */
function dress(from: Page, to: Page): void {
  if (to.session.colour !== from.session.colour && to.modes.includes(from.session.colour)) to.session.setColour(from.session.colour);
  if (to.themes.choice !== from.themes.choice) to.themes.choose(from.themes.choice);
}
