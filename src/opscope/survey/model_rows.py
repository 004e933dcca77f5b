"""Reads one of the models that were found, and makes its row. This is what runs in each process, once for each model."""

from __future__ import annotations

import re
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Dict, List, NamedTuple, Optional, Set, Tuple, Union, cast

from ..check.checking import checked
from ..check.cost_figures import cost_figures
from ..check.op_versions import tensorflow_version, version_text
from ..check.wanted_checks import wanted_checks
from ..diff.structure_sketch import structure_sketch
from ..errors import LoadError, OpscopeError, for_command
from ..graph.content import content_of
from ..graph.vocabulary import VARIABLES
from ..load import load_place
from ..load.choose import HIDDEN_SIGNATURES
from ..load.format import Wish
from ..load.formats import formats, of_stream, opened_archive
from ..render.report.summary import fed_and_given
from ..version import __version__
from .found_models import FoundModel, ListedFile, models_among
from .listed_files import StoreFile, in_store, is_address

if TYPE_CHECKING:
    from ..graph.graph import Graph
    from ..load.archives.packed_path import FilePlace, PackedPath

ModelRow = Dict[str, Any]
"""A model as JSON has it; docs/survey.md describes each key."""
WAS_READ, WAS_REFUSED, TOOK_TOO_LONG, PROCESS_GONE = "read", "refused", "time", "ended"
"""What became of a model: it was read; it cannot be, for a reason that stays; it took too long; its process ended."""


@dataclass(frozen=True)
class Asked:
    """What is asked about every model."""

    select: Optional[str] = None
    ignore: Optional[str] = None
    tensorflow: Optional[str] = None
    batch: Optional[int] = None
    drawings: bool = False
    """Whether the overview of each is drawn."""

    @property
    def record(self) -> ModelRow:
        """What a row says of this: a row of the same file is the same only if this is."""
        return {
            "opscope": __version__, "for": self.tensorflow, "select": self.select, "ignore": self.ignore, "batch": self.batch,
        }  # fmt: skip


class ReadModel(NamedTuple):
    """What one model gives."""

    row: ModelRow
    drawing: Optional[str] = None
    """Its overview as SVG, if it was asked for."""


class NoModel(NamedTuple):
    """A file that is none."""

    kind: Optional[str]
    """What it is, if it has a format that is recognised and not read."""


def rows_of_model(model: FoundModel, asked: Asked) -> "Union[List[ReadModel], NoModel]":
    """The row of a model; of an archive, the rows of those in it; or that it is no model."""
    begun = time.perf_counter()
    try:
        kind = None if model.is_folder else _kind(model)
        if kind is not None and not model.named and not kind.is_read and kind.opens is None:
            return NoModel(kind.name)
        if kind is None and not model.named and not model.is_folder:
            return NoModel(None)
        if kind is not None and kind.opens is not None and not is_address(model.path):
            return _in_archive(model, asked)
        place = in_store(model) if is_address(model.path) else Path(model.path)
        return [_read(model, place, asked)]
    except OpscopeError as error:
        if not model.named:
            return NoModel(None)
        return [
            ReadModel(
                blank_row(model, asked, WAS_REFUSED, told_without_path(error, model), time.perf_counter() - begun)
            )
        ]


def blank_row(
    model: FoundModel,
    asked: Asked,
    outcome: str,
    error: str,
    seconds: Optional[float] = None,
    archive: Optional[FoundModel] = None,
) -> ModelRow:
    """The row of a model of which nothing else is known."""
    kept = dict.fromkeys(_OF_A_GRAPH)
    return {**_of_file(model, asked, archive), **kept, "seconds": _rounded(seconds), "outcome": outcome, "error": error}


_OF_A_GRAPH = (
    "format", "tensorflow", "keras", "shown", "signatures", "ops", "op_types", "parameters", "constant_bytes", "flops", "flops_lack",
    "activation_bytes", "custom_ops", "layers", "findings", "too_new", "structure", "sketch", "drawing",
)  # fmt: skip


