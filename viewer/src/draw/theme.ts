// Colours of the drawing in one theme: what the pictures have, from the page's header, and what only a window needs.
import { STATUSES, type Status } from "../data/difference";
import type { Serious } from "../data/findings";
import type { Paint, Style } from "../data/style";

export type { Paint } from "../data/style";

export interface WireStyle {
  stroke: string;
  width: number;
  dash: number[];
}

/** How what differs between two graphs is marked: the veil over it, its border, and the ground of its badge. */
export interface DiffStyle extends WireStyle {
  veil: string;
  veiled: number;
  badge: string;
}

/** The colour of each kind of text. */
export interface Inks {
  name: string;
  flow: string;
  kind: string;
  detail: string;
  source: string;
  op: string;
  port: string;
  turn: string;
  side: string;
  type: string;
  hot: string;
  note: string;
}

/** Colours that only the page needs: its ground, the rings around what is selected or found, and marks without a figure. */
interface WindowColours {
  paper: string;
  accent: string;
  hit: string;
  none: string;
  /** Of the sign of a note. */
  note: string;
}

export interface Theme extends WindowColours {
  dark: boolean;
  ink: Inks;
  /** Text colours for light and for dark fills; the same in both themes. */
  onLight: string;
  onDark: string;
  card: Paint;
  loop: Paint;
  body: Paint;
  behind: Paint;
  chip: Paint;
  /** The lines between chips and marks. */
  dock: string;
  end: Paint;
  state: Paint;
  loopDash: number[];
  cardWidth: number;
  wires: Record<string, WireStyle>;
  differs: Record<Status, DiffStyle>;
  /** The ground of the badge of what was found. */
  found: Record<Serious, string>;
  /** The text of a badge. */
  badgeInk: string;
  families: Record<string, Paint>;
  /** Colours for values that are no amounts (dtypes, devices, files): the most frequent value has the first, and rare ones share `other`. */
  categories: Paint[];
  other: Paint;
  heat: string[];
}

const WINDOW: { light: WindowColours; dark: WindowColours } = {
  light: { paper: "#fafbfc", accent: "#2f6fde", hit: "#b3138f", none: "#eef1f4", note: "#7a5600" },
  dark: { paper: "#0f1318", accent: "#6aa5ff", hit: "#ff8ad8", none: "#20262e", note: "#ffd166" },
};

export function themeOf(style: Style, dark: boolean): Theme {
  const { classes, families, categories, heat } = dark ? style.dark : style.light;
  const said = (name: string, property: keyof (typeof classes)[string]): string => {
    const value = classes[name]?.[property];
    if (value === undefined) throw new Error(`the page's data has no ${property} of "${name}"; save the page again with opscope`);
    return value;
  };
  const paint = (name: string): Paint => ({ fill: said(name, "fill"), stroke: said(name, "stroke") });
  const ink = (name: string): string => said(name, "fill");
  const wire = (name: string): WireStyle => ({
    stroke: said(name, "stroke"), width: Number(said(name, "stroke-width")), dash: dashOf(classes[name]["stroke-dasharray"]),
  });
  const differs = (status: Status): DiffStyle => {
    const { fill, "fill-opacity": veiled } = classes[`d-${status}`];
    return { ...wire(`d-${status}`), veil: fill ?? "none", veiled: fill === "none" ? 0 : Number(veiled ?? 1), badge: said(`b-${status}`, "fill") };
  };
  return {
    dark,
    ...(dark ? WINDOW.dark : WINDOW.light),
    ink: {
      name: ink("name"), flow: ink("flow"), kind: ink("kind"), detail: ink("detail"), source: ink("source"), op: ink("op"),
      port: ink("port"), turn: ink("turn"), side: ink("side"), type: ink("type"), hot: ink("hot"), note: ink("note"),
    },
    onLight: style.light.classes.op.fill ?? "",
    onDark: style.light.classes.paper.fill ?? "",
    card: paint("card"), loop: paint("loop"), body: paint("body"), behind: paint("behind"), chip: paint("chip"), dock: said("dock", "stroke"),
    end: paint("end"), state: paint("state"),
    loopDash: dashOf(classes.loop["stroke-dasharray"]),
    cardWidth: Number(said("card", "stroke-width")),
    wires: Object.fromEntries(Object.entries(style.wires).map(([kind, name]) => [kind, wire(name)])),
    differs: Object.fromEntries(STATUSES.map((status) => [status, differs(status)])) as Record<Status, DiffStyle>,
    found: { error: said("found-error", "fill"), warning: said("found-warning", "fill") },
    badgeInk: ink("badge"),
    families, categories, other: families.variable, heat,
  };
}

function dashOf(text: string | undefined): number[] {
  return text ? text.split(" ").map(Number) : [];
}

function channels(hex: string): [number, number, number] {
  const value = parseInt(hex.slice(1), 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}

/** The colour `part` of the way from `a` to `b`, both as `#rrggbb`. */
export function mix(a: string, b: string, part: number): string {
  const from = channels(a);
  const to = channels(b);
  const mixed = from.map((value, index) => Math.round(value + (to[index] - value) * part));
  return `#${mixed.map((value) => value.toString(16).padStart(2, "0")).join("")}`;
}

/** The colour of a level from 0 to 1: one of the scale's few steps, so that a colour can be found in the legend. */
export function heat(level: number, { heat: steps }: Theme): string {
  return steps[Math.min(steps.length - 1, Math.max(0, Math.floor(level * steps.length)))];
}

/** The text colour that reads better on `fill`. */
export function inkOn(fill: string, { onLight, onDark }: Theme): string {
  return contrast(fill, onLight) >= contrast(fill, onDark) ? onLight : onDark;
}

/** A title keeps its own colour where that can be read on `fill`. */
export function contrastInk(fill: string, own: string, theme: Theme): string {
  return contrast(own, fill) >= 4.5 ? own : inkOn(fill, theme);
}

/** WCAG's contrast ratio of two colours, 1 to 21. */
export function contrast(a: string, b: string): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(hex: string): number {
  const [r, g, b] = channels(hex).map((value) => {
    const part = value / 255;
    return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
