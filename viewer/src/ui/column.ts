// A column of a table.
export interface Column {
  id: string;
  title: string;
  /** What its figures are of a training step that also has gradients, behind the title on screen. */
  pass?: string;
  /** What the figures are, where the title alone does not tell. */
  meaning?: string | undefined;
  /** What a file gets. Numbers sort by size, texts as they are shown, by letter. */
  value(row: number): number | string;
  text(row: number): string;
  /** Why a row has none, where that is known. */
  none?: string;
  /** The standard error of an amount, which gets a column of its own in CSV. */
  error?(row: number): number;
}
