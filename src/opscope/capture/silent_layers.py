"""Finds the calls of Keras layers that made no op, and the lines that made them: no group of the graph stands for them."""

from __future__ import annotations

from typing import Iterator, Set, Tuple

from ..graph.silent_layer import SilentLayer
from . import keras
from .annotate import Describer
from .notes import CALL, Notes, Traced
from .seams import function_graphs


def silent_layers(traced: Traced, describe: Describer) -> Tuple[SilentLayer, ...]:
    """All of a trace, in the order in which they were called."""
    root = traced.concrete.graph
    bodies = {id(root), *map(id, function_graphs(root).values())}
    return tuple(_found(traced.notes, bodies, describe))


def _found(notes: Notes, bodies: Set[int], describe: Describer) -> Iterator[SilentLayer]:
    sources = describe.sources
    for at, record in enumerate(notes.records):
        if record.kind != CALL or not record.made_no_op or id(record.graph) not in bodies:
            continue
        if keras.is_layer(record.subject) and keras.is_keras(type(record.subject)):
            around = [notes.records[place].subject for place in notes.around(at)]
            model = next((each for each in around if keras.is_model(each)), None)
            layer = next((each for each in around if keras.is_layer(each)), None)
            line = None if sources is None or record.stack is None else sources.of_stack(record.stack)
            of_model, of_layer = (None if each is None else describe.objects.path(each) for each in (model, layer))
            yield SilentLayer(describe.followed_by(record.subject), of_model, of_layer, line)
