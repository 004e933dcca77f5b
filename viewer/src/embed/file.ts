// Reads a file that somebody dropped: a page that opscope saved. Nothing of it is run or becomes part of a document; its data blocks are text that is decoded.
import { fromBase64, inflate, parse, type Container } from "../data/container";
import { counterpartOf, type Side } from "../data/counterpart";
import type { GraphFile } from "./given";
import { checkSound } from "./sound";

/** Bytes of a file, and of its data when decompressed, beyond which nothing is read: a page of a million ops has a twentieth of it. */
const MOST = 500_000_000;
const MOST_DATA = 1_000_000_000;

const BEGIN = (id: string) => `<script type="text/plain" id="${id}">`;
const END = "</script>";

/** The graph of a file. Throws with one sentence: what is wrong, and what to do. */
export async function readGraph(name: string, content: Blob | string): Promise<GraphFile> {
  if (typeof content !== "string" && content.size > MOST) throw new Error(`${name} has more than ${MOST / 1e6} MB, which is no page of opscope`);
  const text = typeof content === "string" ? content : await content.text();
  const first = /\S/.exec(text.slice(0, 1000))?.[0];
  if (first === "{") throw new Error(refusalOfJson(name, text));
  const data = blockOf(text, "data");
  if (first !== "<" || data === null) throw new Error(`${name} is no page of opscope; save one with: opscope render MODEL -o page.html`);
  const executed = blockOf(text, "data-executed");
  const written = await decoded(name, data);
  const counterpart = executed === null ? null : counterpartOf(written);
  return {
    name: String(written.header.name || name), from: name, ops: written.ints("n.degree").length, first: counterpart?.first ?? "written",
    hasSides: counterpart !== null, isDifference: written.header.difference !== undefined,
    load: (side: Side) => (side === "written" || executed === null ? Promise.resolve(written) : decoded(name, executed)),
  };
}

/** The text of one of the data blocks; null where the file has none. In such a block there is base64, and so no sign that could end it. */
function blockOf(text: string, id: string): string | null {
  const begin = text.indexOf(BEGIN(id));
  const end = begin < 0 ? -1 : text.indexOf(END, begin);
  return end < 0 ? null : text.slice(begin + BEGIN(id).length, end);
}

async function decoded(name: string, block: string): Promise<Container> {
  let bytes: Uint8Array;
  try {
    bytes = await inflate(fromBase64(block), MOST_DATA);
  } catch (error) {
    throw new Error(`${name} is damaged: its data cannot be decompressed (${error instanceof Error ? error.message : error})`);
  }
  try {
    const container = parse(bytes);
    checkSound(container);
    return container;
  } catch (error) {
    throw new Error(`${name}: ${error instanceof Error ? error.message : error}`);
  }
}

/** JSON has no drawing: what makes a page of it. */
function refusalOfJson(name: string, text: string): string {
  const format = /"format"\s*:\s*"([\w-]+)"/.exec(text.slice(0, 1000))?.[1] ?? "";
  if (format === "opscope-diff") return `${name} says how two graphs differ and holds neither; opscope diff A B -o page.html makes a page of both`;
  if (format !== "opscope") return `${name} is neither a page nor a graph of opscope; save one with: opscope render MODEL -o page.html`;
  return `${name} holds the graph without its drawing; opscope render ${name} -o page.html makes the page that opens here`;
}
