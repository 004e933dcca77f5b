import { describe, expect, it } from "vitest";
import { Remembered } from "../../src/state/preferences";

function storeOf(text: string | null = null) {
  let kept = text;
  return { getItem: () => kept, setItem: (_: string, value: string) => void (kept = value), removeItem: () => void (kept = null), kept: () => kept };
}

describe("what the browser remembers", () => {
  it("is theme and sizes, each kept beside what else is known", () => {
    const store = storeOf();
    const remembered = new Remembered(() => store);
    expect(remembered.read()).toEqual({ sizes: {} });
    remembered.size("tree", 250.4);
    remembered.theme("dark");
    remembered.size("bottom", 120);
    expect(new Remembered(() => store).read()).toEqual({ theme: "dark", sizes: { tree: 250, bottom: 120 } });
    remembered.size("tree", null);
    expect(remembered.read()).toEqual({ theme: "dark", sizes: { bottom: 120 } });
  });

  it.each(["", "{", "null", "7", '"dark"', "[]", '{"version":2,"theme":"dark","sizes":{"tree":200}}', '{"theme":"dark"}'])("is nothing where the store has %j", (text) => {
    expect(new Remembered(() => storeOf(text)).read()).toEqual({ sizes: {} });
  });

  it("is what can be used of what the store has", () => {
    const text = '{"version":1,"theme":"pink","sizes":{"tree":"200","details":-3,"bottom":1e9,"other":5}}';
    expect(new Remembered(() => storeOf(text)).read()).toEqual({ sizes: {} });
    expect(new Remembered(() => storeOf('{"version":1,"theme":"auto","sizes":null}')).read()).toEqual({ theme: "auto", sizes: {} });
  });

  it("is nothing, and no failure, where the browser forbids to keep anything or has no room", () => {
    const forbidden = new Remembered(() => {
      throw new DOMException("denied", "SecurityError");
    });
    forbidden.theme("dark");
    forbidden.size("tree", 100);
    expect(forbidden.read()).toEqual({ sizes: {} });
    const full = { ...storeOf('{"version":1,"theme":"light","sizes":{}}'), setItem: () => { throw new DOMException("full", "QuotaExceededError"); } };
    new Remembered(() => full).theme("dark");
    expect(new Remembered(() => full).read().theme).toBe("light");
  });
});
