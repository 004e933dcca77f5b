from __future__ import annotations

from drawn import roles_of
from graphs import Builder
from opscope.graph.content import content_of
from opscope.graph.view import BOX, HIDDEN
from opscope.passes import hide_dead


def test_dead_ops_are_hidden_and_counted():
    make = Builder()
    make.op("x", "Placeholder")
    make.op("probe", "MatMul", "x", "x")
    make.dead.append("probe")
    drawn = hide_dead(make.graph(inputs=["x"]))
    assert roles_of(drawn) == {"x": BOX, "probe": HIDDEN}
    assert content_of(drawn).view.counts.dead == 1


def test_a_noop_stays_only_where_an_op_with_an_effect_waits_for_it():
    make = Builder()
    make.op("x", "Placeholder")
    make.op("all_done", "NoOp", "^x", out=[])
    make.op("for_result", "NoOp", "^x", out=[])
    make.op("result", "Identity", "x", "^for_result")
    make.op("gate", "NoOp", "^x", out=[])
    make.op("late", "Relu", "x", "^gate")
    drawn = hide_dead(make.graph(inputs=["x"]))
    hidden = {name for name, role in roles_of(drawn).items() if role == HIDDEN}
    assert hidden == {"all_done", "for_result"}
    assert content_of(drawn).view.counts.idle == 2


def test_the_given_graph_is_not_changed():
    make = Builder()
    make.op("n", "NoOp", out=[])
    graph = make.graph()
    hide_dead(graph)
    assert content_of(graph).view.roles == b""
