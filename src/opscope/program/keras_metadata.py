"""The class, name and settings of each layer, as Keras 2 saved them: in ``keras_metadata.pb``, before 2.5 in the object graph itself.

Format: keras/protobuf/saved_metadata.proto of Keras 2.5 to 2.15; each node's ``metadata`` is JSON. Keras 3 writes none.
"""

from __future__ import annotations

import json
from typing import Any, Dict, Mapping, NamedTuple, Optional

from ..graph.settings import NO_SETTINGS, Settings, kept_text, package_of, settings_of
from .proto import message_class

_CONFIGURED = frozenset({"trainable", "dtype"})
"""Keys that are in the configuration of each of Keras's own layers."""
_KERAS_CLASSES = frozenset(
    """
    AbstractRNNCell Activation ActivityRegularization Add AdditiveAttention AlphaDropout Attention Average AveragePooling1D
    AveragePooling2D AveragePooling3D BatchNormalization BatchNormalizationV1 BatchNormalizationV2 Bidirectional
    CategoryEncoding CenterCrop Concatenate Conv1D Conv1DTranspose Conv2D Conv2DTranspose Conv3D Conv3DTranspose ConvLSTM1D ConvLSTM2D
    ConvLSTM3D Cropping1D Cropping2D Cropping3D CuDNNGRU CuDNNLSTM Dense DenseFeatures DepthwiseConv1D DepthwiseConv2D
    Discretization Dot Dropout ELU EinsumDense Embedding Flatten GRU GRUCell GRUCellV2 GRUV2 GaussianDropout GaussianNoise
    GlobalAveragePooling1D GlobalAveragePooling2D GlobalAveragePooling3D GlobalMaxPooling1D GlobalMaxPooling2D GlobalMaxPooling3D
    GroupNormalization HashedCrossing Hashing Identity IntegerLookup LSTM LSTMCell LSTMCellV2 LSTMV2 Lambda LayerNormalization LeakyReLU
    LocallyConnected1D LocallyConnected2D Masking MaxPooling1D MaxPooling2D MaxPooling3D Maximum Minimum MultiHeadAttention
    Multiply Normalization PReLU Permute RNN RandomBrightness RandomContrast RandomCrop RandomFlip RandomHeight RandomRotation
    RandomTranslation RandomWidth RandomZoom ReLU RepeatVector Rescaling Reshape Resizing SeparableConv1D SeparableConv2D
    SimpleRNN SimpleRNNCell SlicingOpLambda Softmax SpatialDropout1D SpatialDropout2D SpatialDropout3D SpectralNormalization StackedRNNCells
    StringLookup Subtract SyncBatchNormalization TFOpLambda TensorFlowOpLayer TextVectorization ThresholdedReLU TimeDistributed
    UnitNormalization UpSampling1D UpSampling2D UpSampling3D ZeroPadding1D ZeroPadding2D ZeroPadding3D
    """.split()
)
"""The layers of Keras 2. Their classes are saved without a package, as are those of a user who registered none."""
_KERAS_MODELS = frozenset({"Functional", "Model", "Sequential"})


class KerasObject(NamedTuple):
    """A layer's class, without the package it was registered in, and the name Keras gave it; ``None`` if not told."""

    cls: Optional[str]
    name: Optional[str]
    settings: Settings = NO_SETTINGS
    defined_in: Optional[str] = None
    """As `Group.defined_in`. Only told of Keras's own layers, and of others if their module was saved."""


def of_object(metadata: str) -> KerasObject:
    """What the JSON of one object says; both fields are ``None`` if it is not JSON."""
    try:
        data: Any = json.loads(metadata) if metadata else None
    except (ValueError, RecursionError):
        data = None
    cls = _text(data, "class_name")
    if cls is None:
        return KerasObject(None, _text(data, "name"))
    return KerasObject(cls, _text(data, "name"), _settings(data, cls), _defined_in(data))


def _settings(data: Dict[str, Any], cls: str) -> Settings:
    """What the saved configuration tells of a layer; nothing of a model, whose layers have settings of their own."""
    config = data.get("config")
    is_model = cls in _KERAS_MODELS or (isinstance(config, dict) and isinstance(config.get("layers"), list))
    return NO_SETTINGS if is_model else settings_of(config)


def _defined_in(data: Dict[str, Any]) -> Optional[str]:
    """The package of the class: as saved by the last releases of Keras 2, or Keras if it is one of its layers."""
    module, config = data.get("module"), data.get("config")
    if isinstance(module, str):
        return package_of(kept_text(module))
    if data["class_name"] in _KERAS_MODELS:
        return "keras"
    is_own = data["class_name"] in _KERAS_CLASSES and isinstance(config, dict) and config.keys() >= _CONFIGURED
    return "keras" if is_own else None


def is_keras_class(data: Mapping[str, Any]) -> bool:
    """Whether an object that was saved without its module is of a class of Keras: by name, and by what all of Keras's layers save."""
    cls, config = data.get("class_name"), data.get("config")
    if cls in _KERAS_MODELS or cls == "InputLayer":
        return True
    return cls in _KERAS_CLASSES and isinstance(config, dict) and "trainable" in config


def _text(data: Any, key: str) -> Optional[str]:
    """One text of the JSON, such as ``GatedBlock`` of ``my_package>GatedBlock``; cut, since the file is untrusted."""
    value = data.get(key) if isinstance(data, dict) else None
    return value.rpartition(">")[2][:200] if isinstance(value, str) and value else None


def read_metadata(data: bytes) -> Dict[int, KerasObject]:
    """Read ``keras_metadata.pb``: for each node of the object graph what Keras says of it; empty if damaged."""
    metadata = message_class("SavedMetadata")()
    try:
        metadata.ParseFromString(data)
    except Exception:  # noqa: BLE001, protobuf's runtimes raise different classes; the file only adds names
        return {}
    return {node.node_id: of_object(node.metadata) for node in metadata.nodes}
