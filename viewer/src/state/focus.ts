// Which kinds of a legend the reader looks at: with any chosen, whatever is of none of them is pale. Each legend has its own: that of the families, of a category, of the overview.
/** By legend the kinds that are chosen, in the order in which they were. */
export type Focus = Readonly<Record<string, readonly string[]>>;

/** The legend of the drawing's op families, and that of the overview, whose boxes are kinds of layers. */
export const FAMILIES = "family";
export const OVERVIEW = "overview";

/** With exactly these kinds of a legend. */
export function focusOn(focus: Focus, legend: string, kinds: readonly string[]): Focus {
  const { [legend]: _, ...others } = focus;
  return kinds.length ? { ...others, [legend]: kinds } : others;
}

/** With one kind more, or without it where it was chosen. */
export function toggled(focus: Focus, legend: string, kind: string): Focus {
  const chosen = focus[legend] ?? [];
  return focusOn(focus, legend, chosen.includes(kind) ? chosen.filter((one) => one !== kind) : [...chosen, kind]);
}

/** What is chosen, as links have it: `family:matmul`. */
export function kindNames(focus: Focus): string[] {
  return Object.entries(focus).flatMap(([legend, kinds]) => kinds.map((kind) => `${legend}:${kind}`));
}

/** What such names say; what is no such name is left out. */
export function focusNamed(names: readonly string[]): Focus {
  let focus: Focus = {};
  for (const name of names) {
    const [, legend, kind] = /^([a-z]+):(.+)$/s.exec(name) ?? [];
    if (legend && kind && !focus[legend]?.includes(kind)) focus = toggled(focus, legend, kind);
  }
  return focus;
}
