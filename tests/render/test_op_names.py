"""What the summary calls an op."""

from graphs import Builder
from opscope.render.report.op_names import op_names


def test_an_op_is_called_by_its_layer_and_type_and_by_the_end_of_its_name_where_that_is_needed():
    make = Builder()
    net = make.group("net", "layer")
    dense = make.group("dense", "layer", parent=net)
    scope = make.group("scope", "scope", parent=dense)
    make.op("x", "Placeholder")
    make.op("net_1/dense_1/MatMul", "MatMul", "x", "x", group=dense)
    make.op("net_1/dense_1/Relu", "Relu", "x", group=dense)
    make.op("net_1/dense_1/Relu_1", "Relu", "x", group=scope)
    make.op("net_1/a/Tanh", "Tanh", "x", group=net)
    make.op("net_1/b/Tanh", "Tanh", "x", group=net)
    assert op_names(make.graph()) == [
        "x",
        "net/dense MatMul",
        "net/dense Relu (Relu)",
        "net/dense Relu (Relu_1)",
        "net Tanh (a/Tanh)",
        "net Tanh (b/Tanh)",
    ]
