// The overview in a file is markup, the only one in it: whether that is a drawing and nothing else.
const SHAPES = new Set(["svg", "g", "defs", "use", "symbol", "clipPath", "marker", "rect", "path", "circle", "ellipse", "line", "polyline", "polygon", "text", "tspan", "title", "desc"]);
const SVG = "http://www.w3.org/2000/svg";

/** What an SVG holds that no drawing of opscope's has, in words; empty: nothing. It is looked at in a document of its own, in which nothing runs or loads. */
export function strangeIn(svg: string): string {
  const { documentElement } = new DOMParser().parseFromString(svg, "image/svg+xml");
  for (const element of [documentElement, ...documentElement.querySelectorAll("*")]) {
    if (element.namespaceURI !== SVG || !SHAPES.has(element.localName)) return `<${element.localName}>`;
    for (const { localName, value } of element.attributes) {
      if (/^on/i.test(localName) || localName === "style" || localName === "src" || (localName === "href" && !value.startsWith("#")) || /url\s*\(/i.test(value)) return `the attribute ${localName}`;
    }
  }
  return "";
}
