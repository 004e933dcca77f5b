"""What a closed recurrent layer says of its inside: the states that its cell carries from step to step, and how many steps there are."""

from __future__ import annotations

from functools import cached_property
from typing import Any, Dict, List, Mapping

from ...graph.content import content_of
from ...graph.graph import Graph
from ...graph.groups import Group
from ...graph.vocabulary import chain
from ...shapes.loops import Trips, trips
from ..scene.labels import plural
from ..scene.setting_values import class_of

_STATES: Dict[str, str] = {
    **dict.fromkeys(("LSTM", "CuDNNLSTM", "UnrolledLSTM", "ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D", "LSTMCell"), "states h, c"),
    **dict.fromkeys(("GRU", "CuDNNGRU", "SimpleRNN", "GRUCell", "SimpleRNNCell"), "state h"),
}  # fmt: skip
"""Class of a layer or cell of Keras -> its states, as everybody calls them. Those of other cells have no known names."""
_RECURRENT = frozenset({*_STATES, "RNN", "Bidirectional"})
_TWO_WAYS = "Bidirectional"
_RETURNED = "state"
_AS_LONG = "as many steps as its input"
_LIBRARIES = frozenset({"keras", "tf_keras", None})


def is_recurrent(group: Group) -> bool:
    """Whether a group is a recurrent layer of Keras."""
    return (
        group.cls is not None
        and group.cls in _RECURRENT
        and not group.cls.endswith("Cell")
        and group.defined_in in _LIBRARIES
    )


def state_names(group: Group) -> List[str]:
    """What everybody calls the states of a recurrent layer with one loop, in their order; empty where that is not known."""
    said = _states(group.cls, group.settings) if group.cls is not None and group.cls != _TWO_WAYS else ""
    return said.partition(" ")[2].split(", ") if said else []


def with_states(settings: str, inside: str) -> str:
    """What a layer is set to, and what it says of its inside: the states that it returns are named once.

    >>> with_states("LSTM 8, returns sequences and state", "states h, c \u00b7 20 steps"), with_states("GRU 8", "state h")
    ('LSTM 8, returns sequences and states h, c \u00b7 20 steps', 'GRU 8 \u00b7 state h')
    """
    if settings.endswith(f" {_RETURNED}") and inside.startswith(_RETURNED):
        return settings[: -len(_RETURNED)] + inside
    return " \u00b7 ".join(filter(None, (settings, inside)))


class RecurrentWords:
    """Tells of the recurrent layers of one graph; its loops are counted when the first of them is met."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph

    def of(self, index: int) -> str:
        """``states h, c · 20 steps``, as far as it is known; empty for other layers."""
        group = content_of(self._graph).groups[index]
        if group.cls is None or not is_recurrent(group):
            return ""
        words = (_directions(group), _states(group.cls, group.settings), self._steps(index, group))
        return " \u00b7 ".join(filter(None, words))

    def _steps(self, index: int, group: Group) -> str:
        """How many steps the loops in a layer have, if all have as many.

        Where no loop's number is known, it is that of the input's steps: so Keras runs every recurrent layer.
        """
        found = self._loops.get(index, set())
        steps = next(iter(found)) if len(found) == 1 else None
        if found == {None}:
            return _AS_LONG
        if steps is None or steps != int(steps):
            return ""
        return plural(int(steps), "step") + (" each" if group.cls == _TWO_WAYS else "")

    @cached_property
    def _loops(self) -> "Dict[int, set[float | None]]":
        """For each group the numbers of iterations of the loops in it; ``None`` among them for one that is not known."""
        content, found = content_of(self._graph), {}  # type: ignore[var-annotated]
        known: Mapping[str, Trips] = trips(self._graph)
        for index, group in enumerate(content.groups):
            if group.kind == "while" and group.owner >= 0:
                count = known.get(content.table.names[group.owner], Trips(None)).exact
                for around in chain(content.groups, index):
                    found.setdefault(around, set()).add(count)
        return found


def _directions(group: Group) -> str:
    """That a wrapper runs its layer twice, and how it puts the results together."""
    if group.cls != _TWO_WAYS:
        return ""
    # Other ways to put them together are told by the settings themselves.
    merged = " \u2192 concat" if group.settings.get("merge_mode") == "concat" else ""
    return f"two loops, forward and backward{merged}"


def _states(cls: str, settings: Mapping[str, Any]) -> str:
    """The states of a layer's cell, of a wrapper those of the layer or cell in it."""
    if cls in _STATES:
        return _STATES[cls]
    inner = settings.get("layer") if cls == "Bidirectional" else settings.get("cell")
    name = class_of(inner)
    return _states(name, inner) if name in _RECURRENT and isinstance(inner, dict) else ""
