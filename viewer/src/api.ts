// `window.opscope`: the page driven by a program (tests, benchmarks, a notebook).
import type { App } from "./app";
import type { View } from "./state/link";

export interface Api {
  /** Open the group at `path`; false when there is none. */
  open(path: string): boolean;
  close(path: string): boolean;
  /** Search as if typed; returns how many were found. */
  search(text: string): number;
  /** Select the op or group of this name and bring it into view. */
  select(name: string): boolean;
  view(): View;
}

export function apiOf(app: App): Api {
  const setOpen = (path: string, open: boolean) => {
    const card = app.views.cardNamed(path);
    if (card <= 0) return false;
    app.setOpen(card, open);
    return true;
  };
  return {
    open: (path) => setOpen(path, true),
    close: (path) => setOpen(path, false),
    search: (text) => app.searchFor(text).count,
    select: (name) => app.views.selectNamed(name),
    view: () => app.views.now(),
  };
}
