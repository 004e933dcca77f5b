// Starts the page: reads the data embedded in it, draws, and says plainly what is wrong when it cannot.
import "./style.css";
import type { Api } from "./api";
import { startPage } from "./app";
import { fromBase64, inflate, parse } from "./data/container";
import { styleOf, type Face } from "./data/style";

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

async function start(): Promise<void> {
  try {
    const [bytes, fonts] = await Promise.all([inflate(fromBase64(embedded("data"))), fontData().catch(() => [])]);
    const container = parse(bytes);
    await addFonts(fonts, styleOf(container.header).faces);
    const root = document.getElementById("app");
    if (!root) throw new Error("the page is cut off; save it again");
    root.replaceChildren();
    window.opscope = startPage(container, root);
    performance.mark("opscope:first-draw");
    document.documentElement.dataset.opscope = "ready";
  } catch (error) {
    fail(error);
  }
}

void start();
