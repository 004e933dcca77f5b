from __future__ import annotations

import drawn
from drawn import roles_of
from graphs import Builder
from opscope.graph.content import content_of
from opscope.graph.view import BOX, CHIP, PILL, WIRE
from opscope.passes import for_drawing, hide_dead, wire_through
from opscope.passes.flow import Flow


def names(graph, role):
    return {name for name, own in roles_of(graph).items() if own == role}


def test_identities_arguments_and_results_become_wires_and_are_counted():
    graph = wire_through(hide_dead(drawn.call()))
    assert names(graph, WIRE) == {"call/a", "call/r"}
    assert content_of(for_drawing(drawn.dense(), "all")).view.counts.passed_on == {"Identity": 1}


def test_only_what_changes_in_a_loop_is_its_variable():
    assert names(wire_through(hide_dead(drawn.loop())), PILL) == {"loop/body/i", "loop/body/s"}
    assert names(wire_through(hide_dead(drawn.loop(changes=False))), PILL) == {"loop/body/i"}


def test_the_source_of_a_call_s_output_is_in_its_body():
    graph = for_drawing(drawn.call(), "all")
    flow, row = Flow(graph, content_of(graph).view.roles), content_of(graph).table.index
    assert flow.source(row("call"), 0) == (row("call/add"), 0)
    assert flow.source(row("call/a"), 0) == (row("x"), 0)


def test_a_loop_s_unchanged_output_is_its_input():
    graph = for_drawing(drawn.loop(changes=False), "all")
    flow, row = Flow(graph, content_of(graph).view.roles), content_of(graph).table.index
    assert flow.source(row("loop"), 1) == (row("x"), 0)
    assert flow.source(row("loop"), 0) == (row("loop"), 0)


def test_a_variable_reaches_its_read_through_loop_arguments():
    assert roles_of(for_drawing(drawn.loop(), "all"))["loop/body/read"] == CHIP


def test_a_layer_of_one_identity_keeps_it_as_a_box():
    make = Builder()
    layer = make.group("dropout", "layer", cls="Dropout")
    make.op("x", "Placeholder")
    make.op("id", "Identity", "x", group=layer)
    make.op("relu", "Relu", "id")
    make.op("other", "Identity", "relu")
    graph = for_drawing(make.graph(inputs=["x"], outputs=["other"]), "all")
    roles = roles_of(graph)
    assert roles["id"] == BOX
    assert roles["other"] == WIRE
    assert content_of(graph).view.counts.passed_on == {"Identity": 1}  # the one that is drawn is not said to be missing


def test_identities_in_a_circle_end_the_search():
    make = Builder()
    make.op("a", "Identity", "b")
    make.op("b", "Identity", "a")
    make.op("use", "Relu", "a")
    graph = for_drawing(make.graph(), "all")
    assert roles_of(graph)["use"] == BOX
