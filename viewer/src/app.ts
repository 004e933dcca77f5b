// Puts the page together: data, state, drawing and panels. Each is made here and given what it needs; none knows the whole.
import { apiOf } from "./api";
import type { Container } from "./data/container";
import { plural } from "./data/words";
import { pageData, type OverviewData, type PageData } from "./data/page";
import { Borders } from "./data/borders";
import { Composer } from "./draw/compose";
import { widthOf } from "./draw/text";
import { portNames } from "./ui/portnames";
import { cardOf } from "./draw/keys";
import { copyOfPage, notesInFile } from "./export/copy";
import { copyText } from "./export/save";
import { Takings } from "./export/take";
import { Address, hasAddress } from "./state/address";
import { Changes } from "./state/changes";
import { modesOf } from "./state/colours";
import { AddressBar } from "./state/addressbar";
import { Commands, freshTrail, type Trail } from "./state/commands";
import { Differing } from "./state/differing";
import { FindingRows } from "./state/findinglist";
import { OVERVIEW } from "./state/focus";
import { Found } from "./state/found";
import { Remembered } from "./state/preferences";
import { readerOf } from "./state/reader";
import { Session } from "./state/session";
import type { Crossing } from "./state/crossing";
import { EMPTY, read, write, type View } from "./state/link";
import { graphMark, selectionNamed } from "./state/naming";
import type { Notebook } from "./state/notebook";
import { NotedMarks } from "./state/notedmarks";
import type { Page } from "./pair";
import { Views } from "./state/views";
import { NoteDesk, isPlaceIn } from "./ui/notedesk";
import { NotesView } from "./ui/notesview";
import { Writing } from "./ui/writing";
import { Bodies } from "./ui/bodies";
import { Bottom } from "./ui/bottom";
import { Details } from "./ui/details";
import { DifferenceView } from "./ui/differenceview";
import { afterwards } from "./ui/dom";
import { Drawing } from "./ui/drawing";
import { FindingsView } from "./ui/findingsview";
import { Help } from "./ui/help";
import { Keys, type NoteKeys, type UndoKeys } from "./ui/keys";
import { arrange } from "./ui/layout";
import { Looks } from "./ui/look";
import { OverviewPane } from "./ui/overview";
import { showPanel } from "./ui/panels";
import { Pointer } from "./ui/pointer";
import { Said } from "./ui/said";
import { SearchBox } from "./ui/searchbox";
import { Themes } from "./ui/themes";
import { SideStrip } from "./ui/sidestrip";
import { Tip } from "./ui/tip";
import { Tree } from "./ui/tree";
import { Zooming } from "./ui/zooming";

/** Browsers slow down a page that changes its address at every frame: it waits until so many milliseconds were quiet. */
const QUIET = 200;

/** Build a page, or with `crossing` one side of a page that has two, and draw `view`. */
export function buildPage(container: Container, root: HTMLElement, crossing: Crossing | null, view: View): Page {
  const data = pageData(container);
  const core = coreOf(data, crossing);
  const { session, drawing, commands, said } = core;
  const copy = async (text: string, what: string) => said.say((await copyText(text)) ? `${what} copied` : `the ${what} could not be copied`);
  const copyLink = hasAddress() ? () => void copy(address.link(), notebook.notInLink ? `link, without ${plural(notebook.notInLink, "note")} that it has no room for,` : "link") : null;
  const panels = panelsOf(data, core, { copy: (text, what) => void copy(text, what), copyLink, saveCopy: () => takings.copy(), place: () => write({ ...views.now(), notes: "" }, ""), show: (view) => commands.goBy(() => views.restore(view, false)) });
  const difference = differenceOf(data, core, panels, root);
  const findings = findingsViewOf(data, core, panels, root);
  const views = new Views(session, {
    eye: drawing, commands, modes: core.looks.modes.map((mode) => mode.id), tabs: () => panels.bottom.ids(), colour: session.colour, notes: () => notebook.inLink,
    search: (text) => void panels.search.run(text), list: difference ?? findings ?? undefined, side: crossing && !crossing.isFirst ? crossing.side : "",
  });
  const strip = sideStripOf(data, core, panels, crossing);
  const bar = crossing?.bar ?? new AddressBar(core.trail.history, { to: (step) => commands.travel(step), link: (text, given) => follow(views, core.trail.notebook, read(text), given) });
  const address = new Address(views, session.colour, bar, { name: core.trail.side, isShown: () => root.isConnected });
  const { notebook } = core.trail;
  core.trail.history.onStep((before) => address.step(before));
  const takings = takingsOf(data, core, panels);
  const undo = undoOf(core);
  const start = session.colour;
  const saveLink = afterwards(() => address.save(), QUIET);
  drawing.onDraw(saveLink);
  notebook.on(saveLink);
  session.on("focus", saveLink);
  session.on("tab", saveLink);
  session.on("overview", saveLink);
  core.changes?.on(saveLink);
  findings?.on(saveLink);
  root.append(...arrange(root, { data, ...core, ...panels, takings, copyLink, undo, notes: notesOf(panels), writing: panels.writing, flip: crossing && (() => crossing.flip()), strip: difference?.strip.element ?? strip?.element ?? null }));
  listen(core, panels, root, { beside: difference ?? findings, crossing, undo, notes: notesOf(panels) });
  drawing.fit();
  if (!crossing) notebook.read(view.notes);
  joinNotes(core, panels);
  views.restore(view, true);
  drawing.now();
  const draw = () => drawing.now();
  const search = (text: string) => panels.search.run(text).count;
  return {
    api: apiOf({ commands, views, search, draw }), root, session, drawing, commands, views, themes: core.themes, modes: core.looks.modes.map((mode) => mode.id), start,
    tabs: panels.bottom.ids(), counterpart: data.counterpart, strip, search, draw, saveLink,
  };
}

