// <opscope-view>: opscope's page as an element of any page. element/README.md is what its users read.
import { fonts as packedFonts, page, style, words } from "opscope:page";
import type { Api } from "./api";
import { fromBase64, inflate } from "./data/container";
import type { Fonts } from "./embed/given";
import { Host, type Content } from "./embed/host";
import { nameOf } from "./embed/linked";
import type { Page } from "./pair";
import { read, write } from "./state/link";
import { THEMES } from "./state/preferences";

/** What `data` takes: a page that opscope saved, as text or bytes. */
type Data = string | Blob | ArrayBuffer | Uint8Array;

const SHEET = `
  :host { display: block; position: relative; height: 480px; overflow: hidden; border: 1px solid color-mix(in srgb, CanvasText 20%, Canvas); }
  :host([hidden]) { display: none; }
`;
const EMPTY = "Drop a page or JSON here that opscope saved";

let decoded: Promise<Fonts> | null = null;

/** The fonts are in the script, and are decoded for the first graph that is shown. */
function fontsOnce(): Promise<Fonts> {
  decoded ??= Promise.all(Object.entries(packedFonts).map(async ([face, text]): Promise<Fonts[number]> => [face, (await inflate(fromBase64(text))).buffer as ArrayBuffer]));
  return decoded;
}

function contentOf(data: Data, name: string): Content {
  if (typeof data === "string" || data instanceof Blob) return { name: data instanceof File ? data.name : name, content: data };
  return { name, content: new Blob([data as BlobPart]) };
}

/** Node, where a site may be rendered beforehand, has no elements. */
const Base = (globalThis as { HTMLElement?: typeof HTMLElement }).HTMLElement ?? (class {} as typeof HTMLElement);

class OpscopeView extends Base {
  static readonly observedAttributes = ["src", "beside", "theme", "selection", "fit", "no-drop"];
  private readonly shadow = this.attachShadow({ mode: "open", delegatesFocus: true });
  private host: Host | null = null;
  private given: readonly Data[] | null = null;
  /** Where the reader was when the element left the document. */
  private left = "";
  private loading: AbortController | null = null;
  private waiting = false;

  constructor() {
    super();
    // Set before the element was defined, as frameworks do: then they are plain properties, which hide those of the class.
    for (const name of ["data", "selection", "view"] as const) {
      const early = Object.getOwnPropertyDescriptor(this, name);
      if (!early) continue;
      delete this[name];
      queueMicrotask(() => Object.assign(this, { [name]: early.value }));
    }
  }

  connectedCallback(): void {
    this.begin();
  }

  disconnectedCallback(): void {
    this.left = this.view;
    this.stop();
  }

  attributeChangedCallback(name: string, before: string | null, now: string | null): void {
    if (!this.host || before === now) return;
    if (name === "theme") this.wear();
    else if (name === "selection") this.selection = now;
    else if (name === "fit") this.fitted();
    else if (name === "no-drop") this.restart();
    else if (!this.given) this.soon();
  }

  /** What is shown: a page that opscope saved, or two of them. Null: what `src` names. */
  get data(): Data | readonly Data[] | null {
    return this.given && this.given.length === 1 ? this.given[0] : this.given;
  }

  set data(data: Data | readonly Data[] | null) {
    this.given = data === null || data === undefined ? null : Array.isArray(data) ? (data as Data[]) : [data as Data];
    this.left = "";
    this.soon();
  }

  /** Drives the graph on the left, as `window.opscope` does in a page; null until `ready`. */
  get page(): Api | null {
    return this.host?.framed[0]?.api ?? null;
  }

  /** What is selected, as `op:NAME` or `group:PATH`; null: nothing. */
  get selection(): string | null {
    const shown = this.first;
    const name = shown?.session.selection ? nameOf(shown, shown.session.selection) : null;
    return name && `${name.kind}:${name.name}`;
  }

  set selection(name: string | null) {
    const shown = this.first;
    if (!shown || name === this.selection) return;
    if (!name) shown.session.select(null);
    else if (!this.page?.select(name)) this.tell("error", { message: `nothing in the graph is called ${name}` });
  }

