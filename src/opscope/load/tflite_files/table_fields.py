"""What the tables of a TensorFlow Lite model have in which field, and the dtypes of tensors.

Format: tflite/converter/schema/schema.fbs of google-ai-edge/LiteRT (version 3d), before it tensorflow/lite/schema/schema.fbs. A field keeps
its number for ever, so that files of all versions are read alike. The fields of a table are numbered in the order of the schema; a union
takes two, of which the first says what the second is.
"""

from __future__ import annotations

from enum import IntEnum


class ModelField(IntEnum):
    """The root."""

    VERSION = 0
    OPERATOR_CODES = 1
    SUBGRAPHS = 2
    DESCRIPTION = 3
    BUFFERS = 4
    METADATA = 6
    SIGNATURES = 7


class OperatorCodeField(IntEnum):
    """The type of an operator. The newer field is an int, since a byte became too small."""

    OLD_BUILTIN = 0
    CUSTOM = 1
    VERSION = 2
    BUILTIN = 3


class SubGraphField(IntEnum):
    """A function: tensors, and operators in the order in which they run."""

    TENSORS = 0
    INPUTS = 1
    OUTPUTS = 2
    OPERATORS = 3
    NAME = 4


class TensorField(IntEnum):
    """A tensor. Its shape has 1 where the signature of the shape has -1, an open dimension."""

    SHAPE = 0
    TYPE = 1
    BUFFER = 2
    NAME = 3
    QUANTIZATION = 4
    IS_VARIABLE = 5
    SPARSITY = 6
    SHAPE_SIGNATURE = 7
    HAS_RANK = 8
    EXTERNAL_BUFFER = 10


class QuantizationField(IntEnum):
    """How numbers are kept as integers: real = scale x (kept - zero point)."""

    SCALE = 2
    ZERO_POINT = 3
    DETAILS_TYPE = 4
    DETAILS = 5
    DIMENSION = 6


class BlockwiseField(IntEnum):
    """Scales that are a tensor, for blocks of so many values."""

    SCALES = 0
    ZERO_POINTS = 1
    BLOCK_SIZE = 2


BLOCKWISE = 2
"""The member of the union of `QuantizationField.DETAILS` that is `BlockwiseField`."""


class OperatorField(IntEnum):
    """One operator."""

    CODE = 0
    INPUTS = 1
    OUTPUTS = 2
    OPTIONS_TYPE = 3
    OPTIONS = 4
    CUSTOM_OPTIONS = 5
    OPTIONS_2_TYPE = 11
    OPTIONS_2 = 12


class BufferField(IntEnum):
    """The values of a constant. In a file of more than 2 GB they lie behind the FlatBuffer, and the two later fields say where."""

    DATA = 0
    OFFSET = 1
    SIZE = 2


class MetadataField(IntEnum):
    """A buffer of which only tools know what is in it."""

    NAME = 0
    BUFFER = 1


class SignatureField(IntEnum):
    """How the caller names the inputs and outputs of a subgraph."""

    INPUTS = 0
    OUTPUTS = 1
    KEY = 2
    SUBGRAPH = 4


class TensorMapField(IntEnum):
    """An input or output of a signature."""

    NAME = 0
    TENSOR = 1


DTYPES = (
    "float32", "float16", "int32", "uint8", "int64", "string", "bool", "int16", "complex64", "int8", "float64", "complex128",
    "uint64", "resource", "variant", "uint32", "uint16", "int4", "bfloat16", "int2", "uint4", "float8_e4m3fn", "float8_e5m2",
)  # fmt: skip
"""The dtypes of `TensorType`, in the words of TensorFlow."""


def lite_dtype(number: int) -> str:
    """The name of a dtype; of one that is newer than this table its number."""
    return DTYPES[number] if 0 <= number < len(DTYPES) else f"dtype_{number}"
