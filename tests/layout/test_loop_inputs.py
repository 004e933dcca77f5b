"""The inputs of a loop stand in the order in which the cell takes them, so that no wires cross above it."""

from __future__ import annotations

import pytest

from opscope.layout.arrange.loop_inputs import input_places
from opscope.layout.arrange.wiring import wire_up
from opscope.layout.scene.items import Box, Card, CardPort, CardWire, End, Pill

BORDER = -1


def loop(*, state="state", slim=True):
    """The body of a loop whose first input is the state and whose second is what a step is taken of; the cell takes the step first."""
    children = (Pill(state, "state", ""), Box(1, "step t", "shape", "", inputs=1), Card(2, "layer", "cell", "", False))
    wires = [
        CardWire(End(BORDER, 0), End(0, 0)), CardWire(End(BORDER, 1), End(1, 0)),
        CardWire(End(0, 0), End(2, 1)), CardWire(End(1, 0), End(2, 0)),
        CardWire(End(2, 0), End(0, 0), "next"),
    ]  # fmt: skip
    ports = (CardPort(""), CardPort(""))
    return Card(1, "while", "loop", "", True, children=children, wires=tuple(wires), inputs=ports, slim=slim)


@pytest.mark.parametrize(("slim", "first"), [(True, 1), (False, 0)])
def test_the_input_that_the_cell_takes_first_stands_first_in_an_overview(slim, first):
    inner = loop(slim=slim)
    assert [port for port, _ in sorted(input_places(inner).items(), key=lambda pair: pair[1])] == [1, 0]
    around = Card(
        -1, "graph", "", "", True,
        children=(Box(0, "zeros", "shape", ""), Box(1, "transpose", "shape", ""), inner),
        wires=(CardWire(End(0, 0), End(2, 0)), CardWire(End(1, 0), End(2, 1))),
    )  # fmt: skip
    wired = wire_up(around, (), ())
    assert wired.tops[2][0] == first
    # The flat graph's numbers and the ports that they stand for belong together.
    assert {(wire.source, wired.tops[2][wire.into]) for wire in wired.flat.wires} == {(0, 0), (1, 1)}


def test_a_card_that_is_no_loop_keeps_the_order_of_its_inputs():
    assert input_places(loop(state="input")) == {}
