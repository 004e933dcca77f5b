// Light or dark: what the page was made for, else what the system asks for, until the reader chooses.

export class Themes {
  private readonly system = matchMedia("(prefers-color-scheme: dark)");

  constructor(
    private chosen: string,
    private readonly changed: () => void,
  ) {
    this.apply();
    this.system.addEventListener("change", () => {
      this.apply();
      this.changed();
    });
  }

  get dark(): boolean {
    return this.chosen === "auto" ? this.system.matches : this.chosen === "dark";
  }

  flip(): void {
    this.chosen = this.dark ? "light" : "dark";
    this.apply();
    this.changed();
  }

  private apply(): void {
    document.documentElement.dataset.theme = this.dark ? "dark" : "light";
  }
}
