// Builds <opscope-view> into the folder of its npm package: one script, which holds the page's own script, style sheet and fonts. Build the page first.
import { readFileSync } from "node:fs";
import { deflateSync } from "node:zlib";
import { defineConfig, type Plugin } from "vite";
import { pageFunction } from "./inwindow.ts";

const PYTHON = new URL("../src/opscope/render/", import.meta.url);
/** The style that Python writes into every page; tests/page/test_style.py keeps it up to date. */
const STYLE = new URL("../tests/page/golden/style.json", import.meta.url);
const FONTS = { regular: "Inter-Regular", bold: "Inter-SemiBold", mono: "JetBrainsMono-Regular" };

function builtPage(): Plugin {
  const read = (name: string) => readFileSync(new URL(`page/bundle/${name}`, PYTHON), "utf8");
  const packed = (file: string) => deflateSync(readFileSync(new URL(`font/${file}.ttf`, PYTHON)), { level: 9 }).toString("base64");
  return {
    name: "built-page",
    resolveId: (id) => (id === "opscope:page" ? `\0${id}` : null),
    load: (id) =>
      id === "\0opscope:page"
        ? `export const page = ${pageFunction(read("page.js"))};
export const style = ${JSON.stringify(read("page.css"))};
export const words = ${readFileSync(STYLE, "utf8").trim()};
export const fonts = ${JSON.stringify(Object.fromEntries(Object.entries(FONTS).map(([face, file]) => [face, packed(file)])))};`
        : null,
  };
}

export default defineConfig({
  plugins: [builtPage()],
  build: {
    target: "es2020",
    outDir: "element",
    emptyOutDir: false,
    modulePreload: false,
    lib: { entry: "src/element.ts", name: "opscopeView", formats: ["iife"], fileName: () => "opscope-view.js" },
    rolldownOptions: { output: { comments: false } },
  },
});
