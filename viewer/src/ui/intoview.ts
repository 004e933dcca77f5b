// How far a window has to move along one axis so that something is in view.

/** A part of an axis. */
export interface Span {
  from: number;
  to: number;
}

/** Ground between an edge and what begins there. */
const BESIDE = 12;
/** So much in view is most of it. */
const MOST = 0.6;
/** In a narrow window, which has little room, what has opened is to fill it. */
const NEARLY = 0.9;

/**
 * The part of something longer than `length` to be shown: that in which most of what lies in it is whole, or fills it, each counted by its `size`; of parts
 * with as much the first. Its beginning alone may be nearly empty.
 */
export function fullest(own: Span, length: number, parts: readonly (Span & { size: number })[]): Span {
  const last = Math.max(own.from, own.to - length);
  const seen = (begin: number) => parts.reduce((sum, part) => sum + part.size * shown(part, { from: begin, to: begin + length }), 0);
  const begins = parts.map(({ from }) => Math.max(own.from, Math.min(last, from - BESIDE))).sort((a, b) => a - b);
  const from = begins.reduce((best, begin) => (seen(begin) > seen(best) ? begin : best), own.from);
  return { from, to: from + length };
}

/** How much of something counts as shown in a room: all or nothing, but of what is longer than the room so much as is in it. */
function shown({ from, to }: Span, room: Span): number {
  if (to - from <= room.to - room.from) return from >= room.from && to <= room.to ? 1 : 0;
  return Math.max(0, Math.min(to, room.to) - Math.max(from, room.from)) / (to - from);
}

/** The least move that keeps it in view in a room of another size: none where it fills that. */
export function toKeep(own: Span, room: Span): number {
  return own.from <= room.from && own.to >= room.to ? 0 : toShow(own, room);
}

/** The least move that shows all of it; of what is longer than the window, its beginning. */
export function toShow({ from, to }: Span, room: Span): number {
  if (from < room.from) return from - room.from;
  return to > room.to ? Math.min(to - room.to, from - room.from) : 0;
}

/**
 * The move for something that has just opened: none while most of it is in view, or all of it where it is to be `whole`, or nearly fills the window. Of what is longer than the
 * window its beginning is shown, as far as `main`, which matters most in it, is in view then.
 */
export function toShowOpened(own: Span, room: Span, whole: boolean, main: Span): number {
  const [length, most] = [own.to - own.from, room.to - room.from];
  const seen = (Math.min(own.to, room.to) - Math.max(own.from, room.from)) / Math.min(length, most);
  if (length <= most) return seen >= (whole ? 0.999 : MOST) ? 0 : toShow(own, room);
  const mainSeen = main.from >= room.from && main.to <= room.to;
  if (seen >= (whole ? NEARLY : MOST) && mainSeen) return 0;
  return Math.min(own.to - room.to, Math.max(own.from - room.from, main.to - room.to));
}
