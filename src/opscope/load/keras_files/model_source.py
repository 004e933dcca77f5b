"""What Keras needs to know to rebuild the model of a file: its configuration, looked through, and the version of Keras that wrote it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional

from ...errors import InputError, LoadError, spelled
from .. import files, load
from ..format import TRACE
from ..messages import complaints
from . import h5_file
from .archive import CONFIGURATION, Archive
from .configuration import parsed
from .h5_outside import refuse_outside
from .reading import AS_JSON, IN_ARCHIVE, IN_HDF5
from .screening import refuse_code


@dataclass(frozen=True)
class ModelSource:
    """A file of Keras that a model can be rebuilt from."""

    path: Path
    format: str
    version: Optional[str]
    """The version of Keras that wrote it; ``None`` if the file does not say."""
    is_modern: bool
    """Whether objects are saved with their modules, as Keras 3 and the last of Keras 2 do."""
    text: str
    """The configuration."""


def model_source(path: Path) -> ModelSource:
    """What a file says of its model.

    `InputError` if it is no file of Keras; `LoadError` if it has no model, is damaged, or has code that Keras would run.
    """
    # Read as for drawing first: Keras and HDF5's C library are only given a file in which that has found no damage.
    facts = load(path).facts
    kind = facts.get("format")
    if kind not in {IN_ARCHIVE, IN_HDF5, AS_JSON}:
        raise InputError(
            f"{path}: only a file of Keras can be rebuilt and traced; {spelled('use opscope.load', 'leave --trace out')} for what it holds"
        )
    with complaints(path):
        if facts.get("calls_unknown"):
            raise LoadError(
                f"a model of a class of its own ({facts['calls_unknown']}): load it with Keras, give it to {TRACE}"
            )
        data = files.read(path)
        text = _configuration(str(kind), data, path)
        if text is None:
            raise LoadError("weights alone, without a model; give the file of the whole model")
        found = parsed(text)
        refuse_code(found)
        weights = data if kind == IN_HDF5 else Archive(data).weights() if kind == IN_ARCHIVE else None
        if weights is not None:
            refuse_outside(weights)
    return ModelSource(path, str(kind), facts.get("keras"), _is_modern(found), text.decode("utf-8"))


def _configuration(kind: str, data: bytes, path: Path) -> Optional[bytes]:
    if kind == AS_JSON:
        return data
    if kind == IN_ARCHIVE:
        return Archive(data).text(CONFIGURATION)
    return h5_file.root_of(data, h5_file.OnDisk(path)).text("model_config")


def _is_modern(configuration: Any) -> bool:
    return isinstance(configuration, dict) and "module" in configuration
