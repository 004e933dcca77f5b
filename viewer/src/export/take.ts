// What can be taken away: the view as SVG or PNG, the table as CSV.
import type { App } from "../app";
import { saveBlob, saveText } from "./save";
import { svgOf } from "./svg";

function file(app: App, suffix: string): string {
  return `${(app.facts.name || "graph").replace(/[^\w.-]+/g, "_").slice(0, 80)}${suffix}`;
}

export function saveSvg(app: App): void {
  const { frame, camera, size } = app.view;
  saveText(svgOf(frame, camera, size, app.looks.now()), file(app, ".svg"), "image/svg+xml");
}

export function savePng(app: App): void {
  app.view.paint();
  app.view.element.toBlob((blob) => blob && saveBlob(blob, file(app, ".png")), "image/png");
}

export function saveCsv(app: App): void {
  const table = app.bottom.csv();
  if (table) saveText(table.text, file(app, `-${table.name}.csv`), "text/csv");
}
