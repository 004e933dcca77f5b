// A dialog in which the reader writes a note or a name. In a text field Ctrl Z is the browser's own.
import { exact } from "../data/words";
import { button, h, replace } from "./dom";

export interface Asked {
  title: string;
  /** What is written about, below the title. */
  about: string;
  text: string;
  most: number;
  /** Several lines, or one. */
  isLong: boolean;
  done(text: string): void;
}

/** So near to its end a long text is told how many letters are left. */
const NEAR = 400;

export class Writing {
  readonly element = h("dialog", { class: "writing" });

  ask({ title, about, text, most, isLong, done }: Asked): void {
    const { element } = this;
    const field = isLong ? h("textarea", { rows: 5, maxlength: most }) : h("input", { type: "text", maxlength: most });
    field.value = text;
    field.setAttribute("aria-label", title);
    field.title = `${title} (${isLong ? "Ctrl Enter saves" : "Enter saves"}, Esc leaves it)`;
    const left = h("span", { class: "soft writing-left", role: "status" });
    const tell = () => (left.textContent = most - field.value.length < NEAR && isLong ? `${exact(most - field.value.length)} letters left` : "");
    const save = () => {
      element.close();
      done(field.value);
    };
    field.addEventListener("input", tell);
    field.addEventListener("keydown", (event) => {
      const { key, ctrlKey, metaKey, isComposing } = event as KeyboardEvent;
      if (key !== "Enter" || isComposing || (isLong && !ctrlKey && !metaKey)) return;
      event.preventDefault();
      save();
    });
    tell();
    element.setAttribute("aria-label", title);
    replace(element, h("h2", {}, title), h("p", { class: "soft mono writing-about" }, about), field, h("div", { class: "writing-tools" },
      button("Save", save, { class: "close", title: `Save (${isLong ? "Ctrl Enter" : "Enter"})` }), button("Cancel", () => element.close(), { class: "close", title: "Leave it as it was (Esc)" }), left));
    element.showModal();
    field.focus();
    field.select();
  }
}
