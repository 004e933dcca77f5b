// Puts the page together: data, state, drawing and panels. Each is made here and given what it needs; none knows the whole.
import { apiOf, type Api } from "./api";
import type { Container } from "./data/container";
import { pageData, type OverviewData, type PageData } from "./data/page";
import { Composer } from "./draw/compose";
import { cardOf } from "./draw/keys";
import { copyText } from "./export/save";
import { Takings } from "./export/take";
import { Address } from "./state/address";
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
import { read, type View } from "./state/link";
import type { Page } from "./pair";
import { Views } from "./state/views";
import { Bodies } from "./ui/bodies";
import { Bottom } from "./ui/bottom";
import { Details } from "./ui/details";
import { DifferenceView } from "./ui/differenceview";
import { afterwards } from "./ui/dom";
import { Drawing } from "./ui/drawing";
import { FindingsView } from "./ui/findingsview";
import { Help } from "./ui/help";
import { Keys, type UndoKeys } from "./ui/keys";
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

/** Build the page in `root` and draw it; returns the way to drive it by program. */
export function startPage(container: Container, root: HTMLElement): Api {
  return buildPage(container, root, null, read(location.hash)).api;
}

/** Build a page, or with `crossing` one side of a page that has two, and draw `view`. */
export function buildPage(container: Container, root: HTMLElement, crossing: Crossing | null, view: View): Page {
  const data = pageData(container);
  const core = coreOf(data, crossing);
  const { session, drawing, commands, said } = core;
  const copy = async (text: string, what: string) => said.say((await copyText(text)) ? `${what} copied` : `the ${what} could not be copied`);
  const copyLink = () => void copy(address.link(), "link");
  const panels = panelsOf(data, core, { copy: (text, what) => void copy(text, what), copyLink });
  const difference = differenceOf(data, core, panels, root);
  const findings = findingsViewOf(data, core, panels, root);
  const views = new Views(session, {
    eye: drawing, commands, modes: core.looks.modes.map((mode) => mode.id), tabs: panels.bottom.ids(), colour: session.colour,
    search: (text) => void panels.search.run(text), list: difference ?? findings ?? undefined, side: crossing && !crossing.isFirst ? crossing.side : "",
  });
  const strip = sideStripOf(data, core, panels, crossing);
  const bar = crossing?.bar ?? new AddressBar(core.trail.history, { to: (step) => commands.travel(step), link: (text) => views.restore(read(text), false) });
  const address = new Address(views, session.colour, bar, { name: core.trail.side, isShown: () => !crossing || root.isConnected });
  core.trail.history.onStep((before) => address.step(before));
  const undo = undoOf(core);
  const saveLink = afterwards(() => address.save(), QUIET);
  drawing.onDraw(saveLink);
  session.on("tab", saveLink);
  session.on("overview", saveLink);
  core.changes?.on(saveLink);
  findings?.on(saveLink);
  root.append(...arrange(root, { data, ...core, ...panels, takings: takingsOf(data, core, panels), copyLink, undo, flip: crossing && (() => crossing.flip()), strip: difference?.strip.element ?? strip?.element ?? null }));
  listen(core, panels, root, { beside: difference ?? findings, crossing, undo });
  drawing.fit();
  views.restore(view, true);
  drawing.now();
  const draw = () => drawing.now();
  const search = (text: string) => panels.search.run(text).count;
  return {
    api: apiOf({ commands, views, search, draw }), root, session, commands, views, themes: core.themes, modes: core.looks.modes.map((mode) => mode.id),
    tabs: panels.bottom.ids(), counterpart: data.counterpart, strip, search, draw, saveLink,
  };
}

/** What was changed last is taken back or done again, and told. */
function undoOf({ session, commands, trail, looks, said }: Core): UndoKeys {
  const reader = readerOf(session, commands, looks.modes.map((mode) => mode.id));
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
  const looks = new Looks(session, modes, data.families, data.style);
  const wanted = data.start.colour ?? "time";
  if (looks.modes.some((mode) => mode.id === wanted)) session.colour = wanted;
  const remembered = new Remembered();
  const themes = new Themes(remembered.read().theme ?? data.start.theme ?? "auto", () => {
    looks.wear(themes.dark);
    session.emit("colour");
  }, (theme) => remembered.theme(theme));
  looks.wear(themes.dark);
  const drawing = new Drawing(session, looks, new Composer(cards, session.open, data.style));
  const said = new Said(session);
  const trail = crossing ?? freshTrail();
  return { session, looks, themes, drawing, said, changes: data.difference && new Changes(data.difference), commands: new Commands(session, drawing, (words) => said.say(words), trail), crossing, trail, remembered };
}

