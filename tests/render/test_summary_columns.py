"""Which columns the table of layers has: those that were chosen, in their order."""

from __future__ import annotations

import pytest

from opscope import InputError


def head(said):
    lines = said.splitlines()
    rule = next(place for place, line in enumerate(lines) if line.startswith("─"))
    return lines[rule - 1].split()


def test_columns_are_those_that_were_chosen_in_their_order(small_graph):
    assert head(small_graph.summary(columns=["ops", "layer", "source"])) == ["ops", "layer", "source"]
    assert head(small_graph.summary(columns=("class",))) == ["class"]
    assert head(small_graph.summary(columns="class")) == ["class"]
    assert head(small_graph.summary(columns=["layer", "ops", "layer"])) == ["layer", "ops"]


def test_costs_are_columns_of_an_estimated_graph(small_graph):
    found = head(small_graph.summary(cost=True, columns=["layer", "bytes", "flops"]))
    assert found[0] == "layer"
    assert found[1].endswith("B")
    assert found[2].endswith("FLOP")


def test_a_chosen_column_stays_though_nothing_is_known_for_it(small_graph):
    assert head(small_graph.summary(columns=["layer", "non-trainable", "dispatch"])) == [
        "layer", "non-trainable", "+", "dispatch", "(estimate)"
    ]  # fmt: skip


def test_a_misspelled_column_is_asked_about(small_graph):
    for columns in ("opps", ["layer", "opps"]):
        with pytest.raises(InputError, match=r"'opps' is not known; did you mean ops or flops\?"):
            small_graph.summary(columns=columns)


@pytest.mark.parametrize("columns", [["layer", "colour"], "colour", [3], [], 3, [["ops"]]])
def test_an_unknown_column_is_an_error_that_names_those_there_are(small_graph, columns):
    with pytest.raises(InputError) as caught:
        small_graph.summary(columns=columns)
    assert str(caught.value).endswith(
        "is not known; use some of layer, class, ops, parameters, non-trainable, flops, macs, bytes, time, dispatch, shape, source, "
        "achieved, moved, intensity, attainable, bound, saved"
    )


@pytest.mark.parametrize("name", ["flops", "macs", "bytes"])
def test_a_column_of_costs_asks_for_costs(small_graph, name):
    with pytest.raises(InputError, match=f"the column {name} needs costs; add cost=True, or leave it out"):
        small_graph.summary(columns=["layer", name])
    assert small_graph.summary(columns=["layer", name], batch=2)


def test_a_column_is_called_what_its_docstring_calls_it():
    from opscope import Graph
    from opscope.render.report.table_of_layers import COLUMNS, USUAL

    assert all(f'``"{name}"``' in Graph.summary.__doc__ for name in COLUMNS)
    of_roofline = {"achieved", "moved", "intensity", "attainable", "bound", "saved"}
    assert set(COLUMNS) - set(USUAL) == {"bytes", "source"} | of_roofline
