// The list of findings: which severities are shown, and at which finding the reader is. It knows nothing of the drawing.
import { SEVERITIES, type Findings, type Severity } from "../data/findings";

export class FindingRows {
  readonly counts: { severity: Severity; count: number }[];
  private readonly hidden = new Set<Severity>();
  private readonly listeners: (() => void)[] = [];
  /** Which of the findings the reader is at; -1: at none. */
  at = -1;

  constructor(readonly findings: Findings) {
    const count = (severity: Severity) => findings.entries.filter((one) => one.severity === severity).length;
    this.counts = SEVERITIES.map((severity) => ({ severity, count: count(severity) })).filter((one) => one.count > 0);
  }

  on(act: () => void): void {
    this.listeners.push(act);
  }

  isShown(severity: Severity): boolean {
    return !this.hidden.has(severity);
  }

  show(severity: Severity, shown: boolean): void {
    if (shown) this.hidden.delete(severity);
    else this.hidden.add(severity);
    this.tell();
  }

  /** The findings that are listed, by their numbers. */
  rows(): number[] {
    return this.findings.entries.flatMap(({ severity }, number) => (this.isShown(severity) ? [number] : []));
  }

  choose(number: number): void {
    this.at = number;
    this.tell();
  }

  /** The finding that a link calls by its number, from 1 on; -1 where there is none. */
  named(id: string): number {
    return /^\d+$/.test(id) && Number(id) <= this.findings.entries.length ? Number(id) - 1 : -1;
  }

  /** The next finding of the list, or the one before; at its ends the reader stays. Of none listed: -1. */
  beside(by: number): number {
    const rows = this.rows();
    const place = rows.indexOf(this.at);
    if (place >= 0) return rows[Math.min(rows.length - 1, Math.max(0, place + by))];
    return (by > 0 ? rows[0] : rows[rows.length - 1]) ?? -1;
  }

  private tell(): void {
    for (const act of this.listeners) act();
  }
}
