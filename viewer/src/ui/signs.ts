// The signs of what differs between two graphs, as they stand beside words: a colour never says it alone.
import type { Difference, Status } from "../data/difference";
import { STATUSES } from "../data/difference";
import { h } from "./dom";

/** What a sign means. */
export const MEANINGS: Record<Status, string> = { added: "only in the second", removed: "only in the first", changed: "not the same in both" };

export function sign({ signs }: Difference, status: Status): HTMLElement {
  return h("span", { class: `sign ${status}`, title: MEANINGS[status] }, signs[status]);
}

/** All signs with what they mean. */
export function signsTold(difference: Difference): HTMLElement[] {
  return STATUSES.map((status) => h("span", { class: "legend-entry" }, sign(difference, status), MEANINGS[status]));
}

/** Counts as `+3 −1 ~2`, each in its colour. */
export function countSigns(text: string, { signs }: Difference): HTMLElement[] {
  return text.split(" ").filter(Boolean).map((part) => {
    const status = STATUSES.find((one) => part.startsWith(signs[one])) ?? "changed";
    return h("span", { class: `count-sign ${status}` }, part);
  });
}
