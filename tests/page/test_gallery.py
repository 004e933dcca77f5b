"""Every model of the gallery, every copy of every stack: card, panel, tree, table, tip, search hit and flame graph say one thing.

A run of `make test` looks at two of the models, `.ci/run` at all of them.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from told import TAKEN, everything_open, flames, layers_of, searched_one_by_one, selected_one_by_one, tabled, timed

from opscope.graph.content import content_of

ROOT = Path(__file__).resolve().parents[2]
TITLES = (
    "A Sequential", "ResNet50", "A transformer written by hand", "Its training step", "An LSTM", "A GAN's step", "A SavedModel",
)  # fmt: skip
FEW = ("A transformer written by hand", "An LSTM")
ALL = bool(os.environ.get("OPSCOPE_WHOLE_GALLERY"))


@pytest.fixture(scope="module")
def chapters():
    """The gallery's chapters by title."""
    pytest.importorskip("tensorflow")
    sys.path.insert(0, str(ROOT / "tools"))
    import make_gallery

    return {chapter.title: chapter for chapter in make_gallery.CHAPTERS}


def test_the_list_is_that_of_the_gallery(chapters):
    assert tuple(chapters) == TITLES


@pytest.mark.parametrize("title", TITLES if ALL else FEW)
def test_every_place_says_one_thing_of_every_layer_in_every_copy(open_page, chapters, title):
    graph = timed(chapters[title].graph())
    layers = layers_of(graph)
    opened = everything_open(open_page, graph)
    opened.run(TAKEN)
    found = selected_one_by_one(opened, layers, tips=True)
    assert found.wrong == []
    assert found.rows >= len(content_of(graph).groups) / 3
    assert found.cards >= found.rows / 2
    copies = opened.run("() => [...document.querySelectorAll('.tree-times')].length")
    assert len(found.states) > 1 or not copies
    assert found.tips >= found.rows / 2 or found.tips == 0  # none where all of a small drawing can be read
    for look in (tabled, flames, searched_one_by_one):
        wrong, read = look(opened, layers)
        assert wrong == []
        assert read
