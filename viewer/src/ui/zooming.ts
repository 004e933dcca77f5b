// Zooming of what is shown, the overview or the drawing: by buttons, keys and the menu.
import type { Viewport } from "../draw/viewport";
import type { Session } from "../state/session";
import type { OverviewPane } from "./overview";

export class Zooming {
  constructor(
    private readonly session: Session,
    private readonly viewport: Viewport,
    private readonly overview: OverviewPane | null,
  ) {}

  by(factor: number): void {
    if (this.session.overview) this.overview?.zoom(factor);
    else this.viewport.zoom(factor);
  }

  /** All of it in view. */
  all(): void {
    if (this.session.overview) this.overview?.all();
    else this.viewport.go({ to: "all" });
  }
}