/** To what a link says. What the reader has put into the address brings its notes. */
function follow(views: Views, notebook: Notebook, view: View, given: boolean): void {
  if (given) notebook.read(view.notes, "the notes of the link");
  views.restore(view, false);
}

function notesOf({ desk }: Panels): NoteKeys {
  return { write: () => desk.writeOnSelection(), bookmark: () => desk.bookmark() };
}

/** The notes that a link or a file brought are compared with the graph; what is told of them is shown. */
function joinNotes({ session, trail, said }: Core, { details }: Panels): void {
  const { notebook, side } = trail;
  notebook.join({ side, mark: graphMark(session.facts), has: (on) => selectionNamed(session, on) !== null, hasPlace: (bookmark) => isPlaceIn(session, side, bookmark) });
  notebook.on(() => details.tellNote());
  if (!notebook.told.length) return;
  session.setTab("notes");
  said.say(notebook.told.join(" "));
}

/** What was changed last is taken back or done again, and told. */
function undoOf({ session, commands, trail, looks, said }: Core): UndoKeys {
  const reader = readerOf(session, commands, looks.modes.map((mode) => mode.id), trail.notebook);
  return { undo: () => said.say(trail.undo.undo(reader)), redo: () => said.say(trail.undo.redo(reader)) };
}

/** The switch between the sides, and what became of the ops; null: the page has one side. */
function sideStripOf({ counterpart }: PageData, { session }: Core, { search }: Panels, crossing: Crossing | null): SideStrip | null {
  if (!counterpart || !crossing) return null;
  return new SideStrip(counterpart, session, {
    flip: () => crossing.flip(),
    list: (kind) => {
      search.run(`executed:${kind}`);
      search.input.focus();
    },
  });
}

interface Core {
  session: Session;
  looks: Looks;
  themes: Themes;
  drawing: Drawing;
  commands: Commands;
  said: Said;
  trail: Trail;
  noted: NotedMarks;
  remembered: Remembered;
  /** Of a page of two graphs the list of what differs. */
  changes: Changes | null;
  /** Of a page with two sides the way to the other. */
  crossing: Crossing | null;
}

