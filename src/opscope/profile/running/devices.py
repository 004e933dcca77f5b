"""Refuses to run a step on replicas whose devices do not exist: ops that wait for each other there may wait forever."""

from __future__ import annotations

import re
from typing import Any, Iterable, Iterator, Optional, Set

from ...capture.seams import tensorflow
from ...errors import InputError
from ...graph.content import content_of
from ...graph.graph import Graph
from ...graph.vocabulary import REPLICA, chain

_LOCAL = frozenset({None, "localhost"})
"""The jobs of a device's name that mean this process. Devices of others are not ours to know."""
_NAME = re.compile(r"^(?:/job:(?P<job>[^/]+))?.*?/(?:device:)?(?P<device>[A-Za-z_]+:\d+)$")
"""The name of a device: ``/job:localhost/replica:0/task:0/device:CPU:1``, in short ``/CPU:1``."""


def check_replicas(graph: Graph) -> None:
    """`InputError` if a replica, or an op that exchanges tensors with other replicas, is on a device that does not exist.

    TensorFlow would put the op on a device that it has. Ops of several replicas then wait for each other on one device,
    which some versions never end. For any other op that is what its user expects: it is let run.
    """
    missing = sorted(set(_wanted(graph)) - _existing(tensorflow().config.list_logical_devices()))
    if missing:
        there = ", ".join(sorted(_existing(tensorflow().config.list_logical_devices())))
        raise InputError(
            f"the step has replicas on {', '.join(missing)}, and TensorFlow has only {there} here; "
            "make the strategy of devices that exist (tf.config.list_logical_devices())"
        )


def _wanted(graph: Graph) -> Iterator[str]:
    """The devices on which replicas are, as ``CPU:1``."""
    content = content_of(graph)
    groups, table = content.groups, content.table
    replicas = {index for index in range(len(groups)) if any(groups[at].kind == REPLICA for at in chain(groups, index))}
    for row, group in enumerate(content.node_group):
        if group in replicas or table.ops[row].startswith("Collective"):
            device = _local(table.devices[row])
            if device is not None:
                yield device


def _existing(devices: Iterable[Any]) -> Set[str]:
    """The devices of this process, as ``CPU:1``."""
    return {device for device in (_local(each.name) for each in devices) if device is not None}


def _local(name: str) -> Optional[str]:
    """A device of this process as ``CPU:1``; ``None`` for no device, for any device of its kind, for one elsewhere.

    >>> _local("/job:localhost/replica:0/task:0/device:cpu:1"), _local("/GPU:0"), _local("/job:worker/task:1/device:CPU:0")
    ('CPU:1', 'GPU:0', None)
    """
    found = _NAME.match(name)
    return found["device"].upper() if found and found["job"] in _LOCAL else None
