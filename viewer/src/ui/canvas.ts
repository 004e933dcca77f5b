// The canvas of the drawing: its element, its size in pixels, and painting a frame on it, measured.
import { visible, type Camera, type Size } from "../draw/camera";
import type { Frame } from "../draw/frame";
import type { Look } from "../draw/look";
import { Painter } from "../draw/paint";
import type { Pen } from "../draw/text";
import { h } from "./dom";

/** Browsers keep performance measures until they are cleared. They are cleared after so many frames, since a page may be open all day. */
const KEPT_FRAMES = 2000;
/** Device pixels for a CSS pixel beyond which nobody sees a difference. */
const MOST_RATIO = 3;

export class Canvas {
  readonly element: HTMLCanvasElement;
  private readonly context: CanvasRenderingContext2D;
  private readonly painter: Painter;
  private size: Size = { w: 0, h: 0 };
  private ratio = 1;
  private frames = 0;

  constructor(label: string) {
    this.element = h("canvas", { class: "drawing", tabindex: 0, role: "application", "aria-roledescription": "drawing", "aria-label": label });
    const context = this.element.getContext("2d", { alpha: false });
    if (!context) throw new Error("this browser cannot draw on a canvas; try another browser");
    this.context = context;
    this.painter = new Painter(context);
  }

  /** Take the size that the page gives it; returns it where it is a new one. A canvas with a new size is empty. */
  fit(): Size | null {
    const rect = this.element.getBoundingClientRect();
    const ratio = Math.min(MOST_RATIO, window.devicePixelRatio || 1);
    const size = { w: Math.max(1, rect.width), h: Math.max(1, rect.height) };
    if (size.w === this.size.w && size.h === this.size.h && ratio === this.ratio) return null;
    this.size = size;
    this.ratio = ratio;
    this.element.width = Math.round(size.w * ratio);
    this.element.height = Math.round(size.h * ratio);
    return size;
  }

  paint(frame: Frame, camera: Camera, look: Look): void {
    performance.mark("opscope:frame-start");
    this.clear(camera, look);
    const detail = this.painter.draw(frame, visible(camera, this.size), camera.scale, look);
    performance.measure("opscope:frame", { start: "opscope:frame-start", detail });
    performance.clearMarks("opscope:frame-start");
    if (++this.frames % KEPT_FRAMES === 0) performance.clearMeasures("opscope:frame");
  }

  /** Measures texts as this canvas draws them, for the export. */
  get pen(): Pen {
    return this.context;
  }

  /** Paint the ground, and lay the frame's coordinates over the canvas as the camera sees them. */
  private clear(camera: Camera, look: Look): void {
    const { context, element, ratio } = this;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.globalAlpha = 1;
    context.fillStyle = look.theme.paper;
    context.fillRect(0, 0, element.width, element.height); // a part of a pixel at the edge would stay black
    const scale = camera.scale * ratio;
    context.setTransform(scale, 0, 0, scale, -camera.x * scale, -camera.y * scale);
  }
}
