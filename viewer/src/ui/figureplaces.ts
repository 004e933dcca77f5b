// Where the lines of a strip of figures stand: each beside its own row, or nowhere. A figure beside another row is taken for that row's.

/** A line of figures, in pixels of what scrolls. */
export interface Beside {
  /** The height of its row. */
  middle: number;
  /** From its upper edge to the middle of its number: words may stand above that. */
  above: number;
  high: number;
  /** Whether words in it name its row: of rows beside each other one may stand below the other. */
  named: boolean;
}

/** By so much a number may stand off its row without seeming to be another's. */
export const SLIP = 4;

/** The upper edge of each line; null: there is no room for it beside its row. Lines are given from the top down. */
export function placesOf(lines: readonly Beside[]): (number | null)[] {
  const places: (number | null)[] = lines.map(() => null);
  const own = ({ middle, above }: Beside) => middle - above;
  // A number without a name has no other place than its row's, so it comes before those with one.
  let low = -Infinity;
  lines.forEach((line, index) => {
    if (line.named) return;
    const at = Math.max(low, own(line));
    if (at > own(line) + SLIP) return;
    places[index] = at;
    low = at + line.high;
  });
  // So far down each of these may be pushed, with those below it.
  let latest = Infinity;
  const ends = places.map(() => Infinity);
  for (let index = lines.length - 1; index >= 0; index--) {
    ends[index] = latest;
    if (places[index] !== null) latest = Math.min(own(lines[index]) + SLIP, latest - lines[index].high);
  }
  low = -Infinity;
  lines.forEach((line, index) => {
    const at = Math.max(low, places[index] ?? own(line));
    if (places[index] === null && (!line.named || at + line.high > ends[index])) return;
    places[index] = at;
    low = at + line.high;
  });
  return places;
}
