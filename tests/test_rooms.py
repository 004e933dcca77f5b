"""The rooms of docs/architecture.md: data flows one way."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Iterator, Tuple

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "src" / "opscope"
ROOMS = ["graph", "shapes", "load", "capture", "passes", "cost", "profile", "layout", "render"]
FACES = {"cli", "demo", "notebook", "visualize", "__init__", "__main__"}
EVERYWHERE = {"errors", "visible", "__version__"}


def imports(path: Path) -> Iterator[Tuple[str, bool]]:
    """(room, whether when the module is imported) of every import of the package's own modules."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    top = {id(node) for node in tree.body}
    depth = len(path.relative_to(PACKAGE).parts)
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level == depth:
            if node.module:
                yield node.module.partition(".")[0], id(node) in top
            else:
                yield from ((alias.name, id(node) in top) for alias in node.names)


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_the_rooms_above_it(room: str) -> None:
    allowed = {*ROOMS[: ROOMS.index(room) + 1], *EVERYWHERE}
    for path in sorted((PACKAGE / room).rglob("*.py")):
        wrong = {name for name, at_import in imports(path) if name not in allowed and (at_import or room != "graph")}
        assert not wrong, f"{path.relative_to(PACKAGE)} imports {sorted(wrong)}"


def test_every_module_is_in_a_room_or_is_a_face() -> None:
    found = {path.stem if path.is_file() else path.name for path in PACKAGE.iterdir()}
    assert found - {"py", "__pycache__"} == {*ROOMS, *FACES, *EVERYWHERE} - {"__version__"}
