"""Which terms make which loss of a training step, and of which loss a gradient is. The right answers are those of the graph built here."""

from __future__ import annotations

import pytest

from graphs import Builder
from opscope.layout.overview.loss_terms import loss_terms
from opscope.passes import prepared

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
