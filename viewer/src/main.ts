// Starts the page: reads the data embedded in it, or takes what it is given in a frame, draws, and says plainly what is wrong when it cannot.
import "./style.css";
import type { Api } from "./api";
import { buildPage } from "./app";
import { fromBase64, inflate, parse, type Container } from "./data/container";
import { counterpartOf } from "./data/counterpart";
import { styleOf, type Face } from "./data/style";
import type { Fonts, Given, GraphFile, PageFunction } from "./embed/given";
import { Host } from "./embed/host";
import { Pair, type Page } from "./pair";
import { read } from "./state/link";
import { THEMES } from "./state/preferences";

declare global {
  interface Window {
    opscope?: Api;
  }
}

/** This very script as a function, and what it is called with: inwindow.ts puts them around it. */
declare const opscopePage: PageFunction;
declare const given: Given | undefined;

/** The faces of the drawing that are embedded, as elements called `font-` and this. */
const FACES = ["regular", "bold", "mono"];

function embedded(id: string): string {
  const element = document.getElementById(id);
  if (!element?.textContent) throw new Error(`the page holds no ${id}; save the page again with opscope`);
  return element.textContent;
}

/** The fonts that measured the drawing. */
async function embeddedFonts(): Promise<Fonts> {
  const found = FACES.filter((face) => document.getElementById(`font-${face}`));
  return Promise.all(found.map(async (face): Promise<Fonts[number]> => [face, (await inflate(fromBase64(embedded(`font-${face}`)))).buffer as ArrayBuffer]));
}

/** Make the fonts known by their names in the style; without one the page still works, with the system's. */
async function addFonts(fonts: Fonts, faces: Record<string, Face>): Promise<void> {
  const adding = fonts.map(async ([face, data]) => {
    const { family, weight } = faces[face];
    const font = new FontFace(family.split(",")[0].replace(/['"]/g, ""), data, { weight: String(weight) });
    document.fonts.add(await font.load());
  });
  await Promise.allSettled(adding);
}

function fail(error: unknown): void {
  document.documentElement.dataset.opscope = "error";
  const message = error instanceof Error ? error.message : String(error);
  const box = document.createElement("div");
  box.className = "failure";
  box.setAttribute("role", "alert");
  const heading = document.createElement("h1");
  heading.textContent = "This page cannot show its graph";
  const text = document.createElement("p");
  text.textContent = message;
  box.append(heading, text);
  document.body.replaceChildren(box);
}

async function dataOf(id: string): Promise<Container> {
  return parse(await inflate(fromBase64(embedded(id))));
}

/** The graph that the document holds. The side that is not shown is not read. */
async function embeddedFile(): Promise<GraphFile> {
  const written = await dataOf("data");
  const { header } = written;
  const counterpart = counterpartOf(written);
  return {
    name: String(header.name || "graph"), from: "", ops: written.ints("n.degree").length, first: counterpart?.first ?? "written", hasSides: counterpart !== null, isDrawn: true, isDifference: header.difference !== undefined,
    load: async (side) => (side === "written" ? written : dataOf("data-executed")),
  };
}

/** Draw a graph in this document, both sides where it has two; `built` is told of each side's page. */
async function draw({ file, fonts, view, theme, built, failed }: Omit<Given, "ready">): Promise<Api> {
  const container = await file.load("written");
  await addFonts(fonts, styleOf(container.header).faces);
  const root = document.getElementById("app");
  if (!root) throw new Error("the page is cut off; save it again");
  root.replaceChildren();
  const tell = (page: Page): Page => {
    const chosen = THEMES.find((known) => known === theme);
    if (chosen && chosen !== page.themes.choice) page.themes.choose(chosen);
    built(page);
    return page;
  };
  const api = file.hasSides
    ? await new Pair({ root, view, load: file.load, build: (...parts) => tell(buildPage(...parts)), fail: failed }, file.first).begin()
    : tell(buildPage(container, root, null, view)).api;
  window.opscope = api;
  performance.mark("opscope:first-draw");
  document.documentElement.dataset.opscope = "ready";
  return api;
}

/** Lets files be dropped on the page: they are shown in frames, the graph of the page itself among them. */
async function takeFiles(file: GraphFile, fonts: Fonts, page: () => Page): Promise<void> {
  const place = document.createElement("div");
  place.id = "files";
  document.body.append(place);
  const { header } = await file.load("written");
  new Host({
    root: place.attachShadow({ mode: "open" }), target: document, page: opscopePage, style: document.querySelector("style")?.textContent ?? "", words: header.style, fonts: async () => fonts,
    empty: "", theme: () => page().themes.choice,
    own: { file, view: () => page().views.now(), theme: () => page().themes.choice, leave: () => page().root.remove() },
  });
}

async function start(): Promise<void> {
  try {
    const [file, fonts] = await Promise.all([embeddedFile(), embeddedFonts().catch(() => [])]);
    let shown: Page | null = null;
    await draw({ file, fonts, view: read(location.hash), theme: "", built: (page) => (shown = page), failed: fail });
    await takeFiles(file, fonts, () => shown as unknown as Page);
  } catch (error) {
    fail(error);
  }
}

async function startGiven(parts: Given): Promise<void> {
  try {
    parts.ready(await draw(parts));
  } catch (error) {
    parts.failed(error);
  }
}

void (given ? startGiven(given) : start());
