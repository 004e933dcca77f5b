"""Reads each kind of file that Keras saves: an archive, a configuration alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Optional

from ...errors import LoadError
from ...graph.facts import Facts
from ...graph.graph import Graph
from ...graph.settings import kept_text
from ..format import TRACE
from . import h5_file
from .archive import CONFIGURATION, METADATA, Archive
from .assembling import graph_of
from .configuration import model_name, model_of, parsed
from .h5_weights import by_layer_name, by_object
from .stored import StoredModel
from .weight_table import weight_table_of

IN_ARCHIVE, IN_HDF5, AS_JSON = "Keras archive", "Keras HDF5", "Keras configuration"
"""What `Graph.facts` calls the formats."""


def of_archive(name: str, data: bytes, path: Optional[Path] = None) -> Graph:
    """The graph of a ``.keras`` file, which also lies at `path`. The weights are only looked at if h5py is installed."""
    archive = Archive(data)
    text = archive.text(CONFIGURATION)
    configuration = parsed(text)
    model = model_of(configuration)
    facts: Facts = {
        "format": IN_ARCHIVE,
        "graph_bytes": len(text),
        "keras": _version(parsed(archive.text(METADATA) or b"{}")),
    }
    weights = archive.weights() if h5_file.has_h5py() else None
    if weights is None:
        facts["weights_unread"] = f"{h5_file.EXTRA} reads them" if not h5_file.has_h5py() else "the file has none"
        return graph_of(name, model or _refuse(configuration), None, facts)
    start = archive.weights_start() if path is not None else None
    root = h5_file.root_of(weights, None if path is None or start is None else h5_file.OnDisk(path, start))
    facts["variables_bytes"] = len(weights)
    if model is not None:
        return graph_of(name, model, by_object(root, model), facts)
    return weight_table_of(name, root, {**facts, "calls_unknown": model_name(configuration)[1]})


def of_h5(name: str, data: bytes, path: Optional[Path] = None) -> Graph:
    """The graph of an HDF5 file, which also lies at `path`: of its layers, or if it has none, of its weights, which have no edges."""
    root = h5_file.root_of(data, None if path is None else h5_file.OnDisk(path))
    text = root.text("model_config")
    holder = root.group("model_weights") or root
    version = root.text("keras_version") or holder.text("keras_version")
    facts: Facts = {
        "format": IN_HDF5,
        "keras": None if version is None else kept_text(version.decode("utf-8", "replace"))[:40],
    }
    configuration = None if text is None else parsed(text)
    model = None if configuration is None else model_of(configuration)
    if text is not None and model is not None:
        stored = by_layer_name(holder)
        if stored is not None:  # what is not listed has none, such as an operation
            stored = {**{layer.name: [] for layer in model.layers}, **stored}
        sizes: Facts = {**facts, "graph_bytes": len(text), "variables_bytes": max(0, len(data) - len(text))}
        return graph_of(name, model, stored, sizes)
    if configuration is not None:
        facts["calls_unknown"] = model_name(configuration)[1]
    return weight_table_of(name, holder, {**facts, "graph_bytes": len(data)})


def of_text(name: str, data: bytes) -> Graph:
    """The graph of a configuration that is saved by itself."""
    configuration = parsed(data)
    model = model_of(configuration) or _refuse(configuration)
    facts: Facts = {"format": AS_JSON, "graph_bytes": len(data), "keras": _version(configuration)}
    return graph_of(name, model, None, {**facts, "weights_unread": "the file has none"})


def _refuse(configuration: Any) -> StoredModel:
    _, cls = model_name(configuration)
    raise LoadError(
        f"a model of a class of its own ({cls}), whose calls are Python code that is not in the file: load it with Keras, give it to {TRACE}"
    )


def _version(data: Any) -> Optional[str]:
    version = data.get("keras_version") if isinstance(data, dict) else None
    return kept_text(version)[:40] if isinstance(version, str) else None
