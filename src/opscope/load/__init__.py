"""A file -> `Graph`, without TensorFlow. Each format has a module of its own; its content tells which one reads it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Dict, Iterable, Optional, Union

if TYPE_CHECKING:
    from ..graph.graph import Graph

__all__ = ["load"]


def load(
    path: Union[str, "os.PathLike[str]"],
    *,
    signature: Optional[str] = None,
    function: Optional[str] = None,
    all: bool = False,  # noqa: A002, what the command line calls it too
    tags: Union[str, Iterable[str], None] = None,
) -> "Graph":
    """Read a model file into a `Graph`, no TensorFlow needed.

    Formats, told by content: SavedModel (its folder or ``saved_model.pb``/``.pbtxt``), MetaGraphDef (``.meta``), GraphDef,
    binary or text, frozen or not, and opscope's own JSON.

    Args:
        path: The file, or a SavedModel's folder.
        signature: The signature whose ops to show; by default ``serving_default``, or the only one there is.
        function: Show one function of the library instead, by its name (``call`` means ``__inference_call_12``).
        all: Show the whole main graph instead, saving and restoring included.
        tags: Which graph of a SavedModel that holds several; by default the one tagged ``serve``, or the first.

    Raises:
        LoadError: The file is no such file, is damaged (the message names the byte or the node), or holds several
            signatures of which none was chosen (the message lists them).
        InputError: Options that exclude each other.
    """
    from ..collector import paused
    from . import files

    _check(signature, function, everything=all)
    file, is_folder = files.find(Path(path))
    data = files.read(file)
    choice = {"signature": signature, "function": function, "everything": all}
    with paused():
        return _read(data, file, file.parent if is_folder else None, tags, choice)


def _check(signature: Optional[str], function: Optional[str], *, everything: bool) -> None:
    from ..errors import InputError

    given = [name for name, value in (("signature", signature), ("function", function), ("all", everything)) if value]
    if len(given) > 1:
        raise InputError(f"{' and '.join(given)} exclude each other; give one of them")


def _read(data: bytes, file: Path, folder: Optional[Path], tags: Any, choice: Dict[str, Any]) -> "Graph":
    from ..errors import LoadError
    from ..program import parse
    from . import detect, json_file

    other = detect.other_format(data)
    if other is not None:
        raise LoadError(f"{file}: {other}")
    if detect.is_json(data):
        return json_file.read(data, file)
    is_text = detect.is_text(data)
    message = detect.text_message(data) if is_text else detect.binary_message(data)
    if message is None:
        raise LoadError(
            f"{file}: neither a SavedModel, a MetaGraphDef, a GraphDef nor opscope's JSON; is it the right file?"
        )
    proto = (parse.from_text if is_text else parse.from_binary)(data, message, str(file))
    try:
        return _from_proto(message, proto, file, folder, tags, choice)
    except LoadError as error:
        raise LoadError(str(error) if str(error).startswith(str(file)) else f"{file}: {error}") from error
    except UnicodeDecodeError as error:
        raise LoadError(f"{file}: a name in it is no UTF-8 ({error.reason}); the file is damaged") from error


def _from_proto(
    message: str, proto: Any, file: Path, folder: Optional[Path], tags: Any, choice: Dict[str, Any]
) -> "Graph":
    from . import saved_model

    if message == "SavedModel":
        return saved_model.load_saved_model(proto, file, folder, tags, choice)
    if message == "MetaGraphDef":
        return saved_model.load_meta_graph(proto, file, choice)
    return saved_model.load_graph_def(proto, file, choice)
