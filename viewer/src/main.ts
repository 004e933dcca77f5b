// Starts the page: reads the data embedded in it, draws, and says plainly what is wrong when it cannot.
import "./style.css";
import { apiOf, type Api } from "./api";
import { App } from "./app";
import { fromBase64, inflate, parse } from "./data/container";

declare global {
  interface Window {
    opscope?: Api;
  }
}

const FONTS: [string, string, string][] = [
  ["font-regular", "Inter", "400"],
  ["font-bold", "Inter", "600"],
  ["font-mono", "JetBrains Mono", "400"],
];

function embedded(id: string): string {
  const element = document.getElementById(id);
  if (!element?.textContent) throw new Error(`the page holds no ${id}; make the page anew`);
  return element.textContent;
}

/** The fonts that measured the drawing; without one the page still works, with the system's. */
async function loadFonts(): Promise<void> {
  const loading = FONTS.filter(([id]) => document.getElementById(id)).map(async ([id, family, weight]) => {
    const face = new FontFace(family, (await inflate(fromBase64(embedded(id)))).buffer as ArrayBuffer, { weight });
    document.fonts.add(await face.load());
  });
  await Promise.allSettled(loading);
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
    const [bytes] = await Promise.all([inflate(fromBase64(embedded("data"))), loadFonts()]);
    const root = document.getElementById("app");
    if (!root) throw new Error("the page is cut off; make it anew");
    root.replaceChildren();
    const app = new App(parse(bytes), root);
    window.opscope = apiOf(app);
    performance.mark("opscope:first-draw");
    document.documentElement.dataset.opscope = "ready";
  } catch (error) {
    fail(error);
  }
}

void start();
