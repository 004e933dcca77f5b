// Makes elements. Text goes in as text, never as markup, so a name is just a name.

type Child = Node | string | null | undefined | false;
type Attributes = Record<string, string | number | boolean | null | undefined>;

/** An element with attributes (`class`, `role`, `aria-...`; null and false leave one out) and children. */
export function h<K extends keyof HTMLElementTagNameMap>(tag: K, attributes: Attributes = {}, ...children: Child[]): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : String(value));
  }
  for (const child of children) if (child) element.append(child);
  return element;
}

/** A button with a click handler; `label` is spoken where the text is a sign. */
export function button(text: string, act: () => void, attributes: Attributes = {}): HTMLButtonElement {
  const element = h("button", { type: "button", ...attributes }, text);
  element.addEventListener("click", act);
  return element;
}

export function replace(element: Element, ...children: Child[]): void {
  element.replaceChildren(...children.filter((child): child is Node | string => Boolean(child)));
}

/** Keeps on an element that scrolls sideways the classes that say on which side something is out of sight. */
export function tellCut(element: HTMLElement): void {
  const tell = () => {
    element.classList.toggle("cut-left", element.scrollLeft > 1);
    element.classList.toggle("cut-right", element.scrollLeft + element.clientWidth < element.scrollWidth - 1);
  };
  element.addEventListener("scroll", tell);
  new ResizeObserver(tell).observe(element);
}

/** Runs `act` at most once a frame, however often it is asked for. */
export function eachFrame(act: () => void): () => void {
  let asked = false;
  return () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      act();
    });
  };
}

/** Runs `act` once things have been quiet for `quiet` milliseconds. */
export function afterwards(act: () => void, quiet: number): () => void {
  let waiting = 0;
  return () => {
    clearTimeout(waiting);
    waiting = window.setTimeout(act, quiet);
  };
}

export function reducedMotion(): boolean {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}
