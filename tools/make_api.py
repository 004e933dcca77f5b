"""Writes docs/api.md, the reference, from signatures, docstrings and the command's help: `make docs`."""

from __future__ import annotations

import ast
import inspect
import re
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any, Dict, Iterator, List

from api_command import command

import opscope

PAGE = Path(__file__).resolve().parent.parent / "docs" / "api.md"
PACKAGE = Path(opscope.__file__).parent
WIDEST = 100
"""Characters of a signature that stays on one line."""
SECTIONS = {
    "Args": "Arguments",
    "Attributes": "Attributes",
    "Raises": "Raises",
    "Returns": "Returns",
    "Yields": "Yields",
}
INNER = {"Content", "NodeTable", "TracedFiles"}
"""Classes that attributes of `Graph` have for opscope itself; docs/architecture.md describes them."""

HEAD = """# Reference

Every public name and every option of the command, written by `make docs` from the code: change a docstring there, not this page.
What a user needs first is in the [tutorials](tutorials); the fields of the JSON are in [json.md](json.md).
"""


def page() -> str:
    """The text of docs/api.md."""
    text = "\n".join(_lines())
    return "\n".join([line.rstrip() for line in text.splitlines()]).rstrip() + "\n"


def _lines() -> Iterator[str]:
    public = {name: getattr(opscope, name) for name in opscope.__all__}
    yield HEAD
    yield "## Functions\n"
    for name, value in public.items():
        if inspect.isfunction(value):
            yield from _callable(f"opscope.{name}", value, "###")
    for name, value in public.items():
        if inspect.isclass(value) and not issubclass(value, Exception):
            yield f"## `opscope.{name}`\n"
            yield from _class(value, "###", owner=name.lower())
    yield "## What a graph holds\n"
    yield "What the attributes and methods above give, read-only. Fields that the JSON has too are explained in [json.md](json.md).\n"
    for value in _given(value for value in public.values() if inspect.isclass(value)):
        yield f"### `{value.__name__}`\n"
        yield from _class(value, "####", owner=value.__name__)
    yield "## Errors\n"
    for name, value in public.items():
        if inspect.isclass(value) and issubclass(value, Exception):
            bases = ", ".join(f"`{base.__name__}`" for base in value.__bases__)
            yield f"- **`opscope.{name}`** ({bases}): {_one_line(value)}"
    yield "\n## The command\n"
    yield from command()


def _class(cls: type, heading: str, *, owner: str) -> Iterator[str]:
    """A class: its docstring, its fields and properties as a list, its methods."""
    yield _prose(inspect.getdoc(cls) or "")
    for name, annotation in _fields(cls).items():
        yield f"- `{name}`: `{_annotation(annotation)}`{_after(_field_texts(cls).get(name, ''))}"
    members = list(_members(cls).items())
    for name, value in members:
        if isinstance(value, property):
            returns = _annotation(inspect.signature(value.fget).return_annotation) if value.fget else "Any"
            yield f"- `{owner}.{name}`: `{returns}`{_after(_inline(inspect.getdoc(value) or ''))}"
    yield ""
    for name, value in members:
        if inspect.isfunction(value):
            yield from _callable(f"{owner}.{name}", value, heading)


def _callable(name: str, function: Any, heading: str) -> Iterator[str]:
    yield f"{heading} `{name}`\n"
    yield f"```py\n{_signature(name, function)}\n```\n"
    yield _prose(inspect.getdoc(function) or "")


def _signature(name: str, function: Any) -> str:
    """On one line where it is short, else one parameter a line."""
    signature = inspect.signature(function)
    parts: List[str] = []
    star = False
    for parameter in signature.parameters.values():
        if parameter.name == "self":
            continue
        if parameter.kind is parameter.KEYWORD_ONLY and not star:
            parts.append("*")
            star = True
        star = star or parameter.kind is parameter.VAR_POSITIONAL
        parts.append(_parameter(parameter))
    returns = f" -> {_annotation(signature.return_annotation)}"
    line = f"{name}({', '.join(parts)}){returns}"
    if len(line) <= WIDEST:
        return line
    return "\n".join([f"{name}(", *(f"    {part}," for part in parts), f"){returns}"])


def _parameter(parameter: inspect.Parameter) -> str:
    prefix = {parameter.VAR_POSITIONAL: "*", parameter.VAR_KEYWORD: "**"}.get(parameter.kind, "")
    text = f"{prefix}{parameter.name}: {_annotation(parameter.annotation)}"
    if parameter.default is parameter.empty:
        return text
    default = repr(parameter.default).replace("'", '"')
    return f"{text} = {'...' if ' at 0x' in default else default}"


def _annotation(annotation: Any) -> str:
    """As the code has it, without the quotes of names that are imported late; those in a ``Literal`` are part of it."""
    if annotation is inspect.Signature.empty:
        return "Any"
    if isinstance(annotation, str):
        whole = annotation.strip("\"'")
        return whole.replace("'", '"') if "Literal[" in whole else re.sub("[\"']", "", whole)
    forward = getattr(annotation, "__forward_arg__", None)
    return forward if forward is not None else getattr(annotation, "__name__", str(annotation))


