// Builds one classic script and one style sheet into the Python package; render/html.py inlines both.
import { defineConfig } from "vite";
import { inWindow } from "./inwindow.ts";

export default defineConfig({
  plugins: [inWindow()],
  build: {
    target: "es2022", // browsers that know :has, which the page asks for, know these too
    cssTarget: ["chrome105", "firefox121", "safari16.4"],
    outDir: "../src/opscope/render/page/bundle",
    emptyOutDir: true,
    modulePreload: false,
    lib: { entry: "src/main.ts", name: "opscopePage", formats: ["iife"], fileName: () => "page.js", cssFileName: "page" },
    rolldownOptions: { output: { comments: false } },
  },
});