def told_without_path(error: OpscopeError, model: FoundModel) -> str:
    """The error in one line, without the path, which stands beside it."""
    line = " ".join(for_command(error).split())
    start = next((path for path in (model.address, model.path, str(Path(model.path))) if line.startswith(path)), "")
    return line[len(start) :].lstrip(": ")


def _of_file(model: FoundModel, asked: Asked, archive: Optional[FoundModel] = None) -> ModelRow:
    """What is known without reading. Of a model in an archive, it is the archive that changes or does not."""
    home = archive or model
    return {
        "path": model.address, "file": home.address, "size": model.size, "stamp": home.stamp, "asked": asked.record,
    }  # fmt: skip


def _rounded(seconds: Optional[float]) -> Optional[float]:
    return None if seconds is None else round(seconds, 4)


def _kind(model: FoundModel) -> Any:
    """The format of a file, by its first bytes; ``None`` if no format fits."""
    path = model.files[0].address
    try:
        stream = StoreFile(path) if is_address(path) else Path(path).open("rb")  # noqa: SIM115 (closed below)
    except OSError as error:
        raise LoadError(f"{path}: cannot be read ({error.strerror}); check the path") from error
    with closing(stream):
        return of_stream(cast("BinaryIO", stream), path.rpartition("/")[2])


def _in_archive(archive: FoundModel, asked: Asked) -> List[ReadModel]:
    """The rows of the models in an archive, each called by its path in it."""
    opened = opened_archive(Path(archive.path))
    if opened is None:
        raise LoadError("no archive that can be opened; was it copied completely?")
    with closing(opened):
        stamp = archive.files[0].stamp
        listed = [ListedFile(f"{archive.path}/{file.inner}", file.stat().st_size, stamp) for file in opened.walk()]
        models = [model for model in models_among(listed, folder_files()) if model.named]
        if not models:
            raise LoadError("an archive with no model; is it the right file?")
        return [_packed(model, _below(opened, model.path[len(archive.path) :]), archive, asked) for model in models]


def _below(root: "PackedPath", inner: str) -> "PackedPath":
    return root.below([part for part in inner.split("/") if part not in ("", ".")])


def _packed(model: FoundModel, place: "PackedPath", archive: FoundModel, asked: Asked) -> ReadModel:
    begun = time.perf_counter()
    try:
        return _read(model, place, asked, archive)
    except OpscopeError as error:
        said = told_without_path(error, archive).lstrip("/")
        return ReadModel(blank_row(model, asked, WAS_REFUSED, said, time.perf_counter() - begun, archive))


def folder_files() -> Tuple[str, ...]:
    """The names of files that make a folder a model."""
    return tuple(name for each in formats() for name in each.in_folder)


def _read(model: FoundModel, place: "FilePlace", asked: Asked, archive: Optional[FoundModel] = None) -> ReadModel:
    begun = time.perf_counter()
    graph, shown = _graph(place)
    sketch = structure_sketch(graph)
    wanted = wanted_checks(select=asked.select, ignore=asked.ignore, tensorflow=asked.tensorflow)
    found = checked(graph, wanted.rules, tensorflow=wanted.tensorflow)
    facts = graph.facts
    constants = facts.get("constants")
    row = {
        **_of_file(model, asked, archive),
        "format": facts.get("format"),
        "tensorflow": facts.get("tensorflow") or graph.producer.get("tensorflow"),
        "keras": facts.get("keras"),
        "shown": shown or facts.get("signature") or facts.get("function"),
        "signatures": _signatures(graph),
        "ops": len(graph),
        "op_types": dict(Counter(content_of(graph).table.ops).most_common()),
        **_figures(graph, asked),
        "constant_bytes": None if constants is None else constants["bytes"],
        "custom_ops": facts.get("custom_ops"),
        "layers": _layers(graph),
        "findings": dict(Counter(each.rule for each in found).most_common()),
        "too_new": None
        if asked.tensorflow is None
        else sorted({each.message for each in found if each.rule == "op-too-new"} | _too_new_runtime(graph, asked)),
        "structure": sketch.exact,
        "sketch": "".join(f"{word:08x}" for word in sketch.words),
        "drawing": None,
    }
    seconds = time.perf_counter() - begun
    drawing = _drawing(graph) if asked.drawings else None
    return ReadModel({**row, "seconds": _rounded(seconds), "outcome": WAS_READ, "error": None}, drawing)


