// The words at the border of a card that is open in the overview, where several wires enter or leave: which of those outside is which inside.
import type { Borders, FarEnd, Sides } from "../data/borders";
import type { PortName, PortNames } from "../draw/compose";

/** So many are named at one port; of more, how many there are. */
const MOST = 2;

/**
 * @param wordsFor what the overview calls the far end of a wire, or the mark that it lies in; empty where the drawing's own name says it.
 * @param widthOf the width of a text beside a wire.
 */
export function portNames(borders: Borders, card: number, wordsFor: (far: Pick<FarEnd, "op" | "card">) => string, widthOf: (text: string) => number): PortNames {
  // As little as tells them apart: the card there, the mark in it that is drawn, and what gives or takes the tensor in that.
  const outer = ({ op, card: there, title }: FarEnd) => wordsFor(there < 0 ? { op, card: -1 } : { op: -1, card: there }) || title;
  const inner = (far: FarEnd) => wordsFor(far) || outer(far);
  const exact = (far: FarEnd) => (far.opTitle && far.opTitle !== inner(far) ? `${inner(far)}, ${far.opTitle}` : inner(far));
  const named = (sides: Sides, before: string): Map<number, PortName> => {
    if (sides.size < 2) return new Map();
    const levels = [outer, inner, exact].map((nameOf) => [...sides.values()].map((all) => together(all.map(nameOf))));
    const texts = levels[0].map((_, place) => (levels.find((names) => names.indexOf(names[place]) === names.lastIndexOf(names[place])) ?? levels[2])[place]);
    return new Map([...sides.keys()].flatMap((port, place): [number, PortName][] => {
      const text = `${before} ${texts[place]}`;
      return texts[place] ? [[port, { text, width: widthOf(text) }]] : [];
    }));
  };
  return { entering: named(borders.entering(card), "from"), leaving: named(borders.leaving(card), "to") };
}

function together(names: string[]): string {
  const each = [...new Set(names)].filter(Boolean);
  return each.length > MOST ? `${each[0]} and ${each.length - 1} more` : each.join(" and ");
}
