// What the address says of a page: it follows the view, with an entry in the browser's history for each step.
import type { AddressBar } from "./addressbar";
import type { Moment } from "./history";
import { write, type View } from "./link";

export interface Shown {
  now(): View;
}

export class Address {
  /**
   * @param colour the mode that the page starts with: a link need not say it.
   * @param side of a page with two sides which one this is, and whether it is shown.
   */
  constructor(
    private readonly views: Shown,
    private readonly colour: string,
    private readonly bar: AddressBar,
    private readonly side: { name: Moment["side"]; isShown(): boolean },
  ) {}

  /** The present view as a link. */
  link(): string {
    return `${location.href.split("#")[0]}#${this.text()}`;
  }

  save(): void {
    if (this.side.isShown()) this.bar.save(this.text());
  }

  /** A step begins: `before` is how things are. Where that was the other side, that has told how it was shown. */
  step(before: Moment): void {
    if (this.side.isShown()) this.bar.step(before.side === this.side.name ? this.text() : null);
  }

  private text(): string {
    return write(this.views.now(), this.colour);
  }
}

/** Whether there can be a link to the page: not to a frame that has no address of its own. */
export function hasAddress(): boolean {
  return location.protocol !== "about:";
}
