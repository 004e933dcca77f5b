"""Which terms make which loss of a training step, and of which loss a gradient is. The right answers are those of the graph built here."""

from __future__ import annotations

import pytest

from graphs import Builder
from opscope.graph.content import content_of
from opscope.layout.overview.loss_targets import even_value
from opscope.layout.overview.loss_terms import loss_terms
from opscope.passes import prepared
from opscope.passes.rewire import passing

SCALAR, ROWS = [("float32", ())], [("float32", (8, 1))]


def step(terms, calls=None, through=None, penalty=False):
    """A step with losses that are sums of terms, `terms` tells how many each has; and a gradient of each that goes back through its terms.

    A `penalty` is added to sums, which no scope of a loss makes.
    """
    make = Builder()
    x = make.op("x", "Placeholder", out=ROWS)
    called = sum(terms.values()) if calls is None else calls
    losses = make.group("loss", "loss", settings={"losses": [{"class": "BinaryCrossentropy", "calls": called}]})
    ends, scopes = [], {}
    for name, count in terms.items():
        made = []
        for number in range(count):
            scopes.setdefault(name, []).append(f"{name}_{number}")
            scope = make.group(f"{name}_{number}", "scope", losses)
            inner = make.op(f"loss/{name}_{number}/log", "Log", x, group=scope, out=ROWS)
            made.append(make.op(f"loss/{name}_{number}/mean", "Mean", inner, group=scope, out=SCALAR))
        if penalty and count > 1:
            made.append(make.op(f"{name}_penalty", "Mean", x, out=SCALAR))
        whole = made[0] if count == 1 else make.op(f"loss/{name}_sum", "AddN", *made, group=losses, out=SCALAR)
        ends.append(make.op(name, "Identity", whole, out=SCALAR))
    for number, name in enumerate(through or terms):
        backward = make.group("backward" + f"#{number + 1}" * (number > 0), "backward")
        for scope in scopes[name]:
            mirror = make.group(scope, "scope", backward, of=f"loss/{scope}")
            ends.append(make.op(f"grad{number}/{scope}", "Neg", x, group=mirror, out=ROWS))
    return prepared(make.graph("step", ["x"], ends), shapes=False)


def test_each_loss_says_its_terms_and_each_gradient_its_loss():
    assert loss_terms(step({"d_loss": 2, "g_loss": 1})) == {
        "loss": ("d_loss: 2 terms", "g_loss: 1 term"),
        "backward": ("gradient of d_loss",),
        "backward#2": ("gradient of g_loss",),
    }


def test_the_order_of_the_gradients_does_not_matter():
    found = loss_terms(step({"d_loss": 2, "g_loss": 1}, through=["g_loss", "d_loss"]))
    assert (found["backward"], found["backward#2"]) == (("gradient of g_loss",), ("gradient of d_loss",))


@pytest.mark.parametrize(
    ("terms", "calls"),
    [
        ({"loss": 3}, 3),  # of a single loss nobody asks
        ({"d_loss": 2, "g_loss": 1}, 2),  # the scopes are not the calls of losses
        ({"d_loss": 2, "g_loss": 1}, 4),
    ],
)
def test_nothing_is_said_that_the_graph_does_not_tell(terms, calls):
    assert loss_terms(step(terms, calls)) == {}


def test_a_penalty_beside_the_terms_is_not_kept_quiet():
    assert loss_terms(step({"d_loss": 2, "g_loss": 1}, penalty=True)) == {}


def adversarial(real_label, fake_label, other_label):
    """A step of two networks: one tells what is real from what the other makes of noise. The labels are ops that the caller adds to the graph."""
    make = Builder()
    for name in ("real", "noise"):
        make.op(name, "Placeholder", out=ROWS)
    make.op("generated", "Tanh", "noise", group=make.group("generator", "model"), out=ROWS)
    for name, taken in (("discriminator", "real"), ("discriminator#2", "generated")):
        make.op(f"{name}/score", "Sigmoid", taken, group=make.group(name, "model"), out=ROWS)
    losses = make.group("loss", "loss", settings={"losses": [{"class": "BinaryCrossentropy", "calls": 3}]})
    made = []
    for name, network, label in (
        ("of_real", "discriminator", real_label),
        ("of_fake", "discriminator#2", fake_label),
        ("of_other", "discriminator#2", other_label),
    ):
        labels = label(make, f"{network}/score", f"{name}_labels")
        scope = make.group(name, "scope", losses)
        inner = make.op(f"{name}/apart", "SquaredDifference", labels, f"{network}/score", group=scope, out=ROWS)
        made.append(make.op(f"{name}/mean", "Mean", inner, group=scope, out=SCALAR))
    whole = make.op("loss/sum", "AddV2", *made[:2], group=losses, out=SCALAR)
    ends = [make.op("d_loss", "Identity", whole, out=SCALAR), make.op("g_loss", "Identity", made[2], out=SCALAR)]
    return prepared(make.graph("step", ["real", "noise"], ends), shapes=False)


def ones(make, like, name):
    return make.op(name, "OnesLike", like, out=ROWS)


def zeros(make, like, name):
    return make.op(name, "ZerosLike", like, out=ROWS)


def smoothed(make, like, name):
    by = make.op(f"{name}_by", "Const", out=SCALAR, value={"shape": [], "values": [0.9]})
    return make.op(name, "Mul", ones(make, like, f"{name}_ones"), by, out=ROWS)


def shifted(make, like, name):
    """Labels that are not told: what is added to them is no number of a constant."""
    return make.op(name, "AddV2", ones(make, like, f"{name}_ones"), "noise", out=ROWS)


def test_terms_say_which_results_they_compare_with_which_number():
    assert loss_terms(adversarial(smoothed, zeros, ones))["loss"] == (
        "d_loss: discriminator(real) vs 0.9 + discriminator(generator) vs 0",
        "g_loss: discriminator(generator) vs 1",
    )


def test_labels_that_are_no_number_are_not_told():
    assert loss_terms(adversarial(shifted, zeros, ones))["loss"] == (
        "d_loss: discriminator(real) + discriminator(generator) vs 0",
        "g_loss: discriminator(generator) vs 1",
    )


@pytest.mark.parametrize(
    ("constant", "value"),
    [
        ({"shape": [], "values": [0.9]}, 0.9),
        ({"shape": [3], "values": [2.0, 2.0, 2.0]}, 2.0),
        ({"shape": [3], "values": [2.0, 2.0, 1.0]}, None),
        ({"shape": [4], "values": [2.0, 2.0]}, None),  # what the others are was not kept
        ({"shape": [], "values": [True]}, None),
        ({"shape": [], "values": [float("nan")]}, None),
    ],
)
def test_a_constant_is_even_if_all_of_it_is_one_number(constant, value):
    make = Builder()
    make.op("x", "Placeholder", out=ROWS)
    make.op("filled", "Const", out=SCALAR, value=constant)
    make.op("y", "Mul", "x", "filled", out=ROWS)
    graph = make.graph("net", ["x"], ["y"])
    found = {row.name: even_value(content_of(graph), passing(graph), place) for place, row in enumerate(make.rows)}
    assert found == {"x": None, "filled": value, "y": None}
