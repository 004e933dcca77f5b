"""After a few edits of known kinds, made to real graphs, a comparison finds no more than those, and the way to the edited graph."""

from __future__ import annotations

from pathlib import Path

import pytest

import opscope
from graph_edits import edited
from graphs import dense_model, graph, tower
from opscope.graph.json import to_dict
from run_kind import FEW

FILES = [
    "graphs/resnet50_fwd.pb",
    "wild/tf2.10-lstm_text",
    "wild/tf2.10-dcnn",
    "wild/tf2.7-gan_generator",
    "wild/frozen/lstm.pb",
]
MADE = {"dense": dense_model, "tower": lambda: graph(tower(8))}
TRIALS = 10 if FEW else 60


def check(before: opscope.Graph, trials: int) -> None:
    over = []
    for seed in range(trials):
        after, done = edited(before, seed % 5 + 1, seed)
        found = opscope.diff(before, after)
        assert to_dict(found.apply(before)) == to_dict(after), done
        if found.cost > len(done):
            over.append((seed, done, [entry.words for entry in found]))
    # 99 of 100: two edits may undo each other in part, or make two parts look like each other.
    assert len(over) <= trials / 100, over[0]


@pytest.mark.alike
@pytest.mark.parametrize("name", FILES)
def test_edits_of_a_file_cost_no_more_than_they_are(shared: Path, name: str) -> None:
    check(opscope.load(shared / name), TRIALS)


@pytest.mark.parametrize("name", MADE)
def test_edits_of_a_small_graph_cost_no_more_than_they_are(name: str) -> None:
    check(MADE[name](), TRIALS)
