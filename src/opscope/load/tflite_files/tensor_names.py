"""Names of ops, from the names of the tensors that they make: the converter keeps those of TensorFlow's ops there.

An operator that several ops were fused into has all their names: ``model/conv1/Relu;model/conv1/BiasAdd;model/conv1/Conv2D``.
"""

from __future__ import annotations

import re
from typing import List

from ...graph.lite_ops import tensorflow_op
from .lite_model import LiteSubgraph

_LEAVES = {
    "CONV_2D": "conv2d convolution conv1d conv",
    "DEPTHWISE_CONV_2D": "depthwise depthwiseconv2dnative separable_conv2d",
    "CONV_3D": "conv3d convolution",
    "TRANSPOSE_CONV": "conv_transpose conv2d_transpose conv2dbackpropinput",
    "FULLY_CONNECTED": "matmul tensordot einsum",
    "BATCH_MATMUL": "matmul einsum batchmatmul batchmatmulv2",
    "ADD": "add addv2 biasadd",
    "AVERAGE_POOL_2D": "avgpool",
    "MAX_POOL_2D": "maxpool maxpool2d",
}
"""Operator -> how the ops are called, in small letters, that it is made of; others are called as TensorFlow's op is."""
_NUMBER = re.compile(r"_?\d+$")


def op_name(tensor: str, op: str) -> str:
    """The name of an op by that of its first result; of several that were fused, of the one that the operator is.

    >>> op_name("m/act/Relu;m/conv1/Conv2D", "CONV_2D"), op_name("StatefulPartitionedCall:0", "SOFTMAX"), op_name("", "ADD")
    ('m/conv1/Conv2D', 'StatefulPartitionedCall', 'ADD')
    """
    parts = [part for part in tensor.split(";") if part]
    leaves = set(_LEAVES.get(op, tensorflow_op(op).lower()).split())
    own = next((part for part in parts if _leaf(part) in leaves), parts[0] if parts else op)
    return without_output(own)


def labels(subgraph: LiteSubgraph) -> List[str]:
    """A name for each tensor of a subgraph, of a constant by the operator that uses it first; "" for one that has none.

    Constants are fused as operators are: weights that a batch norm was multiplied into have the names of its ops, too.
    """
    ops = [""] * len(subgraph.tensors)
    for operator in reversed(subgraph.operators):
        for number in operator.inputs:
            if 0 <= number < len(ops):
                ops[number] = operator.op
    return [op_name(tensor.name, op) if tensor.name else "" for tensor, op in zip(subgraph.tensors, ops)]


def _leaf(name: str) -> str:
    leaf = without_output(name).rpartition("/")[2].lower()
    return leaf if leaf in {"conv1d", "conv2d", "conv3d", "maxpool2d"} else _NUMBER.sub("", leaf)


def without_output(name: str) -> str:
    """A name without the ``:0`` of the first output, as TensorFlow leaves it out."""
    return name[:-2] if name.endswith(":0") and len(name) > 2 else name
