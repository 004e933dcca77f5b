"""The shape of source code: lengths of modules and functions, parameters, names used twice, import cycles, comments.

A `Tree` is sources by path, from the working tree or from a revision of git. Python is measured by its syntax tree;
TypeScript by lines. A function's lines run from its `def` to its end, docstring included; functions inside functions count
by themselves too. Parameters are all but `self` and `cls`.
"""

from __future__ import annotations

import ast
import io
import subprocess
import tokenize
import zipfile
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Dict, Iterator, List, Set, Tuple

ROOT = Path(__file__).resolve().parent.parent
PACKAGE, VIEWER = "src/opscope/", "viewer/src/"
SETTINGS = ("noqa", "type: ignore", "fmt: ", "pragma")
"""Comments that speak to tools."""
METHODS = "graph/graph.py"
"""The only module that may import rooms below its own, in functions (tests/test_rooms.py)."""
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)

Tree = Dict[str, str]


def working_tree() -> Tree:
    """The sources as they lie in the checkout."""
    paths = [path for folder in (PACKAGE, VIEWER) for path in (ROOT / folder).rglob("*")]
    return {
        path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(paths)
        if path.suffix in {".py", ".ts"}
    }


def revision(name: str) -> Tree:
    """The sources of a revision; `CalledProcessError` where git or the revision is missing."""
    command = ["git", "archive", "--format=zip", name, PACKAGE, VIEWER]
    packed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        names = sorted(name for name in archive.namelist() if name.endswith((".py", ".ts")))
        return {name: archive.read(name).decode() for name in names}


@dataclass(frozen=True)
class Function:
    """A function's length in lines and its parameters but `self` and `cls`."""

    lines: int
    parameters: int


@dataclass(frozen=True)
class Module:
    """What is measured of one Python module; imports are of the package's own modules, dotted as ``graph.types``."""

    path: str
    """Below the package: ``graph/types.py``."""
    lines: int
    comments: int
    functions: Tuple[Function, ...]
    names: Tuple[str, ...]
    """Public names that the module's top level defines."""
    loaded: Tuple[str, ...]
    """Imports that run when the module is loaded."""
    called: Tuple[str, ...]
    """Imports inside functions."""

    @property
    def dotted(self) -> str:
        """As imports name it: ``graph.types``; a package by its folder, the top package by nothing."""
        return ".".join(part for part in self.path[: -len(".py")].split("/") if part != "__init__")


def modules(tree: Tree) -> List[Module]:
    """Every Python module of the package."""
    return [_module(path[len(PACKAGE) :], text) for path, text in tree.items() if path.endswith(".py")]


def _module(path: str, text: str) -> Module:
    syntax = ast.parse(text)
    inside = {id(node) for function in _functions(syntax) for node in ast.walk(function)}
    checking = {id(node) for block in ast.walk(syntax) if _is_type_checking(block) for node in ast.walk(block)}
    loaded: List[str] = []
    called: List[str] = []
    for node in ast.walk(syntax):
        if id(node) not in checking:
            (called if id(node) in inside else loaded).extend(_imported(node, path))
    functions = tuple(Function(_lines(node), _parameters(node)) for node in _functions(syntax))
    names = tuple(sorted({name for name in _defined(syntax.body) if not name.startswith("_")}))
    return Module(path, text.count("\n"), _comments(text), functions, names, tuple(loaded), tuple(called))


def _functions(syntax: ast.AST) -> Iterator[ast.FunctionDef]:
    return (node for node in ast.walk(syntax) if isinstance(node, FUNCTIONS))  # type: ignore[misc]


def _lines(function: ast.FunctionDef) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def _parameters(function: ast.FunctionDef) -> int:
    arguments = function.args
    named = [*getattr(arguments, "posonlyargs", []), *arguments.args, *arguments.kwonlyargs]
    own = bool(named) and named[0].arg in {"self", "cls"}
    return len(named) - own + bool(arguments.vararg) + bool(arguments.kwarg)


def _comments(text: str) -> int:
    """Lines with a comment for readers."""
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    said = [token.string.lstrip("#! ") for token in tokens if token.type == tokenize.COMMENT]
    return sum(not comment.startswith(SETTINGS) for comment in said)


def _defined(body: List[ast.stmt]) -> Iterator[str]:
    """Names that statements at the top level bind, but for imports; branches count as what they hold."""
    for node in body:
        if isinstance(node, (*FUNCTIONS, ast.ClassDef)):
            yield node.name
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            yield from (part.id for target in targets for part in ast.walk(target) if isinstance(part, ast.Name))
        elif isinstance(node, (ast.If, ast.Try)) and not _is_type_checking(node):
            yield from _defined([*node.body, *node.orelse])


def _is_type_checking(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def _imported(node: ast.AST, path: str) -> List[str]:
    """What an import names of the package: modules, or names in modules (`cycles` tells them apart)."""
    if isinstance(node, ast.Import):
        return [alias.name[len("opscope.") :] for alias in node.names if alias.name.startswith("opscope.")]
    if not isinstance(node, ast.ImportFrom):
        return []
    if node.level:
        folders = path.split("/")[:-1]
        base = [*folders[: len(folders) - node.level + 1], *(node.module or "").split(".")]
    elif (node.module or "").partition(".")[0] == "opscope":
        base = (node.module or "").split(".")[1:]
    else:
        return []
    return [".".join([*filter(None, base), alias.name]) for alias in node.names]


def doubled(found: List[Module]) -> Dict[str, List[str]]:
    """Public top-level names that more than one module defines, and those modules."""
    homes = defaultdict(list)
    for module in found:
        for name in module.names:
            homes[name].append(module.path)
    return {name: paths for name, paths in sorted(homes.items()) if len(paths) > 1}


def cycles(found: List[Module], *, called: bool) -> List[List[str]]:
    """Sets of modules that import each other in a circle; with `called`, imports inside functions count too.

    The methods of `Graph` do not count, which import the room that does the work: they make a circle of most of the package.
    That a module's package is loaded before it does not count: every package would be a circle.
    """
    paths = {module.dotted: module.path for module in found}
    after: Dict[str, Set[str]] = {}
    for module in found:
        named = [*module.loaded, *(module.called if called and module.path != METHODS else ())]
        after[module.path] = {paths[name if name in paths else name.rpartition(".")[0]] for name in named}
    reached = {path: _reached(path, after) for path in after}
    circles = {tuple(sorted(other for other in reached[path] if path in reached[other])) for path in after}
    return [list(circle) for circle in sorted(circles) if circle]


def _reached(start: str, after: Dict[str, Set[str]]) -> Set[str]:
    """What can be reached from a module by one import or more."""
    seen: Set[str] = set()
    waiting = list(after[start])
    while waiting:
        path = waiting.pop()
        if path not in seen:
            seen.add(path)
            waiting.extend(after[path])
    return seen


def typescript(tree: Tree) -> Dict[str, List[int]]:
    """The lines of the page's modules by folder; ``""`` is the top."""
    folders = defaultdict(list)
    for path, text in tree.items():
        if path.startswith(VIEWER):
            folders[path[len(VIEWER) :].rpartition("/")[0]].append(text.count("\n"))
    return dict(folders)


def folders(found: List[Module]) -> List[str]:
    """Rooms and their folders: ``graph/``, ``graph/json/``; ``""`` is the whole package."""
    parents = {parent.as_posix() for module in found for parent in PurePosixPath(module.path).parents}
    return ["", *(f"{name}/" for name in sorted(parents - {"."}))]
