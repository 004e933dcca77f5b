// Keys of marks: an op's row is itself, a card is -2 minus its index, an item without an op lies far above both. Between the ops and these are
// the numbers of what the copy that is shown lacks, of which the drawn copy has an op.

export function cardKey(card: number): number {
  return -2 - card;
}

/** The card that a mark shows; -1 for other marks. */
export function cardOf(markKey: number): number {
  return markKey <= -2 ? -2 - markKey : -1;
}

const NO_OP = 2 ** 40;
/** More than any card has items, so that keys of items of different cards differ. */
const MOST_ITEMS = 4096;

/** Whether a mark shows that the copy has no op there; `ops`: how many the graph has. */
export function isAbsent(markKey: number, ops: number): boolean {
  return markKey >= ops && markKey < NO_OP;
}

export function itemKey(card: number, index: number): number {
  return NO_OP + card * MOST_ITEMS + index;
}
