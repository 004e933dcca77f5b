"""An estimate in a table of the summary of which some is not counted says that it is at least so much, as it does everywhere else."""

from __future__ import annotations

import json
import re

import pytest

from graphs import Builder
from opscope.graph.types import TensorType
from opscope.render.options import Options
from opscope.render.registry import output_for

KNOWN, OPEN = TensorType("float32", (2, 3)), TensorType("float32", None)


def layers(*, repeated):
    """Two layers that add three times, in one of them an addition of unknown shape; `repeated`: six of the second kind in a row."""
    build = Builder()
    x, y = build.op("x", "Placeholder", out=[KNOWN]), build.op("y", "Placeholder", out=[OPEN])
    names = ["whole", *(f"open_{number}" for number in range(6 if repeated else 1))]
    for name in names:
        group = build.group(name, "layer", cls=name.split("_")[0].title(), outputs=(KNOWN,))
        for add in ("add", "more"):
            x = build.op(f"{name}/{add}", "AddV2", x, x, group=group, out=[KNOWN])
        other = x if name == "whole" else y
        odd = build.op(f"{name}/odd", "AddV2", other, other, group=group, out=[KNOWN if name == "whole" else OPEN])
        x = build.op(f"{name}/end", "Reshape", x, odd, group=group, out=[KNOWN])
    return build.graph("net", ["x", "y"], [x])


def cells(said, name):
    """The words of the row of a layer, in the first table that has it."""
    return next(line for line in said.splitlines() if line.split()[:1] == [name]).split("  ")


def figures(said, name):
    return [cell.strip() for cell in cells(said, name) if cell.strip()][1:]


def test_a_layer_of_which_an_op_does_not_count_is_at_least_so_much():
    said = layers(repeated=False).summary(cost=True, columns=["layer", "flops"])
    assert figures(said, "whole") == ["18"]
    assert figures(said, "open_0") == ["\u2265 12"]
    assert "estimated: \u2265 30 FLOP" in said


def test_the_tables_of_what_costs_most_say_so_too_and_what_shares_are_of():
    """The op that does not count is in no row; the sums over a layer and over a type lack it."""
    said = layers(repeated=False).summary(cost=True)
    first, *hottest = said[said.index("top layers") :].split("\n\n")
    assert "of FLOPs counted" in first
    assert figures(first, "open_0")[0] == "\u2265 12"
    assert figures(first, "whole")[0] == "18"
    assert figures(next(each for each in hottest if each.startswith("by op type")), "AddV2")[0] == "\u2265 30"
    ops = next(each for each in hottest if each.startswith("top ops"))
    assert "\u2265" not in ops


def test_shares_are_of_all_where_all_counts():
    build = Builder()
    x = build.op("x", "Placeholder", out=[KNOWN])
    group = build.group("whole", "layer", cls="Whole")
    x = build.op("whole/add", "AddV2", x, x, group=group, out=[KNOWN])
    said = build.graph("net", ["x"], [x]).summary(cost=True)
    assert "of all FLOPs" in said
    assert "\u2265" not in said


def test_a_repeat_is_at_least_so_much_in_all_its_copies_and_in_each():
    said = layers(repeated=True).summary(cost=True, columns=["layer", "flops"])
    row = next(line for line in said.splitlines() if line.startswith("open_0"))
    assert row.split()[-4:] == ["\u2265", "72", "\u2265", "12"]


@pytest.mark.parametrize("name", ["whole", "open_0"])
def test_a_row_of_the_table_names_what_is_not_counted(name):
    from opscope.render.report.summary import summarize

    rows = {row["path"]: row for row in summarize(layers(repeated=False), cost=True)["layers"]}
    assert rows[name]["at_least"] == (["bytes", "flops", "macs"] if name == "open_0" else [])


def scalars(*, known, products):
    """A layer of so many additions of one number each, and of so many matrix products of unknown size."""
    build = Builder()
    x, y = build.op("x", "Placeholder", out=[TensorType("float32", ())]), build.op("y", "Placeholder", out=[OPEN])
    group = build.group("odd", "layer", cls="Odd")
    for number in range(known):
        x = build.op(f"odd/add_{number}", "AddV2", x, x, group=group, out=[TensorType("float32", ())])
    for number in range(products):
        y = build.op(f"odd/product_{number}", "MatMul", y, y, group=group, out=[OPEN])
    return build.graph("net", ["x", "y"], [x, y])


def test_figures_of_which_next_to_nothing_counts_are_unknown_and_not_at_least_0():
    """In the line of totals, in the row of the layer, in the tables of what costs most, in JSON and in the picture."""
    graph = scalars(known=5, products=6).estimate()
    said = graph.summary(cost=True)
    assert "estimated: FLOPs unknown\n" in said
    assert "not counted, size unknown (decided by data, by a loop, or by an input shape that is open): MatMul 6" in said
    assert "\u2265 0" not in said
    assert "\u2265 5" not in said
    assert "top layers" not in said
    assert "by op type" not in said
    (group,) = json.loads(graph.to_json())["groups"]
    assert group["cost"] is None
    told = re.findall(r">([^<]+)</text>", overview(graph))
    assert [text for text in told if "FLOP" in text] == ["FLOPs unknown: 6 ops of unknown shape"]


def test_as_soon_as_most_ops_count_a_bound_is_told():
    said = scalars(known=7, products=6).summary(cost=True)
    assert "estimated: \u2265 7 FLOP per step, " in said
    assert "\u2265 0" not in said


def overview(graph):
    return output_for(".svg").make(graph, Options(depth="overview"))
