"""Of every real file beside the checkout: it does not differ from itself, and what differs between two of them can be turned round."""

from __future__ import annotations

from pathlib import Path
from typing import Iterator, List

import pytest

import opscope
from opscope.errors import OpscopeError
from opscope.graph.json import from_dict, to_dict

_FOLDERS = ("graphs", "wild", "cases/files", "cases/hostile")
_LEAST = 25
"""So many of the files are graphs; the others are refused, as they should be."""
_SMALL = 6_000
"""Ops of the graphs that are compared with each other as well."""


def graphs(shared: Path) -> Iterator[opscope.Graph]:
    """All graphs of the files and folders that can be loaded."""
    for folder in _FOLDERS:
        for path in sorted((shared / folder).rglob("*")):
            if path.is_file() and path.suffix in (".pb", ".pbtxt", ".h5", ".tflite", ".meta", ".json"):
                try:
                    yield opscope.load(path.parent if path.name == "saved_model.pb" else path)
                except OpscopeError:
                    continue


@pytest.mark.slow
@pytest.mark.alike
def test_real_files(shared: Path) -> None:
    small: List[opscope.Graph] = []
    count = 0
    for graph in graphs(shared):
        found = opscope.diff(graph, from_dict(to_dict(graph)))
        assert found.same, graph
        data = found.to_dict()
        assert not any(data[key] for key in ("nodes", "groups", "variables", "edges", "figures", "story")), graph
        count += 1
        small += [graph] if len(graph) <= _SMALL else []
    assert count >= _LEAST
    for one, two in zip(small, small[1:]):
        found = opscope.diff(one, two)
        assert found.reversed() == opscope.diff(two, one), (one, two)
        assert to_dict(found.apply(one)) == to_dict(two), (one, two)
