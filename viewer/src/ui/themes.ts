// Light or dark: what the page was made for, else what the system asks for, until the reader chooses.
import { STATUSES } from "../data/difference";
import type { Face } from "../data/style";
import type { Theme } from "../draw/theme";
import type { ThemeChoice } from "../state/preferences";

export class Themes {
  private readonly system = matchMedia("(prefers-color-scheme: dark)");

  /** @param remember keeps what the reader has chosen. */
  constructor(
    private chosen: ThemeChoice,
    private readonly changed: () => void,
    private readonly remember: (theme: ThemeChoice) => void = () => {},
  ) {
    this.apply();
    this.system.addEventListener("change", () => this.choose(this.chosen));
  }

  get choice(): ThemeChoice {
    return this.chosen;
  }

  choose(theme: ThemeChoice): void {
    this.chosen = theme;
    this.apply();
    this.changed();
  }

  get dark(): boolean {
    return this.chosen === "auto" ? this.system.matches : this.chosen === "dark";
  }

  flip(): void {
    this.want(this.dark ? "light" : "dark");
  }

  /** Choose for this page and those to come. */
  want(theme: ThemeChoice): void {
    this.choose(theme);
    this.remember(theme);
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
