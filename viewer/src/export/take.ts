// What can be taken away: the view as SVG or PNG, the table as CSV.
import type { Camera, Size } from "../draw/camera";
import type { Frame } from "../draw/frame";
import type { Look } from "../draw/look";
import type { Pen } from "../draw/text";
import { saveBlob, saveText } from "./save";
import { svgOf } from "./svg";

/** What is on screen. */
export interface Screen {
  frame: Frame;
  camera: Camera;
  size: Size;
  look: Look;
  canvas: HTMLCanvasElement;
  pen: Pen;
}

const LONGEST = 80;

export class Takings {
  constructor(
    private readonly name: string,
    private readonly screen: () => Screen,
    private readonly table: () => { name: string; text: string } | null,
    /** The overview, while it is shown. */
    private readonly overview: () => string | null,
    /** This page's own file with the reader's notes; null: it has none. */
    private readonly page: () => string | null = () => null,
  ) {}

  svg(): void {
    saveText(this.overview() ?? this.drawing(), this.file(".svg"), "image/svg+xml");
  }

  private drawing(): string {
    const { frame, camera, size, look, pen } = this.screen();
    return svgOf(frame, camera, size, look, pen);
  }

  png(): void {
    this.screen().canvas.toBlob((blob) => blob && saveBlob(blob, this.file(".png")), "image/png");
  }

  /** A copy of the page with the reader's notes in it. */
  copy(): void {
    const text = this.page();
    if (text !== null) saveText(text, this.file("-notes.html"), "text/html");
  }

  /** Why no copy can be saved; empty where it can. */
  whyNoCopy(): string {
    return this.page() === null ? "Only a page in a file of its own can be saved with notes." : "";
  }

  csv(): void {
    const table = this.table();
    if (table) saveText(table.text, this.file(`-${table.name}.csv`), "text/csv");
  }

  private file(suffix: string): string {
    return `${(this.name || "graph").replace(/[^\w.-]+/g, "_").slice(0, LONGEST)}${suffix}`;
  }
}
