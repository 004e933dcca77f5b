// Paints the texts of marks and wires. A text that would be too small to read is left out, one that is too long is cut.
import type { Line, Mark, Rect } from "./frame";
import { DIM, isDim, nameInk, SLACK, type Look, type Tint } from "./look";
import { behind } from "../place/card";
import { heatBar } from "./parts";
import type { Surface } from "./surface";
import { fontOf, isFigure, shorten, widthOf, type Font } from "./text";
import { contrastInk, mix } from "./theme";

/** A text whose letters are smaller than this on screen, in pixels, is left out. */
const READABLE = 4.4;
/** A card's title that would be smaller than this is written at a fixed size instead, ... */
const SMALL_TITLE = 6.2;
/** ... of an open card, of a closed one. */
const FAR_OPEN = 10.5;
const FAR_CLOSED = 11.5;
/** The room of the sign of more at an edge of the window, in pixels, and with a gap beside it. */
const EDGE = 22;
const SIGN = EDGE + 4;
/** The name, the class, and how often it is there, at the beginning of a card's first line. */
const NAMES = 3;

export class TextPainter {
  /** How many texts were painted. */
  count = 0;
  /** The colour behind a text that wires may cross; empty for none. */
  private halo = "";

  constructor(private readonly context: Surface) {}

  /** The texts of the marks of a frame; `view`: what of it is in view, `end`: where the card around it ends. */
  marks(marks: Mark[], view: Rect, scale: number, look: Look, end: number): void {
    const readable = scale * look.drafting.fonts.op.size >= READABLE;
    for (const mark of marks) {
      if (mark.form === "card") this.head(mark, view, scale, look);
      else if (readable) this.small(mark, view, scale, look, end);
    }
  }

  labels(lines: Line[], scale: number, look: Look): void {
    const font = look.drafting.fonts.small;
    if (scale * font.size < READABLE) return;
    for (const { label, labelAt, labelLeft, head, headAt, headLeft } of lines) {
      if (label && labelAt) this.text(font, look.theme.ink.type, label, labelAt.x, labelAt.y, labelLeft ? "right" : "left", Infinity);
      if (!head || !headAt) continue;
      this.halo = look.theme.card.fill; // its own wire may run in at its height
      this.text(font, look.theme.ink.type, head, headAt.x, headAt.y, headLeft ? "right" : "left", Infinity);
      this.halo = "";
    }
  }

  /** The text of a chip. */
  chip(text: string, x: number, y: number, room: number, scale: number, look: Look): void {
    const font = look.drafting.fonts.chip;
    if (scale * font.size >= READABLE) this.text(font, look.theme.ink.side, text, x, y + look.drafting.shape.chipDrop, "center", room);
  }

  /** The text of a badge, which is drawn larger than it is where it would be too small to read. */
  badge(text: string, x: number, y: number, size: number, look: Look): void {
    const { fonts: { badge }, shape } = look.drafting;
    this.text(fontOf(badge, badge.size * size), look.theme.badgeInk, text, x, y + size * shape.chipDrop, "center", Infinity);
  }

  /** The name of a box or a pill, in a pill also the tensor's type, and the words beside it. */
  private small(mark: Mark, view: Rect, scale: number, look: Look, end: number): void {
    const { theme, drafting: { fonts, shape } } = look;
    const { paint, bar } = look.tint(mark);
    const middle = mark.y + mark.h / 2;
    // What is not lit is painted paler than its colour, and its text is read on that.
    const ground = isDim(mark, look) ? mix(theme.card.fill, paint.fill, DIM) : paint.fill;
    const ink = contrastInk(ground, nameInk(mark, look), theme);
    const font = mark.form === "pill" ? fonts.pill : fonts.op;
    const base = middle + shape.nameDrop;
    if (mark.form === "pill" && mark.detail) {
      const title = widthOf(this.context, font.css, mark.title);
      const left = mark.x + (mark.w - title - shape.textGap - widthOf(this.context, fonts.small.css, mark.detail)) / 2;
      this.text(font, ink, mark.title, left, base, "left", Infinity);
      this.text(fonts.small, contrastInk(ground, theme.ink.note, theme), mark.detail, left + title + shape.textGap, base, "left", Infinity);
    } else this.text(font, ink, mark.title, mark.x + mark.w / 2, base, "center", mark.w - 8);
    const left = mark.x + mark.w + shape.noteGap;
    // Pictures keep room for notes and times. Another figure is left out where it would run over the bar beside the card.
    const beside = !bar ? mark.note : left + widthOf(this.context, fonts.small.css, bar.text) <= end ? bar.text : "";
    if (beside && !this.isCut(beside, fonts.small, left, view, scale)) this.text(fonts.small, theme.ink.note, beside, left, middle + shape.noteDrop, "left", Infinity);
  }

