// Why a row of a search's results is there: the texts to mark in it, and what its name, type and path do not show.
import { shapeText, typeText, type Facts } from "../data/facts";
import type { Words } from "../data/words";
import { amountIn, leastIn, placeOf, type Kind } from "./figures";
import type { Term } from "./query";
import type { Amount } from "./units";

export interface Why {
  /** What is looked for in names, types and paths, in small letters. */
  marks: string[];
  /** What is looked for in types alone: a path that has the same letters was not asked. */
  types: string[];
  /** What is told beside: the shape, the source line or the figure that was asked for. */
  told: string[];
}

/** Outputs of an op that are told. */
const MOST_OUTPUTS = 2;

export function why(facts: Facts, words: Words, terms: Term[], kind: Kind, row: number): Why {
  const asked = terms.filter((term) => !term.not);
  const told = asked.map((term) => toldOf(facts, words, term, kind, row)).filter(Boolean);
  return {
    types: asked.flatMap((term) => (term.kind === "field" && term.field === "op" ? [term.text] : [])),
    marks: asked.map((term) => markOf(facts, term, kind, row)).filter(Boolean), told: [...new Set(told)],
  };
}

/** What a term found in a name, a type or a path; empty for one that looks elsewhere. */
function markOf({ nodes, groups }: Facts, term: Term, kind: Kind, row: number): string {
  if (term.kind === "word") return term.text;
  if (term.kind === "pattern") return (term.pattern.exec(kind === "op" ? nodes.name(row) : groups.path(row))?.[0] ?? "").toLowerCase();
  return term.kind === "field" && ["name", "class", "layer"].includes(term.field) ? term.text : "";
}

function toldOf(facts: Facts, words: Words, term: Term, kind: Kind, row: number): string {
  const { nodes, groups } = facts;
  if (term.kind === "amount") return leastIn(facts, kind, row, term.amount) + amountText(words, term.amount, amountIn(facts, kind, row, term.amount));
  if (term.kind !== "field") return "";
  const group = kind === "op" ? nodes.group(row) : row;
  switch (term.field) {
    case "dtype": return kind === "op" ? nodes.outputs(row).slice(0, MOST_OUTPUTS).map(typeText).join(", ") : "";
    case "shape": return kind === "op" ? nodes.outputs(row).slice(0, MOST_OUTPUTS).map(({ shape }) => shapeText(shape)).join(", ") : "";
    case "device": return kind === "op" ? nodes.device(row) : "";
    case "file": return placeOf(facts, kind === "op" ? nodes.sourceId(row) : groups.sourceId(row));
    case "class": return kind === "op" && group >= 0 ? `in ${groups.cls(group)}` : "";
    case "layer": return kind === "op" && group >= 0 ? `in ${groups.path(group)}` : "";
    default: return "";
  }
}

function amountText(words: Words, amount: Amount, value: number): string {
  if (Number.isNaN(value)) return "";
  const texts = { time: words.time, memory: words.bytes, flops: words.flops, bytes: words.bytes, parameters: words.count };
  return `${texts[amount](value)}${amount === "parameters" ? " parameters" : ""}`;
}

/** What stands between the layers that an op lies in and the name scope that TensorFlow gave it. */
const SCOPE = " · scope ";

/**
 * Where a result lies, in at most `room` letters: in the layers that drawing, tree and path speak of, then in TensorFlow's name scope, unless that names
 * these layers itself. Where there is no room for both it is one of them: halves of both are the same for many results. That is the layers, unless what was asked for is in the scope alone.
 */
export function placed(layers: string, scope: string, marks: string[], room: number): string {
  if (!layers || `/${scope}/`.includes(`/${layers}/`)) return shortened(scope, marks, room);
  if (!scope) return shortened(layers, marks, room);
  const both = `${layers}${SCOPE}${scope}`;
  if (both.length <= room) return both;
  const found = (text: string) => marks.some((mark) => text.toLowerCase().includes(mark));
  return shortened(found(scope) && !found(layers) ? scope : layers, marks, room);
}

/** The least that is left of a part of a path: three letters of either end. */
const LEAST = 7;

/** A path cut to `room` letters: its longest parts lose their middle, but nothing of what was found. Where that is not enough its beginning goes. */
export function shortened(path: string, marks: string[], room: number): string {
  const parts = pieces(path, marks).flatMap(([piece, found]): [string, boolean][] => (found ? [[piece, found]] : piece.split(/(\/)/).map((part) => [part, found])));
  for (let over = path.length - room; over > 0; ) {
    const lengths = parts.map(([part, found]) => (found ? 0 : part.length));
    const most = Math.max(...lengths);
    if (most <= LEAST) break;
    const longest = parts[lengths.indexOf(most)];
    longest[0] = withoutMiddle(longest[0], Math.max(LEAST, most - over));
    over -= most - longest[0].length;
  }
  return keptEnd(parts.map(([part]) => part).join(""), marks, room);
}

function withoutMiddle(text: string, room: number): string {
  const end = Math.floor((room - 1) / 2);
  return `${text.slice(0, room - 1 - end)}…${text.slice(text.length - end)}`;
}

/** A text cut to `room` letters so that what was found first in it and its end stay. */
function keptEnd(text: string, marks: string[], room: number): string {
  if (text.length <= room) return text;
  const [at, length] = firstOf(text, marks) ?? [text.length, 0];
  const after = ending(text.slice(at + length), Math.max(0, room - length - Math.min(at, 1)));
  return ending(text.slice(0, at), room - length - after.length) + text.slice(at, at + length) + after;
}

/** The end of a text that has room, behind a sign for the rest. */
function ending(text: string, room: number): string {
  return text.length <= room ? text : `…${text.slice(text.length - Math.max(0, room - 1))}`;
}

function firstOf(text: string, marks: string[]): [at: number, length: number] | undefined {
  const lower = text.toLowerCase();
  return marks.map((mark): [number, number] => [lower.indexOf(mark), mark.length]).filter(([at]) => at >= 0).sort(([a], [b]) => a - b)[0];
}

/** A text in pieces, each with whether it was looked for. */
export function pieces(text: string, marks: string[]): [piece: string, found: boolean][] {
  const parts: [string, boolean][] = [];
  let rest = text;
  for (let next = firstOf(rest, marks); next; next = firstOf(rest, marks)) {
    const [at, length] = next;
    if (at) parts.push([rest.slice(0, at), false]);
    parts.push([rest.slice(at, at + length), true]);
    rest = rest.slice(at + length);
  }
  return rest ? [...parts, [rest, false]] : parts;
}
