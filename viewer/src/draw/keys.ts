// Keys of marks: an op's row is itself, a card is -2 minus its index, an item without an op lies far above both.

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

export function itemKey(card: number, index: number): number {
  return NO_OP + card * MOST_ITEMS + index;
}
