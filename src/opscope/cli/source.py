"""Makes a graph of SOURCE on the command line: a model file to load, or a live object to trace."""

from __future__ import annotations

import argparse
import gc
from pathlib import Path
from typing import TYPE_CHECKING, Any, Dict, List, Tuple

from ..errors import InputError, LoadError
from ..load.given_path import is_there, refuse_python
from ..load.path_meant import path_meant
from . import answer, log_times
from .shapes import Input, parse_input

if TYPE_CHECKING:
    from ..graph.graph import Graph


_ANY = "a model file, or a live model as module:attribute or file.py:attribute"
_LIVE_ONLY: Dict[str, Any] = {"input": [], "training": False, "step": None, "freeze": False}
"""The options that apply only to live models, as they are when they are not given."""
_FILE_ONLY: Dict[str, Any] = {
    "signature": None,
    "function": None,
    "all": False,
    "tags": None,
    "log_run": None,
    "tag": None,
    "trace": False,
}
"""The options that apply only to model files."""
_FORM = 'give a file such as {"dense": {"time": 0.1}}, times in seconds'


def add(parser: argparse.ArgumentParser) -> None:
    """Add SOURCE, and the arguments that say how it is traced or which part of the file is shown."""
    _add_source(parser, "source", _ANY)
    _add_for_one(parser)


def add_several(parser: argparse.ArgumentParser) -> None:
    """As `add`, with one source or more: `many_sources` makes of ``every_source`` the ``source`` that the functions here are told of."""
    parser.add_argument(
        "every_source", metavar="SOURCE", nargs="+", help=f"{_ANY}; or several, or a pattern: 'models/*.pb'"
    )
    _add_for_one(parser)


def _add_for_one(parser: argparse.ArgumentParser) -> None:
    _add_choosing(parser)
    parser.add_argument(
        "--overlay",
        metavar="FILE.json",
        help='numbers of your own to draw, such as {"dense": {"time": 0.1}}, times in seconds',
    )


def add_two(parser: argparse.ArgumentParser) -> None:
    """Add two sources, A and B. The arguments that say how a live model is traced, or which part of a file is read, are for both."""
    _add_source(parser, "a", _ANY)
    _add_source(parser, "b", "the other one")
    _add_choosing(parser)


def _add_choosing(parser: argparse.ArgumentParser) -> None:
    add_tracing(parser).add_argument("--freeze", action="store_true", help="turn variables into constants")
    file = parser.add_argument_group("part of a model file to show")
    file.add_argument("--signature", metavar="NAME", help="this signature (default: serving_default, or the only one)")
    file.add_argument("--function", metavar="NAME", help="this function of the file")
    file.add_argument("--all", action="store_true", help="the whole main graph, including saving and restoring")
    file.add_argument("--tags", metavar="TAG[,TAG]", help="the graph with these tags, if the file has several")
    file.add_argument(
        "--run", dest="log_run", metavar="RUN", help="of a log of TensorBoard, a graph of this run (default: of any)"
    )
    file.add_argument(
        "--tag", metavar="TAG", help="of a log of TensorBoard, the graph with this tag (default: the newest)"
    )
    file.add_argument(
        "--trace", action="store_true",
        help="the ops of a Keras file: rebuild its model with TensorFlow, in safe mode, and trace it like a live model",
    )  # fmt: skip


def add_live(parser: argparse.ArgumentParser, what: str) -> None:
    """Add SOURCE, and how it is traced, for a verb that runs the model. `what` is the help text of SOURCE."""
    _add_source(parser, "source", what)
    add_tracing(parser)


def _add_source(parser: argparse.ArgumentParser, name: str, what: str) -> None:
    parser.add_argument(name, metavar=name.upper(), help=what)


def add_tracing(parser: argparse.ArgumentParser) -> "argparse._ArgumentGroup":
    """Add the arguments that say how a live model is traced."""
    live = parser.add_argument_group("tracing a live model (module:attribute or file.py:attribute)")
    live.add_argument(
        "--input", action="append", default=[], type=_input, metavar="[NAME=]SHAPE[:DTYPE]",
        help="shape of an input, the batch first, repeated for several inputs: 8,10 or None,10 or 8,10:int32 or mask=8:bool; () for a scalar",
    )  # fmt: skip
    live.add_argument("--training", action="store_true", help="call the model with training=True")
    live.add_argument(
        "--step",
        choices=("train", "test", "predict"),
        help="trace this step of a compiled Keras model instead of its call",
    )
    return live


