"""Rebuilds the model of a Keras file with the Keras that fits it, so that it can be traced. No code of the file is run."""

from __future__ import annotations

import importlib
import inspect
from importlib.metadata import version
from pathlib import Path
from typing import Any, Dict, Optional

from ..errors import InputError, LoadError, MissingDependencyError, option, spelled
from ..load.keras_files.model_source import ModelSource, model_source
from ..load.keras_files.reading import AS_JSON, IN_ARCHIVE, IN_HDF5
from .seams import tensorflow

_SUFFIXES = {IN_ARCHIVE: (".keras",), IN_HDF5: (".h5", ".hdf5", ".keras"), AS_JSON: ("",)}
"""What Keras tells the formats by; `load` looks into the file."""
_INSIDE = "Exception encountered:"


def rebuilt_model(path: Path, *, freeze: bool) -> Any:
    """The model of a ``.keras`` archive, an HDF5 file or ``model.to_json()``, not compiled.

    `LoadError` if it cannot be rebuilt or would run code of its own, `MissingDependencyError` without TensorFlow or a Keras for it.
    """
    tensorflow()  # complains if it is missing, before the file is read
    source = model_source(path)
    if freeze and source.format == AS_JSON:
        raise InputError(f"{path}: {option('freeze', True)} needs weights, which a configuration has not; leave it out")
    if not path.name.endswith(_SUFFIXES[source.format]):
        raise LoadError(
            f"{path}: Keras tells its formats by the name; to rebuild the model, rename the file to end in {_SUFFIXES[source.format][0]}"
        )
    keras = _keras_for(source)
    try:
        return _made(keras, source)
    except Exception as error:
        # What went wrong inside, Keras 3 writes behind all that it was doing.
        line = str(error).rpartition(_INSIDE)[2].strip().partition("\n")[0]
        more = "; pip install tf_keras, which is Keras 2" if _major(source) == 2 and _version(keras) >= 3 else ""
        raise LoadError(
            f"{path}: Keras {_told_version(keras)} cannot rebuild the model ({type(error).__name__}: {line}){more}; "
            f"{spelled('opscope.load shows its layers', 'without --trace its layers are shown')}"
        ) from error


def _made(keras: Any, source: ModelSource) -> Any:
    if source.format == AS_JSON:
        return keras.models.model_from_json(source.text)
    options: Dict[str, Any] = {"compile": False}
    # Older ones have no safe mode; what it guards against `model_source` has refused.
    if "safe_mode" in inspect.signature(keras.models.load_model).parameters:
        options["safe_mode"] = True
    return keras.models.load_model(str(source.path), **options)


def _major(source: ModelSource) -> int:
    """The Keras that a file is from, 2 for 1 as well, which reads its files; if the file does not say, by how it is written."""
    first = (source.version or "").partition(".")[0]
    written = int(first) if first.isdecimal() and len(first) < 3 else 3 if source.is_modern else 2
    return 3 if written >= 3 else 2


def _keras_for(source: ModelSource) -> Any:
    """The Keras to read a file with: the one that wrote it if it is installed; Keras 3 also reads most files of Keras 2."""
    tf = tensorflow()
    if _major(source) == 2:
        found = _imported("tf_keras") or _of_tensorflow(tf)
    else:
        found = _imported("keras")
        if found is None or _version(found) < 3:
            raise MissingDependencyError(
                f"{source.path} was saved by Keras {source.version or 3}, which is not installed; to rebuild the model install it "
                "(pip install keras, with TensorFlow 2.16 or newer)"
            )
    if found is None:
        raise MissingDependencyError(
            f"{source.path}: rebuilding the model needs Keras, which is not installed; pip install keras"
        )
    return found


def _version(keras: Any) -> int:
    return int(_told_version(keras).partition(".")[0])


def _told_version(keras: Any) -> str:
    # That of TensorFlow 2.13 to 2.15 is a package of Keras that does not say its version.
    return str(getattr(keras, "__version__", None) or version("keras"))


def _imported(name: str) -> Optional[Any]:
    """A package; ``None`` if it is not installed, or not for this TensorFlow."""
    try:
        found = importlib.import_module(name)
        return found if hasattr(found, "__version__") and hasattr(found, "models") else None
    except Exception:
        return None


def _of_tensorflow(tf: Any) -> Optional[Any]:
    """The Keras that TensorFlow itself uses; ``None`` if it is not installed."""
    try:
        return tf.keras if hasattr(tf.keras, "models") else None
    except Exception:
        return None