  /** Where the reader is, as a page's link has it behind its `#`. */
  get view(): string {
    const shown = this.first;
    return shown ? write(shown.views.now(), shown.start) : this.left;
  }

  set view(text: string) {
    this.left = text;
    this.first?.views.restore(read(text), false);
  }

  private get first(): Page | null {
    return this.host?.framed[0]?.page ?? null;
  }

  private get pages(): readonly Page[] {
    return (this.host?.framed ?? []).flatMap(({ pages }) => pages);
  }

  private begin(): void {
    this.host = new Host({
      root: this.shadow, page, style, words, fonts: fontsOnce, target: this.hasAttribute("no-drop") ? null : this, empty: this.hasAttribute("no-drop") ? "" : EMPTY,
      theme: () => this.getAttribute("theme") ?? "",
      shown: (files) => this.started(files.map(({ name, ops }) => ({ name, ops }))),
      built: (shown, graph) => shown.session.on("select", () => this.selected(shown, graph)),
      failed: (message) => this.tell("error", { message }),
    });
    const sheet = new ((this.ownerDocument.defaultView as (Window & typeof globalThis) | null) ?? globalThis).CSSStyleSheet();
    sheet.replaceSync(SHEET);
    this.shadow.adoptedStyleSheets = [...this.shadow.adoptedStyleSheets, sheet];
    this.wear();
    this.soon();
  }

  private stop(): void {
    this.loading?.abort();
    this.host?.end();
    this.host = null;
  }

  private restart(): void {
    this.left = this.view;
    this.stop();
    this.begin();
  }

  /** Load once, however many attributes and properties are set at a time. */
  private soon(): void {
    if (this.waiting) return;
    this.waiting = true;
    queueMicrotask(() => {
      this.waiting = false;
      if (this.host) void this.load(this.host);
    });
  }

  private async load(host: Host): Promise<void> {
    this.loading?.abort();
    const loading = (this.loading = new AbortController());
    const names = [this.getAttribute("src"), this.getAttribute("beside")].filter((name): name is string => Boolean(name));
    if (!this.given && !names.length) return host.clear();
    try {
      const contents = this.given ? this.given.map((data, index) => contentOf(data, `graph ${index + 1}`)) : await Promise.all(names.map((name) => fetched(name, loading.signal)));
      if (!loading.signal.aborted) await host.open(contents, read(this.left || (this.getAttribute("view") ?? "")));
    } catch (error) {
      if (loading.signal.aborted) return;
      const message = error instanceof Error ? error.message : String(error);
      host.say(message);
      this.tell("error", { message });
    }
  }

  /** A graph is shown. */
  private started(graphs: { name: string; ops: number }[]): void {
    const selection = this.getAttribute("selection");
    if (selection && !this.left) this.selection = selection;
    this.fitted();
    this.tell("ready", { graphs });
  }

  private selected(shown: Page, graph: number): void {
    const { selection } = shown.session;
    const name = selection && nameOf(shown, selection);
    this.tell("select", { graph, kind: name?.kind ?? null, name: name?.name ?? null });
  }

  private fitted(): void {
    if (this.getAttribute("fit") === "all") for (const { drawing } of this.pages) drawing.go({ to: "all" });
  }

  private wear(): void {
    const theme = THEMES.find((known) => known === this.getAttribute("theme")) ?? "auto";
    this.host?.dress(theme);
    for (const { themes } of this.pages) if (themes.choice !== theme) themes.choose(theme);
  }

  private tell(kind: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(kind, { detail }));
  }
}

async function fetched(name: string, signal: AbortSignal): Promise<Content> {
  try {
    const answer = await fetch(name, { signal });
    if (!answer.ok) throw new Error(`the server answers ${answer.status}`);
    return { name: name.split(/[?#]/)[0].split("/").pop() || name, content: await answer.blob() };
  } catch (error) {
    if (location.protocol === "file:") throw new Error(`${name} cannot be read: a page that was opened from a file may read no other; set the element's property data`);
    throw new Error(`${name} cannot be read: ${error instanceof Error ? error.message : error}`);
  }
}

// A page that loads the script twice has one element.
if (typeof customElements !== "undefined" && !customElements.get("opscope-view")) customElements.define("opscope-view", OpscopeView);
