"""What a layer is set to, in the words that a practitioner writes: ``3×3 conv, 64, /2``; ``Dense 1000, softmax``.

From the layer's own settings (`Group.settings`) by the table of known classes; of an unknown class its name and its simple
settings; where no settings are known, from the attributes of its ops and the shapes of their weights (`op_words`).
"""

from __future__ import annotations

from functools import partial
from typing import Any, List, Mapping, Optional

from ...graph.content import content_of
from ...graph.graph import Graph
from ...graph.groups import Group
from ...visible import one_line
from . import setting_values as values
from .families import family_of
from .group_ops import GroupOps
from .layer_forms import Seen
from .layer_table import entry_of
from .op_words import is_normalization, settings_from_ops

MOST_WORDS = 60
"""Characters of what stands on a card. What is longer is cut at its end, where the least of it stands."""
_MOST_SETTINGS = 4
"""So many settings of a layer of an unknown class are told."""
_MOST_NESTED = 3
"""A wrapper, a wrapper in it, and its cell: files of strangers may nest deeper."""
_UNSAID = frozenset(
    {
        "followed_by",
        "data_format",
        "seed",
        "use_bias",
        "with_bias",
        "implementation",
        "noise_shape",
        "dtype",
        "input_shape",
        "class",
    }
)
"""Settings that nobody writes beside a layer's class."""
_FAMILIES = ("matmul", "random", "reduce", "elementwise", "shape", "state", "control")
"""Where no costs are known: the family of a layer is the first of these that one of its ops has."""


def card_text(graph: Graph, index: int, ops: Optional[GroupOps] = None) -> str:
    """The words on the card of a group: its settings if they are known, else what its ops tell; "" if neither does.

    `ops` are the ops of the groups, which the caller makes once if it asks for many.
    """
    group = content_of(graph).groups[index]
    return settings_text(group) or settings_from_ops(graph, index, ops)


def settings_text(group: Group) -> str:
    """The settings of a layer or module in words; "" for other groups, and where nothing is known.

    >>> conv = {"filters": 64, "kernel_size": [7, 7], "strides": [2, 2], "padding": "same", "activation": "linear"}
    >>> settings_text(Group("conv1", -1, "layer", "conv1", "Conv2D", settings=conv, defined_in="keras"))
    '7×7 conv, 64, /2'
    >>> settings_text(Group("g", -1, "layer", "g", "GatedBlock", settings={"units": 64, "rate": 0.1}, defined_in="__main__"))
    'GatedBlock units 64, rate 0.1'
    """
    if group.cls is None or not group.is_call:
        return ""
    rank = None
    if len(group.outputs) == 1 and group.outputs[0].shape is not None:
        rank = len(group.outputs[0].shape)
    words = _words(group.cls, group.defined_in, group.settings, rank)
    silent = _silent(group.settings)
    return _short(", ".join([words or group.cls, *silent]) if silent else words)


def _silent(settings: Mapping[str, Any]) -> List[str]:
    """The layers behind a layer that made no op and are random while training: ``Dropout 0.5``."""
    behind = settings.get("followed_by")
    return [
        _inner(1, layer)
        for layer in (behind if isinstance(behind, (list, tuple)) else ())
        if (entry := entry_of(values.class_of(layer), None)) is not None and entry.family == "random"
    ]


def kind_word(group: Group) -> str:
    """The kind of a layer in a word, where its settings do not fit: ``conv``, ``BN``; its class if the table has none."""
    entry = entry_of(group.cls, group.defined_in)
    return entry.kind if entry is not None else one_line(group.cls or "")


def _words(cls: str, package: Optional[str], settings: Mapping[str, Any], rank: Optional[int], depth: int = 0) -> str:
    """The words for a class with these settings; "" if there is nothing to say. `depth` layers stand around it."""
    entry = entry_of(cls, package)
    # The form gives `None` if these are not the settings of the class that it is for.
    found = entry.form(Seen(settings, rank, partial(_inner, depth + 1))) if entry is not None else None
    return found if found is not None else _of_unknown(cls, settings)


def _inner(depth: int, layer: Any) -> str:
    """The words for a layer that stands among another's settings. Its package is not told, so the table is tried."""
    cls = values.class_of(layer)
    if not cls or depth > _MOST_NESTED:
        return cls
    return _words(cls, None, layer, None, depth) or cls


def _of_unknown(cls: str, settings: Mapping[str, Any]) -> str:
    """The class and its simple settings: ``GatedBlock units 64, rate 0.1``; "" if it has none."""
    said: List[str] = []
    for name, value in settings.items():
        words = _setting(name, value) if name not in _UNSAID else ""
        if words and len(said) == _MOST_SETTINGS:
            return f"{cls} {', '.join(said)}, …"
        if words:
            said.append(words)
    return f"{cls} {', '.join(said)}" if said else ""


def _setting(name: str, value: Any) -> str:
    """One setting by its name. What is off is not said."""
    if value is True:
        return name
    if name == "activation" and isinstance(value, str):
        return values.activation_name(value)
    if values.is_number(value):
        return f"{name} {values.number_words(value)}"
    if isinstance(value, str):
        return f"{name} {value}" if value else ""
    if isinstance(value, (list, tuple)) and value and all(map(values.is_number, value)):
        return f"{name} ({', '.join(map(values.number_words, value))})"
    return f"{name} {values.class_of(value)}" if values.class_of(value) else ""


def _short(words: str) -> str:
    """The words on one line, harmless, and not longer than a card has room for."""
    words = one_line(words)
    return words if len(words) <= MOST_WORDS else words[: MOST_WORDS - 1].rstrip(" ,") + "…"


def family_of_layer(graph: Graph, index: int, ops: Optional[GroupOps] = None) -> str:
    """The colour family of a layer: the table's for a known class, else that of the op in it that costs the most FLOPs.

    So a known layer has one colour, whatever ops its version of Keras makes of it and whether it trains or not.
    """
    content = content_of(graph)
    group = content.groups[index]
    entry = entry_of(group.cls, group.defined_in)
    if entry is not None and entry.family != "other":
        return entry.family
    ops = ops or GroupOps(graph)
    if is_normalization(graph, index, ops):  # it has the colour that it has where its class is known
        return "elementwise"
    rows = ops.inside(index)
    costs = [(content.costs[row].flops or 0, row) for row in rows if row in content.costs]
    most, row = max(costs, default=(0, -1))
    if most:
        return family_of(content.table.ops[row])
    there = {family_of(content.table.ops[row]) for row in rows}
    return next((family for family in _FAMILIES if family in there), "other")
