// What a page is given that is drawn in a frame, by the script outside of it.
import type { Api } from "../api";
import type { Container } from "../data/container";
import type { Side } from "../data/counterpart";
import type { View } from "../state/link";
import type { Page } from "../pair";

/** The fonts that measured the drawing, by face. */
export type Fonts = [face: string, data: ArrayBuffer][];

/** A graph that was read from a file, or the one that a page holds itself. */
export interface GraphFile {
  /** What the graph is called. */
  name: string;
  /** The file that it is from; empty: the page itself. */
  from: string;
  ops: number;
  /** The side that is shown first. Of a graph that has one side this is what it holds. */
  first: Side;
  /** Whether it is known as written and as executed. */
  hasSides: boolean;
  /** Whether there is a drawing of it: not of JSON, which has the facts alone. */
  isDrawn: boolean;
  /** Whether it is of two graphs already: the page of a difference. */
  isDifference: boolean;
  load(side: Side): Promise<Container>;
}

export interface Given {
  file: GraphFile;
  fonts: Fonts;
  view: View;
  /** `light`, `dark`, `auto`; empty: as the file says. */
  theme: string;
  /** Called for each side as it is built. */
  built(page: Page): void;
  ready(api: Api): void;
  failed(error: unknown): void;
}

/** The page's script: draws in a window what that window's document holds, or what it is given. */
export type PageFunction = (window: Window, given: Given) => void;