interface Panels {
  search: SearchBox;
  tree: Tree;
  details: Details;
  bottom: Bottom;
  tip: Tip;
  help: Help;
  overview: OverviewPane | null;
  zooming: Zooming;
}

/** The panels that others need to know of. */
function panelsOf(data: PageData, core: Core, copying: { copy(text: string, what: string): void; copyLink(): void }): Panels {
  const { facts, cards, words, style } = data;
  const { session, looks, commands, drawing } = core;
  const tip = new Tip(facts, cards, session.found);
  const overview = data.overview && overviewOf(data, data.overview, core, tip);
  return {
    search: new SearchBox(session, { units: style.units, words, counterpart: data.counterpart }, (kind, row) => (kind === "op" ? commands.goOp(row) : commands.goGroup(row)), (tell) => drawing.afterDraw(() => tell(drawing.topsOfSelection()))),
    tree: new Tree(session, looks, words, commands, (mode) => overview?.counts(mode) ?? ""),
    details: new Details(session, words, {
      ...copying,
      goOp: (row) => commands.goOp(row),
      goGroup: (group) => commands.goGroup(group),
      light: (ops, why) => commands.light(ops, why),
      trace: (along, steps) => commands.trace(along, steps),
      showCopy: (card, number) => commands.showCopy(card, number),
    }, core.changes, (selection) => overview?.counted(selection) ?? null, (card) => overview?.drawnCopy(card) ?? null, data.counterpart && core.crossing && { counterpart: data.counterpart, leads: core.crossing }),
    bottom: new Bottom(session, words, looks, { pick: (stands) => commands.pick(stands), showTab: (tab) => commands.showTab(tab), lookAt: (legend, kind) => commands.lookAt(legend, kind) }),
    tip, overview, zooming: new Zooming(session, drawing.viewport, overview),
    help: new Help(session.hasOverview, data.difference ? "changes" : data.findings ? "findings" : null, data.counterpart !== null),
  };
}

/** The overview, on which marks are selected, opened and told of as in the drawing. */
function overviewOf({ cards, style, words }: PageData, overview: OverviewData, { session, looks, commands, drawing }: Core, tip: Tip): OverviewPane {
  const open = { has: (card: number) => session.inPlace.has(card) || session.open.has(card) };
  const bodies = new Bodies(session, new Composer(cards, open, style), () => looks.now(), drawing.canvas.pen);
  const pane = new OverviewPane(overview, session, bodies, () => looks.theme.dark, words, (quantity) => looks.modes.find(({ id }) => id === quantity)?.title.toLowerCase() ?? "", {
    pick: (stands) => session.selectShown(stands),
    open: () => commands.openInPlace(),
    lookAt: (kind) => commands.lookAt(OVERVIEW, kind),
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

function takingsOf({ facts }: PageData, { session, drawing, looks }: Core, { bottom, overview }: Panels): Takings {
  const screen = () => {
    drawing.now();
    return { frame: drawing.frame, camera: drawing.camera, size: drawing.viewport.size, look: looks.now(), canvas: drawing.canvas.element, pen: drawing.canvas.pen };
  };
  return new Takings(facts.name, screen, () => bottom.csv(), () => (session.overview ? (overview?.svgText() ?? null) : null));
}

/** What the pointer and the keyboard do. */
function listen({ session, drawing, commands, looks }: Core, { search, tree, tip, help, overview, zooming }: Panels, root: HTMLElement, { beside, crossing, undo }: { beside: DifferenceView | FindingsView | null; crossing: Crossing | null; undo: UndoKeys }): void {
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
    session, commands, viewport, element, overview, zooming, isShown: () => root.isConnected, flip: crossing ? () => crossing.flip() : null, frame: () => drawing.frame, help: () => help.show(), undo,
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
