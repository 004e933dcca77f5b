// What the profiled step was spent on, in the strip at the bottom: as many parts as it has room for, what is left added up. A part that is cut would be another figure.
import { percent, type Words } from "../data/words";
import type { Session } from "../state/session";
import { h } from "./dom";

const PROGRAM = "XLA ran a function as one program: no op in it has a time of its own;";
const PROGRAMS = "XLA ran functions as one program each: no op in them has a time of its own;";
const UNTIMED = "of some ops that XLA compiled the time is not known;";

export function coverage({ facts: { measurement, programs } }: Session, words: Words): HTMLElement {
  const element = h("div", { class: "coverage" });
  if (!measurement?.coverage) return element;
  const parts = Object.entries(measurement.coverage);
  const told = ([name, share]: [string, number]) => `${words.part(name)} ${percent(share)}`;
  const step = measurement.profiled_step_time_us;
  const lead = `of the profiled step${step ? `, ${words.time(step)}` : ""}: `;
  const meant = parts.map((part) => [told(part), words.meanings.parts[part[0]]].filter(Boolean).join(": "));
  element.title = [lead.trim(), ...meant, ...programs].join("\n");
  // Who reads the times of a drawing reads this line too.
  const compiled = measurement.compiled?.length ?? 0;
  const said = [compiled === 1 ? PROGRAM : compiled ? PROGRAMS : "", measurement.untimed?.length ? UNTIMED : ""].filter(Boolean);
  const apart = said.flatMap((text) => [h("span", { class: "coverage-programs" }, text), " "]);
  const tell = (count: number) => {
    const rest = parts.slice(count);
    // The ops come first: what they leave is time in which no op ran.
    const others = rest.length ? [`${count === 1 ? "outside of ops" : "the rest"} ${percent(rest.reduce((sum, [, share]) => sum + share, 0))}`] : [];
    element.replaceChildren(...apart, lead, ...[...parts.slice(0, count).map(told), ...others].flatMap((text) => [h("span", {}, text), " "]));
  };
  const cut = () => element.scrollHeight > element.clientHeight + 1 || element.scrollWidth > element.clientWidth + 1;
  let room = "";
  new ResizeObserver(() => {
    // Fewer parts may make it narrower: only a window of another size, or a strip with other things in it, is a reason to begin again.
    const now = `${window.innerWidth} ${element.closest(".bottom")?.classList.contains("open")}`;
    if (room === now) return;
    room = now;
    let count = parts.length;
    for (tell(count); count > 1 && cut(); tell(--count));
    // Part of the shares would seem to be all of them.
    element.classList.toggle("untold", cut());
  }).observe(element);
  tell(parts.length);
  return element;
}