def _input(text: str) -> Input:
    """Read one ``--input``, with the error that argparse expects."""
    try:
        return parse_input(text)
    except InputError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def graph(options: argparse.Namespace) -> "Graph":
    """The graph of SOURCE, with the numbers of ``--overlay`` on it."""
    if is_there(options.source) and not options.trace:
        # What is made of a file is in use until the command ends (`cli.main`): Python need not look through it for garbage. The
        # code of a live model may make any amount of that.
        gc.disable()
    with answer.working(f"reading {options.source}"):
        found = log_times.with_times(_graph(options), options.source)
    return found.overlay(_overlay(options.overlay)) if options.overlay else found


def two_graphs(options: argparse.Namespace) -> "Tuple[Graph, Graph]":
    """The graphs of A and B. Of a file and a live model each gets the options that apply to it."""
    given = [options.a, options.b]
    files = [is_there(each) for each in given]
    made = []
    for place, (each, file) in enumerate(zip(given, files)):
        own = argparse.Namespace(**{**vars(options), "source": each, "overlay": None})
        if files[0] != files[1]:
            other = _LIVE_ONLY if file and not options.trace else {} if file else _FILE_ONLY
            vars(own).update(other)
        with answer.working(f"reading {'AB'[place]}, {each}"):
            made.append(log_times.with_times(_graph(own), each))
    return made[0], made[1]


def _graph(options: argparse.Namespace) -> "Graph":
    """Load SOURCE if there is a file or folder with this name, else trace it."""
    # A file is preferred. A colon may be part of its name.
    file = is_there(options.source)
    if file and not options.trace:
        from ..load import load

        refuse_python(options.source)
        _refuse_tracing(options)
        tags = options.tags.split(",") if options.tags is not None else None
        try:
            return load(
                options.source, signature=options.signature, function=options.function, all=options.all, tags=tags,
                run=options.log_run, tag=options.tag,
            )  # fmt: skip
        except LoadError as error:
            if log_times.has_profile(options.source):
                raise log_times.without_graph(options.source, error) from error
            raise
    _refuse_choosing(options, file=file)
    from ..capture import trace

    refuse_python(options.source)
    positional, named = inputs(options)
    subject = options.source if file else target(options)
    return trace(subject, *positional, training=options.training, step=options.step, freeze=options.freeze, **named)


def target(options: argparse.Namespace) -> Any:
    """Import the module that SOURCE names, and return the object in it."""
    from ..capture.live_source import live_object

    return live_object(options.source)


def _refuse_tracing(options: argparse.Namespace) -> None:
    """`InputError` for an option of live models, as SOURCE is a file."""
    given = [name for name in _LIVE_ONLY if getattr(options, name)]
    if given:
        msg = f"--{given[0]} applies only to live models, and {options.source} is a file; leave it out, or give module:attribute"
        raise InputError(msg)


def _refuse_choosing(options: argparse.Namespace, *, file: bool) -> None:
    """`InputError` for an option of model files, as SOURCE is a live model, or the model of a file is traced like one."""
    names = ["signature", "function", "all", "tags", "tag", *(() if file else ("trace",))]
    given = [
        name
        for name, value in {**{name: getattr(options, name) for name in names}, "run": options.log_run}.items()
        if value
    ]
    if given and file:
        raise InputError(
            f"--{given[0]} chooses a part of a graph in a file, and --trace rebuilds a model; leave one of them out"
        )
    if given:
        msg = f"--{given[0]} applies only to model files, and there is no file {options.source}; leave it out, or check the path"
        raise InputError(msg)


def inputs(options: argparse.Namespace) -> Tuple[List[Any], Dict[str, Any]]:
    """The inputs that are passed by position, and those that are passed by name."""
    positional = [item.spec() for item in options.input if item.name is None]
    return positional, {item.name: item.spec() for item in options.input if item.name is not None}


def _overlay(path: str) -> Dict[str, Dict[str, float]]:
    """Read the JSON file of ``--overlay``; its keys and values are checked by `Graph.overlay`."""
    import json

    if not is_there(path):
        raise InputError(f"{path}: there is no such file; {path_meant(path) or _FORM}")
    try:
        data = json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        msg = f"{path}: cannot be read as JSON ({error}); {_FORM}"
        raise InputError(msg) from error
    if not isinstance(data, dict):
        msg = f"{path}: not a JSON object; {_FORM}"
        raise InputError(msg)
    return data
