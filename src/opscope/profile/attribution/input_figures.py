"""Makes the figures of pipelines that a measurement has: stages as users name them, with the ops and lines that they come from."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any, Dict, List, Mapping, NamedTuple, Optional, Sequence, Tuple, TypeVar

from ...graph.content import content_of
from ...graph.input_pipeline import INPUT_KEY
from .figures import PS

if TYPE_CHECKING:
    from ...capture.dataset_lines import DatasetLine
    from ...graph.graph import Graph
    from ...graph.types import Source
    from .input_waits import PipelineTimes

_PLAIN = re.compile(r"(Experimental|Legacy|Parallel)*(.*?)(DatasetV\d+|Dataset|V\d+)?(\[\d*\])?\Z")
_SAME = {
    "FiniteRepeat": "Repeat", "ForeverRepeat": "Repeat", "EmptyRepeat": "Repeat", "FiniteTake": "Take", "EmptyTake": "Take",
    "FiniteSkip": "Skip", "EmptySkip": "Skip", "MemoryCache": "Cache", "FileCache": "Cache", "DirectedInterleave": "SampleFrom",
}  # fmt: skip
"""TensorFlow has iterators of several kinds for one kind of dataset."""
_FUSED = {"MapAndBatch": ("Map", "Batch")}
_ADDED = frozenset({"Root", "Model", "MaxIntraOpParallelism", "PrivateThreadPool", "Optimize", "Options"})
"""Stages that TensorFlow puts around a pipeline."""
_CALLED = {
    "Tensor": "from_tensors", "TensorSlice": "from_tensor_slices", "Generator": "from_generator", "MapAndBatch": "map and batch",
    "TFRecord": "TFRecordDataset", "TextLine": "TextLineDataset", "FixedLengthRecord": "FixedLengthRecordDataset",
    "SampleFrom": "sample_from_datasets", "Shuffle": "shuffle", "ShuffleAndRepeat": "shuffle and repeat",
}  # fmt: skip


_Candidate = TypeVar("_Candidate")


class _DatasetOp(NamedTuple):
    name: str
    source: Optional[Source]


def dataset_kind(name: str) -> str:
    """What kind of dataset an op, a class, or a stage is of, however TensorFlow runs it.

    >>> dataset_kind("ParallelMapDatasetV2"), dataset_kind("_BatchDataset"), dataset_kind("FiniteRepeat[]"), dataset_kind("MapAndBatch")
    ('Map', 'Batch', 'Repeat', 'MapAndBatch')
    """
    match = _PLAIN.match(name.lstrip("_"))
    plain = match.group(2) if match else name
    return _SAME.get(plain, plain)


def input_figures(
    graph: "Graph", times: "Optional[PipelineTimes]", lines: "Sequence[DatasetLine]", ops_share: Optional[float]
) -> Dict[str, Any]:
    """The figures, as means over the steps; ``docs/json.md`` says what each is. `ops_share` is `stage_ops_share`."""
    if times is None or not times.stages or not times.total:
        return {}
    order = _in_order(times.stages)
    per_step = PS / times.steps
    stages = [_stage_figures(path, name, times) for path, name in zip(order, _names(order))]
    for stage, come_from in zip(stages, _origins(graph, order, lines)):
        stage.update(come_from)
    waited = times.waited
    told = {
        "waited_us": None if waited is None else waited * per_step,
        "waited_share": None if waited is None else waited / times.total,
        "between_steps": times.between,
        "making_us": times.making * per_step or None,
        "steps": times.steps,
        "ops_share": ops_share,
        "stages": stages,
    }
    return {INPUT_KEY: told}


def _stage_figures(path: str, name: str, times: "PipelineTimes") -> Dict[str, Any]:
    sums = times.stages[path]
    return {
        "name": name,
        "path": path,
        "dataset": times.datasets.get(path) or None,
        "self_us": None if sums.own is None else sums.own * PS / times.steps,
        "busy_share": None if sums.busy is None else sums.busy / times.total,
        "calls": sums.calls / times.steps,
        "threads": sums.threads,
    }


def _before(path: str) -> str:
    """The stage that asks this one."""
    return re.sub(r"\[\d*\]\Z", "", path.rpartition("::")[0])


def _in_order(paths: Mapping[str, Any]) -> List[str]:
    """The stages in the order in which data flow: each behind those that it asks."""
    found: List[str] = []
    waiting = sorted((path for path in paths if _before(path) not in paths), reverse=True)
    while waiting:
        path = waiting.pop()
        found.append(path)
        waiting += sorted((each for each in paths if _before(each) == path), reverse=False)
    return found[::-1]


def _names(order: Sequence[str]) -> List[str]:
    """What the stages are called; of several that are called alike the later ones have a number."""
    seen: "Counter[str]" = Counter()
    names = []
    for path in order:
        name = _name(path)
        seen[name] += 1
        names.append(f"{name} #{seen[name]}" if seen[name] > 1 else name)
    return names


def _name(path: str) -> str:
    """What a stage is called.

    A strategy hands elements to each of its devices by a dataset of TensorFlow's own, which waits for them. What a user makes of a generator
    is made by a function (``flat_map``).

    >>> _name("Iterator::Root::Prefetch::Generator"), _name("Iterator::Root::FlatMap[]::Generator")
    ('(Generator)', 'from_generator, in flat_map')
    """
    last = path.rpartition("::")[2]
    if last in _ADDED or (last == "Generator" and not _is_made_inside(path)):
        return f"({last})"
    kind = dataset_kind(last)
    name = _CALLED.get(kind) or re.sub(r"(?<=[a-z])(?=[A-Z])", "_", kind).lower()
    return f"{name}, in {_name(path[: path.rindex('[]::')])}" if _is_made_inside(path) else name


def _origins(graph: "Graph", order: Sequence[str], lines: "Sequence[DatasetLine]") -> List[Dict[str, Any]]:
    """The ops of the graph that each stage is of, and its line. Told only where it is certain: see `_matched`."""
    content = content_of(graph)
    ops: Dict[str, List[_DatasetOp]] = {}
    for row, op in enumerate(content.table.ops):
        if "Dataset" in op:
            ops.setdefault(dataset_kind(op), []).append(_DatasetOp(content.table.names[row], content.sources.get(row)))
    made: Dict[str, List[Optional[Source]]] = {}
    for line in lines:
        made.setdefault(dataset_kind(line.made_by), []).append(line.source)
    found = []
    for place, path in enumerate(order):
        own = [_matched(order, place, kind, ops.get(kind, ())[::-1]) for kind in _kinds(path)]
        named = [op for op in own if op is not None]
        sources = [op.source for op in named] or [
            _matched(order, place, kind, made.get(kind, ())) for kind in _kinds(path)
        ]
        source = next((each for each in sources if each is not None), None)
        found.append({"ops": [op.name for op in named], "source": None if source is None else source._asdict()})
    return found


def _matched(order: Sequence[str], place: int, kind: str, candidates: "Sequence[_Candidate]") -> "Optional[_Candidate]":
    """Which of the datasets of a kind, the last first, a stage is of; ``None`` if that is not certain.

    It is if there are as many stages of the kind as datasets, one behind the other. What the function of a dataset makes (``interleave``) is none of these.
    """
    stages = [each for each in order if kind in _kinds(each)]
    in_line = all(before.startswith(after) for before, after in zip(stages, stages[1:]))
    if len(stages) != len(candidates) or not in_line or any(_is_made_inside(each) for each in stages):
        return None
    return candidates[::-1][stages.index(order[place])]


def _is_made_inside(path: str) -> bool:
    """Whether the function of a dataset makes the stage, once for each of its elements."""
    return any(each.endswith("[]") and "Repeat" not in each for each in path.split("::")[:-1])


def _kinds(path: str) -> Tuple[str, ...]:
    """The kinds of datasets that a stage is made of."""
    kind = dataset_kind(path.rpartition("::")[2])
    return _FUSED.get(kind, (kind,))
