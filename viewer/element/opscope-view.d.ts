/** A page that opscope saved (`opscope render MODEL -o page.html`), or its JSON, as text or bytes. */
export type OpscopeData = string | Blob | ArrayBuffer | Uint8Array;

/** Where a reader of the graph is, field by field; `OpscopeView.view` is the same as a text. */
export interface OpscopePlace {
  open: string[];
  camera: { x: number; y: number; scale: number } | null;
  select: string;
  query: string;
  colour: string;
  tab: string;
  change: string;
  shown: "overview" | "drawing";
  side: "written" | "executed" | "";
}

/** Drives a graph; what it asks for is drawn when it returns. */
export interface OpscopePage {
  /** Open the group at this path; false: there is none. */
  open(path: string): boolean;
  close(path: string): boolean;
  /** Search as if it was typed; returns how many were found. */
  search(text: string): number;
  /** Select an op, else a group, by its name, and bring it into view; false: nothing is called so. */
  select(name: string): boolean;
  view(): OpscopePlace;
  /** Of a graph that is known as written and as executed: show the other side. */
  flip?(): Promise<void>;
}

export interface OpscopeEventMap {
  /** Drawn. Of two graphs side by side the left one comes first. */
  ready: CustomEvent<{ graphs: { name: string; ops: number }[] }>;
  /** Something else is selected, in which of the graphs; null: nothing, or what has no name. */
  select: CustomEvent<{ graph: number; kind: "op" | "group" | null; name: string | null }>;
  /** A file that cannot be shown, in one sentence; what was shown before still is. */
  error: CustomEvent<{ message: string }>;
}

/**
 * The element `<opscope-view>`.
 *
 * Attributes: `src`, and `beside` for a second graph, are addresses of pages; `theme` is `light`, `dark` or `auto`; `selection` is what is selected at first and when it
 * changes; `view` where the reader starts; `fit="all"` shows all of the drawing; with `no-drop` no files can be dropped.
 */
export interface OpscopeView extends HTMLElement {
  /** What is shown, one graph or two side by side. It goes before `src`; null: what `src` names. */
  data: OpscopeData | readonly OpscopeData[] | null;
  /** Drives the graph, of two the left one; null until `ready`. */
  readonly page: OpscopePage | null;
  /** `op:NAME` or `group:PATH`; null: nothing is selected. */
  selection: string | null;
  /** Where the reader is, as a link to a page has it behind its `#`. */
  view: string;
  addEventListener<K extends keyof OpscopeEventMap>(type: K, listener: (this: OpscopeView, event: OpscopeEventMap[K]) => unknown, options?: boolean | AddEventListenerOptions): void;
  addEventListener(type: string, listener: EventListenerOrEventListenerObject, options?: boolean | AddEventListenerOptions): void;
  removeEventListener<K extends keyof OpscopeEventMap>(type: K, listener: (this: OpscopeView, event: OpscopeEventMap[K]) => unknown, options?: boolean | EventListenerOptions): void;
  removeEventListener(type: string, listener: EventListenerOrEventListenerObject, options?: boolean | EventListenerOptions): void;
}

declare global {
  interface HTMLElementTagNameMap {
    "opscope-view": OpscopeView;
  }
}
