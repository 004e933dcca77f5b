// Makes of the page's script one function of the window that it draws in. A page calls it with its own window; a frame for another graph, on the
// page or in an <opscope-view>, is drawn by the same function, called by the script outside: so the frame needs no script of its own, and
// its policy, or that of the page around it, may forbid all of them.
import type { Plugin } from "vite";

/** What the script takes from the window, by how: things as they are, and functions that must be called on it. */
const THINGS = [
  "document", "location", "history", "performance", "navigator", "CSSStyleSheet", "DOMParser", "DOMRect", "Event", "FontFace", "MutationObserver", "ResizeObserver", "XMLSerializer",
];
const FUNCTIONS = ["cancelAnimationFrame", "clearTimeout", "getComputedStyle", "matchMedia", "requestAnimationFrame", "setTimeout"];
/** What a window has and changes, so that it must be asked for by `window.`; or what a frame must not take from the page around it. */
const ASKED = ["innerWidth", "innerHeight", "devicePixelRatio", "scrollX", "scrollY", "addEventListener", "localStorage", "sessionStorage"];

/** The page's script as an expression: a function of a window, and of what it is given where that is a frame. */
const BEGIN = `(function opscopePage(window,given){const {${THINGS.join(",")}}=window,${FUNCTIONS.map((name) => `${name}=window.${name}.bind(window)`).join(",")};`;
const END = "})";
const CALL = "(window);";

export function inWindow(): Plugin {
  return {
    name: "in-window",
    generateBundle(_, bundle) {
      for (const part of Object.values(bundle)) {
        if (part.type !== "chunk") continue;
        const bare = ASKED.filter((name) => new RegExp(String.raw`(?<![\w$.])${name}(?![\w$:])`).test(part.code.replace(/`[^`]*`|"[^"\n]*"|'[^'\n]*'/g, "``")));
        if (bare.length) throw new Error(`ask for ${bare.map((name) => `window.${name}`).join(", ")}: the script may draw in another window than the one that runs it`);
        part.code = `${BEGIN}${part.code.trim()}${END}${CALL}\n`;
      }
    },
  };
}

/** Of the built script the function alone. */
export function pageFunction(script: string): string {
  const text = script.trim();
  if (!text.startsWith(BEGIN) || !text.endsWith(END + CALL)) throw new Error("the page's script is not what vite.config.ts builds; run 'npm run build'");
  return text.slice(0, -CALL.length);
}
