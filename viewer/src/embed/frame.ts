// A graph in a frame of its own: its window has the frame's size, its keys and its styles, and all of it ends with the frame.
import type { PageFunction } from "./given";

/**
 * What the frame may load and run by itself: nothing. The page's script is not in it; it runs outside and draws in here. So whatever a file holds, a name
 * or a drawing, there is no script that it could start and no address that it could ask, also where the page around allows both.
 */
const POLICY = "default-src 'none'; img-src data: blob:; font-src data:; base-uri 'none'; form-action 'none'";
const DOCUMENT = `<!DOCTYPE html><html lang="en" data-opscope="loading"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${POLICY}"></head><body><div id="app"><p class="waiting">Reading the graph…</p></div></body></html>`;

export interface FrameParts {
  page: PageFunction;
  /** The page's style sheet. */
  style: string;
}

/** An empty frame for a graph. */
export function emptyFrame(document: Document, label: string): HTMLIFrameElement {
  const frame = document.createElement("iframe");
  frame.title = label;
  frame.srcdoc = DOCUMENT;
  return frame;
}

/** The window of a frame that was put into the document, dressed; rejects where the page around lets nobody look into its frames. */
export async function windowOf(frame: HTMLIFrameElement, style: string): Promise<Window & typeof globalThis> {
  await new Promise<void>((done) => frame.addEventListener("load", () => done(), { once: true }));
  const { contentDocument, contentWindow } = frame;
  if (!contentDocument?.getElementById("app") || !contentWindow) throw new Error("this frame may show no other file; open the page by itself, in a window of its own");
  const view = contentWindow as Window & typeof globalThis;
  const sheet = new view.CSSStyleSheet();
  sheet.replaceSync(style);
  contentDocument.adoptedStyleSheets = [sheet];
  return view;
}