  private head(mark: Mark, view: Rect, scale: number, look: Look): void {
    const { theme, drafting: { fonts, shape } } = look;
    if (scale * fonts.title.size < SMALL_TITLE) {
      this.overview(mark, scale, look);
      return;
    }
    const { paint } = look.tint(mark);
    const [left, right] = this.ends(mark, view, scale, look, this.firstLine(mark, view, scale, look), NAMES);
    const first = mark.y + shape.lineOne;
    const whole = right - left + SLACK;
    let room = whole;
    const aside = (ink: string, words: string) => {
      if (!words) return;
      this.text(fonts.heat, ink, words, left + room - SLACK, first, "right", room);
      room -= widthOf(this.context, fonts.heat.css, words) + shape.textGap;
    };
    aside(theme.ink.hot, this.figure(mark, view, scale, whole, look));
    // While a search is lit, a closed card says what it holds of it.
    aside(theme.hit, elsewhereText(mark, look));
    aside(theme.hit, heldText(mark, look));
    this.halo = mark.inside ? paint.fill : "";
    let at = left;
    const next = (font: Font, ink: string, text: string) => {
      if (text) at += this.text(font, ink, text, at, first, "left", room - (at - left)) + shape.textGap;
    };
    next(fonts.title, nameInk(mark, look), mark.title);
    next(fonts.subtitle, theme.ink.kind, mark.subtitle);
    next(fonts.title, nameInk(mark, look), timesText(mark));
    if (scale * fonts.detail.size >= READABLE) this.second(mark, view, scale, look);
    this.halo = "";
  }

  /**
   * Where a line of a card's head begins and ends. Of a card that is cut by the edge of the window it keeps in view what has room there: its name at the
   * left edge, its figure at the right one. Where the left edge cuts the card, so many of the texts as are `kept` are not cut for that; of the others, which the panel tells too, there is what has room.
   */
  private ends(mark: Mark, view: Rect, scale: number, look: Look, texts: [Font, string][], kept: number): [left: number, right: number] {
    const { cardPad: pad, textGap } = look.drafting.shape;
    const [left, right] = [mark.x + pad, mark.x + mark.w - pad];
    const sign = Math.max(pad, SIGN / scale);
    // The sign of more lies at the left edge if what the card is in goes on there, though the card itself may not.
    const first = view.x > 0 ? sign : pad;
    if (left >= view.x + first && right <= view.x + view.w - pad) return [left, right];
    // Where the card goes on out of the window, beside the sign of more: what lies under that fades out.
    const beside = (out: number) => (out > 0 ? sign : pad);
    const [start, end] = [view.x + Math.max(first, beside(view.x - mark.x)), view.x + view.w - beside(mark.x + mark.w - view.x - view.w)];
    const wide = (some: [Font, string][]) => some.reduce((sum, [font, text]) => sum + (text ? widthOf(this.context, font.css, text) + textGap : 0), 0);
    const whole = wide(texts);
    const room = Math.max(0, Math.min(end, right) - Math.max(start, left));
    // What goes on behind the window's right edge can be moved to; what would begin behind its left one cannot be read.
    const names = wide(texts.slice(0, kept));
    const gives = mark.x < view.x && (!kept || (right - whole < start && right - names >= start));
    const used = gives ? Math.min(whole, Math.max(room, names)) : whole;
    const from = Math.max(left, Math.min(start, right - used));
    return [from, Math.min(right, Math.max(end, from + used))];
  }

