"""Lists of variables are drawn: each by its name and shape, in its layer, in small pictures and in the overview of large ones."""

from __future__ import annotations

import pytest

import opscope
from load.checkpoint_bytes import write
from opscope.layout.overview import one_page
from opscope.layout.scene.compose import compose
from opscope.layout.scene.items import Box, items
from opscope.passes import for_drawing
from rows_apart import apart
from truth import lies


def names(layers):
    found = {f"net/embedding/table{layers}": (100, 16), "step": ()}
    for number in range(layers):
        for part in ("query", "output/dense"):
            found[f"net/layer_{number}/{part}/kernel"] = (16, 4 + number % 2)
            found[f"net/layer_{number}/{part}/bias"] = (4,)
            found[f"net/layer_{number}/{part}/kernel/Adam"] = (16, 4 + number % 2)
    return found


@pytest.mark.parametrize("layers", [1, 3])
def test_a_short_list_shows_every_variable(tmp_path, layers):
    scene = compose(for_drawing(opscope.load(write(tmp_path, "ckpt", names(layers))), "all"))
    shown = {item.title for item in items(scene) if isinstance(item, Box)}
    assert {"kernel (16, 4)", "bias (4)", "step", f"table{layers} (100, 16)"} <= shown


@pytest.mark.parametrize("layers", [1, 3, 12, 40])
def test_what_is_drawn_of_a_list_is_so(tmp_path, layers):
    graph = opscope.load(write(tmp_path, "ckpt", names(layers)))
    found = one_page.overview(graph)
    assert lies(graph, found.graph, apart(found.drawing.scene)) == []
