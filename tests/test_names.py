"""One name, one thing: no two modules have a name, and none defines a public name that another defines too.

A reader who meets `Place` or `split` must not have to ask which. What still has two homes stands below, with the reason.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Dict, Iterator, List, NamedTuple, Set, Tuple

if TYPE_CHECKING:
    import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "src" / "opscope"


class Exempt(NamedTuple):
    """A name that may be defined in each of `modules` (glob patterns of paths in the package), and why."""

    modules: Tuple[str, ...]
    why: str


NAMES = {
    "add": Exempt(("cli/*.py",), "every verb of the command adds its own arguments"),
    "run": Exempt(("cli/*.py",), "every verb of the command is run"),
    "read": Exempt(
        (
            "program/program.py",
            "load/files.py",
            "profile/recordings/xplane.py",
            "capture/inputs.py",
        ),
        "one in each module that makes sense of what a user hands over, which the module's name tells",
    ),
    "Op": Exempt(
        ("graph/scripting/op_view.py", "cost/op.py"),
        "one op: as scripts see it, and as the formula of its cost sees it, every shape and attribute known or an error",
    ),
    "FORMAT": Exempt(("load/formats/*.py",), "what each module of the folder is found by, as a format of files"),
    "OUTPUT": Exempt(("render/outputs/*.py",), "what each module of the folder is found by, as an output"),
    "check": Exempt(("check/__init__.py", "testing.py"), "the same check, and a test that fails with what it finds"),
    "RULE": Exempt(("check/rulebook/*.py",), "what each module of the folder is found by, as a rule"),
    "FORMULAS": Exempt(("cost/formulas/*.py",), "what each module of the folder is found by, as a table of formulas"),
}
"""Names with one meaning that several modules define."""

VOCABULARIES = {
    "graph/json/json_values.py": "one check for each kind of JSON value, called as the kind: `text`, `shape`, `whole`",
    "graph/json/records.py": "one reader for each record in the JSON, called as the record",
    "render/dot/items.py": "one writer for each mark of a drawing, called as in `render/svg/marks.py`",
}
"""Modules whose names are the words of another language; what they define counts for no other module."""

MODULES = {
    "drawing": Exempt(("render/*/drawing.py",), "a whole drawing, as each language writes it"),
    "items": Exempt(("layout/scene/items.py", "render/dot/items.py"), "the scene's items, and how DOT writes them"),
    "timeline": Exempt(
        ("profile/attribution/timeline.py", "render/timeline"), "the timeline, and the formats that it is written in"
    ),
}
"""Names that several modules or folders have. Two need no entry: a module that its folder is named for, and those of the
command, which are named for what they call."""


def paths() -> List[str]:
    return sorted(path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py"))


def public_names(path: str) -> Set[str]:
    """What a module defines at its top level: classes, functions, constants and aliases of types; imports are no definitions."""
    tree = ast.parse((PACKAGE / path).read_text(encoding="utf-8"))
    return {name for statement in tree.body for name in defined(statement) if not name.startswith("_")}


def defined(statement: ast.stmt) -> Iterator[str]:
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        yield statement.name
    elif isinstance(statement, (ast.Assign, ast.AnnAssign)):
        for target in statement.targets if isinstance(statement, ast.Assign) else [statement.target]:
            yield from (node.id for node in ast.walk(target) if isinstance(node, ast.Name))
    elif isinstance(statement, (ast.If, ast.Try)):
        handled = [inner for handler in getattr(statement, "handlers", []) for inner in handler.body]
        for inner in [*statement.body, *handled, *statement.orelse, *getattr(statement, "finalbody", [])]:
            yield from defined(inner)


def homes_of_names() -> Dict[str, List[str]]:
    homes: Dict[str, List[str]] = defaultdict(list)
    for path in paths():
        for name in public_names(path) if path not in VOCABULARIES else ():
            homes[name].append(path)
    return {name: where for name, where in homes.items() if len(where) > 1}


def homes_of_modules() -> Dict[str, List[str]]:
    homes: Dict[str, List[str]] = defaultdict(list)
    for path in map(PurePosixPath, paths()):
        place = path.parent if path.name == "__init__.py" else path
        if place.name and path.parts[0] != "cli" and place.stem != place.parent.name:
            homes[place.stem].append(str(place))
    return {name: where for name, where in homes.items() if len(where) > 1}


def unexplained(homes: Dict[str, List[str]], allowed: Dict[str, Exempt]) -> Dict[str, List[str]]:
    """The names with several homes of which at least one is not allowed."""
    return {
        name: where
        for name, where in sorted(homes.items())
        if name not in allowed
        or not all(any(PurePosixPath(path).match(pattern) for pattern in allowed[name].modules) for path in where)
    }


def test_a_public_name_is_defined_in_one_module() -> None:
    assert unexplained(homes_of_names(), NAMES) == {}


def test_a_module_shares_its_name_with_no_other() -> None:
    assert unexplained(homes_of_modules(), MODULES) == {}


def test_no_exemption_has_outlived_its_reason() -> None:
    assert set(NAMES) <= set(homes_of_names())
    assert set(MODULES) <= set(homes_of_modules())
    assert set(VOCABULARIES) <= set(paths())


def test_the_list_is_short_and_reasoned() -> None:
    lists: List[str] = [*(exempt.why for exempt in (*NAMES.values(), *MODULES.values())), *VOCABULARIES.values()]
    assert len(lists) <= 15
    assert all(len(why.split()) > 4 for why in lists)


def test_a_second_home_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    (tmp_path / "one" / "cut.py").write_text("import os\nLIMIT: int = 1\nclass Place: ...\n_hidden = 1\n")
    (tmp_path / "two" / "cut.py").write_text(
        "LIMIT, REST = 1, 2\nif REST:\n    def place(): ...\nPlace = os = 1\n_hidden = 2\n"
    )
    monkeypatch.setitem(globals(), "PACKAGE", tmp_path)
    both = ["one/cut.py", "two/cut.py"]
    assert homes_of_names() == {"LIMIT": both, "Place": both}
    assert homes_of_modules() == {"cut": both}
    allowed = {"LIMIT": Exempt(("*/cut.py",), ""), "Place": Exempt(("one/*.py",), "")}
    assert unexplained(homes_of_names(), allowed) == {"Place": both}
