"""Reads a file into a `Graph`, without TensorFlow. Each module of ``formats/`` reads one format, told by the first bytes."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Iterable, Optional, Tuple, Union

from ..suggestions import suggesting

if TYPE_CHECKING:
    from ..graph.graph import Graph
    from .archives.packed_path import FilePlace
    from .format import Format, Wish

__all__ = ["load"]


@suggesting
def load(
    path: Union[str, "os.PathLike[str]"],
    *,
    signature: Optional[str] = None,
    function: Optional[str] = None,
    all: bool = False,  # noqa: A002, what the command line calls it too
    tags: Union[str, Iterable[str], None] = None,
    run: Optional[str] = None,
    tag: Optional[str] = None,
) -> "Graph":
    """Read a model file into a `Graph`, no TensorFlow needed.

    Formats, told by content: SavedModel (its folder or ``saved_model.pb``/``.pbtxt``), MetaGraphDef (``.meta``), GraphDef,
    binary or text, frozen or not, Keras's files (``.keras``, HDF5, ``model.to_json()``), TensorFlow Lite (``.tflite``),
    checkpoints, opscope's own JSON, and TensorBoard's logs (an event file, or a folder with such files below it); each also
    in a zip, tar or gzip archive.

    Args:
        path: The file or archive, or a SavedModel's folder, or one with numbered versions of a model, of which the highest
            is read, or a checkpoint's folder, or one with a log of TensorBoard; or the path of one of these in an archive
            (``models.zip/translator``).
        signature: The signature whose ops to show; by default ``serving_default``, or the only one there is.
        function: Show one function of the library instead, by its name (``call`` means ``__inference_call_12``), or a
            subgraph of TensorFlow Lite.
        all: Show the whole main graph instead, saving and restoring included.
        tags: Which graph of a SavedModel that holds several; by default the one tagged ``serve``, or the first.
        run: Show a graph of this run of a log, by its path in the folder (``.`` is the folder itself); by default of any.
        tag: Show this graph of a log (``keras``, ``graph_def``, ``my_trace/function_0``); by default the newest that was not made by
            TensorFlow's optimizers. The summary lists what there is.

    Raises:
        LoadError: The file has another format, is damaged (the message names the byte or the node), or has several
            signatures and none was chosen (the message lists them).
        InputError: Options that exclude each other, or one that this format does not take: ``tags`` is for SavedModels,
            ``signature`` for these, MetaGraphDefs and TensorFlow Lite, ``run`` and ``tag`` for logs; opscope's JSON takes none.
        MissingDependencyError: HDF5 without h5py (the extra ``opscope[files]``).
    """
    from .format import Wish

    _check(signature, function, everything=all)
    return _load(Path(path), Wish(signature, function, all, tags, run, tag))


def _check(signature: Optional[str], function: Optional[str], *, everything: bool) -> None:
    from ..errors import InputError, option

    wishes = (("signature", signature), ("function", function), ("all", everything))
    given = [option(name, value if value is True else None) for name, value in wishes if value]
    if len(given) > 1:
        raise InputError(f"give only one of {' and '.join(given)}")


def _load(path: Path, wish: "Wish") -> "Graph":
    """Read a file or folder, or what is in an archive."""
    from contextlib import closing

    from . import formats

    archive = formats.opened_archive(path)
    if archive is None:
        return load_place(path, wish)
    with closing(archive):
        return load_place(archive, wish)


def load_place(path: "FilePlace", wish: "Wish") -> "Graph":
    """Read what lies at a place on disk or in an opened archive: find the file, ask the formats whose it is, let that one read it."""
    from ..collector import paused
    from ..errors import InputError, LoadError, option
    from . import files, folders, formats
    from .format import ModelFile

    known = [found for found in formats.formats() if found.is_read]
    place = folders.find(path, known)
    file = place.path
    found, data = (place.whole, b"") if place.whole is not None else _recognised(file)
    if found is None:
        *names, last = [each.name for each in known]
        raise LoadError(f"{file}: neither {', '.join(names)} nor {last}; is it the right file?")
    for name in wish.given():
        if name not in found.takes:
            raise InputError(
                f"{file}: {option(name, True if name == 'all' else None)} does not apply to {found.name}; leave it out"
            )
    with paused():
        data = data if found.maps or found.is_streamed else files.all_bytes(file, data)
        return found.read(ModelFile(file, data, place.folder, place.version, place.versions), wish)


def _recognised(file: "FilePlace") -> "Tuple[Optional[Format], bytes]":
    """The format of a file, and its bytes: only the first ones if the format reads the file itself."""
    from . import files, formats

    start = files.read_start(file)
    found = formats.of(start, file.name)
    if found is not None and found.is_streamed:
        return found, start
    data = files.read(file)
    return formats.of(data, file.name), data
