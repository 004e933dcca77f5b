// Colours of the drawing, light and dark. Families bring their own pair; the dark one is derived from it.

export interface Paint {
  fill: string;
  stroke: string;
}

export interface Theme {
  dark: boolean;
  paper: string;
  card: string;
  cardInner: string;
  cardStroke: string;
  stackFill: string;
  loop: string;
  loopStroke: string;
  loopText: string;
  text: string;
  soft: string;
  link: string;
  wire: string;
  wireNext: string;
  accent: string;
  hit: string;
  heatText: string;
  none: string;
}

export const LIGHT: Theme = {
  dark: false,
  paper: "#fafbfc",
  card: "#fbfcfe",
  cardInner: "#ffffff",
  cardStroke: "#c3cad4",
  stackFill: "#f4f6f9",
  loop: "#fffafa",
  loopStroke: "#d9a3a3",
  loopText: "#b03434",
  text: "#1f2328",
  soft: "#57606a",
  link: "#0a5cad",
  wire: "#8c959f",
  wireNext: "#d07a7a",
  accent: "#2f6fde",
  hit: "#b58900",
  heatText: "#7a3b12",
  none: "#eef1f4",
};

export const DARK: Theme = {
  dark: true,
  paper: "#0f1318",
  card: "#171c23",
  cardInner: "#1b2129",
  cardStroke: "#3d4754",
  stackFill: "#141920",
  loop: "#221a1d",
  loopStroke: "#7d4f54",
  loopText: "#ff9d9d",
  text: "#e8ecf1",
  soft: "#a3adb9",
  link: "#78b3ff",
  wire: "#77828f",
  wireNext: "#c07a80",
  accent: "#6aa5ff",
  hit: "#ffd166",
  heatText: "#ffbf8f",
  none: "#20262e",
};

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

/** A family's colours on a dark ground: the stroke's hue, quiet as a fill and bright as a stroke. */
export function onDark(paint: Paint): Paint {
  return { fill: mix(paint.stroke, DARK.cardInner, 0.62), stroke: mix(paint.stroke, "#ffffff", 0.38) };
}

/** Five steps, perceptually even in lightness, from little to much. */
export const HEAT = ["#fde8c8", "#f9c78a", "#f09a4e", "#d9662b", "#a83a16"];
const HEAT_DARK = ["#4a3524", "#7a4a26", "#b0642c", "#e08a3c", "#ffc069"];

/** The colour of a level from 0 to 1. */
export function heat(level: number, dark: boolean): string {
  const scale = dark ? HEAT_DARK : HEAT;
  const place = Math.min(1, Math.max(0, level)) * (scale.length - 1);
  const step = Math.min(scale.length - 2, Math.floor(place));
  return mix(scale[step], scale[step + 1], place - step);
}

/** Black or white, whichever reads better on `fill`. */
export function inkOn(fill: string): string {
  return contrast(fill, "#1f2328") >= contrast(fill, "#ffffff") ? "#1f2328" : "#ffffff";
}

/** The ink of a title on a fill: the theme's own wherever that can be read. */
export function contrastInk(fill: string, theme: Theme): string {
  return contrast(theme.text, fill) >= 4.5 ? theme.text : theme.dark ? "#14181d" : "#ffffff";
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

/** Distinct colours for values that are no amounts (dtypes, devices, files), by rank; readable with a colour deficiency. */
export const CATEGORIES: Paint[] = [
  { fill: "#dbe7ff", stroke: "#2f5fb3" },
  { fill: "#fdf0d5", stroke: "#9a6a00" },
  { fill: "#e3f4e6", stroke: "#2f7d43" },
  { fill: "#fbe3ef", stroke: "#a33a72" },
  { fill: "#eeeaf7", stroke: "#6a4fa3" },
  { fill: "#d9f2f5", stroke: "#12727f" },
  { fill: "#f3e6dc", stroke: "#7a4a21" },
  { fill: "#ffe6e6", stroke: "#b03434" },
  { fill: "#eef3d6", stroke: "#5c6b10" },
];
export const OTHER: Paint = { fill: "#f3f4f6", stroke: "#5b6470" };