/** The state, the drawing that follows it, and what can be done to it. */
function coreOf(data: PageData, crossing: Crossing | null): Core {
  const { facts, cards } = data;
  const differing = data.difference && new Differing(data.difference, facts, cards);
  const session = new Session(facts, cards, data.overview !== null, differing, data.findings && new Found(data.findings, facts, cards));
  session.onCards((_, below) => below && differing?.forget());
  // Sums over two graphs are of neither.
  const modes = modesOf(facts, data.words).filter(({ kind }) => !differing || kind !== "amount");
  const trail = crossing ?? freshTrail(notesInFile());
  const noted = new NotedMarks(session, trail.notebook, trail.side);
  const looks = new Looks(session, modes, data.families, data.style, noted);
  const wanted = data.start.colour ?? "time";
  if (looks.modes.some((mode) => mode.id === wanted)) session.colour = wanted;
  const remembered = new Remembered();
  const themes = new Themes(remembered.read().theme ?? data.start.theme ?? "auto", () => {
    looks.wear(themes.dark);
    session.emit("colour");
  }, (theme) => remembered.theme(theme));
  looks.wear(themes.dark);
  trail.notebook.on(() => session.emit("notes"));
  const drawing = new Drawing(session, looks, new Composer(cards, session.open, data.style));
  const said = new Said(session);
  return { session, looks, themes, drawing, said, changes: data.difference && new Changes(data.difference), commands: new Commands(session, drawing, (words) => said.say(words), trail), crossing, trail, remembered, noted };
}

interface Panels {
  search: SearchBox;
  tree: Tree;
  details: Details;
  bottom: Bottom;
  tip: Tip;
  desk: NoteDesk;
  writing: Writing;
  help: Help;
  overview: OverviewPane | null;
  zooming: Zooming;
}

/** What is taken away from the page, and the places that bookmarks lead to. */
interface Copying {
  copy(text: string, what: string): void;
  /** Null: the page has no address. */
  copyLink: (() => void) | null;
  /** The place that is shown, as a link's text. */
  place(): string;
  /** Save a copy of the page with notes. */
  saveCopy(): void;
  /** To a place of this side. */
  show(view: View): void;
}

/** The desk for notes: places of the other side are shown there. */
function deskOf({ session, trail, crossing, commands, said }: Core, { place, show }: Copying, writing: Writing): NoteDesk {
  const isOwn = ({ side }: View) => !crossing || (side ? side === crossing.side : crossing.isFirst);
  return new NoteDesk(session, trail.notebook, trail.side, writing, {
    now: place, say: (words) => said.say(words),
    show: (text) => {
      const view = read(text);
      if (isOwn(view)) show(view);
      else crossing?.crossTo(view);
    },
    select: ({ op, group, card }) => (op >= 0 ? commands.goOp(op) : group >= 0 ? commands.goGroup(group) : commands.goCard(card)),
    cross: (on) => crossing?.crossTo({ ...EMPTY, select: on, shown: "drawing" }),
  });
}

/** The panels that others need to know of. */
function panelsOf(data: PageData, core: Core, copying: Copying): Panels {
  const { facts, cards, words, style } = data;
  const { session, looks, commands, drawing } = core;
  const tip = new Tip(facts, cards, session.found);
  const overview = data.overview && overviewOf(data, data.overview, core, tip);
  const writing = new Writing();
  const desk = deskOf(core, copying, writing);
  const note = (kind: "op" | "group", row: number) => desk.noteOn(`${kind}:${kind === "op" ? facts.nodes.name(row) : facts.groups.path(row)}`);
  return {
    search: new SearchBox(session, { units: style.units, words, counterpart: data.counterpart }, (kind, row) => (kind === "op" ? commands.goOp(row) : commands.goGroup(row)), (tell) => drawing.afterDraw(() => tell(drawing.topsOfSelection())), note),
    tree: new Tree(session, looks, words, commands, (mode) => overview?.counts(mode) ?? ""),
    details: new Details(session, words, {
      ...copying, note: () => desk.onSelection(), writeNote: () => desk.writeOnSelection(),
      goOp: (row) => commands.goOp(row),
      goGroup: (group) => commands.goGroup(group),
      light: (ops, why) => commands.light(ops, why),
      trace: (along, steps) => commands.trace(along, steps),
      showCopy: (card, number) => commands.showCopy(card, number),
    }, core.changes, (selection) => overview?.counted(selection) ?? null, (card) => overview?.drawnCopy(card) ?? null, data.counterpart && core.crossing && { counterpart: data.counterpart, leads: core.crossing }),
    bottom: new Bottom(session, words, looks, new NotesView(desk, { copyLink: copying.copyLink, saveCopy: () => copying.saveCopy() }), { pick: (stands) => commands.pick(stands), showTab: (tab) => commands.showTab(tab), lookAt: (legend, kind) => commands.lookAt(legend, kind) }),
    tip, desk, writing, overview, zooming: new Zooming(session, drawing.viewport, overview),
    help: new Help(session.hasOverview, data.difference ? "changes" : data.findings ? "findings" : null, data.counterpart !== null),
  };
}

