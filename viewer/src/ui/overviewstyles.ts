// What an overview wears: the colours of the theme, which Python writes, and the page's own marks on it.
import SHEET from "./overview.css?inline";

export class OverviewStyles {
  private readonly light = new CSSStyleSheet();
  private readonly dark = new CSSStyleSheet();
  private readonly own = new CSSStyleSheet();

  constructor(light: string, dark: string) {
    this.light.replaceSync(light);
    this.dark.replaceSync(dark);
    this.own.replaceSync(SHEET);
  }

  wear(root: ShadowRoot, isDark: boolean): void {
    const { light, dark, own } = this;
    root.adoptedStyleSheets = isDark ? [light, dark, own] : [light, own];
  }

  /** An overview as a file, in a theme; without the page's own marks. */
  file(svg: SVGSVGElement, isDark: boolean): string {
    const copy = svg.cloneNode(true) as SVGSVGElement;
    for (const own of ["class", "style"]) copy.removeAttribute(own); // of its place in the window
    const style = document.createElementNS("http://www.w3.org/2000/svg", "style");
    style.textContent = [this.light, ...(isDark ? [this.dark] : [])].flatMap((sheet) => [...sheet.cssRules].map((rule) => rule.cssText)).join("");
    copy.prepend(style);
    return new XMLSerializer().serializeToString(copy);
  }
}
