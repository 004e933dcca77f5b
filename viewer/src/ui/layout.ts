// Where everything stands on the page, and the handles between.
import type { PageData } from "../data/page";
import type { Takings } from "../export/take";
import type { Commands } from "../state/commands";
import type { Remembered } from "../state/preferences";
import type { Session } from "../state/session";
import { bar } from "./bar";
import type { Bottom } from "./bottom";
import { Breadcrumb } from "./breadcrumb";
import { otherDrawn } from "./copysaid";
import type { Drawing } from "./drawing";
import type { Help } from "./help";
import type { NoteKeys, UndoKeys } from "./keys";
import { Legend } from "./legend";
import type { Looks } from "./look";
import { Note } from "./note";
import type { OverviewPane } from "./overview";
import { closeButton, giveRoom } from "./panels";
import { splitter } from "./splitter";
import { stage } from "./stage";
import type { Themes } from "./themes";
import type { Zooming } from "./zooming";

interface Shown {
  element: HTMLElement;
}

export interface LayoutParts {
  data: PageData;
  session: Session;
  looks: Looks;
  themes: Themes;
  remembered: Remembered;
  drawing: Drawing;
  commands: Commands;
  takings: Takings;
  search: Shown;
  tree: Shown;
  details: Shown;
  bottom: Bottom;
  tip: Shown;
  said: Shown;
  help: Help;
  overview: OverviewPane | null;
  zooming: Zooming;
  /** Null: the page has no address. */
  copyLink: (() => void) | null;
  /** Take back what was changed last, and do it again. */
  undo: UndoKeys;
  notes: NoteKeys;
  writing: Shown;
  /** What stands above the drawing of two graphs, or of a graph that has two sides. */
  strip: HTMLElement | null;
  /** To the other side of a graph that is known as written and as executed; null: there is one. */
  flip: (() => void) | null;
}

/** The elements of the page from its top to its bottom. */
export function arrange(root: HTMLElement, parts: LayoutParts): HTMLElement[] {
  const { session, looks, commands, drawing, themes, remembered, tree, details, bottom, said, help, overview, zooming } = parts;
  giveRoom(root, session);
  const breadcrumb = new Breadcrumb(session, (card) => commands.goCard(card), () => commands.goTop(), (card) => otherDrawn(session.cards, card, (stack) => overview?.drawnCopy(stack) ?? null), () => session.selection !== null && details.element.checkVisibility());
  const middle = stage({
    data: parts.data, session, drawing, commands, overview, zooming, breadcrumb: breadcrumb.element, legend: new Legend(session, looks, (name, kind) => commands.lookAt(name, kind), overview?.kinds ?? null).element,
    strip: parts.strip, over: [new Note(session).element, parts.tip.element],
  });
  const top = bar({
    data: parts.data, session, commands, zooming, takings: parts.takings, modes: looks.modes, search: parts.search.element, root,
    tree: tree.element, details: details.element, themes, undo: parts.undo, notes: parts.notes, help: () => help.show(), copyLink: parts.copyLink, flip: parts.flip,
  });
  tree.element.append(drawing.minimap.dock, splitter(root, { name: "tree", label: "Width of the layers", least: 120, most: 0.5, element: tree.element }, remembered));
  middle.append(splitter(root, { name: "details", label: "Width of the details", least: 200, most: 0.5, element: details.element }, remembered));
  bottom.element.append(splitter(root, { name: "bottom", label: "Height of the tables", least: 80, most: 0.55, element: bottom.body }, remembered));
  return [top, tree.element, closeButton(root, "tree"), middle, details.element, closeButton(root, "details"), bottom.element, said.element, help.element, parts.writing.element];
}
