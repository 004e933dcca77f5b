// The style as Python writes it into every page: `tests/page/test_style.py` pins the file.
import { readFileSync } from "node:fs";
import type { Style } from "../src/data/style";

export const STYLE = JSON.parse(readFileSync(new URL("../../tests/page/golden/style.json", import.meta.url), "utf8")) as Style;
