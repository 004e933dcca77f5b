// Bundles the example with React, as a site would, so that tests can open it.
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

export default defineConfig({
  define: { "process.env.NODE_ENV": JSON.stringify("production") },
  resolve: { alias: { "opscope-view": fileURLToPath(new URL("./element/opscope-view.js", import.meta.url)) } },
  build: {
    target: "es2022",
    outDir: "element/examples",
    emptyOutDir: false,
    lib: { entry: "element/examples/react.tsx", formats: ["es"], fileName: () => "react.js" },
    rolldownOptions: { output: { comments: false } },
  },
});
