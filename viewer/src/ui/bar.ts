// The bar at the top: the graph's name, the search, the colour modes, and the menus.
import type { PageData } from "../data/page";
import type { Takings } from "../export/take";
import type { Commands } from "../state/commands";
import type { Mode } from "../state/colours";
import type { Session } from "../state/session";
import { h } from "./dom";
import { withControl, type NoteKeys, type UndoKeys } from "./keys";
import { panelButton } from "./panels";
import type { Themes } from "./themes";
import { menu, modeButtons } from "./toolbar";
import type { Zooming } from "./zooming";

export interface BarParts {
  data: PageData;
  session: Session;
  commands: Commands;
  zooming: Zooming;
  takings: Takings;
  modes: Mode[];
  search: HTMLElement;
  /** The panels that its first and last buttons show and hide, and the element that says whether they are shown. */
  root: HTMLElement;
  tree: HTMLElement;
  details: HTMLElement;
  themes: Themes;
  undo: UndoKeys;
  notes: NoteKeys;
  help(): void;
  /** Null: the page has no address. */
  copyLink: (() => void) | null;
  /** To the other side of a graph that is known as written and as executed; null: there is one. */
  flip: (() => void) | null;
}

export function bar(parts: BarParts): HTMLElement {
  const { data, root } = parts;
  const name = data.facts.name || "graph";
  const title = h("div", { class: "title", title: [name, data.about, ...data.notes].filter(Boolean).join("\n") }, h("h1", {}, name), about(data.about));
  return h("header", { class: "bar" }, panelButton(root, parts.session, "tree", parts.tree), title, parts.search, modeButtons(parts.session, parts.modes, (mode) => parts.commands.setColour(mode)),
    viewMenu(parts), saveMenu(parts), panelButton(root, parts.session, "details", parts.details));
}

/** A line on the whole graph, as many of its parts as there is room for: a number that is cut is another number. */
function about(line: string): HTMLElement {
  return h("span", { class: "about soft" }, ...line.split(" · ").map((part, index) => h("span", { class: "fact" }, `${index ? " · " : ""}${part}`)));
}

function viewMenu({ session, commands, zooming, themes, undo, notes, help, flip }: BarParts): HTMLElement {
  const overview = { text: "Overview or drawing", keys: "V", act: () => commands.flipOverview() };
  return menu("View", "What is shown, themes, notes, undo", [
    ...(session.hasOverview ? [overview] : []),
    ...(flip ? [{ text: "As written or as executed", keys: "X", act: flip }] : []),
    { text: "Reset the view", tip: "What is open as at the start", keys: "1", act: () => commands.asAtStart() },
    { text: "Show everything", keys: "0", act: () => zooming.all() },
    { text: "Open all inside the selection", keys: "Shift Enter", act: () => commands.openBelow() },
    { text: "Close all", act: () => commands.closeAll() },
    { text: "Note on the selection", keys: "M", off: () => (session.selection ? "" : "Select an op or a layer first"), act: () => notes.write() },
    { text: "Bookmark this place", keys: "B", act: () => notes.bookmark() },
    { text: "Back", keys: "[", act: () => commands.back() },
    { text: "Forward", keys: "]", act: () => commands.forward() },
    { text: "Undo", tip: "Take back what was changed last", keys: withControl("Z"), act: undo.undo },
    { text: "Redo", tip: "Do again what was taken back last", keys: withControl("Shift Z"), act: undo.redo },
    { text: "Light or dark theme", act: () => themes.flip() },
    { text: "Theme of the system", tip: "Light or dark as the system is, also when that changes", off: () => (themes.choice === "auto" ? "It is this now" : ""), act: () => themes.want("auto") },
    { text: "Keys and search", keys: "?", act: help },
  ]);
}

function saveMenu({ session, takings, copyLink }: BarParts): HTMLElement {
  return menu("Save", "Pictures, tables, links and copies of this page", [
    { text: "SVG of this view", act: () => takings.svg() },
    { text: "PNG of this view", act: () => takings.png(), off: () => (session.overview ? "Of the overview this page writes an SVG; graph.save(\"model.png\") writes a PNG." : "") },
    { text: "CSV of the table", act: () => takings.csv() },
    { text: "Copy of this page with notes", tip: "Download this page with notes and bookmarks in it", off: () => takings.whyNoCopy(), act: () => takings.copy() },
    ...(copyLink ? [{ text: "Copy link to this view", act: copyLink }] : []),
  ]);
}
