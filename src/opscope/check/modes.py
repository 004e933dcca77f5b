"""In which mode layers were called that do something else in training than in inference: dropout and batch normalisation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Dict, Iterator, List, Mapping, Optional, Set

from ..graph.types import Source
from ..graph.vocabulary import chain

if TYPE_CHECKING:
    from .inspected import Inspected

DROPOUTS = frozenset(
    {"Dropout", "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D", "AlphaDropout", "GaussianDropout"}
)
BATCH_NORMALIZATIONS = frozenset({"BatchNormalization", "SyncBatchNormalization"})
FUSED_NORMALIZATIONS = frozenset({"FusedBatchNorm", "FusedBatchNormV2", "FusedBatchNormV3"})
"""Ops that are a whole batch normalisation."""


@dataclass(frozen=True)
class IdleDropout:
    """One call of a dropout with a rate above 0 that hands on what it gets."""

    model: int
    """The index of the innermost model around it; -1 if there is none."""
    group: Optional[int] = None
    """Its own, or of the innermost layer around it if it made no op; ``None`` if that is none either."""
    source: Optional[Source] = None
    """The line that calls it, if it made no op, which would tell the line."""


@dataclass(frozen=True)
class Modes:
    """The calls of a graph's layers by mode, as indices of groups."""

    dropping: List[int]
    """Calls of a dropout that drop."""
    not_dropping: List[IdleDropout]
    by_batch: List[int]
    """Calls of a batch normalisation that use the statistics of the batch."""
    by_average: List[int]
    """Those that use moving averages."""
    first_row: Mapping[int, int]
    """The first op in each group, directly or further inside."""


def modes(inspected: "Inspected") -> Modes:
    """The modes of all calls of dropouts and batch normalisations that tracing recorded."""
    random = set(_around(inspected, (row for op, rows in inspected.by_type.items() if "Random" in op for row in rows)))
    batch = set(_around(inspected, _reducing(inspected)))
    found = Modes([], list(_silent(inspected)), [], [], _first_rows(inspected))
    for index, group in enumerate(inspected.content.groups):
        if not group.is_call or group.layer_source != "recorded":
            continue
        if group.cls in DROPOUTS and _rate(group.settings) > 0:
            if index in random:
                found.dropping.append(index)
            else:
                found.not_dropping.append(IdleDropout(_model_around(inspected, index), index))
        elif group.cls in BATCH_NORMALIZATIONS:
            (found.by_batch if index in batch else found.by_average).append(index)
    return found


def _around(inspected: "Inspected", rows: Iterator[int]) -> Iterator[int]:
    """The indices of all groups around these ops."""
    groups = inspected.content.groups
    direct: Set[int] = {inspected.content.node_group[row] for row in rows}
    for index in direct:
        yield from chain(groups, index)


def _first_rows(inspected: "Inspected") -> Dict[int, int]:
    """The first op in each group."""
    groups = inspected.content.groups
    found: Dict[int, int] = {}
    for row, direct in enumerate(inspected.content.node_group):
        for index in chain(groups, direct):
            if index in found:  # and so are the groups around it
                break
            found[index] = row
    return found


def _reducing(inspected: "Inspected") -> Iterator[int]:
    """The ops that compute statistics of a batch."""
    yield from inspected.rows("Mean")
    for row in inspected.rows(*FUSED_NORMALIZATIONS):
        if inspected.table.attrs(row).get("is_training", True):
            yield row


def _silent(inspected: "Inspected") -> Iterator[IdleDropout]:
    """The dropouts that made no op. Their models have: those that are trained are among the groups."""
    groups = inspected.content.groups
    models: Dict[Optional[str], int] = {
        group.object_path: at for at, group in enumerate(groups) if group.kind == "model"
    }
    models[None] = -1  # in no model, or in one that the user's objects do not lead to
    layers: Dict[Optional[str], int] = {}
    for at, group in enumerate(groups):
        if group.is_call and group.object_path is not None:
            layers.setdefault(group.object_path, at)
    for layer in inspected.graph.facts.get("silent_layers", ()):
        if layer.settings.get("class") in DROPOUTS and _rate(layer.settings) > 0:
            yield IdleDropout(models.get(layer.model, -1), layers.get(layer.around), layer.line)


def _rate(settings: Mapping[str, Any]) -> float:
    rate = settings.get("rate")
    return float(rate) if isinstance(rate, (int, float)) else 0.0


def by_model(inspected: "Inspected", calls: List[int]) -> Dict[int, List[int]]:
    """The calls by the innermost call of a model around each; -1 for those in none."""
    found: Dict[int, List[int]] = {}
    for call in calls:
        found.setdefault(_model_around(inspected, call), []).append(call)
    return found


def _model_around(inspected: "Inspected", call: int) -> int:
    groups = inspected.content.groups
    return next((index for index in chain(groups, call) if groups[index].kind == "model"), -1)


def trains_only(inspected: "Inspected", model: int) -> bool:
    """Whether every gradient that is asked for is one with respect to a variable of this model, and there are some."""
    facts = inspected.graph.facts.get("gradients")
    asked = {source.variable for call in facts.asked for source in call.sources} if facts is not None else set()
    return bool(asked) and model >= 0 and asked <= set(inspected.content.groups[model].variables)