def _prose(doc: str) -> str:
    """A docstring as Markdown: sections become lists, examples keep their prompt, literals get single ticks."""
    lines: List[str] = []
    section = ""
    for line in doc.splitlines():
        title = line[:-1] if line.endswith(":") else ""
        if title in SECTIONS:
            section = title
            lines += [f"**{SECTIONS[title]}**", ""]
        elif section and line.startswith("    ") and not line.startswith("     "):
            lines.append(_item(line.strip()))
        elif section and line.startswith("     "):
            lines.append(f"  {line.strip()}")
        else:
            section = "" if line.strip() else section
            lines.append(line)
    text = re.sub(r"((?:^>>> .*\n?)(?:^(?!$).*\n?)*)", r"```pycon\n\1\n```\n", "\n".join(lines), flags=re.MULTILINE)
    return _ticks(text).replace("\n\n```\n", "\n```\n").rstrip() + "\n"


def _item(line: str) -> str:
    """``name: what it is`` of a section as an item of a list."""
    name, colon, text = line.partition(": ")
    return f"- `{name}`: {text}" if colon and re.fullmatch(r"[\w*]+(, \w+)*", name) else f"- {line}"


def _ticks(text: str) -> str:
    """Literals with one tick, as Markdown has them; fences have three and stay."""
    return re.sub(r"(?<!`)``(?!`)", "`", text)


def _inline(doc: str) -> str:
    return " ".join(_ticks(doc).split())


def _one_line(value: Any) -> str:
    return _inline(inspect.getdoc(value) or "")


def _after(text: str) -> str:
    return f". {text}" if text else ""


def _given(classes: Iterator[Any]) -> List[type]:
    """The package's classes that annotations of public members name, and those that these name, in that order."""
    homes = _homes()
    found: Dict[str, type] = {}
    waiting = [cls for cls in classes if not issubclass(cls, Exception)]
    known = {cls.__name__ for cls in waiting} | INNER
    while waiting:
        cls = waiting.pop(0)
        for word in re.findall(r"\b[A-Z]\w+\b", " ".join(_annotations(cls))):
            if word in homes and word not in known:
                known.add(word)
                found[word] = getattr(import_module(homes[word]), word)
                waiting.append(found[word])
    return list(found.values())


def _annotations(cls: type) -> Iterator[str]:
    """The annotations of public fields, and of what public members give."""
    yield from map(_annotation, _fields(cls).values())
    for value in _members(cls).values():
        function = value.fget if isinstance(value, property) else value
        if inspect.isfunction(function):
            yield _annotation(inspect.signature(function).return_annotation)


def _own(cls: type) -> List[type]:
    """The class and those of the package that it extends, these first."""
    return [each for each in reversed(cls.__mro__) if each.__module__.startswith("opscope.")]


def _members(cls: type) -> Dict[str, Any]:
    """Public name -> what the class, or one that it extends, has by it."""
    found = {name: value for each in _own(cls) for name, value in vars(each).items()}
    return {name: value for name, value in found.items() if not name.startswith("_")}


def _fields(cls: type) -> Dict[str, Any]:
    """Public field -> annotation; those of a dictionary by name, since Python 3.8 has them in another order."""
    found = {name: kind for each in _own(cls) for name, kind in vars(each).get("__annotations__", {}).items()}
    names = sorted(found) if issubclass(cls, dict) else list(found)
    return {
        name: found[name]
        for name in names
        if not name.startswith("_") and not _annotation(found[name]).startswith("ClassVar")
    }


@lru_cache(maxsize=None)
def _homes() -> Dict[str, str]:
    """Class name -> its module, for the classes of the room `graph`: a graph hands out no others."""
    found: Dict[str, List[str]] = {}
    for path in sorted((PACKAGE / "graph").rglob("*.py")):
        module = ".".join(("opscope", *path.relative_to(PACKAGE).with_suffix("").parts))
        for name in re.findall(r"^class ([A-Z]\w*)", path.read_text(encoding="utf-8"), re.MULTILINE):
            found.setdefault(name, []).append(module)
    return {name: modules[0] for name, modules in found.items() if len(modules) == 1}


def _field_texts(cls: type) -> Dict[str, str]:
    """Field -> the string that stands below it in the code, which Python does not keep."""
    told = {}
    for tree in [ast.parse(inspect.getsource(each)).body[0] for each in _own(cls)]:
        assert isinstance(tree, ast.ClassDef)
        for field, text in zip(tree.body, tree.body[1:]):
            words = ast.literal_eval(text.value) if _is_text(text) else ""
            if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and words:
                told[field.target.id] = _inline(words)
    return told


def _is_text(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(getattr(statement.value, "value", None), str)


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
