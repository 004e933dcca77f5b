// The top bar: the graph's name, search, colour modes, and menus for opening and saving.
import type { Mode } from "../state/colours";
import type { Session } from "../state/session";
import { button, h } from "./dom";

export interface MenuEntry {
  text: string;
  /** A class of its own, for entries that only some windows show. */
  cls?: string | undefined;
  keys?: string;
  /** What it does, where its words alone do not say it. */
  tip?: string;
  /** Why it cannot be chosen now; empty where it can. */
  off?: (() => string) | undefined;
  act: () => void;
}

/** A button that opens a list of actions; arrow keys walk it, Escape and a click elsewhere close it. */
export function menu(title: string, tip: string, entries: MenuEntry[]): HTMLElement {
  const list = h("div", { class: "menu-list", role: "menu", hidden: true, "aria-label": title });
  const opener = button(`${title} ▾`, () => show(list.hidden === true), { class: "menu-button", "aria-haspopup": "menu", "aria-expanded": "false", title: tip });
  const root = h("div", { class: "menu" }, opener, list);
  const looks: (() => void)[] = [];
  const inView = () => ([...list.children] as HTMLElement[]).filter((entry) => entry.offsetParent !== null && !(entry as HTMLButtonElement).disabled);
  const show = (shown: boolean) => {
    list.hidden = !shown;
    opener.setAttribute("aria-expanded", String(shown));
    if (!shown) return;
    for (const look of looks) look();
    inView()[0]?.focus();
  };
  for (const { text, keys, cls, act, off, tip = text } of entries) {
    const told = keys ? `${tip} (${keys})` : tip;
    const entry = h("button", { type: "button", role: "menuitem", tabindex: -1, class: cls, title: told }, text, keys ? h("kbd", {}, keys) : null);
    entry.addEventListener("click", () => {
      show(false);
      opener.focus();
      act();
    });
    list.append(entry);
    if (off) looks.push(() => {
      const why = off();
      entry.title = why || told;
      entry.disabled = why !== "";
    });
  }
  root.addEventListener("keydown", (event) => {
    const items = inView();
    const at = items.indexOf(document.activeElement as HTMLElement);
    if (event.key === "Escape" && !list.hidden) {
      show(false);
      opener.focus();
    } else if (event.key === "ArrowDown") (items[(at + 1) % items.length] ?? opener).focus();
    else if (event.key === "ArrowUp") items[(at - 1 + items.length) % items.length]?.focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  root.addEventListener("focusout", (event) => {
    if (!root.contains(event.relatedTarget as Node | null)) show(false);
  });
  return root;
}

/** What the buttons do, beside the drawing and beside the overview. */
const MEANING = "What this graph has figures for";
const FIGURES = "The figures beside the overview, and of the layers; its boxes have the colours of their kinds";

const SHOWN = new Set(["family", "time", "memory", "flops", "parameters"]);

function tipOf({ kind, title }: Mode): string {
  return kind === "family" ? "Colour by kinds of ops" : `Colour by ${title.toLowerCase()}`;
}

/** The colour modes: the usual ones as a radio group of buttons, all in a narrow window behind a menu that says which is chosen. */
export function modeButtons(session: Session, modes: Mode[], choose: (mode: string) => void): HTMLElement {
  const usual = modes.filter((mode) => SHOWN.has(mode.id));
  const rest = modes.filter((mode) => !SHOWN.has(mode.id));
  const group = h("div", { class: "radios", role: "radiogroup", "aria-label": "Colour by", title: MEANING });
  const buttons = usual.map((mode) => button(mode.title, () => choose(mode.id), { role: "radio", class: "mode", title: tipOf(mode) }));
  const label = h("span", { class: "modes-label" }); // the boxes of an overview have the colours of their kinds whatever is chosen
  group.append(label, ...buttons);
  group.addEventListener("keydown", (event) => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
    if (!step || at < 0) return;
    const next = (at + step + usual.length) % usual.length;
    choose(usual[next].id);
    buttons[next].focus();
    event.preventDefault();
    event.stopPropagation();
  });
  const more = menu("More", "What colours and figures show", modes.map((mode) => ({
    text: mode.title, tip: tipOf(mode), cls: usual.includes(mode) ? "usual" : undefined, act: () => choose(mode.id),
    off: mode.kind === "category" ? () => (session.overview ? "The overview has colours of its own; V shows the drawing." : "") : undefined,
  })));
  const opener = more.querySelector("button");
  const refresh = () => {
    const chosen = rest.find((mode) => mode.id === session.colour);
    buttons.forEach((one, index) => {
      const own = usual[index].id === session.colour;
      one.setAttribute("aria-checked", String(own));
      one.tabIndex = own || (chosen && index === 0) ? 0 : -1;
    });
    more.classList.toggle("chosen", chosen !== undefined);
    const { title: now = "", kind = "" } = modes.find((mode) => mode.id === session.colour) ?? {};
    const figures = session.overview && kind === "amount";
    label.textContent = figures ? "Figures" : "Colour";
    group.title = figures ? FIGURES : MEANING;
    opener?.replaceChildren(h("span", { class: "wide" }, chosen?.title ?? "More"), h("span", { class: "narrow" }, `${label.textContent}: ${now}`), " ▾");
  };
  session.on("colour", refresh);
  session.on("overview", refresh);
  refresh();
  more.classList.toggle("all-usual", rest.length === 0);
  return h("div", { class: "modes" }, group, more);
}
