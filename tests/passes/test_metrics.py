from __future__ import annotations

from graphs import Builder
from opscope.graph.content import content_of, with_content
from opscope.graph.groups import Group
from opscope.layout.scene.compose import compose
from opscope.layout.scene.items import places
from opscope.passes import for_drawing
from opscope.passes.metrics import home_metrics


def step():
    """x -> layer -> loss; the loss times a size is added to a total; the total is read after that."""
    make = Builder()
    forward, loss = make.group("forward", "forward"), make.group("loss", "loss")
    layer = make.group("dense", "layer", forward, cls="Dense")
    make.variable("total", "total", ())
    make.op("x", "Placeholder")
    make.op("dense/relu", "Relu", "x", group=layer)
    make.op("mse", "Mean", "dense/relu", group=loss)
    make.op("shape", "Shape", "x", group=forward)
    make.op("scale", "Neg", "x", group=forward)
    make.op("keep", "Tanh", "scale", group=forward)
    make.op("mul", "Mul", "mse", "shape", "scale", group=forward)
    make.op("assign", "AssignAddVariableOp", "total", "mul", group=forward, out=[])
    make.op("read", "ReadVariableOp", "total", "^assign", group=forward)
    return make.graph("step", ["x"], ["read", "keep"])


def test_what_needs_the_loss_and_what_feeds_that_alone_becomes_a_group_of_its_own():
    after = home_metrics(step())
    assert [group.path for group in content_of(after).groups] == ["forward", "loss", "forward/dense", "metrics"]
    inside = {name for name, home in zip(content_of(after).table.names, content_of(after).node_group) if home == 3}
    assert inside == {"mul", "assign", "read", "shape"}  # `scale` has another user


def test_layers_and_graphs_without_a_loss_are_left_alone():
    assert content_of(home_metrics(step())).groups[:3] == content_of(step()).groups
    make = Builder()
    make.op("x", "Placeholder", group=make.group("forward", "forward"))
    plain = make.graph(inputs=["x"])
    assert home_metrics(plain) is plain


def test_a_gradient_of_the_loss_is_no_metric():
    make = Builder()
    forward, loss, backward = (
        make.group("forward", "forward"),
        make.group("loss", "loss"),
        make.group("backward", "backward"),
    )
    make.op("x", "Placeholder")
    make.op("mse", "Mean", "x", group=loss)
    make.op("grad", "Neg", "mse", group=backward)
    make.op("count", "Neg", "mse", group=forward)
    make.op("of_grad", "Neg", "grad", group=forward)
    after = home_metrics(make.graph("step", ["x"], ["count", "of_grad"]))
    homes = {name: content_of(after).group_path(row) for row, name in enumerate(content_of(after).table.names)}
    assert homes == {"x": None, "mse": "loss", "grad": "backward", "count": "metrics", "of_grad": "forward"}


def test_a_group_called_metrics_keeps_its_name():
    before = step()
    named = with_content(before, groups=(*content_of(before).groups, Group("metrics", -1, "scope", "metrics")))
    assert content_of(home_metrics(named)).groups[-1].path == "metrics#2"


def test_the_drawing_runs_from_the_forward_pass_to_the_loss_and_not_back():
    scene = compose(for_drawing(step(), 0))
    titles = [getattr(child, "title", "") for child in scene.root.children]
    wires = {(titles[wire.source.child], titles[wire.target.child]) for wire in scene.root.wires}
    assert ("forward", "loss") in wires
    assert ("loss", "forward") not in wires
    assert sum(places(scene).values()) == len(step())
