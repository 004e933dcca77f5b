// What an overview wears: the colours of the theme, which Python writes, and the page's own marks on it.
const SHEET = `
  .sheet { position: relative; margin: auto; flex: none; overflow: clip; user-select: none; -webkit-user-select: none; }
  .sheet > svg { position: absolute; }
  .alone > g > :is(text, g[data-op], g[data-unit], .band), .alone > g > g:has(> svg) > :is(text, g[data-op], g[data-unit], .band) { visibility: hidden; }
  .words { position: sticky; left: 0; flex: none; box-sizing: border-box; padding: 6px 24px; color: var(--soft); font: 11px/1.4 var(--sans); overflow-wrap: anywhere; }
  .words p { margin: 0 0 4px; }
  .said-title { font-size: 16px; }
  .said-subtitle { font-size: 13px; margin-left: 4px; }
  .said-told { font-size: 11.5px; }
  .entries { display: flex; flex-wrap: wrap; gap: 2px 14px; }
  .entry { display: inline-flex; align-items: center; gap: 5px; }
  .pale { opacity: .3; }
  .unchosen, .choice.pale { opacity: .6; }
  .choice { cursor: pointer; }
  :is(text, rect).choice:hover, button.choice:hover { text-decoration: underline; }
  button.choice { display: inline-flex; align-items: center; gap: 5px; padding: 0 3px; border: 0; border-radius: 4px; background: none; font: inherit; text-align: left; }
  .choice[aria-pressed="true"] { text-decoration: underline; }
  .choice:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
  .sign { flex: none; box-sizing: border-box; width: 12px; height: 12px; border-radius: 3px; }
  .band { pointer-events: none; }
  .paper { fill: none; }
  .ringed > .own { stroke: var(--accent); }
  [data-op], [data-unit], .called { cursor: pointer; }
  .holding { fill: none; stroke: var(--soft); stroke-width: 1.2; }
  .tie { fill: none; stroke: var(--soft); stroke-width: 3; }
  .opened { cursor: default; }
  .kept { position: absolute; inset: 0; overflow: hidden; pointer-events: none; }
  .kept > div { --ground: var(--stage); position: absolute; left: 0; top: 0; box-sizing: border-box; padding: 0 14px 0 22px; white-space: pre; overflow: hidden; text-overflow: ellipsis; background: linear-gradient(to left, transparent, var(--ground) 14px); }
  .cut-words { position: absolute; left: 0; top: 0; width: 0; height: 0; pointer-events: none; }
  .cut-words > div { position: absolute; left: 0; top: 0; white-space: pre; overflow: hidden; text-overflow: ellipsis; }
  .counted { display: flex; gap: 0.5em; }
  .counted > :not(:nth-child(2)) { min-width: 0; overflow: hidden; text-overflow: ellipsis; }
  .counted > :nth-child(2) { flex: none; }
  .counted > :nth-child(3) { flex-shrink: 99; }
  .kept > div[hidden] { display: none; }
  .note-sign { position: absolute; width: 11px; height: 11px; border: 1px solid var(--paper); border-radius: 2px 2px 5px 2px; background: var(--mark); pointer-events: none; }
  .ring { position: absolute; box-sizing: border-box; border: 2.5px solid var(--accent); border-radius: 7px; pointer-events: none; }
`;

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
