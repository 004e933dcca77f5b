// Reads a file that somebody dropped: a page, or JSON, that opscope saved. Nothing of it is run or becomes part of a document; its data blocks are text that is decoded.
import { fromBase64, inflate, parse, type Container } from "../data/container";
import { counterpartOf, type Side } from "../data/counterpart";
import type { GraphFile } from "./given";
import { containerOf, type GraphRecord } from "./jsongraph";
import { checkSound } from "./sound";

/** Bytes of a file, and of its data when decompressed, beyond which nothing is read: a page of a million ops has a twentieth of it. */
const MOST = 500_000_000;
const MOST_DATA = 1_000_000_000;
/** The newest version of the JSON that is read. */
const NEWEST = 2;

const BEGIN = (id: string) => `<script type="text/plain" id="${id}">`;
const END = "</script>";

/** The graph of a file; JSON is told in these `words`, the part `style` of a page's header. Throws with one sentence: what is wrong, and what to do. */
export async function readGraph(name: string, content: Blob | string, words: unknown): Promise<GraphFile> {
  if (typeof content !== "string" && content.size > MOST) throw new Error(`${name} has more than ${MOST / 1e6} MB, which is no page of opscope`);
  const text = typeof content === "string" ? content : await content.text();
  const first = /\S/.exec(text.slice(0, 1000))?.[0];
  if (first === "{") return ofJson(name, text, words);
  const data = blockOf(text, "data");
  if (first !== "<" || data === null) throw new Error(`${name} is no page of opscope; save one with: opscope render MODEL -o page.html`);
  const executed = blockOf(text, "data-executed");
  const written = await decoded(name, data);
  const counterpart = executed === null ? null : counterpartOf(written);
  return {
    name: String(written.header.name || name), from: name, ops: written.ints("n.degree").length, first: counterpart?.first ?? "written", isDrawn: true,
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

/** The facts of a graph in JSON. It has no drawing: the page says so, and what makes one. */
function ofJson(name: string, text: string, words: unknown): GraphFile {
  let graph: GraphRecord;
  try {
    graph = JSON.parse(text.trimStart()) as GraphRecord;
  } catch (error) {
    throw new Error(`${name} is no JSON (${error instanceof Error ? error.message : error})`);
  }
  const { format, version } = graph;
  if (format === "opscope-diff") throw new Error(`${name} says how two graphs differ and holds neither; opscope diff A B -o page.html makes a page of both`);
  if (format !== "opscope") throw new Error(`${name} is neither a page nor a graph of opscope; save one with: opscope render MODEL -o page.html`);
  if (version > NEWEST) throw new Error(`${name} has version ${version} of opscope's JSON, this page reads up to ${NEWEST}; upgrade opscope and save the page again`);
  try {
    const container = containerOf(graph, words, `JSON holds a graph without its drawing, and opscope render ${name} -o page.html makes the page that has both`);
    return { name: graph.name || name, from: name, ops: graph.nodes.length, first: "written", hasSides: false, isDrawn: false, isDifference: false, load: () => Promise.resolve(container) };
  } catch (error) {
    throw new Error(`${name} is no sound graph of opscope: ${error instanceof Error ? error.message : error}`);
  }
}
