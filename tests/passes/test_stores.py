from __future__ import annotations

from drawn import Builder
from opscope.passes.stores import home_stores


def step():
    """A loop in the forward phase keeps its values in a list that the gradient made; the gradient reads the list."""
    make = Builder()
    forward, backward = make.group("forward", "forward"), make.group("backward", "backward")
    rnn = make.group("rnn", "layer", forward, cls="RNN")
    mirror = make.group("rnn", "scope", backward)
    make.op("x", "Placeholder")
    make.op("shape", "Const", group=mirror)
    make.op("list", "EmptyTensorList", "shape", group=mirror)
    make.op("loop", "While", "x", "list", group=rnn)
    make.op("relu", "Relu", "loop", group=forward)
    make.op("grad", "ReluGrad", "relu", "loop", group=mirror)
    make.op("seed", "Const", group=mirror)
    make.op("pop", "TensorListPopBack", "loop:1", "seed", group=mirror)
    return make.graph("step", ["x"], ["grad", "pop"])


def test_what_a_gradient_makes_for_the_forward_pass_stands_with_the_op_that_uses_it():
    graph = home_stores(step())
    at = {name: graph.group_path(row) for row, name in enumerate(graph.table.names)}
    assert (at["list"], at["shape"]) == ("forward/rnn", "forward/rnn")
    assert {at["grad"], at["pop"], at["seed"]} == {"backward/rnn"}


def test_a_graph_without_a_backward_phase_is_left_alone():
    make = Builder()
    make.op("x", "Placeholder", group=make.group("forward", "forward"))
    plain = make.graph(inputs=["x"])
    assert home_stores(plain) is plain
