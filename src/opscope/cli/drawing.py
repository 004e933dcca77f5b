"""The options of a drawing, shared by the verbs that draw."""

from __future__ import annotations

import argparse
from typing import Any, Dict, Union

from ..graph.quantities import QUANTITIES
from ..render.registry import ENGINES, THEMES, Options
from ..visualize import DRAWING


def add(parser: argparse.ArgumentParser) -> None:
    """``--depth``, ``--unfold`` and the others: as the options of `Graph.save`."""
    group = parser.add_argument_group("drawing")
    group.add_argument(
        "--depth", type=_depth, help="how far groups open: a number, layers, all; by default as far as stays readable"
    )
    group.add_argument("--unfold", action="store_true", help="draw every copy of a repeated structure")
    group.add_argument("--engine", choices=ENGINES, default="opscope", help="what places boxes and wires (opscope)")
    group.add_argument(
        "--theme", choices=THEMES, default="auto", help="colours; auto: those the reader's system asks for"
    )
    group.add_argument(
        "--links", metavar="TEMPLATE",
        help="make source lines links, as https://host/blob/main/{file}#L{line} (file as in the tooltips)",
    )  # fmt: skip
    group.add_argument(
        "--heat", choices=tuple(QUANTITIES),
        help="the quantity drawn: measured, or flops and bytes estimated from shapes",
    )  # fmt: skip
    part = parser.add_argument_group("which part is drawn (.dot .svg .png .pdf)")
    part.add_argument("--focus", metavar="PATH", help="this group, open, with its neighbours")
    part.add_argument("--from", dest="first", metavar="OP", help="what depends on this op (or layer, or input)")
    part.add_argument("--to", dest="last", metavar="OP", help="what this op depends on; with --from, what lies between")
    part.add_argument(
        "--hide", metavar="PATTERN", action="append", default=[],
        help="leave out ops by type, name or layer class, such as BiasAdd or 'encoder/*'; their first input runs on",
    )  # fmt: skip
    part.add_argument("--only", metavar="PATTERN", action="append", default=[], help="leave out all other ops")
    group.add_argument(
        "--positions", action="store_true", help="write opscope's own layout into .dot, for neato -n2 to carry on"
    )
    group.add_argument(
        "--columns",
        type=int,
        default=1,
        metavar="N",
        help="cut a tall drawing into pieces side by side, for a page (1)",
    )
    group.add_argument("--timeout", type=float, default=60.0, metavar="SECONDS", help="for Graphviz (60)")
    code = group.add_mutually_exclusive_group()
    code.add_argument(
        "--sources", metavar="DIR", default=True,
        help="the folder below which a page's code may be read: needed for model files, whose code is else left out",
    )  # fmt: skip
    code.add_argument("--no-sources", dest="sources", action="store_false", help="leave your code out of a page")
    group.add_argument("--scale", type=float, default=2.0, help="pixels of a PNG for a unit of the drawing (2)")


def _depth(text: str) -> Union[int, str]:
    if text in ("layers", "all"):
        return text
    if not text.isdigit():
        msg = f"{text!r} is no depth; give a whole number from 0, layers or all"
        raise argparse.ArgumentTypeError(msg)
    return int(text)


def chosen(options: argparse.Namespace) -> Dict[str, Any]:
    """The options as keywords of `Graph.save`; `InputError` where one is wrong, before a long trace."""
    ends = (options.first, options.last)
    between = None if ends == (None, None) else ends
    found: Dict[str, Any] = {name: between if name == "between" else getattr(options, name) for name in DRAWING}
    Options(**found)
    return found
