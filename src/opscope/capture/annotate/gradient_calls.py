"""Tells the gradient calls of a body that make a backward pass from those whose results are differentiated in turn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, List, Mapping, Sequence

from ..notes import Record
from ..seams import tensorflow
from .data_edges import led_to
from .site import Site


@dataclass(frozen=True)
class Gradients:
    """The gradient calls of one body."""

    outermost: Sequence[int]
    """The positions in `Site.gradients` of those whose results no later call differentiates. With a gradient penalty the loss
    contains a gradient; the call that made it is part of the forward computation."""
    needed: bytearray
    """1 for each row that a target needs, itself included: the layers and the loss."""
    made: Mapping[int, int]
    """Row that an outermost call made -> which of `outermost` it was."""


def gradients_of(site: Site) -> Gradients:
    """The gradient calls of a body."""
    before = [site.flow.before(_rows(site, record.target)) for record in site.gradients.records]
    outermost = _outermost(site, [_differentiated(site, record) for record in site.gradients.records])
    number = {index: place for place, index in enumerate(outermost)}
    made = {row: number[index] for row, index in enumerate(site.gradients.of) if index in number}
    needed = bytearray(map(any, zip(*(before[index] for index in outermost)))) or bytearray(len(site.body))
    for row, origin in site.origins.items():  # of a mapped function the ops in its place are needed, and it never runs
        needed[row] = needed[row] or needed[origin]
    return Gradients(outermost, needed, made)


def _rows(site: Site, target: Any) -> List[int]:
    """The rows that make the tensors of a gradient call's target."""
    if target is None:
        return []
    tf = tensorflow()
    leaves = tf.nest.flatten(target, expand_composites=True)  # the target may be a list of losses
    rows = [site.row_of(leaf) for leaf in leaves if isinstance(leaf, tf.Tensor) and hasattr(leaf, "op")]
    return [row for row in rows if row >= 0]


def _differentiated(site: Site, record: Record) -> bytearray:
    """1 for each row that a gradient call may differentiate: what its target needs, back to the sources.

    A sampler takes a step along a gradient and asks for the next one at the new place: the target depends on the first gradient,
    but the tape does not go beyond the place.
    """
    sources = bytearray(len(site.body))
    for row in _rows(site, record.sources):
        sources[row] = 1
    return led_to(_rows(site, record.target), site.flow.inputs, sources)


def _outermost(site: Site, before: Sequence[bytearray]) -> List[int]:
    """What `Gradients.outermost` says. `before` has for each call the rows that it may differentiate."""
    found = []
    for index in range(len(before)):
        mine = [row for row, gradient in enumerate(site.gradients.of) if gradient == index]
        results = [row for row in mine if not before[index][row]]
        if results and not any(later[row] for later in before[index + 1 :] for row in results):
            found.append(index)
    return found
