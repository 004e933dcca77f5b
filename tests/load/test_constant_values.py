"""The values of constants, beside what TensorFlow itself reads of the same TensorProto."""

from __future__ import annotations

import numpy as np
import pytest

import opscope

tf = pytest.importorskip("tensorflow")

VALUES = {
    "float32": [1.5, -2.0], "float64": [0.25], "float16": [3.0, 0.5], "int32": [7, -3], "int64": [9], "int8": [-4], "uint8": [200],
    "uint16": [60000], "uint32": [4_000_000_000], "uint64": [5], "bool": [True, False], "string": [b"a", b"b"],
}  # fmt: skip
FIELDS = {
    "float32": "float_val", "float64": "double_val", "float16": "half_val", "int64": "int64_val", "bool": "bool_val",
    "string": "string_val", "uint32": "uint32_val", "uint64": "uint64_val",
}  # fmt: skip


def short(dtype, values, shape):
    """A TensorProto that stores these values one by one, as few as they may be."""
    proto = tf.make_tensor_proto(np.zeros(shape, np.float32))
    proto.Clear()
    proto.dtype = tf.as_dtype(dtype).as_datatype_enum
    proto.tensor_shape.CopyFrom(tf.TensorShape(shape).as_proto())
    stored = np.array(values, np.float16).view(np.uint16).tolist() if dtype == "float16" else values
    getattr(proto, FIELDS.get(dtype, "int_val")).extend(stored)
    return proto


def read(tmp_path, proto):
    """What opscope says of a graph's one constant."""
    graph = tf.compat.v1.GraphDef()
    node = graph.node.add(name="c", op="Const")
    node.attr["dtype"].type = proto.dtype
    node.attr["value"].tensor.CopyFrom(proto)
    path = tmp_path / "graph.pb"
    path.write_bytes(graph.SerializeToString())
    return opscope.load(path).op("c").attrs["value"]


@pytest.mark.parametrize("shape", [(), (3,), (2, 6), (0,)], ids=str)
@pytest.mark.parametrize("count", [0, 1, 2])
@pytest.mark.parametrize("dtype", VALUES)
def test_what_is_not_stored_is_the_last_value_or_zero(dtype, count, shape, tmp_path):
    size = int(np.prod(shape))
    proto = short(dtype, VALUES[dtype][: min(count, size)], shape)
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        node = tf.compat.v1.NodeDef(name="c", op="Const")
        node.attr["dtype"].type = proto.dtype
        node.attr["value"].tensor.CopyFrom(proto)
        graph = tf.compat.v1.GraphDef(node=[node])
        (given,) = tf.import_graph_def(graph, return_elements=["c:0"], name="")
        expected = session.run(given)
    found = read(tmp_path, proto)
    flat = np.asarray(expected).reshape(-1)[:8].tolist()
    assert found.get("values", []) == [value.decode() if isinstance(value, bytes) else value for value in flat]
    if size > 1 and dtype != "string":
        assert (found["min"], found["max"]) == (expected.min(), expected.max())
    # TensorFlow's long form of the same tensor looks the same.
    if dtype != "string":
        assert read(tmp_path, tf.make_tensor_proto(expected, dtype=dtype, shape=shape)) == found


def test_of_a_dtype_that_is_not_read_nothing_is_said(tmp_path):
    assert read(tmp_path, short("qint32", [], (3,))).get("values") is None