  /** The texts that a card's first line may have. */
  private firstLine(mark: Mark, view: Rect, scale: number, look: Look): [Font, string][] {
    const { fonts } = look.drafting;
    const { bar } = look.tint(mark);
    const isOut = (words: string) => (mark.inside ? !this.seen(mark, words, view, scale, look) : this.isCutBeside(mark, words, view, scale, look));
    const figure = bar && (isOut(figureText(bar)) || !this.hasRoom(mark, look)) ? figureText(bar) : "";
    const found = [heldText(mark, look), elsewhereText(mark, look)];
    return [[fonts.title, mark.title], [fonts.subtitle, mark.subtitle], [fonts.title, timesText(mark)], ...[figure, ...found].map((text): [Font, string] => [fonts.heat, text])];
  }

  /**
   * The figure of a card, which of a stack is also that of all copies. It is written beside the bar, as in pictures, where the graph was measured:
   * then there is room. Else, and where an open card reaches out of the window, it goes on the right of the first line, where it is cut off from the names.
   * Returns what is left to be written there.
   */
  private figure(mark: Mark, view: Rect, scale: number, room: number, look: Look): string {
    const { bar } = look.tint(mark);
    if (!bar) return "";
    const words = figureText(bar);
    const out = (mark.inside ? !this.seen(mark, words, view, scale, look) : this.isCutBeside(mark, words, view, scale, look)) && this.fits(mark, words, room, look);
    if (this.hasRoom(mark, look) && !out) {
      this.beside(mark, words, view, scale, look);
      return "";
    }
    if (this.fits(mark, words, room, look)) return words;
    // A name without its beginning would be worse than no figure, which the tree tells too.
    const told = mark.x < view.x && !this.fits(mark, bar.text, room, look) ? "" : bar.text;
    if (!bar.all) return told;
    this.beside(mark, bar.all, view, scale, look);
    return told;
  }

  /** Whether room was kept for more beside a card than for the cards behind it and a bar. */
  private hasRoom({ beside, count }: Mark, { drafting: { shape } }: Look): boolean {
    return beside > shape.stackStep * behind(count, shape) + shape.heatGap + shape.heatBar + shape.heatText;
  }

  /** Whether words beside a card's bar are in the room that is kept for them, and in view, where no sign lies over them. */
  private seen({ x, y, w, h, beside, count }: Mark, words: string, view: Rect, scale: number, { drafting: { fonts, shape } }: Look): boolean {
    const bar = heatBar({ x, y, w, h, count }, shape);
    const end = bar.x + bar.w + shape.heatText + widthOf(this.context, fonts.heat.css, words);
    return end <= Math.min(x + w + beside + SLACK, view.x + view.w - EDGE / scale);
  }

  /** Whether the first line of a card has room for some words on its right. */
  private fits(mark: Mark, words: string, room: number, look: Look): boolean {
    const { fonts, shape } = look.drafting;
    const found = mark.inside ? [] : [heldText(mark, look), elsewhereText(mark, look)];
    const texts: [Font, string][] = [[fonts.title, mark.title], [fonts.subtitle, mark.subtitle], [fonts.title, timesText(mark)], ...[words, ...found].map((text): [Font, string] => [fonts.heat, text])];
    const used = texts.reduce((sum, [font, text]) => sum + (text ? widthOf(this.context, font.css, text) + shape.textGap : 0), 0);
    return used <= room;
  }

  /** Write some words beside a card's bar. */
  private beside(mark: Mark, words: string, view: Rect, scale: number, look: Look): void {
    const { theme, drafting: { fonts, shape } } = look;
    if (!this.isCutBeside(mark, words, view, scale, look)) this.text(fonts.heat, theme.ink.hot, words, besideBar(mark, look), mark.y + shape.lineOne, "left", Infinity);
  }

  /** Whether an edge of the window would cut a figure beside a card's bar. */
  private isCutBeside(mark: Mark, words: string, view: Rect, scale: number, look: Look): boolean {
    return this.isCut(words, look.drafting.fonts.heat, besideBar(mark, look), view, scale);
  }

