"""Looks through a configuration for what Keras would run, import or open while it makes the model of it.

Keras's own safe mode came with 2.13, covers archives only, and had holes. So what is handed to Keras is looked through here first: every
object must be one of Keras's own kinds, and none of those that hold code or name a file.

Source: keras/src/saving/serialization_lib.py (`deserialize_keras_object`), keras/layers/core/tf_op_layer.py of Keras 2.
"""

from __future__ import annotations

from typing import Any, List, Mapping

from ...errors import LoadError, spelled
from ...graph.settings import class_name, kept_text
from ..format import TRACE
from .configuration import model_name

_WITH_CODE = frozenset({"Lambda", "__lambda__", "TorchModuleWrapper", "JaxLayer", "FlaxLayer", "TFSMLayer"})
"""Classes of Keras that hold Python code, a pickle, or a model in another file."""
_PACKAGES = ("tensorflow.python.keras", "tensorflow.keras", "tf_keras", "keras")
_ROOMS = frozenset(
    """
    activations applications constraints dtype_policies engine initializers layers losses metrics mixed_precision models ops optimizers
    quantizers random regularizers
    """.split()
)
"""Modules of Keras whose objects make a model. Its others load files, fetch addresses or change settings."""
_TF_ROOMS = frozenset(
    {"math", "nn", "linalg", "image", "signal", "strings", "__operators__", "bitwise", "sparse", "ragged"}
)
_TF_FUNCTIONS = frozenset(
    """
    abs add add_n argmax argmin boolean_mask broadcast_to cast clip_by_norm clip_by_value concat convert_to_tensor cos cumsum divide edit_distance
    einsum ensure_shape equal exp expand_dims eye fill floor gather gather_nd greater greater_equal identity less less_equal linspace
    logical_and logical_not logical_or matmul maximum meshgrid minimum multiply negative norm not_equal one_hot ones ones_like pad pow range
    rank realdiv reduce_all reduce_any reduce_logsumexp reduce_max reduce_mean reduce_min reduce_prod reduce_sum repeat reshape reverse
    reverse_sequence roll round searchsorted sequence_mask shape sigmoid sign sin size slice sort space_to_batch split sqrt square squeeze
    stack stop_gradient strided_slice subtract tan tanh tensordot tile top_k transpose truediv unique unstack where zeros zeros_like
    """.split()
)
"""What a Keras 2 layer made of a function of TensorFlow may call: what makes ops and nothing else."""
_FILES = frozenset({"vocabulary", "idf_weights"})
"""Settings that are lists, or the path of a file that Keras would read."""


def refuse_code(configuration: Mapping[str, Any]) -> None:
    """`LoadError` if Keras, making the model of this configuration, would run or open something else than Keras's own layers.

    How the model itself was compiled is left out, as Keras is told to do.
    """
    _, cls = model_name(configuration)
    waiting: List[Any] = [{key: value for key, value in configuration.items() if key != "compile_config"}]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            if isinstance(value.get("class_name"), str):
                _refuse_object(value, cls)
            for key in _FILES & value.keys():
                if isinstance(value[key], str):
                    raise _refused(f"a layer takes its {key} from another file, {kept_text(value[key])!r}")
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)


def _refuse_object(value: Mapping[str, Any], model: str) -> None:
    """`LoadError` if an object of a configuration is none of Keras's, or one that has code."""
    cls, module = class_name(value["class_name"]), value.get("module")
    config = value.get("config")
    name = config.get("name") if isinstance(config, dict) else None
    shown = f"{kept_text(name)!r} ({cls})" if isinstance(name, str) and cls != model else cls
    if cls in _WITH_CODE:
        raise _refused(f"{shown} has code of its own, which is not run")
    if isinstance(module, str) and module and not _is_keras(module, cls):
        raise _refused(f"{shown} is a class of {kept_text(module)}, which is not imported")
    if cls in {"TFOpLambda", "SlicingOpLambda"} and not _only_makes_ops(config):
        raise _refused(f"{shown} calls a function that may do more than make ops")


def _is_keras(module: str, cls: str) -> bool:
    if module == "builtins":  # an activation, which Keras looks for among its own
        return cls in {"function", "slice", "tuple", "dict", "list"}
    for package in _PACKAGES:
        if module == package:
            return True
        if module.startswith(f"{package}."):
            parts = module[len(package) + 1 :].split(".")
            return next((part for part in parts if part != "src"), "") in _ROOMS
    return False


def _only_makes_ops(config: Any) -> bool:
    function = config.get("function") if isinstance(config, dict) else None
    if not isinstance(function, str):
        return False
    parts = [part for part in function.split(".") if part not in {"compat", "v1", "v2"}]
    return bool(parts) and (parts[0] in _TF_ROOMS if len(parts) > 1 else parts[0] in _TF_FUNCTIONS)


def _refused(what: str) -> LoadError:
    return LoadError(
        f"the model is not rebuilt, since {what}; {spelled('opscope.load shows its layers', 'without --trace its layers are shown')}, "
        f"or load it with Keras and give the model to {TRACE}"
    )
