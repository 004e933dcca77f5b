"""The rooms of docs/architecture.md: data flows one way, and only two rooms know TensorFlow."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Iterator, NamedTuple

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "src" / "opscope"
ROOMS = [
    "graph",
    "workers",
    "program",
    "shapes",
    "load",
    "capture",
    "passes",
    "cost",
    "executed",
    "profile",
    "diff",
    "check",
    "layout",
    "render",
    "survey",
]
"""From the top down: a room uses the rooms before it, never those after it."""
FACES = {"cli", "demo", "notebook", "tensorboard", "testing", "visualize", "__init__", "__main__"}
EVERYWHERE = {"errors", "suggestions", "visible", "collector", "version", "folder"}
METHODS = {"graph/graph.py", "diff/difference.py", "check/findings.py"}
"""The methods of `Graph`, `Difference` and `Findings` import the room that does the work when they are called: the only way up."""
INSIDE = {"layout": ["scene", "sizes", "arrange", "place"], "profile": ["recordings", "running", "attribution", "runs"]}
"""Rooms whose folders have an order of their own; modules beside the folders come before (`flat`) or after them (the rest)."""


class Import(NamedTuple):
    """One import of a module of the package."""

    target: str
    when_loaded: bool


def imports(path: Path) -> Iterator[Import]:
    """Every import of the package's own modules, relative or absolute, by the imported module's path below the package."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    own = ["opscope", *path.relative_to(PACKAGE).with_suffix("").parts]
    typing_only = {id(node) for block in ast.walk(tree) if _is_type_checking(block) for node in ast.walk(block)}
    inside = {id(node) for function in ast.walk(tree) if isinstance(function, FUNCTIONS) for node in ast.walk(function)}
    for node in ast.walk(tree):
        if id(node) in typing_only:
            continue
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = (
                ".".join([*own[: len(own) - node.level], *(node.module or "").split(".")])
                if node.level
                else node.module
            )
            names = [base.rstrip(".") if node.module else f"{base.rstrip('.')}.{alias.name}" for alias in node.names]
        else:
            continue
        for name in set(names):
            if name.startswith("opscope."):
                yield Import(name[len("opscope.") :].replace(".", "/"), id(node) not in inside)


FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


def _is_type_checking(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def modules(room: str) -> "list[Path]":
    return sorted((PACKAGE / room).rglob("*.py"))


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_only_the_rooms_above_it(room: str) -> None:
    allowed = {*ROOMS[: ROOMS.index(room) + 1], *EVERYWHERE}
    for path in modules(room):
        is_methods = path.relative_to(PACKAGE).as_posix() in METHODS
        wrong = {
            found.target
            for found in imports(path)
            if found.target.partition("/")[0] not in allowed and (found.when_loaded or not is_methods)
        }
        allowed_here = {"notebook"} if is_methods else set()
        assert not wrong - allowed_here, f"{path.relative_to(PACKAGE)} imports {sorted(wrong)}"


@pytest.mark.parametrize("room", INSIDE)
def test_the_folders_of_a_room_have_an_order_too(room: str) -> None:
    order = INSIDE[room]
    for folder in order:
        after = {f"{room}/{name}" for name in order[order.index(folder) + 1 :]}
        for path in sorted((PACKAGE / room / folder).rglob("*.py")):
            wrong = {found.target for found in imports(path) if "/".join(found.target.split("/")[:2]) in after}
            assert not wrong, f"{path.relative_to(PACKAGE)} imports {sorted(wrong)}"


def test_rooms_import_each_other_by_relative_imports() -> None:
    for room in ROOMS:
        for path in modules(room):
            absolute = re.findall(r"^\s*(?:from|import) opscope\b.*", path.read_text(encoding="utf-8"), re.MULTILINE)
            assert not absolute, f"{path.relative_to(PACKAGE)}: {absolute}"


def test_only_capture_and_the_runner_of_profile_import_tensorflow() -> None:
    for path in sorted(PACKAGE.rglob("*.py")):
        names = set()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                names.add((node.module or "").partition(".")[0])
        place = path.relative_to(PACKAGE)
        if place.parts[0] not in {"capture", "demo"}:
            assert not names & {"tensorflow", "keras", "tf_keras"}, place


def test_every_module_is_in_a_room_or_is_a_face() -> None:
    found = {path.stem if path.is_file() else path.name for path in PACKAGE.iterdir()}
    assert found - {"py", "__pycache__"} == {*ROOMS, *FACES, *EVERYWHERE}
