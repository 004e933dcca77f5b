from __future__ import annotations

from dataclasses import replace

import pytest

import drawn
from graphs import Builder
from opscope.errors import InputError
from opscope.graph.content import content_of, with_content
from opscope.graph.view import BOX, CHIP, PILL
from opscope.passes import fold, for_drawing
from opscope.passes.fold import READABLE, SPARSE, box_counts, close


def opened(graph, depth):
    closed = content_of(for_drawing(graph, depth)).view.closed
    return {group.path for index, group in enumerate(content_of(graph).groups) if index not in closed}


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
    assert content_of(again).view == content_of(whole).view


def named(graph, closed):
    return {group.path for index, group in enumerate(content_of(graph).groups) if index not in closed}


def siblings(*counts, loose=0, kind="scope", kinds=(), parent=None):
    """Groups side by side with so many boxes each, and loose boxes."""
    make = Builder()
    inside = make.group("net", parent) if parent else -1
    for place, count in enumerate(counts):
        group = make.group(f"g{place}", kinds[place] if kinds else kind, inside)
        for number in range(count):
            make.op(f"g{place}/{number}", "Relu", group=group)
    for number in range(loose):
        make.op(f"loose{number}", "Relu")
    return make.graph()


@pytest.mark.parametrize(
    ("shown", "size", "opens"),
    [
        (SPARSE - 1, 2 * 20 - (SPARSE - 1) + 1, True),  # few are shown: up to twice as many boxes
        (SPARSE - 1, 2 * 20 - (SPARSE - 1) + 2, False),
        (SPARSE, 20 - SPARSE + 1, True),  # enough are shown: no more than asked for
        (SPARSE, 20 - SPARSE + 2, False),
    ],
)
def test_while_few_boxes_are_shown_a_group_of_up_to_twice_as_many_opens(shown, size, opens):
    """The closed group is one of the boxes shown, and goes when it opens."""
    graph = siblings(size, loose=shown - 1)
    assert named(graph, content_of(fold(graph, None, boxes=20)).view.closed) == ({"g0"} if opens else set())


def test_what_a_pass_put_together_is_no_level_of_its_own():
    make = Builder()
    net = make.group("net")
    made = make.group("made", "scope", net)
    layer = make.group("layer", "layer", made)
    inner = make.group("inner", "scope", layer)
    make.op("op", "Relu", group=inner)
    graph = make.graph()
    assert named(graph, content_of(fold(graph, 2)).view.closed) == {"net", "net/made"}
    put = with_content(graph, view=replace(content_of(graph).view, made=frozenset({made})))
    assert named(put, content_of(fold(put, 1)).view.closed) == {"net", "net/made"}
    assert named(put, content_of(fold(put, 2)).view.closed) == {"net", "net/made", "net/made/layer"}
    outermost = with_content(graph, view=replace(content_of(graph).view, made=frozenset({net})))
    assert named(outermost, content_of(fold(outermost, 0)).view.closed) == {"net"}


def test_a_group_shows_its_boxes_and_its_subgroups_that_hold_any():
    """Below `net` lie its own op and the card of `block`, and two ops in that."""
    make = Builder()
    net = make.group("net")
    block, empty = make.group("block", "scope", net), make.group("empty", "scope", net)
    for name, group in (("a", net), ("b", block), ("c", block), ("chip", block), ("hidden", empty), ("loose", -1)):
        make.op(name, "Relu", group=group)
    graph = make.graph()
    roles = bytes(
        CHIP if name in {"chip", "hidden"} else PILL if name == "c" else BOX for name in content_of(graph).table.names
    )
    assert box_counts(with_content(graph, view=replace(content_of(graph).view, roles=roles))) == ([2, 2, 0], [4, 2, 0])


def test_a_call_is_no_box_beside_its_body_but_a_loop_and_a_branch_are_one():
    assert box_counts(drawn.call()) == ([4], [4])  # argument, constant, sum, result
    graph = for_drawing(drawn.loop(), "all")
    direct, below = box_counts(graph)
    by_path = {group.path: (direct[index], below[index]) for index, group in enumerate(content_of(graph).groups)}
    # The loop itself, its two parts; Less; two variables, AddV2 and Mul.
    assert by_path == {"loop": (3, 3 + 1 + 4), "loop/cond": (1, 1), "loop/body": (4, 4)}