/** The overview, on which marks are selected, opened and told of as in the drawing. */
function overviewOf({ cards, facts, style, words }: PageData, overview: OverviewData, { session, looks, commands, drawing, noted }: Core, tip: Tip): OverviewPane {
  const open = { has: (card: number) => session.inPlace.has(card) || session.open.has(card) };
  const borders = new Borders(cards, facts.nodes, facts.groups);
  const { pen } = drawing.canvas;
  const wide = (text: string) => widthOf(pen, looks.now().drafting.fonts.small.css, text);
  const names = (card: number) => portNames(borders, card, (far) => pane.wordsFor(far, card), wide);
  const bodies = new Bodies(session, new Composer(cards, open, style, names), () => looks.now(), pen);
  const pane: OverviewPane = new OverviewPane(overview, session, bodies, () => looks.theme.dark, words, (quantity) => looks.modes.find(({ id }) => id === quantity)?.title.toLowerCase() ?? "", {
    pick: (stands) => session.selectShown(stands),
    open: () => commands.openInPlace(),
    lookAt: (kind) => commands.lookAt(OVERVIEW, kind), noted: () => noted.selections(),
    hover: (stands, at) => tip.tell(stands && (stands.op >= 0 ? tip.op(stands.op) : tip.card(stands.group, stands.card)), at, drawing.viewport.size),
  });
  commands.hasPlace = (card) => pane.hasPlace(card);
  drawing.onDraw(() => pane.draw());
  return pane;
}

/** What a page of two graphs has beside; null: it is of one. */
function differenceOf({ facts }: PageData, { session, session: { differing }, changes, commands, said }: Core, { details, tree }: Panels, root: HTMLElement): DifferenceView | null {
  if (!differing || !changes) return null;
  return new DifferenceView({ root, session, facts, differing, changes, commands, details, tree: tree.element, say: (words) => said.say(words) });
}

/** What the page of a graph that was checked has beside; null: it was not. */
function findingsViewOf({ findings }: PageData, { session, commands, said }: Core, { tree }: Panels, root: HTMLElement): FindingsView | null {
  return findings && new FindingsView(new FindingRows(findings), { root, session, commands, tree: tree.element, say: (words) => said.say(words) });
}

function takingsOf({ facts }: PageData, { session, drawing, looks, trail }: Core, { bottom, overview }: Panels): Takings {
  const screen = () => {
    drawing.now();
    return { frame: drawing.frame, camera: drawing.camera, size: drawing.viewport.size, look: looks.now(), canvas: drawing.canvas.element, pen: drawing.canvas.pen };
  };
  return new Takings(facts.name, screen, () => bottom.csv(), () => (session.overview ? (overview?.svgText() ?? null) : null), () => copyOfPage(trail.notebook.forFile));
}

/** What the pointer and the keyboard do. */
function listen({ session, drawing, commands, looks }: Core, { search, tree, tip, help, overview, zooming }: Panels, root: HTMLElement, { beside, crossing, undo, notes }: { beside: DifferenceView | FindingsView | null; crossing: Crossing | null; undo: UndoKeys; notes: NoteKeys }): void {
  const { viewport, canvas: { element } } = drawing;
  new Pointer(element, viewport, () => drawing.frame, {
    click: (mark, event) => {
      if (mark) session.selectMark(mark.key);
      else session.select(null);
      if (mark?.form === "card" && event.altKey) commands.openBelow();
    },
    open: (mark) => commands.toggle(cardOf(mark.key)),
    hover: (mark, at) => {
      element.classList.toggle("over-mark", mark !== null);
      tip.show(mark, at, viewport.size, drawing.camera.scale);
    },
  });
  new Keys({
    session, commands, viewport, element, overview, zooming, isShown: () => root.isConnected, flip: crossing ? () => crossing.flip() : null, frame: () => drawing.frame, help: () => help.show(), undo, notes,
    legends: () => [session.overview ? OVERVIEW : "", looks.kinds.legend],
    beside: beside ? { step: (by) => beside.step(by), list: () => beside.showList() } : undefined,
    tree: () => {
      beside?.showLayers();
      showPanel(root, session, "tree");
      tree.element.querySelector<HTMLElement>("[role=tree]")?.focus();
    },
    search: { focus: () => search.input.focus(), clear: () => void search.run("") },
  });
}
