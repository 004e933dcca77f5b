import { zlibSync } from "fflate";
import { describe, expect, it } from "vitest";
import { fromBase64, inflate, intColumn, parse, VERSION } from "../../src/data/container";

function container(header: object, body: number[] = []): Uint8Array {
  const head = new TextEncoder().encode(JSON.stringify(header));
  const bytes = new Uint8Array(4 + head.length + body.length);
  new DataView(bytes.buffer).setUint32(0, head.length, true);
  bytes.set(head, 4);
  bytes.set(body, 4 + head.length);
  return bytes;
}

describe("the data", () => {
  it("joins byte planes, the highest signed", () => {
    const body = Uint8Array.from([1, 0xff, 0x80, 0, 0xff, 0x01]);
    expect([...intColumn(body, ["int", 0, 3, 2])]).toEqual([1, -1, 384]);
    expect([...intColumn(body, ["int", 0, 3, 1])]).toEqual([1, -1, -128]);
    expect([...intColumn(body, ["delta", 0, 3, 1])]).toEqual([1, 0, -128]);
    expect([...intColumn(body, ["int", 0, 3, 0])]).toEqual([0, 0, 0]);
  });

  it("is read by name", () => {
    const found = parse(container({ format: "opscope-page", version: VERSION, columns: { a: ["int", 0, 2, 1] } }, [5, 6]));
    expect([...found.ints("a")]).toEqual([5, 6]);
    expect(() => found.ints("b")).toThrow('no column "b"');
  });

  it("says what is wrong with it", () => {
    expect(() => parse(new Uint8Array(2))).toThrow("cut off");
    expect(() => parse(container({ format: "other", version: VERSION, columns: {} }))).toThrow("not the data");
    expect(() => parse(container({ format: "opscope-page", version: VERSION + 1, columns: {} }))).toThrow(`version ${VERSION + 1}`);
  });

  it("is inflated by the browser or by ours", async () => {
    const bytes = new TextEncoder().encode("ops ".repeat(500));
    const packed = zlibSync(bytes);
    expect(await inflate(packed)).toEqual(bytes);
    const native = globalThis.DecompressionStream;
    Reflect.deleteProperty(globalThis, "DecompressionStream");
    expect(await inflate(packed)).toEqual(bytes);
    globalThis.DecompressionStream = native;
    expect([...fromBase64("AQL/\n")]).toEqual([1, 2, 255]);
  });
});