  /** Whether an edge of the window, where the sign of more is, would cut a figure: then it is not written. */
  private isCut(words: string, font: Font, left: number, view: Rect, scale: number): boolean {
    const [end, sign, right] = [view.x + view.w, EDGE / scale, left + widthOf(this.context, font.css, words)];
    const [ends, begins] = [left < end && right > end - sign, view.x > 0 && left < view.x + sign && right > view.x];
    return (ends || begins) && isFigure(words);
  }

  /** A card's second line: what is known of it on the left, where it was made on the right. The panel tells all of it. */
  private second(mark: Mark, view: Rect, scale: number, look: Look): void {
    const { theme, drafting: { fonts, shape } } = look;
    const [left, right] = this.ends(mark, view, scale, look, [[fonts.detail, mark.detail], [fonts.small, mark.corner]], 0);
    const room = right - left + SLACK;
    const y = mark.y + shape.lineTwo;
    const corner = mark.corner ? widthOf(this.context, fonts.small.css, mark.corner) + shape.textGap : 0;
    if (mark.detail) this.text(fonts.detail, theme.ink.detail, mark.detail, left, y, "left", room - corner);
    if (mark.corner) this.text(fonts.small, theme.ink.source, mark.corner, right, y, "right", room);
  }

  /** From far away a card's title is written as large as the screen needs, where the card has the room. */
  private overview(mark: Mark, scale: number, look: Look): void {
    const onScreen = mark.inside ? FAR_OPEN : FAR_CLOSED;
    const size = onScreen / scale;
    const [wide, high] = [mark.w * scale, mark.h * scale];
    // In an open card it may lie over what is inside, unless it ends where the card's own head does.
    const ownHead = look.drafting.shape.lineTwo * scale >= onScreen * 1.3;
    if (wide < 30 || (mark.inside ? !ownHead && (wide < 70 || high < 60) : mark.h < size * 1.25)) return;
    const context = this.context;
    const font = fontOf(look.drafting.fonts.title, onScreen);
    const text = shorten(context, font.css, mark.title, wide - 10, true);
    if (text.length < 3 && text !== mark.title) return;
    context.save();
    context.translate(mark.x + 5 / scale, mark.y + (mark.inside ? size * 1.3 : Math.min(mark.h / 2 + size * 0.36, size * 1.35)));
    context.scale(1 / scale, 1 / scale);
    this.halo = mark.inside ? look.tint(mark).paint.fill : "";
    this.text(font, nameInk(mark, look), text, 0, 0, "left", Infinity);
    this.halo = "";
    context.restore();
  }

  /** Write a text, cut to `room`. Returns its width, 0 where the room is `Infinity`: nobody asks then, and measuring takes time. */
  private text(font: Font, ink: string, text: string, x: number, y: number, align: CanvasTextAlign, room: number): number {
    const context = this.context;
    const short = room === Infinity ? text : shorten(context, font.css, text, room);
    if (!short) return 0;
    context.font = font.css;
    context.textAlign = align;
    if (this.halo) {
      context.strokeStyle = this.halo;
      context.lineWidth = 5;
      context.lineJoin = "round";
      context.strokeText(short, x, y);
    }
    context.fillStyle = ink;
    context.fillText(short, x, y);
    this.count++;
    return room === Infinity ? 0 : widthOf(context, font.css, short);
  }
}

/** Where words beside a card's bar begin. */
function besideBar(mark: Mark, { drafting: { shape } }: Look): number {
  const bar = heatBar(mark, shape);
  return bar.x + bar.w + shape.heatText;
}

function timesText({ count }: Mark): string {
  return count > 1 ? `×${count}` : "";
}

/** The figure of a copy, and that of all copies. */
function figureText({ text, all }: NonNullable<Tint["bar"]>): string {
  return all ? `${text} · ${all}` : text;
}

/** What a search has found in a closed card, and in other copies of a stack than the one that is shown. */
function heldText({ key, inside }: Mark, { holders }: Look): string {
  const held = inside ? 0 : (holders?.get(key) ?? 0);
  return held ? `${held} found` : "";
}

function elsewhereText({ key }: Mark, { elsewhere }: Look): string {
  const found = elsewhere?.get(key) ?? 0;
  return found ? `${found} found in other copies` : "";
}
