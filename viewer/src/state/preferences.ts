// What this browser remembers of the reader from page to page: the theme and the sizes of panels. A page that may keep nothing (a frame in a notebook, a browser that
// forbids it to files) works without: nothing is remembered then, and nothing fails.

export const THEMES = ["light", "dark", "auto"] as const;
export type ThemeChoice = (typeof THEMES)[number];

export const PANELS = ["tree", "details", "bottom"] as const;
export type PanelSize = (typeof PANELS)[number];

export interface Preferences {
  theme?: ThemeChoice;
  /** Widths and heights of panels in pixels, where the reader has chosen them. */
  sizes: Partial<Record<PanelSize, number>>;
}

const KEY = "opscope";
/** What another version has written is not read: it may mean something else. */
const VERSION = 1;
/** No panel is larger than this, in pixels; whoever wrote more did not mean a panel. */
const MOST = 10_000;

type Store = Pick<Storage, "getItem" | "setItem" | "removeItem">;

export class Remembered {
  /** @param store the browser's store. Asking for it throws where it is forbidden. */
  constructor(private readonly store: () => Store = ownStore) {}

  read(): Preferences {
    try {
      return preferencesIn(this.store().getItem(KEY));
    } catch {
      return { sizes: {} };
    }
  }

  theme(theme: ThemeChoice): void {
    this.write({ ...this.read(), theme });
  }

  /** Keep the size of a panel; null: its usual size. */
  size(panel: PanelSize, size: number | null): void {
    const { sizes, ...others } = this.read(); // another page may have written meanwhile
    const { [panel]: _, ...rest } = sizes;
    this.write({ ...others, sizes: size === null ? rest : { ...rest, [panel]: Math.round(size) } });
  }

  private write(preferences: Preferences): void {
    try {
      this.store().setItem(KEY, JSON.stringify({ version: VERSION, ...preferences }));
    } catch {
      return; // forbidden, or full
    }
  }
}

/** The store of the page itself: a frame on the page of somebody else would write into theirs. */
function ownStore(): Store {
  if (location.protocol === "about:") throw new Error("a frame keeps nothing");
  return window.localStorage;
}

/** What a text of the store says; whatever is not as it should be counts as not said. */
function preferencesIn(text: string | null): Preferences {
  const found: unknown = JSON.parse(text ?? "null");
  if (!isRecord(found) || found.version !== VERSION) return { sizes: {} };
  const sizes: Preferences["sizes"] = {};
  for (const panel of PANELS) {
    const size = isRecord(found.sizes) ? found.sizes[panel] : undefined;
    if (typeof size === "number" && size > 0 && size < MOST) sizes[panel] = size;
  }
  const theme = THEMES.find((one) => one === found.theme);
  return theme ? { theme, sizes } : { sizes };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
