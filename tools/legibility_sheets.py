"""Makes what readers of the legibility trial get (docs/legibility.md): `python tools/legibility_sheets.py OUT [NAMES...]`.

Reads OUT/NAME.json and OUT/plot_model/NAME.png, and writes OUT/sheets/NN.png, NN.txt and OUT/sheets/plot_model/NN.png: NN is the number of
the model's heading in docs/legibility.md, so that a file does not give away which model it is. Prints, for who judges the answers, where the
time of a measured model goes.
"""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import Dict, Iterator, List, NamedTuple

from legibility import times
from PIL import Image

import opscope

PAGE = Path(__file__).resolve().parent.parent / "docs" / "legibility.md"
WINDOW = (1280, 720)
ASKED = """You see one picture. Answer from it alone, in a line for each question.
Where it does not say, answer "not to be seen".
"""


class Sheet(NamedTuple):
    """One model of the trial."""

    number: str
    questions: List[str]


def sheets() -> Dict[str, Sheet]:
    """What docs/legibility.md asks of each model; right answers stay there."""
    found: Dict[str, Sheet] = {}
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        heading = re.fullmatch(r"### (\d\d) (\S+)", line)
        row = re.match(r"\| (\S+) \d+ \| ([^|]+) \|", line)
        if heading:
            found[heading[2]] = Sheet(heading[1], [])
        elif row:
            found[row[1]].questions.append(row[2])
    return found


def fitted(picture: Path, path: Path) -> None:
    """As a viewer shows it in a window: made smaller, never larger."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.MAX_IMAGE_PIXELS = None  # the pictures are our own, and those of plot_model are long
    with Image.open(picture) as image:
        small = image.convert("RGBA")
        small.thumbnail(WINDOW, Image.Resampling.LANCZOS)
        ground = Image.new("RGBA", small.size, "white")
        Image.alpha_composite(ground, small).convert("RGB").save(path)


def write(name: str, sheet: Sheet, out: Path) -> Iterator[str]:
    """Make one model's sheet, and tell of it."""
    graph = opscope.load(out / f"{name}.json")
    drawn = graph.save(out / "sheets" / "whole" / f"{name}.png")
    fitted(drawn, out / "sheets" / f"{sheet.number}.png")
    lines = [f"{number}. {question}" for number, question in enumerate(sheet.questions, 1)]
    (out / "sheets" / f"{sheet.number}.txt").write_text("\n".join([ASKED, *lines, ""]), encoding="utf-8")
    yield f"sheets/{sheet.number}.png: {name}"
    if name in times.PARTS:
        yield "  time: " + ", ".join(
            f"{part} {share:.0f} %" for part, share in times.shares(graph, times.PARTS[name]).items()
        )
    other = out / "plot_model" / f"{name}.png"
    if other.exists():
        fitted(other, out / "sheets" / "plot_model" / f"{sheet.number}.png")
        yield f"sheets/plot_model/{sheet.number}.png"


def main() -> None:
    every = sheets()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(every))
    chosen = parser.parse_args()
    (chosen.out / "sheets" / "whole").mkdir(parents=True, exist_ok=True)
    for name in chosen.names or every:
        if name not in every:
            parser.error(f"docs/legibility.md asks nothing of {name}; it has {', '.join(every)}")
        if not (chosen.out / f"{name}.json").exists():
            print(f"{name} is left out: there is no {name}.json; tools/legibility_models.py makes it")
            continue
        for line in write(name, every[name], chosen.out):
            print(line, flush=True)


if __name__ == "__main__":
    main()
