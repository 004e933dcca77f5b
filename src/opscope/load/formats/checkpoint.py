"""Reads a checkpoint, which holds variables and no graph, by its ``.index`` or the text ``checkpoint`` that names the newest.

Formats: tensorflow/core/lib/io/format.h (kTableMagicNumber, at the end of an ``.index`` and of a checkpoint of the first format);
tensorflow/python/training/checkpoint_state.proto.
"""

from __future__ import annotations

from ...errors import LoadError
from ...graph.graph import Graph
from ..checkpoints.finding import INDEX, VALUES_NAME, named_by
from ..checkpoints.index_table import MAGIC
from ..files import read
from ..format import Format, ModelFile, Wish
from ..heads import Head
from ..messages import complaints

_LIST = ("model_checkpoint_path", "all_model_checkpoint_paths")


def _fits(head: Head) -> bool:
    told_by_name = head.name.endswith(INDEX) or VALUES_NAME.search(head.name) is not None
    return head.word_in(*_LIST) or head.data.endswith(MAGIC) or told_by_name


def _read(file: ModelFile, _: Wish) -> Graph:
    from ..checkpoints.from_index import of_index

    with complaints(file.path):
        if file.data.endswith(MAGIC) or file.path.name.endswith(INDEX):
            return of_index(file.graph_name, file.path, file.data)
        if VALUES_NAME.search(file.path.name):
            raise LoadError(
                f"the values of a checkpoint, without the {INDEX} file that says whose they are; copy it there too"
            )
        index = named_by(file.path, file.data)
    data = read(index)
    with complaints(index):
        return of_index(ModelFile(index, data).graph_name, index, data)


FORMAT = Format("a checkpoint", _fits, _read, precedence=0, maps=True)
