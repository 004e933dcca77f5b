"""SavedModel folders and files, and MetaGraphDef files -> `Graph`.

Format: tensorflow/core/protobuf/saved_model.proto, meta_graph.proto. Nothing in a file is executed, no path in it opened.
"""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, Dict, Iterable, Optional

from ..graph.facts import Facts
from ..graph.graph import Graph
from ..program.proto import message_class
from . import facts
from .assemble import Beside, assemble
from .choose import choose, pick_meta_graph
from .files import read_beside


def load_saved_model(
    saved_model: Any, file: Path, folder: Optional[Path], tags: Optional[Iterable[str]], choice: Dict[str, Any]
) -> Graph:
    """One MetaGraphDef of a SavedModel message; `folder` is the SavedModel's own, ``None`` for a bare file."""
    meta, known = pick_meta_graph(saved_model, tags, str(file))
    found: Facts = {"format": "SavedModel", "tag_sets": known, **facts.sizes(file, folder)}
    beside = Beside()
    if folder is not None:
        beside = Beside(
            read_beside(folder / "keras_metadata.pb"), read_beside(folder / "debug" / "saved_model_debug_info.pb")
        )
    return _load(folder.resolve().name if folder is not None else file.stem, meta, str(file), beside, found, choice)


def load_meta_graph(meta: Any, file: Path, choice: Dict[str, Any]) -> Graph:
    """A MetaGraphDef message, as a v1 Saver writes it beside a checkpoint."""
    found: Facts = {"format": "MetaGraphDef", **facts.sizes(file, None)}
    return _load(file.stem, meta, str(file), Beside(), found, choice)


def load_graph_def(graph_def: Any, file: Path, choice: Dict[str, Any]) -> Graph:
    """A GraphDef message: read as the graph of an otherwise empty MetaGraphDef, which is not copied."""
    found: Facts = {"format": "GraphDef", **facts.sizes(file, None)}
    empty = message_class("MetaGraphDef")()
    rest = ("meta_info_def", "signature_def", "collection_def", "asset_file_def", "object_graph_def")
    meta = SimpleNamespace(graph_def=graph_def, **{name: getattr(empty, name) for name in rest})
    return _load(file.stem, meta, str(file), Beside(), found, choice)


def _load(name: str, meta: Any, origin: str, beside: Beside, found: Facts, choice: Dict[str, Any]) -> Graph:
    chosen = choose(meta, origin, **choice)
    shown = chosen.function.signature.name if chosen.function is not None else None
    found = {**found, **facts.of_meta(meta), "signature": chosen.signature, "function": shown}
    return assemble(name, meta, chosen, beside, found)
