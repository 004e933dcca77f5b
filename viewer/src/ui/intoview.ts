// How far a window has to move along one axis so that something is in view.

/** A part of an axis. */
export interface Span {
  from: number;
  to: number;
}

/** So much in view is most of it. */
const MOST = 0.6;

/** The least move that shows all of it; of what is longer than the window, its beginning. */
export function toShow({ from, to }: Span, room: Span): number {
  if (from < room.from) return from - room.from;
  return to > room.to ? Math.min(to - room.to, from - room.from) : 0;
}

/**
 * The move for something that has just opened: none while most of it is in view, or all of it where it is to be `whole`. Of what is longer than the
 * window its beginning is shown, as far as `main`, which matters most in it, is in view then.
 */
export function toShowOpened(own: Span, room: Span, whole: boolean, main: Span): number {
  const [length, most] = [own.to - own.from, room.to - room.from];
  const seen = (Math.min(own.to, room.to) - Math.max(own.from, room.from)) / Math.min(length, most);
  if (length <= most) return seen >= (whole ? 0.999 : MOST) ? 0 : toShow(own, room);
  const mainSeen = main.from >= room.from && main.to <= room.to;
  if (seen >= MOST && mainSeen) return 0;
  return Math.min(own.to - room.to, Math.max(own.from - room.from, main.to - room.to));
}
