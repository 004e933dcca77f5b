"""What the formats made of TensorFlow's messages share: telling them by their first field, and reading one into a `Graph`.

A GraphDef, a MetaGraphDef and a SavedModel lie in one another, and each may begin with its field 1 or 2: which it is shows
inside that field.
"""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import Any, Iterator, Optional

from ..errors import LoadError, in_file
from ..graph.facts import Facts
from ..graph.graph import Graph
from ..program import parse
from ..program.wire import BYTES, BrokenError, Field, fields
from . import file_contents
from .assemble import Beside, assemble
from .choose import choose
from .format import ModelFile, Wish
from .heads import look


def first_field(data: bytes) -> Optional[Field]:
    """The first field of a message; ``None`` where the bytes begin with none."""
    try:
        return next(fields(data, 0, len(data)), None)
    except BrokenError:
        return None


def first_inside(data: bytes, field: Field) -> Optional[Field]:
    """The first field of the message in `field`; ``None`` where that is empty. `BrokenError` where it is no message."""
    return next(fields(data, field.start, field.end), None)


def is_meta_info(data: bytes, field: Field) -> bool:
    """Whether a field is a MetaInfoDef: its field 2 is a message of ops, a NodeDef's is the name of its op."""
    for each in fields(data, field.start, field.end):
        if each.number == 7:
            return True
        if each.wire == BYTES and each.end > each.start and each.number in (2, 5):
            is_message = data[each.start : each.start + 1] == b"\n"
            return is_message if each.number == 2 else not is_message
        if each.number == 4:
            return each.wire == BYTES
    return False


def message(file: ModelFile, name: str) -> Any:
    """The message of this name that the file holds, binary or text."""
    is_text = look(file.data).word is not None
    return (parse.from_text if is_text else parse.from_binary)(file.data, name, str(file.path))


@contextmanager
def complaints(path: Path) -> Iterator[None]:
    """Errors of reading get the file's path in front."""
    try:
        yield
    except LoadError as error:
        raise LoadError(in_file(error, str(path))) from error
    except UnicodeDecodeError as error:
        raise LoadError(f"{path}: a name in it is not UTF-8 ({error.reason}); the file is damaged") from error


def read_graph(meta: Any, file: ModelFile, wish: Wish, found: Facts, beside: Optional[Beside] = None) -> Graph:
    """The wished part of a MetaGraphDef; `found` is what the format knows of the file, for `Graph.facts`."""
    chosen = choose(meta, str(file.path), signature=wish.signature, function=wish.function, everything=wish.all)
    shown = chosen.function.signature.name if chosen.function is not None else None
    found = {
        **found, **file_contents.sizes(file.path, file.folder), **file_contents.of_meta(meta),
        "signature": chosen.signature, "function": shown,
    }  # fmt: skip
    name = file.folder.resolve().name if file.folder is not None else file.path.stem
    return assemble(name, meta, chosen, beside or Beside(), found)
