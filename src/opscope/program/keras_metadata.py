"""The class and name of each layer, as Keras 2 saved them: in ``keras_metadata.pb``, before 2.5 in the object graph itself.

Format: keras/protobuf/saved_metadata.proto of Keras 2.5 to 2.15; each node's ``metadata`` is JSON. Keras 3 writes none.
"""

from __future__ import annotations

import json
from typing import Any, Dict, NamedTuple, Optional

from .proto import message_class


class KerasObject(NamedTuple):
    """A layer's class, without the package it was registered in, and the name Keras gave it; ``None`` if not told."""

    cls: Optional[str]
    name: Optional[str]


def of_object(metadata: str) -> KerasObject:
    """What the JSON of one object says; both fields are ``None`` if it is not JSON."""
    try:
        data: Any = json.loads(metadata) if metadata else None
    except (ValueError, RecursionError):
        data = None
    return KerasObject(_text(data, "class_name"), _text(data, "name"))


def _text(data: Any, key: str) -> Optional[str]:
    """One text of the JSON, such as ``GatedBlock`` of ``my_package>GatedBlock``; cut, since the file is untrusted."""
    value = data.get(key) if isinstance(data, dict) else None
    return value.rpartition(">")[2][:200] if isinstance(value, str) and value else None


def read_metadata(data: bytes) -> Dict[int, KerasObject]:
    """Read ``keras_metadata.pb``: for each node of the object graph what Keras says of it; empty if damaged."""
    metadata = message_class("SavedMetadata")()
    try:
        metadata.ParseFromString(data)
    except Exception:  # noqa: BLE001, protobuf's runtimes raise different classes; the file only adds names
        return {}
    return {node.node_id: of_object(node.metadata) for node in metadata.nodes}
