"""Names of Keras 1 in those of today: its classes and their settings, as Keras 2 itself reads them.

TensorSource: keras/legacy/interfaces.py and keras/legacy/layers.py of Keras 2.
"""

from __future__ import annotations

from typing import Any, Dict, FrozenSet, List, Mapping, Tuple

_CLASSES = {
    "Convolution1D": "Conv1D", "Convolution2D": "Conv2D", "Convolution3D": "Conv3D", "AtrousConvolution1D": "Conv1D",
    "AtrousConvolution2D": "Conv2D", "Deconvolution2D": "Conv2DTranspose", "SeparableConvolution2D": "SeparableConv2D",
    "BatchNormalizationV1": "BatchNormalization", "BatchNormalizationV2": "BatchNormalization", "GRUV2": "GRU", "LSTMV2": "LSTM",
}  # fmt: skip
_MERGES = {
    "sum": "Add", "mul": "Multiply", "concat": "Concatenate", "ave": "Average", "max": "Maximum", "dot": "Dot", "cos": "Dot",
}  # fmt: skip
"""The ``mode`` of a Merge -> the layer that does the same."""
_WINDOWS = frozenset(
    {"Conv1D", "Conv2D", "Conv3D", "Conv2DTranspose", "SeparableConv2D", "LocallyConnected1D", "LocallyConnected2D"}
)
_SEQUENCES = frozenset({"LSTM", "GRU", "SimpleRNN"})
_RENAMED: Tuple[Tuple[FrozenSet[str], Mapping[str, str]], ...] = (
    (_SEQUENCES | {"Dense"}, {"output_dim": "units", "inner_activation": "recurrent_activation"}),
    (_WINDOWS, {"nb_filter": "filters", "subsample": "strides", "atrous_rate": "dilation_rate"}),
    (_WINDOWS | {"Dense"}, {"bias": "use_bias"}),
    (frozenset({"Dropout", "GaussianDropout", "SpatialDropout1D", "SpatialDropout2D"}), {"p": "rate"}),
    (frozenset({"Concatenate"}), {"concat_axis": "axis"}),
    (frozenset({"Dot"}), {"dot_axes": "axes"}),
)
"""Classes -> what settings of theirs are called now."""
_EVERYWHERE = {"border_mode": "padding", "dim_ordering": "data_format", "pool_length": "pool_size", "stride": "strides"}
_SIZES = (("nb_row", "nb_col"), ("kernel_dim1", "kernel_dim2", "kernel_dim3"), ("filter_length",))
"""The settings that were one for each dimension of a kernel."""
_ORDERS = {"th": "channels_first", "tf": "channels_last"}
_MARKS = frozenset(
    {
        "border_mode",
        "dim_ordering",
        "nb_filter",
        "inner_activation",
        "bias",
        "p",
        "init",
        "mode",
        "pool_length",
        "output_dim",
    }
)
"""Settings that only Keras 1 has."""


def modern(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """A layer's entry in the names of today; as it is, if it is not from Keras 1.

    >>> modern({"class_name": "Dense", "config": {"name": "d", "output_dim": 4, "bias": True, "init": "uniform"}})["config"]
    {'name': 'd', 'init': 'uniform', 'units': 4, 'use_bias': True}
    """
    cls, config = data.get("class_name"), data.get("config")
    if not isinstance(cls, str) or not isinstance(config, dict) or "module" in data:
        return data
    cls = _CLASSES.get(cls, cls)
    if cls == "Merge":
        config = {key: value for key, value in config.items() if key != "layers"}  # see `merged_branches`
        cls = _MERGES.get(str(config.get("mode")), cls)
    if cls == "Embedding" or not _MARKS & config.keys():
        return {**data, "class_name": cls}
    return {**data, "class_name": cls, "config": _settings(cls, config)}


def merged_branches(data: Any) -> List[Any]:
    """The models that a Merge joins, as it stands first in a Sequential of Keras 1; none if this is no such layer."""
    config = data.get("config") if isinstance(data, dict) and data.get("class_name") == "Merge" else None
    layers = config.get("layers") if isinstance(config, dict) else None
    return layers if isinstance(layers, list) else []


def _settings(cls: str, config: Mapping[str, Any]) -> Dict[str, Any]:
    found = dict(config)
    for sizes in _SIZES if cls in _WINDOWS else ():
        if all(name in found for name in sizes):
            found["kernel_size"] = [found.pop(name) for name in sizes]
    for classes, names in ((frozenset({cls}), _EVERYWHERE), *_RENAMED):
        for old, new in names.items() if cls in classes else ():
            if old in found:
                found[new] = found.pop(old)
    if "data_format" in found:
        found["data_format"] = _ORDERS.get(str(found["data_format"]), found["data_format"])
    return found
