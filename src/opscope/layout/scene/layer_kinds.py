"""The kinds of layers, by which an overview colours its boxes and cards, and the words of their legend.

Ops have families of their own (`families`), of which most kinds have the colours. A kind is told by the class of a layer; where that does
not tell, by the family of its main op.
"""

from __future__ import annotations

import re
from typing import Dict, List, Optional

from ...graph.content import content_of
from ...graph.graph import Graph
from ...graph.vocabulary import LATER_PHASES, PHASES
from .families import FAMILIES, Family, family_of
from .group_ops import GroupOps
from .layer_words import family_of_layer


def _as(title: str, family: str) -> Family:
    """A kind with the colours of a family of ops."""
    return FAMILIES[family]._replace(title=title)


LAYER_KINDS: Dict[str, Family] = {
    "dense": _as("dense, conv", "matmul"),
    "attention": Family("attention", "#fbe3ef", "#a33a72"),
    "recurrent": Family("recurrent", "#eef3d6", "#5c6b10"),
    "activation": _as("normalization, activation, arithmetic", "elementwise"),
    "pooling": _as("pooling, reduction", "reduce"),
    "reshape": _as("shape, embedding", "shape"),
    "weights": _as("weights, constants", "variable"),
    "flow": _as("control flow", "control"),
    "dropout": _as("dropout, random", "random"),
    "training": _as("loss, gradients, update, state", "state"),
    "unknown": _as("several kinds, other", "other"),
}
"""The kinds, in the order of the legend. As the families differ in hue and little in lightness; each box says what it is."""
LOOKS: Dict[str, Family] = {**FAMILIES, **LAYER_KINDS}
"""All that has a colour and words in a legend: the families of ops, and the kinds of layers."""
_OF_FAMILY = {
    "matmul": "dense", "elementwise": "activation", "reduce": "pooling", "shape": "reshape", "variable": "weights", "control": "flow",
    "random": "dropout", "state": "training", "other": "unknown",
}  # fmt: skip
_ACTIVATIONS = frozenset({"Softmax", "LogSoftmax"})
"""Ops and layers that reduce, and are activations to those who write them."""
_MAIN = frozenset({"dense", "attention", "recurrent"})
"""What a block is called after: a convolution with its normalization is a block of convolutions."""
_RECURRENT = re.compile(r"LSTM|GRU|RNN|^Bidirectional$")


def kind_of_op(op: str) -> str:
    """The kind of an op type.

    >>> kind_of_op("Conv2D"), kind_of_op("Softmax"), kind_of_op("Reshape")
    ('dense', 'activation', 'reshape')
    """
    return "activation" if op in _ACTIVATIONS else _OF_FAMILY[family_of(op)]


def kind_of_layer(graph: Graph, index: int, ops: GroupOps) -> str:
    """The kind of a layer: by its class, else by what in it costs most."""
    cls = content_of(graph).groups[index].cls or ""
    return _by_class(cls) or _OF_FAMILY[family_of_layer(graph, index, ops)]


def _by_class(cls: str) -> str:
    """The kind that the name of a class tells, whoever wrote it; "" for most.

    >>> _by_class("CausalSelfAttention"), _by_class("CuDNNLSTM"), _by_class("Dense")
    ('attention', 'recurrent', '')
    """
    if "attention" in cls.lower():
        return "attention"
    if cls in _ACTIVATIONS:
        return "activation"
    return "recurrent" if _RECURRENT.search(cls) else ""


class KindsOfCards:
    """Tells the kinds of closed cards that hold several layers."""

    def __init__(self, graph: Graph, ops: GroupOps) -> None:
        self._graph, self._ops, self._groups = graph, ops, content_of(graph).groups
        self._inner: Dict[int, List[int]] = {}
        for index, group in enumerate(self._groups):
            self._inner.setdefault(group.parent, []).append(index)

    def holds_layers(self, index: int) -> bool:
        """Whether layers are in a group, rather than ops alone."""
        waiting = list(self._inner.get(index, []))
        while waiting:
            at = waiting.pop()
            if self._groups[at].is_call:
                return True
            waiting.extend(self._inner.get(at, []))
        return False

    def kind(self, index: int) -> str:
        """The kind of a group that is closed; "" if it is of none or of several: a transformer's block attends and is dense."""
        if self._groups[index].kind in LATER_PHASES or self._groups[index].kind == PHASES[1]:
            return "training"
        kinds = set()
        waiting = [index]
        while waiting:
            at = waiting.pop()
            group = self._groups[at]
            told = _by_class(group.cls or "") if group.is_call else ""
            inner = [] if told else self._inner.get(at, [])
            waiting.extend(inner)
            if group.is_call and not any(self._groups[each].is_call for each in inner):
                kinds.add(told or kind_of_layer(self._graph, at, self._ops))
        return _plain(sorted(kinds or {kind_of_layer(self._graph, index, self._ops)} - {"unknown"})) or ""


def _plain(kinds: List[str]) -> Optional[str]:
    """The one kind that several together are; ``None`` if they are not of one kind."""
    main = [kind for kind in kinds if kind in _MAIN] or kinds
    return main[0] if len(main) == 1 else None
