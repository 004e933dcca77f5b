// A copy of this page's own file, with the reader's notes in it.
import { h } from "../ui/dom";

/** The element that holds the notes of a saved copy. */
const NOTES = "notes";

/** The record in this page's file; null: it has none, or it cannot be read. */
export function notesInFile(): unknown {
  try {
    return JSON.parse(document.getElementById(NOTES)?.textContent ?? "null");
  } catch {
    return null;
  }
}

/** The page as the file was written, with this record; null: the document is not a page of its own. What was drawn since, and what a browser added, is not in it. */
export function copyOfPage(record: string): string | null {
  const script = [...document.querySelectorAll<HTMLScriptElement>("body > script:not([id])")].pop();
  const blocks = [...document.querySelectorAll<HTMLScriptElement>("body > script[id]")].filter(({ id }) => id !== NOTES);
  if (!script?.textContent || !blocks.some(({ id }) => id === "data")) return null;
  const head = [...document.head.querySelectorAll(":scope > meta, :scope > title, :scope > style")].map(({ outerHTML }) => outerHTML);
  const waiting = h("div", { id: "app" }, h("p", { class: "waiting" }, "Reading the graph…"));
  const none = document.querySelector("body > noscript")?.outerHTML ?? "";
  return [
    '<!DOCTYPE html>\n<html lang="en" data-opscope="loading">\n<head>', ...head, "</head>\n<body>", waiting.outerHTML, none, ...blocks.map(({ outerHTML }) => outerHTML),
    `<script type="application/json" id="${NOTES}">${record}</script>`, script.outerHTML, "</body>\n</html>\n",
  ].join("\n");
}
