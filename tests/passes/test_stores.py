from __future__ import annotations

from graphs import Builder
from opscope.graph.content import content_of
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
    at = {name: content_of(graph).group_path(row) for row, name in enumerate(content_of(graph).table.names)}
    assert (at["list"], at["shape"]) == ("forward/rnn", "forward/rnn")
    assert {at["grad"], at["pop"], at["seed"]} == {"backward/rnn"}


def test_a_graph_without_a_backward_phase_is_left_alone():
    make = Builder()
    make.op("x", "Placeholder", group=make.group("forward", "forward"))
    plain = make.graph(inputs=["x"])
    assert home_stores(plain) is plain


def homes(*groups, ops):
    """Where each op stands afterwards; groups are ``(name, kind, parent)``, ops ``(name, group, inputs)``."""
    make = Builder()
    for name, kind, parent in groups:
        make.group(name, kind, parent)
    for name, group, inputs in ops:
        make.op(name, "Relu", *inputs, group=group)
    graph = home_stores(make.graph())
    return {name: content_of(graph).group_path(row) for row, name in enumerate(content_of(graph).table.names)}


FORWARD, BACKWARD, OPTIMIZER = ("forward", "forward", -1), ("backward", "backward", -1), ("optimizer", "optimizer", -1)


def test_only_what_a_backward_phase_computes_is_moved():
    found = homes(
        FORWARD, ("a", "layer", 0), ("b", "layer", 0), BACKWARD,
        ops=[("x", 1, []), ("y", 2, ["x"]), ("loose", -1, []), ("use", 2, ["loose"]), ("made", 3, []), ("uses", 2, ["made"])],
    )  # fmt: skip
    assert found == {
        "x": "forward/a",
        "y": "forward/b",
        "loose": None,
        "use": "forward/b",
        "made": "forward/b",
        "uses": "forward/b",
    }


def test_what_the_gradient_uses_itself_or_an_optimizer_does_stays_whatever_group_they_share():
    found = homes(
        BACKWARD, ("a", "scope", 0), ("b", "scope", 0), FORWARD, OPTIMIZER,
        ops=[("one", 1, []), ("two", 2, ["one"]), ("both", 1, []), ("in", 3, ["both"]), ("out", 2, ["both"]), ("step", 1, []), ("opt", 4, ["step"])],
    )  # fmt: skip
    assert found["one"] == found["both"] == found["step"] == "backward/a"


def test_a_backward_phase_may_be_the_first_group_and_a_loss_may_use_what_it_makes():
    found = homes(BACKWARD, ("loss", "loss", -1), ops=[("made", 0, []), ("more", 0, ["made"]), ("use", 1, ["more"])])
    assert found == {"made": "loss", "more": "loss", "use": "loss"}


def test_what_groups_without_a_common_one_use_stays():
    found = homes(
        BACKWARD, FORWARD, ("loss", "loss", -1), ops=[("made", 0, []), ("a", 1, ["made"]), ("b", 2, ["made"])]
    )
    assert found["made"] == "backward"


def test_without_a_forward_phase_only_lists_and_their_constants_are_moved():
    make = Builder()
    rnn, backward = make.group("rnn", "layer", cls="RNN"), make.group("backward", "backward")
    make.op("x", "Placeholder")
    for name, group in (("inside", rnn), ("loose", -1)):
        make.op(f"shape of {name}", "Const", group=backward)
        make.op(f"list of {name}", "EmptyTensorList", f"shape of {name}", group=backward)
        make.op(name, "While", "x", f"list of {name}", group=group)
    make.op("grad", "ReluGrad", "inside", "loose", group=backward)
    make.op("step", "Sub", "x", "grad")  # a sampler goes on from the gradient
    content = content_of(home_stores(make.graph("sampler", ["x"], ["step"])))
    at = {name: content.group_path(row) for row, name in enumerate(content.table.names)}
    assert at["shape of inside"] == at["list of inside"] == "rnn"
    assert at["shape of loose"] is at["list of loose"] is None
    assert at["grad"] == "backward"
