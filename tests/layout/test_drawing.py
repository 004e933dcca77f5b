"""Properties of whole drawings: wires go on where they cross a border, leave texts alone, and opening shuffles nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parents[1]))
from examples import examples
from graphs import graph, graphs, optimizer, tower
from opscope.graph.content import content_of
from opscope.layout.arrange.borders import arranged
from opscope.layout.arrange.layered import arrange
from opscope.layout.engine import draw, layout
from opscope.layout.flat import BORDER
from opscope.layout.scene.bundling import bundle
from opscope.layout.scene.compose import compose
from opscope.layout.scene.items import Box, Card, cards
from opscope.layout.sizes.extents import SMALL_FONT
from opscope.layout.sizes.text_width import width
from opscope.passes import for_drawing
from opscope.passes.fold import close
from opscope.render.svg.drawing import svg


def open_cards(root):
    """Every open card, with its place in the drawing."""
    waiting = [(root, root.body.x, root.body.y)]
    while waiting:
        drawn, x, y = waiting.pop()
        if drawn.inside is None:
            continue
        left, top = x + drawn.inside.x, y + drawn.inside.y
        yield drawn, left, top
        waiting.extend((child, left + child.body.x, top + child.body.y) for child in drawn.inside.children)


def crossings(drawing):
    """For each port of each open card the places where wires meet it from outside and from inside."""
    outside, inside = {}, {}
    for card, left, _ in open_cards(drawing.root):
        for path in card.inside.paths:
            for end, point, side in (
                (path.wire.target, path.points[-1], "in"),
                (path.wire.source, path.points[0], "out"),
            ):
                if end.child == BORDER:
                    other = "out" if side == "in" else "in"
                    inside.setdefault((id(card.item), other, end.port), set()).add(round(left + point[0], 3))
                elif isinstance(card.item.children[end.child], Card) and card.item.children[end.child].open:
                    key = (id(card.item.children[end.child]), side, end.port)
                    outside.setdefault(key, set()).add(round(left + point[0], 3))
    return outside, inside


LAID = [graph(tower(4)), graph(optimizer(20))]


def goes_on(drawing):
    outside, inside = crossings(drawing)
    for key, places in outside.items():
        if key[2] >= 0 and key in inside:
            assert places == inside[key]


@examples(60)
@given(graphs())
def test_a_wire_goes_on_in_a_card_where_it_ended_outside(whole):
    goes_on(layout(whole, "all"))


@pytest.mark.parametrize("unfold", [False, True])
@pytest.mark.parametrize("whole", LAID)
def test_wires_of_repeated_blocks_go_on_across_borders(whole, unfold):
    goes_on(layout(whole, "all", unfold=unfold))


def crosses(points, left, top, right, bottom):
    return any(
        min(a[0], b[0]) < right and max(a[0], b[0]) > left and min(a[1], b[1]) < bottom and max(a[1], b[1]) > top
        for a, b in zip(points, points[1:])
    )


@examples(60)
@given(graphs())
def test_no_wire_runs_through_a_label_or_a_head(whole):
    for card, _, _ in open_cards(layout(whole, "all").root):
        for path in card.inside.paths:
            assert min(y for _, y in path.points) >= 0, "the head of a card lies above what it holds"
            for label in card.inside.labels:
                start = label.x - width(label.text, SMALL_FONT) if label.left else label.x
                end = start + width(label.text, SMALL_FONT)
                assert not crosses(path.points, start + 1, label.y - 8, end - 1, label.y + 2)


def rows(whole):
    """For each open card the rows of what it holds, from left to right."""
    scene = bundle(compose(whole))
    every = [card for card in cards(scene) if card.open]
    orders = arranged(every, arrange)
    return {
        card.group: [
            [name(card.children[slot]) for slot in row if slot < len(card.children)]
            for row in orders[id(card)].order.rows
        ]
        for card in every
    }


def common(these, those):
    """The rows, without what the other drawing does not have: a card whose only op is an input shows it outside when open."""
    known = {item for row in those for item in row}
    return [row for row in ([item for item in row if item in known] for row in these) if row]


def name(item):
    if isinstance(item, Card):
        return "card", item.group
    return ("box", item.node) if isinstance(item, Box) else ("pill", item.title)


def two_towers():
    """An encoder and a decoder, each with a residual of two nested scopes, and what joins them."""
    ops = [("x", "Placeholder", []), ("y", "Placeholder", [])]
    for side, start in (("encoder", "x"), ("decoder", "y")):
        ops += [
            (f"{side}/attention/q", "MatMul", [start]),
            (f"{side}/attention/k", "MatMul", ["encoder/mlp/out" if side == "decoder" else start]),
            (f"{side}/attention/s", "Softmax", [f"{side}/attention/q", f"{side}/attention/k"]),
            (f"{side}/sum", "AddV2", [f"{side}/attention/s", start]),
            (f"{side}/mlp/in", "Relu", [f"{side}/sum"]),
            (f"{side}/mlp/out", "AddV2", [f"{side}/mlp/in", f"{side}/sum"]),
        ]
    return graph([*ops, ("loss", "Sub", ["decoder/mlp/out", "y"]), ("gate", "Mul", ["loss", "encoder/sum"])])


@examples(40)
@given(st.sampled_from([graph(tower(4)), graph(tower(2)), two_towers()]), st.data())
def test_opening_and_closing_in_any_sequence_keeps_the_order_of_all_others(whole, data):
    whole = for_drawing(whole, "all")
    groups = range(len(content_of(whole).groups))
    opened = set()
    for _ in range(5):
        before = rows(close(whole, [group for group in groups if group not in opened]))
        opened ^= {data.draw(st.sampled_from(groups))}
        after = rows(close(whole, [group for group in groups if group not in opened]))
        for group in before.keys() & after.keys():
            assert common(before[group], after[group]) == common(after[group], before[group])


@examples(40)
@given(graphs(), st.data())
def test_opening_and_closing_in_any_sequence_can_be_taken_back(whole, data):
    whole = for_drawing(whole, "all")
    groups = range(len(content_of(whole).groups))
    seen, opened = {}, set()
    for group in data.draw(st.lists(st.sampled_from(groups), max_size=4)) if groups else []:
        for toggled in ((), (group,), (group,)):
            opened.symmetric_difference_update(toggled)
            drawn = svg(draw(compose(close(whole, [each for each in groups if each not in opened]))))
            assert seen.setdefault(frozenset(opened), drawn) == drawn
        opened ^= {group}


SCRIPT = """
import sys
sys.path.insert(0, {tests!r})
from graphs import graph, tower
from opscope.layout.engine import layout
from opscope.render.svg.drawing import svg
sys.stdout.buffer.write(svg(layout(graph(tower(5)), "all", unfold=True)).encode())
"""


def test_the_same_graph_gives_the_same_bytes_whatever_the_hash_seed():
    script = SCRIPT.format(tests=str(Path(__file__).parents[1]))
    first, second = (
        subprocess.run(
            [sys.executable, "-c", script], env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2")
    )
    assert first == second
    assert first.startswith(b"<svg")