def _graph(place: "FilePlace") -> "Tuple[Graph, Optional[str]]":
    """The graph of a file, and which part of it is shown if not the one that `load` chooses.

    Where a file has several parts and none comes first, a person is asked to choose; here all of them count.
    """
    try:
        return load_place(place, Wish()), None
    except LoadError as error:
        try:
            return load_place(place, Wish(all=True)), "all"
        except OpscopeError:
            raise error from None


def _too_new_runtime(graph: "Graph", asked: Asked) -> Set[str]:
    """Whether a file of TensorFlow Lite needs a newer runtime, which its converter notes; of others, and where it noted nothing, that is not known.

    The versions of that runtime are those of the TensorFlow that it comes with (``min_runtime_version``, tensorflow/lite/tools/versioning/runtime_version.cc).
    """
    needed = re.match(r"(\d{1,4})\.(\d{1,4})", graph.facts.get("needs_runtime") or "")
    if needed is None or asked.tensorflow is None:
        return set()
    wanted = tensorflow_version(asked.tensorflow)
    if (int(needed[1]), int(needed[2])) <= wanted:
        return set()
    least = graph.facts["needs_runtime"]
    return {
        f"TensorFlow Lite {version_text(wanted)} lacks what the operators need, by the file's converter: {least} or newer"
    }


def _signatures(graph: "Graph") -> ModelRow:
    """The signatures of the file; of a format without, the ends of the graph under an empty name."""
    told_by_file = graph.facts.get("signatures")
    if told_by_file:
        return {
            name: {side: _ends(each[side]) for side in ("inputs", "outputs")}
            for name, each in told_by_file.items()
            if name not in HIDDEN_SIGNATURES
        }
    return {"": {side: _ends(each) for side, each in fed_and_given(graph).items()}}


def _ends(found: Any) -> ModelRow:
    return {name: {"dtype": each["dtype"], "shape": each["shape"]} for name, each in found.items()}


def _figures(graph: "Graph", asked: Asked) -> ModelRow:
    """What the model costs. Of a frozen graph, whose weights are constants, the parameters are not known; of weights alone all but these."""
    figures = cost_figures(graph, asked.batch)
    only_weights = VARIABLES.issuperset(content_of(graph).table.ops)
    frozen = not graph.variables and graph.facts.get("format") in ("GraphDef", "MetaGraphDef")
    activation = figures.values["activation_bytes"]
    return {
        "parameters": None if frozen or "parameters" in figures.lacking else int(figures.values["parameters"] or 0),
        "flops": None if only_weights else figures.values["flops"],
        "flops_lack": figures.lacking.get("flops"),
        "activation_bytes": None if activation is None or only_weights else int(activation),
    }


def _layers(graph: "Graph") -> Optional[Dict[str, int]]:
    """How many calls of each class of layers there are; ``None`` if the file knows no layers."""
    calls = [group.cls for group in content_of(graph).groups if group.is_call and group.cls]
    return dict(Counter(calls).most_common()) if calls else None


def _drawing(graph: "Graph") -> Optional[str]:
    from ..render.options import Options
    from ..render.registry import output_for

    try:
        return str(output_for(".svg").make(graph, Options()))
    except OpscopeError:  # the row stands without
        return None
