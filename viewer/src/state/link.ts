// The view as text behind `#`, and back: what is open beyond the start, where the camera is, what is selected and searched.
import type { Side } from "../data/counterpart";
import type { Camera } from "../draw/camera";

export interface View {
  /** Paths of cards opened (`+`) and closed (`-`) against how the page starts; `=3.7` shows copy 7 of stack 3; `@` of cards open in the overview. */
  open: string[];
  camera: Camera | null;
  select: string;
  query: string;
  /** What is chosen in the legends: the legend, a colon, the kind. */
  kinds: string[];
  colour: string;
  tab: string;
  /** Of a page of two graphs the change that the reader is at: `3`, or `3.2` below it; of a graph that was checked the finding. */
  change: string;
  /** A link that says nothing is to what the page shows first: the overview, where there is one. */
  shown: "overview" | "drawing";
  /** Of a page with two sides the one that is shown, where it is not the one that is shown first. */
  side: Side | "";
  /** The reader's notes and bookmarks, packed (`notelink.ts`); empty: nothing is said of them. */
  notes: string;
}

export const EMPTY: View = { open: [], camera: null, select: "", query: "", kinds: [], colour: "", tab: "", change: "", shown: "overview", side: "", notes: "" };

/** Beyond this many changes a link says only what is selected: browsers and mail programs cut long addresses. */
const MOST = 400;

/** `start` is the colour mode that the page has at first: a link need not say it. */
export function write(view: View, start: string): string {
  const parts: string[] = [];
  if (view.open.length && view.open.length <= MOST) parts.push(`o=${view.open.map(escape).join("|")}`);
  if (view.camera) parts.push(`v=${[view.camera.x, view.camera.y].map(Math.round).join(",")},${Number(view.camera.scale.toPrecision(4))}`);
  if (view.select) parts.push(`s=${escape(view.select)}`);
  if (view.query) parts.push(`q=${escape(view.query)}`);
  if (view.kinds.length) parts.push(`k=${view.kinds.map(escape).join("|")}`);
  if (view.colour && view.colour !== start) parts.push(`c=${escape(view.colour)}`);
  if (view.tab) parts.push(`t=${escape(view.tab)}`);
  if (view.change) parts.push(`d=${escape(view.change)}`);
  if (view.side) parts.push(`x=${view.side}`);
  if (view.notes) parts.push(`n=${view.notes}`);
  if (view.shown === "overview" && parts.length) parts.push("p=overview");
  return parts.join("&");
}

/** Reads what `write` wrote; what it does not know it leaves out. */
export function read(text: string): View {
  const parts = text.replace(/^#/, "").split("&");
  const view: View = { ...EMPTY, open: [], kinds: [], shown: parts.includes("p=overview") || parts.join("") === "" ? "overview" : "drawing" };
  for (const part of parts) {
    const value = part.slice(2);
    try {
      if (part.startsWith("o=")) view.open = value.split("|").filter(Boolean).map(decodeURIComponent);
      if (part.startsWith("v=")) view.camera = cameraOf(value);
      if (part.startsWith("s=")) view.select = decodeURIComponent(value);
      if (part.startsWith("q=")) view.query = decodeURIComponent(value);
      if (part.startsWith("k=")) view.kinds = value.split("|").filter(Boolean).map(decodeURIComponent);
      if (part.startsWith("c=")) view.colour = decodeURIComponent(value);
      if (part.startsWith("t=")) view.tab = decodeURIComponent(value);
      if (part.startsWith("n=")) view.notes = value;
      if (part.startsWith("d=")) view.change = decodeURIComponent(value);
      if (part === "x=written" || part === "x=executed") view.side = value as Side;
    } catch {
      continue; // a cut or mangled part of a link; the rest of it still counts
    }
  }
  return view;
}

function cameraOf(text: string): Camera | null {
  const [x, y, scale] = text.split(",").map(Number);
  return [x, y, scale].every(Number.isFinite) && scale > 0 ? { x, y, scale } : null;
}

function escape(text: string): string {
  return encodeURIComponent(text).replace(/%2F/g, "/").replace(/%3A/g, ":");
}
