from __future__ import annotations

import pytest

import drawn
from drawn import Builder
from opscope.errors import InputError
from opscope.passes import fold, for_drawing
from opscope.passes.fold import READABLE, close


def opened(graph, depth):
    closed = for_drawing(graph, depth).content.view.closed
    return {group.path for index, group in enumerate(graph.groups) if index not in closed}


def three_levels():
    make = Builder()
    model = make.group("net", "model", cls="Net")
    block = make.group("block", "layer", model, cls="Block")
    inner = make.group("dense", "layer", block, cls="Dense")
    scope = make.group("scope", "scope", inner)
    last = make.op("x", "Placeholder")
    for group in (model, block, inner, inner, scope, scope):
        last = make.op(f"op{len(make.rows)}", "Relu", last, group=group)
    return make.graph(inputs=["x"])


def test_a_number_opens_the_groups_with_fewer_ancestors():
    graph = three_levels()
    assert opened(graph, 0) == set()
    assert opened(graph, 2) == {"net", "net/block"}


def test_layers_opens_everything_above_the_innermost_layers():
    assert opened(three_levels(), "layers") == {"net", "net/block"}


def test_layers_opens_a_gradient_down_to_the_layers_it_belongs_to():
    make = Builder()
    forward, backward = make.group("forward", "forward"), make.group("backward", "backward")
    layer = make.group("dense", "layer", forward, cls="Dense")
    gradient = make.group("dense", "scope", backward, of="forward/dense")
    last = make.op("x", "Placeholder")
    for group in (layer, layer, gradient, gradient):
        last = make.op(f"op{len(make.rows)}", "Relu", last, group=group)
    assert opened(make.graph(inputs=["x"]), "layers") == {"forward", "backward"}


def test_all_opens_everything():
    assert opened(three_levels(), "all") == {"net", "net/block", "net/block/dense", "net/block/dense/scope"}


def test_the_default_opens_a_small_graph_whole():
    assert len(opened(three_levels(), None)) == 4


def test_the_default_stops_where_a_drawing_stops_being_readable():
    make = Builder()
    model = make.group("net", "model", cls="Net")
    last = make.op("x", "Placeholder")
    for k in range(60):
        layer = make.group(f"dense{k}", "layer", model, cls="Dense")
        for _ in range(READABLE // 10):
            last = make.op(f"op{len(make.rows)}", "Relu", last, group=layer)
    assert opened(make.graph(inputs=["x"]), None) == {"net"}


def test_siblings_of_one_kind_open_together_or_not_at_all():
    make = Builder()
    last = make.op("x", "Placeholder")
    for name, count in (("small", 2), ("large", 2 * READABLE)):
        scope = make.group(name, "scope")
        for _ in range(count):
            last = make.op(f"op{len(make.rows)}", "Relu", last, group=scope)
    assert opened(make.graph(inputs=["x"]), None) == set()


@pytest.mark.parametrize("depth", ["deep", -1, 1.5, True])
def test_an_unknown_depth_is_refused_with_those_there_are(depth):
    with pytest.raises(InputError, match="'layers', 'all'"):
        fold(drawn.dense(), depth)


def test_folding_then_opening_changes_nothing():
    whole = for_drawing(drawn.loop(), "all")
    again = close(fold(whole, 0), ())
    assert again.content.view == whole.content.view
