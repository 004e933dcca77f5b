"""The overview: what it draws is so, and it is one page."""

from __future__ import annotations

from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

import opscope
from examples import examples
from opscope.graph.content import content_of
from opscope.layout.overview.one_page import overview
from opscope.layout.scene.compose import compose
from opscope.layout.scene.stage import Stage
from opscope.passes import prepared, repeats_folded
from opscope.passes.fold import close
from passes.test_truth import FILES, repeating, staged
from rows_apart import apart
from truth import lies


def drawn_truly(graph):
    """The overview, after the checker has found nothing in it. It follows single tensors, so there are no bundles of them."""
    bundles = [f"opscope.layout.{module}.bundle" for module in ("overview.one_try", "engine")]
    with mock.patch(bundles[0], lambda scene: scene), mock.patch(bundles[1], lambda scene: scene):
        found = overview(graph)
    assert lies(graph, found.graph, apart(found.drawing.scene)) == []
    return found


@examples(100)
@given(repeating(), st.data())
def test_choices_of_open_groups_that_show_the_same_cards_draw_the_same(graph, data):
    folded = repeats_folded(prepared(graph))
    groups = range(len(content_of(folded).groups))
    drawn = {}
    for _ in range(4):
        closed = data.draw(st.sets(st.sampled_from(groups)) if groups else st.just(set()))
        choice = close(folded, closed)
        scene = compose(choice)
        assert drawn.setdefault(Stage(choice).cards(), scene) == scene


@examples(100)
@given(repeating())
def test_an_overview_of_what_repeats_tells_the_truth(graph):
    drawn_truly(graph)


@pytest.mark.alike
@examples(100)
@given(staged())
def test_an_overview_of_stages_tells_the_truth(graph):
    drawn_truly(graph)


@pytest.mark.alike
@pytest.mark.parametrize("name", FILES)
def test_an_overview_of_a_real_file_tells_the_truth(shared, name):
    drawn_truly(opscope.load(shared / name))
