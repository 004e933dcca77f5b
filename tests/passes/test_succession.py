import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
from graphs import graph, optimizer, tower
from opscope.graph.content import content_of
from opscope.layout.engine import layout
from opscope.layout.scene.items import cards
from opscope.passes import for_drawing
from opscope.passes.structure import Structures
from opscope.passes.succession import succession


def chained(*edges):
    """Three copies of two ops each, the second using the first, with further edges (from, to)."""
    inputs = {f"op{number}": [f"op{number - 1}"] if number % 2 else [] for number in range(6)}
    for source, target in edges:
        inputs[target].append(source)
    order = sorted(inputs, reverse=bool(edges) and edges[0][0] > edges[0][1])
    names = {name: row for row, name in enumerate(order)}
    made = graph([(name, "Relu", inputs[name]) for name in order])
    return made, [[names["op0"], names["op1"]], [names["op2"], names["op3"]], [names["op4"], names["op5"]]]


def words(*edges):
    return told(*chained(*edges), passing=bytes(6))


def told(whole, copies, passing):
    structures = Structures(whole)
    stack = [structures.seal(-1, (), copy) for copy in copies]
    return succession(content_of(whole).table, stack, passing)


def test_copies_in_a_row_feed_the_next():
    assert words(("op1", "op2"), ("op3", "op4")) == "each feeds the next"


def test_a_gradient_runs_from_the_last_copy_to_the_first():
    assert words(("op3", "op0"), ("op5", "op2")) == "each feeds the one before"


def test_a_row_with_a_gap_says_only_that_some_feed_others():
    assert words(("op1", "op4")) == "some feed others"


def test_copies_side_by_side_say_nothing():
    assert words() == ""


def test_what_only_passes_a_tensor_on_does_not_hide_where_it_comes_from():
    ops = [("a", "Relu", []), ("i", "Identity", ["a"]), ("b", "Relu", ["i"])]
    assert told(graph(ops), [[0], [2]], passing=b"\0\1\0") == "each feeds the next"


def test_it_is_followed_to_the_op_and_not_to_its_output():
    ops = [("first", "Const", []), ("a", "Split", []), ("i", "Identity", ["a"]), ("b", "Relu", ["i"])]
    assert told(graph(ops), [[1], [3]], passing=b"\0\0\1\0") == "each feeds the next"
    assert told(graph(ops), [[0], [3]], passing=b"\0\0\1\0") == ""


def test_the_card_of_a_stack_says_how_its_copies_hang_together():
    details = [card.detail for card in cards(layout(graph(tower(5)), "all").scene) if card.repeat == 5]
    assert len(details) == 1
    assert details[0].startswith("each feeds the next")
    apart = for_drawing(graph(optimizer(20)), unfold=False)
    assert content_of(apart).view.stacks
    assert not any(stack.succession for stack in content_of(apart).view.stacks.values())
