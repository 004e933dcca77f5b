// Light or dark: what the page was made for, else what the system asks for, until the reader chooses.
import { STATUSES } from "../data/difference";
import type { Face } from "../data/style";
import type { Theme } from "../draw/theme";

export class Themes {
  private readonly system = matchMedia("(prefers-color-scheme: dark)");

  constructor(
    private chosen: string,
    private readonly changed: () => void,
  ) {
    this.apply();
    this.system.addEventListener("change", () => this.choose(this.chosen));
  }

  /** What was chosen: `light`, `dark` or `auto`. */
  get choice(): string {
    return this.chosen;
  }

  choose(theme: string): void {
    this.chosen = theme;
    this.apply();
    this.changed();
  }

  get dark(): boolean {
    return this.chosen === "auto" ? this.system.matches : this.chosen === "dark";
  }

  flip(): void {
    this.choose(this.dark ? "light" : "dark");
  }

  private apply(): void {
    document.documentElement.dataset.theme = this.dark ? "dark" : "light";
  }
}

/** Give the panels the colours and fonts that they share with the drawing. */
export function dress(theme: Theme, faces: Record<string, Face>): void {
  const shared = {
    text: theme.ink.name, soft: theme.ink.note, link: theme.ink.source, line: theme.card.stroke, stage: theme.paper, found: theme.hit,
    sans: faces.regular.family, mono: faces.mono.family,
  };
  const differs = Object.fromEntries(STATUSES.flatMap((status) => [[status, theme.differs[status].stroke], [`${status}-badge`, theme.differs[status].badge]]));
  for (const [name, value] of Object.entries({ ...shared, ...differs, "found-error": theme.found.error, "found-warning": theme.found.warning, "badge-ink": theme.badgeInk })) document.documentElement.style.setProperty(`--${name}`, value);
}