def test_models_and_bodies_open_first_and_gradients_last():
    graph = siblings(8, 8, 8, 8, kinds=("backward", "scope", "layer", "model"))
    steps = [named(graph, content_of(fold(graph, None, boxes=boxes)).view.closed) for boxes in (6, 9, 25, 32)]
    assert steps == [{"g3"}, {"g2", "g3"}, {"g1", "g2", "g3"}, {"g0", "g1", "g2", "g3"}]


def test_a_layer_that_holds_layers_opens_before_one_that_does_not():
    make = Builder()
    plain = make.group("plain", "layer", cls="Dense")
    block = make.group("block", "layer", cls="Block")
    inner = make.group("inner", "layer", block, cls="Dense")
    for place in range(30):
        make.op(f"p{place}", "Relu", group=plain)
        make.op(f"i{place}", "Relu", group=inner)
        make.op(f"b{place}", "Relu", group=block)
    graph = make.graph()
    # 2 cards; the block shows 30 ops and a card in its place: 32, whatever the others would need.
    assert named(graph, content_of(fold(graph, None, boxes=32)).view.closed) == {"block"}


def focused(graph, path):
    index = next(index for index, group in enumerate(content_of(graph).groups) if group.path == path)
    return with_content(graph, view=replace(content_of(graph).view, focus=index))


def forest():
    """Two trees of three levels, an op in each group."""
    make = Builder()
    for tree in "ab":
        top = make.group(tree, "model")
        for branch in "xy":
            middle = make.group(branch, "layer", top)
            leaf = make.group("z", "scope", make.group("s", "scope", middle))
            for group in (top, middle, leaf):
                make.op(f"op{len(make.rows)}", "Relu", group=group)
    return make.graph()


@pytest.mark.parametrize(
    ("depth", "opens"),
    [
        (0, {"a", "a/x"}), (1, {"a", "a/x"}), (2, {"a", "a/x", "a/x/s"}), (3, {"a", "a/x", "a/x/s", "a/x/s/z"}),
        ("all", {"a", "a/x", "a/x/s", "a/x/s/z"}), ("layers", {"a", "a/x"}), (None, {"a", "a/x", "a/x/s", "a/x/s/z"}),
    ],
)  # fmt: skip
def test_at_a_focus_it_and_what_holds_it_are_open_and_levels_count_from_it(depth, opens):
    graph = focused(forest(), "a/x")
    assert named(graph, content_of(fold(graph, depth)).view.closed) == opens


@pytest.mark.parametrize(
    ("focus", "depth", "opens"),
    [
        ("a", 0, {"a"}), ("a", 2, {"a", "a/x", "a/y"}), ("a/x/s/z", 0, {"a", "a/x", "a/x/s", "a/x/s/z"}),
        ("b/y/s", None, {"b", "b/y", "b/y/s", "b/y/s/z"}),
    ],
)  # fmt: skip
def test_a_focus_may_be_the_first_group_or_the_innermost(focus, depth, opens):
    assert named(focused(forest(), focus), content_of(fold(focused(forest(), focus), depth)).view.closed) == opens


@pytest.mark.parametrize(("boxes", "opens"), [(2, False), (3, True)])
def test_at_a_focus_the_boxes_around_it_count_too(boxes, opens):
    """Five are shown: the other tree, in `a` its op and `y`, in `x` its op and `s`; `s` opens for twice 3 boxes."""
    graph = focused(forest(), "a/x")
    more = {"a/x/s", "a/x/s/z"} if opens else set()
    assert named(graph, content_of(fold(graph, None, boxes=boxes)).view.closed) == {"a", "a/x"} | more


def test_the_branches_of_an_if_open_together_or_not_at_all():
    make = Builder()
    make.op("if", "If")
    card = make.group("if", "if", owner=0)
    for name, count in (("then", 1), ("else", 40)):
        branch = make.group(name, "branch", card, owner=0)
        for number in range(count):
            make.op(f"{name}{number}", "Relu", group=branch)
    assert named(make.graph(), content_of(fold(make.graph(), None, boxes=10)).view.closed) == {"if"}


def test_layers_without_a_layer_opens_what_stays_readable():
    graph = siblings(3, 40)
    assert named(graph, content_of(fold(graph, "layers", boxes=10)).view.closed) == set()
    assert named(graph, content_of(fold(graph, "layers")).view.closed) == {"g0", "g1"}


def test_a_group_without_a_box_is_no_reason_to_open_less():
    graph = siblings(6, 6, 0, 0, 0, 0, 0)
    closed = content_of(fold(graph, None, boxes=6)).view.closed
    assert named(graph, closed) == {"g0", "g1"}
