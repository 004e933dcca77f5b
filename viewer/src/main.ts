// Starts the page: reads the data embedded in it, draws, and says plainly what is wrong when it cannot.
import "./style.css";
import type { Api } from "./api";
import { buildPage, startPage } from "./app";
import { fromBase64, inflate, parse, type Container } from "./data/container";
import { counterpartOf, type Side } from "./data/counterpart";
import { styleOf, type Face } from "./data/style";
import { Pair } from "./pair";

declare global {
  interface Window {
    opscope?: Api;
  }
}

/** The faces of the drawing that are embedded, as elements called `font-` and this. */
const FACES = ["regular", "bold", "mono"];

function embedded(id: string): string {
  const element = document.getElementById(id);
  if (!element?.textContent) throw new Error(`the page holds no ${id}; save the page again with opscope`);
  return element.textContent;
}

/** The fonts that measured the drawing, by face. */
async function fontData(): Promise<[string, ArrayBuffer][]> {
  const found = FACES.filter((face) => document.getElementById(`font-${face}`));
  return Promise.all(found.map(async (face) => [face, (await inflate(fromBase64(embedded(`font-${face}`)))).buffer as ArrayBuffer]));
}

/** Make the fonts known by their names in the style; without one the page still works, with the system's. */
async function addFonts(fonts: [string, ArrayBuffer][], faces: Record<string, Face>): Promise<void> {
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

/** A graph that is known as written and as executed: what is not shown is not read. */
function startSides(written: Container, first: Side, root: HTMLElement): Promise<Api> {
  const load = async (side: Side) => (side === "written" ? written : dataOf("data-executed"));
  return new Pair({ root, load, build: buildPage, fail }, first).begin();
}

async function start(): Promise<void> {
  try {
    const [container, fonts] = await Promise.all([dataOf("data"), fontData().catch(() => [])]);
    await addFonts(fonts, styleOf(container.header).faces);
    const root = document.getElementById("app");
    if (!root) throw new Error("the page is cut off; save it again");
    root.replaceChildren();
    const counterpart = counterpartOf(container);
    window.opscope = counterpart ? await startSides(container, counterpart.first, root) : startPage(container, root);
    performance.mark("opscope:first-draw");
    document.documentElement.dataset.opscope = "ready";
  } catch (error) {
    fail(error);
  }
}

void start();
