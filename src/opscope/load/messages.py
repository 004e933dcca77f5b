"""What the three formats of TensorFlow share: how they are told apart, and how a message becomes a `Graph`.

A SavedModel contains MetaGraphDefs, and a MetaGraphDef a GraphDef. Binary, each may begin with field 1 or 2, so the first
tag does not tell which it is. What is inside that field does.
"""

from __future__ import annotations

from contextlib import contextmanager
from itertools import islice
from typing import Any, Iterator, List, Optional

from ..errors import LoadError, MissingDependencyError, in_file
from ..graph.facts import Facts
from ..graph.graph import Graph
from ..program import parse
from ..program.wire import BYTES, BrokenError, Field, fields, varint
from . import file_contents
from .archives.packed_path import FilePlace
from .assemble import Beside, assemble
from .choose import choose
from .format import ModelFile, Wish
from .heads import look

_MOST_FIELDS = 64


def first_field(data: bytes) -> Optional[Field]:
    """The first field of a message; ``None`` if the bytes do not begin with a whole field."""
    try:
        return next(fields(data, 0, len(data)), None)
    except BrokenError:
        return None


def first_inside(data: bytes, field: Field) -> Optional[Field]:
    """The first field of the message in `field`; ``None`` if that is empty. `BrokenError` if it is not a message."""
    return next(fields(data, field.start, field.end), None)


def first_fields(data: bytes, inside: Optional[Field] = None) -> List[Field]:
    """The first fields of a message, or of the one in a field, at most `_MOST_FIELDS`; none if it is broken before that.

    Enough to tell a message of another program, which has few fields; a GraphDef has as many as the model has ops.
    """
    start, end = (inside.start, inside.end) if inside is not None else (0, len(data))
    try:
        return list(islice(fields(data, start, end), _MOST_FIELDS))
    except BrokenError:
        return []


def number_in(data: bytes, field: Field) -> int:
    """The number in a field of wire type VARINT."""
    return varint(data, field.start, field.end)[0]


def is_meta_info(data: bytes, field: Field) -> bool:
    """Whether a field holds a MetaInfoDef and not a NodeDef, the other message that may stand there.

    Field 2 is a message in a MetaInfoDef (its list of ops) and a text in a NodeDef (its op type). Field 5 is a text in
    a MetaInfoDef (TensorFlow's version) and a message in a NodeDef (an attribute). A message begins with the tag of its
    field 1, the byte 0x0a; no op type or version does. A NodeDef has its op type in front of all later fields. So if a
    field 4 or 7 is met first, it is a MetaInfoDef's (its tags, or a bool). A FunctionDef may
    stand there too, in a GraphDef of functions alone: only its field 1 is a message.
    """
    for each in fields(data, field.start, field.end):
        if each.number == 1 and data[each.start : each.start + 1] == b"\n":
            return False
        if each.number == 7:
            return True
        if each.wire == BYTES and each.end > each.start and each.number in (2, 5):
            is_message = data[each.start : each.start + 1] == b"\n"
            return is_message if each.number == 2 else not is_message
        if each.number == 4:
            return each.wire == BYTES
    return False


def message(file: ModelFile, name: str) -> Any:
    """Parse the whole file, binary or text, as the message called `name`."""
    is_text = look(file.data).word is not None
    return (parse.from_text if is_text else parse.from_binary)(file.data, name, str(file.path))


@contextmanager
def complaints(path: FilePlace) -> Iterator[None]:
    """Inside, a `LoadError` and a `MissingDependencyError` get the file's path in front, and text that is not UTF-8 becomes a `LoadError`."""
    try:
        yield
    except (LoadError, MissingDependencyError) as error:
        raise type(error)(in_file(error, str(path))) from error
    except UnicodeDecodeError as error:
        raise LoadError(f"{path}: a name in it is not UTF-8 ({error.reason}); the file is damaged") from error


def read_graph(meta: Any, file: ModelFile, wish: Wish, found: Facts, beside: Optional[Beside] = None) -> Graph:
    """The part of a MetaGraphDef that the user wished for. `found` are facts that the format adds to `Graph.facts`."""
    chosen = choose(meta, str(file.path), signature=wish.signature, function=wish.function, everything=wish.all)
    shown = chosen.function.signature.name if chosen.function is not None else None
    found = {
        **found, **file_contents.sizes(file.path, file.folder), **file_contents.of_meta(meta),
        "signature": chosen.signature, "function": shown,
    }  # fmt: skip
    if file.version is not None:
        found = {**found, "version": file.version, "versions": file.versions}
    return assemble(file.graph_name, meta, chosen, beside or Beside(), found)
