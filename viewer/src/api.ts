// `window.opscope`: the page driven by a program (tests, benchmarks, a notebook). What it asks for is drawn when it returns.
import type { Commands } from "./state/commands";
import type { View } from "./state/link";
import type { Views } from "./state/views";

export interface Api {
  /** Open the group at `path`; false when there is none. */
  open(path: string): boolean;
  close(path: string): boolean;
  /** Search as if typed; returns how many were found. */
  search(text: string): number;
  /** Select the op or group of this name and bring it into view. */
  select(name: string): boolean;
  view(): View;
  /** Of a graph that is known as written and as executed: show the other side, as the switch does. */
  flip?(): Promise<void>;
}

export interface ApiParts {
  commands: Commands;
  views: Views;
  /** Searches and returns how many were found. */
  search(text: string): number;
  /** Draws what is stale. */
  draw(): void;
}

export function apiOf({ commands, views, search, draw }: ApiParts): Api {
  const drawn = <T>(act: () => T): T => {
    const result = act();
    draw();
    return result;
  };
  const setOpen = (path: string, open: boolean) => {
    const card = views.cardNamed(path);
    if (card > 0) commands.setOpen(card, open);
    return card > 0;
  };
  return {
    open: (path) => drawn(() => setOpen(path, true)),
    close: (path) => drawn(() => setOpen(path, false)),
    search: (text) => drawn(() => search(text)),
    // As links name it: `group:f` is the body of the op `f`, where both have the name.
    select: (name) => drawn(() => views.selectNamed(name.replace(/^(op|group):/, ""), name.startsWith("group:"))),
    view: () => {
      draw();
      return views.now();
    },
  };
}
