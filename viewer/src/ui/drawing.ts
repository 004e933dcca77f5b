// The drawing on screen: listens to the session, and draws one frame for all that has changed since the last one.
import { toScreen, type Camera } from "../draw/camera";
import type { Composer } from "../draw/compose";
import { wayTo, type Frame } from "../draw/frame";
import { FrameLoop, type Stale } from "../draw/loop";
import { Viewport, type Aim } from "../draw/viewport";
import type { Session } from "../state/session";
import { Canvas } from "./canvas";
import { reducedMotion } from "./dom";
import type { Looks } from "./look";
import { Minimap } from "./minimap";
import { beyond, More } from "./more";

export class Drawing {
  /** What was drawn last. */
  frame: Frame = { w: 0, h: 0, marks: [], lines: [] };
  readonly canvas: Canvas;
  readonly viewport: Viewport;
  readonly minimap: Minimap;
  private readonly more: More;
  private readonly loop = new FrameLoop((stale) => this.draw(stale));
  private waiting: (() => void)[] = [];
  private readonly watching: (() => void)[] = [];

  constructor(
    private readonly session: Session,
    private readonly looks: Looks,
    private readonly composer: Composer,
  ) {
    this.canvas = new Canvas(`Drawing of ${session.facts.name}. Arrow keys select a neighbour, Enter opens a group, question mark lists all keys.`);
    this.viewport = new Viewport(() => this.loop.mark("camera"), reducedMotion);
    this.minimap = new Minimap(this.viewport, () => looks.now());
    this.more = new More((dx, dy) => this.viewport.pan(-dx, -dy));
    session.onCards((card, below) => {
      if (!below) return composer.changed(card);
      composer.changedBelow(card);
      this.loop.mark("colours"); // another copy has other figures
    });
    session.on("open", () => this.loop.mark("cards"));
    session.on("select", () => this.loop.mark("pointing"));
    session.on("place", () => this.loop.mark("pointing"));
    session.on("overview", () => this.loop.mark("pointing"));
    session.on("lit", () => this.loop.mark("pointing"));
    session.on("notes", () => this.loop.mark("pointing"));
    session.on("focus", () => this.loop.mark("pointing"));
    session.on("colour", () => this.loop.mark("colours"));
    new ResizeObserver(() => {
      if (this.fit()) this.now();
    }).observe(this.canvas.element);
    this.loop.mark("cards");
  }

  get camera(): Camera {
    return this.viewport.camera;
  }

  /** Aim the camera at something in the next frame. */
  go(aim: Aim): void {
    if (aim.to === "camera") this.fit(); // a size that comes later must not move it
    this.viewport.go(aim);
  }

  /** Keep a mark where it is on screen while the drawing around it changes. */
  hold(key: number): void {
    this.viewport.hold(this.frame, key);
  }

  /** Do something once the next frame is drawn. */
  afterDraw(act: () => void): void {
    this.waiting.push(act);
  }

  /** Where in the window the card around what is selected begins once the camera is at rest, then where its own mark does; nothing where it is not drawn. */
  topsOfSelection(): number[] {
    const { session: { selection }, viewport, canvas: { element } } = this;
    const key = selection ? this.session.markKey(selection) : null;
    const { top } = element.getBoundingClientRect();
    return key === null ? [] : wayTo(this.frame, key).slice(-2).map(([, rect]) => top + toScreen(viewport.goal, rect).y);
  }

  /** Do something after every frame. */
  onDraw(act: () => void): void {
    this.watching.push(act);
  }

  /** Draw what is stale at once. */
  now(): void {
    this.loop.now();
  }

  /** Take the canvas' size from the page; true for a new one: the canvas is then empty until it is painted. A selection in view stays in view. */
  fit(): boolean {
    if (!this.canvas.element.isConnected) return false; // the other side of the graph is shown, and this has no size
    const size = this.canvas.fit();
    if (!size) return false;
    const { session: { selection }, viewport, frame } = this;
    const key = selection ? this.session.markKey(selection) : null;
    const kept = key !== null && viewport.shows(frame, key) ? key : null;
    viewport.resize(size);
    if (kept !== null && !viewport.shows(frame, kept)) viewport.go({ to: "mark", key: kept });
    return true;
  }

  /** The signs of what lies beyond its edges. */
  get edges(): HTMLElement {
    return this.more.element;
  }

  private tellMore(): void {
    const { frame: { w, h }, viewport: { camera, size } } = this;
    const { x, y } = toScreen(camera, { x: 0, y: 0 });
    this.more.show(beyond({ x, y, w: w * camera.scale, h: h * camera.scale }, size));
  }

  private draw(stale: ReadonlySet<Stale>): void {
    const { looks, minimap, viewport } = this;
    if (stale.has("cards")) this.frame = this.composer.frame();
    if (stale.has("colours")) looks.recoloured();
    else if (stale.has("cards") || stale.has("pointing")) looks.pointed();
    if (stale.has("cards") || stale.has("colours")) minimap.changed();
    else if (stale.has("pointing")) minimap.pointed();
    const goesOn = viewport.settle(this.frame, performance.now());
    this.canvas.paint(this.frame, viewport.camera, looks.now());
    minimap.draw(this.frame);
    this.tellMore();
    const { waiting } = this;
    this.waiting = [];
    for (const act of [...waiting, ...this.watching]) act();
    if (goesOn) this.loop.mark("camera");
  }
}
