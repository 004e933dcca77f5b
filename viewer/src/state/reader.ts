// The page that is shown as undo sees it: how a part of what the reader can change is now, and that part as it was.
import type { Commands } from "./commands";
import type { Notebook } from "./notebook";
import type { Session } from "./session";
import type { Changeable, Part, Reader } from "./undo";

type Ways = { [P in Part]: { now(): Changeable[P]; set(state: Changeable[P]): void } };

export function readerOf(session: Session, commands: Commands, modes: readonly string[], notebook: Notebook): Reader {
  const ways: Ways = {
    view: { now: () => commands.now(), set: (moment) => commands.visit(moment) },
    colour: { now: () => session.colour, set: (colour) => modes.includes(colour) && session.setColour(colour) },
    focus: { now: () => session.focus, set: (focus) => session.setFocus(focus) },
    notes: { now: () => notebook.written, set: (written) => notebook.set(written) },
  };
  return { now: (part) => ways[part].now(), set: (part, state) => ways[part].set(state) };
}
