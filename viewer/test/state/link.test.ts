import { describe, expect, it } from "vitest";
import { EMPTY, read, write } from "../../src/state/link";

describe("a link", () => {
  it("gives back the view that it was made of", () => {
    const view = {
      open: ["+forward/a b|c", "-x/</script>", "=3.7"], camera: { x: 120, y: -4, scale: 0.5 }, select: "op:a&b=c#d%41",
      notes: "aB-_9", query: "op:MatMul time>1ms & more", kinds: ["family:norm", "source:a|b&c.py"], colour: "time", tab: "flame", change: "3.2", side: "executed" as const,
    };
    for (const shown of ["overview", "drawing"] as const) expect(read(`#${write({ ...view, shown }, "family")}`)).toEqual({ ...view, shown });
  });

  it("is empty for the view at the start", () => {
    expect(write(EMPTY, "family")).toBe("");
    expect(read("")).toEqual(EMPTY);
  });

  it("leaves out what is mangled and keeps the rest", () => {
    const view = read("#o=%E0%A4%A&v=1,2&s=%zz&q=kept&unknown=1");
    expect(view).toEqual({ ...EMPTY, query: "kept", shown: "drawing" });
    expect(read("#v=0,0,-1").camera).toBeNull();
  });

  it("says only what is selected when too much is open for an address", () => {
    const open = Array.from({ length: 5000 }, (_, index) => `+g${index}`);
    expect(write({ ...EMPTY, open, select: "op:x", shown: "drawing" }, "family")).toBe("s=op:x");
  });
});
