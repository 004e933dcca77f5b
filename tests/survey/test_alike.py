"""Which models are told to be alike: by how they were made, not by what they are called."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter

import pytest

from graphs import graph, tower
from opscope.diff.structure_sketch import likeness, structure_sketch
from opscope.graph.content import content_of
from opscope.survey.alike import alike_models


def sketch(ops):
    return structure_sketch(graph(ops))


def in_common(one, two):
    """What share of ops with their neighbours two graphs have in common, counted (Jaccard's index of the two multisets)."""

    def around(made):
        table = content_of(made).table
        types = table.ops
        users = Counter()
        for row in range(len(table)):
            for edge in table.inputs(row):
                users[edge.node, types[row]] += 1
        return Counter(
            (types[row], tuple((types[edge.node], edge.output) for edge in table.inputs(row)), tuple(sorted((op, count) for (node, op), count in users.items() if node == row)))
            for row in range(len(table))
        )  # fmt: skip

    a, b = around(graph(one)), around(graph(two))
    return sum((a & b).values()) / sum((a | b).values())


def test_names_do_not_count():
    assert sketch(tower(5)) == sketch(tower(5, "other", start="images"))
    assert sketch(tower(5)).exact != sketch(tower(6)).exact


def test_a_wire_an_op_and_an_order_count():
    ops = tower(3)
    last = len(ops) - 2
    name, op, inputs = ops[last]
    rewired = [*ops[:last], (name, op, [inputs[1], inputs[0]]), *ops[last + 1 :]]
    retyped = [*ops[:last], (name, "Mul", inputs), *ops[last + 1 :]]
    found = {sketch(each).exact for each in (ops, rewired, retyped)}
    assert len(found) == 3


def test_loose_wires_count():
    straight = [("x", "Placeholder", []), ("y", "Placeholder", []), ("a", "Relu", ["x"]), ("b", "Sub", ["a", "y"])]
    assert sketch(straight).exact != sketch([*straight[:3], ("b", "Sub", ["y", "a"])]).exact


@pytest.mark.parametrize("blocks", [(8, 9), (8, 12), (20, 21), (3, 8), (12, 12)])
def test_the_estimate_is_near_what_is_counted(blocks):
    one, two = (tower(count) for count in blocks)
    estimate = likeness(sketch(one).words, sketch(two).words)
    share = in_common(one, two)
    assert abs(estimate - share) <= 3 * (share * (1 - share) / 64) ** 0.5


def test_another_process_finds_the_same_words():
    code = "from graphs import graph, tower; from opscope.diff.structure_sketch import structure_sketch; print(structure_sketch(graph(tower(4))))"
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONHASHSEED": "77"}
    other = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True).stdout
    assert other.strip() == str(sketch(tower(4)))


def row(name, ops):
    made = sketch(ops)
    return {
        "path": name,
        "ops": len(ops),
        "structure": made.exact,
        "sketch": "".join(f"{word:08x}" for word in made.words),
    }


def test_groups_are_how_the_models_were_made():
    chain = [("x", "Placeholder", []), *[(f"op{n}", f"Own{n}", [f"op{n - 1}" if n else "x"]) for n in range(30)]]
    rows = [
        row("tower", tower(20)), row("chain", chain), row("tower again", tower(20, "b")), row("one block more", tower(21)),
        {"path": "broken", "ops": None, "structure": None, "sketch": None},
    ]  # fmt: skip
    (group,) = alike_models(rows)
    assert {rows[place]["path"] for place in group.rows} == {"tower", "tower again", "one block more"}
    assert group.structures == 2
    assert group.alike[:2] == (1.0, 1.0)
    assert abs(group.alike[2] - in_common(tower(20), tower(21))) < 0.15


def test_models_that_are_not_alike_are_in_no_group():
    assert alike_models([row("a", tower(2)), row("b", tower(14))]) == []
