"""What an overview works out once, however many drawings it tries. The right answers are counts, and the page of an overview that leaves nothing out."""

from __future__ import annotations

import math

import pytest

from layout.test_overview_insides import AUTHORS, BN, RELU, Block
from opscope.graph.content import content_of
from opscope.layout.overview import fitting, insides, one_try, page_shapes
from opscope.layout.overview.insides import Insides
from opscope.layout.overview.one_page import overview
from opscope.layout.scene.stage import Stage
from opscope.passes import prepared, repeats_folded
from opscope.passes.opening import Opening
from opscope.render.svg.overview_page import overview_svg


def counting(monkeypatch, module, name, key):
    """What `key` says of each call of a function of a module."""
    calls, function = [], getattr(module, name)

    def counted(*arguments, **options):
        calls.append(key(*arguments))
        return function(*arguments, **options)

    monkeypatch.setattr(module, name, counted)
    return calls


def blocks(copies):
    """A block of branches, often."""
    net = Block()
    here = "x"
    for number in range(copies):
        net.block = net.make.group(f"mixed{number}", "layer", net.model, cls=f"Mixed{number}", defined_in="__main__")
        branches = [net.conv((size, size), 8 * size + number, here, behind=(BN, RELU)) for size in (1, 3, 5)]
        here = net.of("Concatenate", "ConcatV2", *branches)
    return net.make.graph("net", ["x"], [here])


@pytest.mark.alike
def test_each_choice_of_open_groups_is_composed_once(monkeypatch):
    tried = counting(monkeypatch, one_try.Tries, "_in_shape", lambda *_: None)
    composed = counting(monkeypatch, one_try, "compose", lambda graph: Stage(graph).cards())
    overview(blocks(6))
    assert len(composed) == len(set(composed)) < len(tried)


@pytest.mark.alike
@pytest.mark.parametrize("high", [200.0, 300.0])
def test_columns_that_are_too_wide_are_not_drawn_and_the_page_is_the_same(high, monkeypatch):
    graph = blocks(9)
    monkeypatch.setattr(page_shapes, "PAGE_HIGH", high)
    monkeypatch.setattr(page_shapes, "PAGE_WIDE", 700.0)
    drawn = counting(monkeypatch, one_try, "draw", lambda *_: None)
    page, fewer = overview_svg(overview(graph)), len(drawn)
    monkeypatch.setattr(one_try, "MOST_BY_TEXTS", math.inf)
    assert overview_svg(overview(graph)) == page
    assert fewer < len(drawn) - fewer


def test_what_is_in_a_group_that_was_open_is_told_without_a_drawing_of_its_own(monkeypatch):
    graph = repeats_folded(prepared(blocks(3), shapes=False))
    opening, names = Opening(graph, {}, AUTHORS.is_own), [group.name for group in content_of(graph).groups]
    net, first = names.index("net"), names.index("mixed0")
    composed = counting(monkeypatch, insides, "compose", lambda *_: None)
    found = Insides(opening, AUTHORS)
    others = found.of({net, first})  # the other two are opened for a look
    told, drawn = (found.of({net}), found.sketches({net})), len(composed)
    anew = Insides(opening, AUTHORS)
    assert drawn == 1 and set(told[0]) == {first, *others} and set(others) == {*told[1]} - {first}
    assert told == (anew.of({net}), anew.sketches({net}))


@pytest.mark.alike
def test_words_that_have_room_in_shorter_lines_are_not_found_again(monkeypatch):
    monkeypatch.setattr(fitting, "WIDE_ENOUGH", 0.0)  # so that shorter lines are tried
    graph = blocks(6)
    found = counting(monkeypatch, one_try, "worded", lambda *_: None)
    page, fewer = overview_svg(overview(graph)), len(found)
    monkeypatch.setattr(one_try, "_worded_before", lambda *_: None)
    assert overview_svg(overview(graph)) == page
    assert fewer < len(found) - fewer
