"""The arguments of ``%opscope`` and ``%%opscope``: those of the command, where they mean something in a notebook."""

from __future__ import annotations

import argparse
import shlex
from functools import lru_cache
from typing import NoReturn, Optional

from ..cli import drawing, source
from ..cli.parser import Parser
from ..errors import InputError
from ..render.registry import outputs

DESCRIPTION = """Show the graph of a model.

%opscope model                        the model of this name
%%opscope                             run the cell, then show the model or tf.function that it defines
%%opscope model --input None,10       the same of the model of this name, for inputs of this shape
%opscope model --profile --batch 8    run it, measure every op, and show where the time goes
%opscope model -o model.svg           write a file, and show a link to it; --graph g keeps the graph as g
%opscope model --picture              show a picture and not the page; it takes more options, such as --direction right
"""


class ToldError(Exception):
    """The help was asked for and printed: nothing else is to be done."""


class _MagicParser(Parser):
    """A parser that never ends the program, since that is the notebook's kernel."""

    def error(self, message: str) -> NoReturn:
        """Tell what is wrong with the arguments."""
        said = self.wrong(message)
        see = " %opscope" if said.endswith("?") else "; %opscope"
        raise InputError(f"{said}{see} -h lists what there is")

    def exit(self, status: int = 0, message: Optional[str] = None) -> NoReturn:  # noqa: ARG002  (argparse's)
        """Called when the help has been printed."""
        raise ToldError


@lru_cache(maxsize=None)
def magic_parser() -> Parser:
    """The parser; as help is asked for in a cell, its look is plain."""
    parser = _MagicParser(
        prog="%opscope",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument(
        "model", nargs="?", metavar="MODEL",
        help="a name of the notebook: a Keras model or layer, a tf.Module, a tf.function, a function, or a graph; in %%%%opscope it may be left out",
    )  # fmt: skip
    source.add_tracing(parser)
    run = parser.add_argument_group("measuring")
    run.add_argument("--profile", action="store_true", help="run the model and measure every op")
    run.add_argument("--steps", type=int, default=None, help="steps to measure (default: 10)")
    run.add_argument("--batch", type=int, default=None, help="batch size where a shape begins with None (default: 1)")
    shown = parser.add_argument_group("what is shown and kept")
    shown.add_argument("--picture", action="store_true", help="show a picture instead of the interactive page")
    shown.add_argument("--graph", metavar="NAME", help="keep the graph under this name")
    shown.add_argument(
        "-o", "--output", metavar="FILE", action="append", default=[],
        help=f"write this file, and show a link to it; may be repeated; its suffix sets the format: {' '.join(outputs())}",
    )  # fmt: skip
    drawing.add(parser)
    parser.add_argument("--traceback", action="store_true", help="show the Python traceback of an error")
    return parser


def read_line(line: str) -> argparse.Namespace:
    """The arguments of a magic.

    Raises:
        InputError: they are wrong.
        ToldError: the help was asked for, and printed.
    """
    try:
        words = shlex.split(line, comments=True)
    except ValueError as error:
        raise InputError(f"the arguments cannot be read ({error}); close the quotation mark") from error
    options = magic_parser().parse_args(words)
    if options.graph is not None and not options.graph.isidentifier():
        raise InputError(f"--graph {options.graph} is not a name; give one such as g")
    measuring = [name for name in ("steps", "batch") if getattr(options, name) is not None]
    if measuring and not options.profile:
        raise InputError(f"--{measuring[0]} is for measuring; add --profile, or leave it out")
    return options
