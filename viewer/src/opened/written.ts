// What Python has written into the elements of the overview, and what is written there instead while marks are open.
import type { Point } from "../draw/frame";

const SVG = "http://www.w3.org/2000/svg";

export function made<K extends keyof SVGElementTagNameMap>(tag: K, name: string): SVGElementTagNameMap[K] {
  const element = document.createElementNS(SVG, tag);
  element.setAttribute("class", name);
  return element;
}

/** What Python has written in an attribute that is another now. */
const FIRST = new WeakMap<Element, Map<string, string>>();

export function first(element: Element, name: string): string {
  const known = FIRST.get(element) ?? new Map<string, string>();
  FIRST.set(element, known);
  const text = known.get(name) ?? element.getAttribute(name) ?? "";
  known.set(name, text);
  return text;
}

/** The size that Python has given to a rectangle. */
export function sizeOf(element: Element): [w: number, h: number] {
  return [Number(first(element, "width")), Number(first(element, "height"))];
}

export function placeOf(element: Element): Point {
  const own = element.tagName === "g" ? (element.querySelector("text, rect:not(.band)") ?? element) : element;
  if (own.tagName === "path") {
    const [x, y] = (own.getAttribute("d")?.match(/-?[\d.]+/g) ?? []).map(Number);
    return { x, y };
  }
  // The base line of a text lies below its middle, the top of a bar above it.
  return { x: Number(own.getAttribute("x")), y: Number(own.getAttribute("y")) + (own.tagName === "text" ? -4 : 5) };
}

export function local({ x, y }: Point, origin: Point): Point {
  return { x: x - origin.x, y: y - origin.y };
}

export function translate(element: Element, dx: number, dy: number): void {
  if (dx || dy) element.setAttribute("transform", `translate(${tidy(dx)} ${tidy(dy)})`);
  else element.removeAttribute("transform");
}

export function show(element: Element, shown: boolean): void {
  if (shown) element.removeAttribute("display");
  else element.setAttribute("display", "none");
}

export function set(element: Element, numbers: Record<string, number>): void {
  for (const [name, value] of Object.entries(numbers)) element.setAttribute(name, tidy(value));
}

export function tidy(value: number): string {
  return String(Math.round(value * 10) / 10);
}
