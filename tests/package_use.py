"""Which files of tests use a package such as TensorFlow: a row of tools/matrix.py that asks about one runs only these.

A file uses it that imports it: itself, in a program that it holds as text and runs, through a module of tests/, or through a fixture.
To name the package in a sentence or in a graph's producer is no use of it.
"""

from __future__ import annotations

import ast
import re
from functools import lru_cache
from pathlib import Path
from typing import FrozenSet

FOLDER = Path(__file__).resolve().parent


@lru_cache(maxsize=None)
def uses(package: str, path: Path, tests: Path = FOLDER) -> bool:
    """Whether a file of the folder `tests` uses `package`."""
    text = path.read_text(encoding="utf-8")
    return _reaches(text, package, _modules(package, tests)) or bool(_words(text) & _fixtures_at(package, path, tests))


def _reaches(text: str, package: str, modules: FrozenSet[str] = frozenset()) -> bool:
    """Whether a text imports the package or one of the modules, asks pytest for it, or runs such a module as a program."""
    names = _words(text) & {package, *modules}
    return any(_is_import(text, match) for name in names for match in re.finditer(rf"\b{name}\b", text)) or any(
        f"{module}.py" in text for module in names - {package}
    )


def _is_import(text: str, name: "re.Match[str]") -> bool:
    """Whether what stands before a name, at a line's start or that of a program in quotes, makes it an import."""
    before = text[max(0, name.start() - 80) : name.start()]
    return re.search(r"((^|[;\"'\n]|\\n) *(import|from) +|(importorskip|import_module)\(\s*[\"'])$", before) is not None


def _words(text: str) -> FrozenSet[str]:
    return frozenset(re.findall(r"\w+", text))


@lru_cache(maxsize=None)
def _modules(package: str, tests: Path) -> FrozenSet[str]:
    """The names of the modules beside the tests that use `package`, such as `zoo`; and of those that use these."""
    texts = {path.stem: path.read_text(encoding="utf-8") for path in tests.rglob("*.py")}
    texts = {name: text for name, text in texts.items() if not name.startswith("test_") and name != "conftest"}
    using: FrozenSet[str] = frozenset()
    while True:
        more = frozenset(name for name, text in texts.items() if _reaches(text, package, using))
        if more == using:
            return using
        using = more


def _fixtures_at(package: str, path: Path, tests: Path) -> FrozenSet[str]:
    """The fixtures that use `package`, of each conftest.py that holds for this file."""
    inside = [folder for folder in path.resolve().parents if folder == tests or tests in folder.parents]
    files = [folder / "conftest.py" for folder in inside]
    return frozenset(name for file in files if file.exists() for name in _fixtures(package, file, tests))


@lru_cache(maxsize=None)
def _fixtures(package: str, conftest: Path, tests: Path) -> FrozenSet[str]:
    """The functions of a conftest.py that use `package`, and the fixtures that ask for one of these."""
    text = conftest.read_text(encoding="utf-8")
    functions = [node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)]
    asked = {node.name: {argument.arg for argument in node.args.args} for node in functions}
    bodies = {node.name: "\n".join(text.splitlines()[node.lineno - 1 : node.end_lineno]) for node in functions}
    using = frozenset(name for name, body in bodies.items() if _reaches(body, package, _modules(package, tests)))
    while True:
        more = using | {name for name, arguments in asked.items() if arguments & using}
        if more == using:
            return using
        using = more
