// Files that are dragged over something and dropped on it.

export interface Drops {
  /** A file is over it, or no more. */
  over(isOver: boolean): void;
  drop(files: File[]): void;
}

/** @returns what ends it. */
export function listenForDrops(target: EventTarget, drops: Drops): () => void {
  const ending = new AbortController();
  let depth = 0; // each element inside tells by itself that a file comes and goes
  const on = (kind: string, act: (event: DragEvent) => void) =>
    target.addEventListener(
      kind,
      (event) => {
        const { dataTransfer } = event as DragEvent;
        if (!dataTransfer || ![...dataTransfer.types].includes("Files")) return;
        event.preventDefault();
        act(event as DragEvent);
      },
      { signal: ending.signal },
    );
  const tell = (by: number) => {
    depth = Math.max(0, depth + by);
    drops.over(depth > 0);
  };
  on("dragenter", () => tell(1));
  on("dragleave", () => tell(-1));
  on("dragover", ({ dataTransfer }) => {
    if (dataTransfer) dataTransfer.dropEffect = "copy";
  });
  on("drop", (event) => {
    tell(-depth);
    event.stopPropagation(); // an element in a page takes its own
    drops.drop([...(event.dataTransfer?.files ?? [])]);
  });
  return () => ending.abort();
}
