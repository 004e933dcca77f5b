// Reads the page's data: compressed bytes -> a JSON header and integer or float columns. docs/page.md describes the format.
import { Unzlib } from "fflate";

export type Kind = "int" | "delta" | "float";

/** Where a column lies in the body: `[kind, offset, count, bytes a value]`. */
export type Place = [Kind, number, number, number];

export interface Header {
  format: string;
  version: number;
  columns: Record<string, Place>;
  [key: string]: unknown;
}

export const FORMAT = "opscope-page";
export const VERSION = 4;
/** Bytes that our own decoder is given at once. */
const PIECE = 1 << 16;

/** The decoded data: the header, and columns that are decoded when first asked for. */
export class Container {
  /** @param decoded columns that need not be decoded. */
  constructor(
    readonly header: Header,
    private readonly body: Uint8Array,
    private readonly decoded = new Map<string, Int32Array | Float64Array>(),
  ) {}

  /** How many bytes the columns have together. */
  get size(): number {
    return this.body.length;
  }

  has(name: string): boolean {
    return name in this.header.columns;
  }

  ints(name: string): Int32Array {
    return this.column(name) as Int32Array;
  }

  floats(name: string): Float64Array {
    return this.column(name) as Float64Array;
  }

  /** A column of either kind. */
  numbers(name: string): Int32Array | Float64Array {
    return this.column(name);
  }

  private column(name: string): Int32Array | Float64Array {
    let column = this.decoded.get(name);
    if (!column) {
      const place = this.header.columns[name];
      if (!place) throw new Error(`the data has no column "${name}"; save the page again with opscope`);
      column = place[0] === "float" ? floatColumn(this.body, place) : intColumn(this.body, place);
      this.decoded.set(name, column);
    }
    return column;
  }
}

/** Joins the byte planes of little-endian integers, lowest plane first, the highest one signed. */
export function intColumn(body: Uint8Array, [kind, offset, count, width]: Place): Int32Array {
  const result = new Int32Array(count);
  for (let plane = 0; plane < width; plane++) {
    const start = offset + plane * count;
    const shift = 8 * plane;
    for (let index = 0; index < count; index++) result[index] |= body[start + index] << shift;
  }
  const unused = 32 - 8 * width;
  let before = 0;
  for (let index = 0; index < count; index++) {
    const value = width === 0 ? 0 : (result[index] << unused) >> unused;
    before = kind === "delta" ? before + value : value;
    result[index] = before;
  }
  return result;
}

function floatColumn(body: Uint8Array, [, offset, count]: Place): Float64Array {
  return new Float64Array(body.slice(offset, offset + 8 * count).buffer);
}

/** Base64 text -> bytes. */
export function fromBase64(text: string): Uint8Array {
  const native = Uint8Array as unknown as { fromBase64?: (text: string) => Uint8Array };
  if (native.fromBase64) return native.fromBase64(text);
  const binary = atob(text.trim());
  const bytes = new Uint8Array(binary.length);
  for (let index = 0; index < binary.length; index++) bytes[index] = binary.charCodeAt(index);
  return bytes;
}

/** Undo zlib's compression with the browser's own decoder, or with ours where the browser has none. Of what somebody else made at most `most` bytes are taken. */
export async function inflate(bytes: Uint8Array, most = Infinity): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  const take = (part: Uint8Array) => {
    size += part.length;
    if (size > most) throw new Error(`more than ${most / 1e6} MB`);
    parts.push(part);
  };
  if (typeof DecompressionStream === "undefined") inflateOurselves(bytes, take);
  else {
    const reader = new Blob([bytes as BlobPart]).stream().pipeThrough(new DecompressionStream("deflate")).getReader();
    for (let read = await reader.read(); !read.done; read = await reader.read()) take(read.value);
  }
  return joined(parts, size);
}

/** In pieces, so that what grows beyond all bounds is noticed before the memory is full. */
function inflateOurselves(bytes: Uint8Array, take: (part: Uint8Array) => void): void {
  const stream = new Unzlib(take);
  for (let at = 0; at < bytes.length; at += PIECE) stream.push(bytes.subarray(at, at + PIECE), at + PIECE >= bytes.length);
}

function joined(parts: Uint8Array[], size: number): Uint8Array {
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Decompressed bytes -> the container. Throws with a plain sentence when the data is broken or newer than this page. */
export function parse(bytes: Uint8Array): Container {
  if (bytes.length < 4) throw new Error("the page's data is cut off; save the page again with opscope");
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const text = new TextDecoder().decode(bytes.subarray(4, 4 + length));
  const header = JSON.parse(text) as Header;
  if (header.format !== FORMAT) throw new Error("this is not the data of an opscope page; save the page again with opscope");
  if (header.version !== VERSION) {
    const remedy = header.version > VERSION ? "upgrade opscope and save the page again" : "save the page again with opscope";
    throw new Error(`the data has version ${header.version}, this page reads version ${VERSION}; ${remedy}`);
  }
  return new Container(header, bytes.subarray(4 + length));
}
