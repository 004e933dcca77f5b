"""The options of a drawing, which all verbs that draw have."""

from __future__ import annotations

import argparse
from typing import Any, Callable, Dict, Union

from ..render.options import Described, Options, described
from ..render.registry import honouring
from ..render.takes import DEPTHS


def add(parser: argparse.ArgumentParser) -> None:
    """Add ``--depth``, ``--unfold`` and so on: one argument for each field of `Options`, with its help text."""
    drawing = parser.add_argument_group("drawing")
    part = parser.add_argument_group(f"part to draw ({' '.join(honouring('focus'))})")
    for option in described():
        group = part if option.picks else drawing
        special = _SPECIAL.get(option.name)
        if special is not None:
            special(group, option)
        else:
            _add(group, option)


def _add(group: "argparse._ArgumentGroup", option: Described, **more: Any) -> None:
    """Add one argument. The type of the option's default says whether it is a flag, a number or a text."""
    # Before numbers, as a bool is an int for Python.
    if isinstance(option.default, bool):
        group.add_argument(f"--{option.name}", action="store_true", help=option.help)
        return
    if isinstance(option.default, (int, float)):
        more["type"] = type(option.default)
    if option.choices:
        more["choices"] = option.choices
    group.add_argument(
        f"--{option.name}", **{"default": option.default, "metavar": option.metavar, "help": option.help, **more}
    )


def _add_depth(group: "argparse._ArgumentGroup", option: Described) -> None:
    _add(group, option, type=_depth)


def _add_patterns(group: "argparse._ArgumentGroup", option: Described) -> None:
    _add(group, option, action="append", default=[])


def _add_libraries(group: "argparse._ArgumentGroup", option: Described) -> None:
    """Add ``--library``, once for each of the packages."""
    group.add_argument(
        "--library", dest=option.name, metavar=option.metavar, action="append", default=[], help=option.help
    )


def _add_ends(group: "argparse._ArgumentGroup", _: Described) -> None:
    """Add ``--from`` and ``--to`` for the pair `between`. Either may be left out."""
    group.add_argument(
        "--from", dest="first", metavar="OP", help="draw only what depends on this op (or layer, or input)"
    )
    group.add_argument(
        "--to",
        dest="last",
        metavar="OP",
        help="draw only what this op depends on; with --from, what lies between the two",
    )


def _add_sources(group: "argparse._ArgumentGroup", option: Described) -> None:
    """Add ``--sources DIR`` and ``--no-sources``: in Python the option is true, false or a folder."""
    code = group.add_mutually_exclusive_group()
    code.add_argument("--sources", metavar=option.metavar, default=option.default, help=option.help)
    code.add_argument("--no-sources", dest="sources", action="store_false", help="embed no source code in a page")


_SPECIAL: Dict[str, Callable[["argparse._ArgumentGroup", Described], None]] = {
    "depth": _add_depth, "between": _add_ends, "hide": _add_patterns, "only": _add_patterns, "sources": _add_sources,
    "libraries": _add_libraries,
}  # fmt: skip
"""Options whose arguments cannot be made from the default alone."""


def _depth(text: str) -> Union[int, str]:
    """Read the value of ``--depth``."""
    if text in DEPTHS:
        return text
    if not text.isdigit():
        msg = f"{text!r} is not a depth; give a whole number from 0, overview, layers or all"
        raise argparse.ArgumentTypeError(msg)
    return int(text)


def chosen(options: argparse.Namespace) -> Options:
    """The options of the drawing that the user chose. Called before the long trace, as it raises `InputError`."""
    ends = (options.first, options.last)
    # If neither is given, there is no selection; ("x", None) leaves the other end open.
    between = None if ends == (None, None) else ends
    names = [option.name for option in described()]
    found: Dict[str, Any] = {name: between if name == "between" else getattr(options, name) for name in names}
    return Options(**found)
