import warnings

import pytest

from opscope.errors import InputError
from opscope.graph.content import content_of, with_content
from opscope.passes.overlay import overlay


def times(graph):
    groups = {group.path: group.measured.time_us for group in content_of(graph).groups if group.measured}
    ops = {content_of(graph).table.names[row]: measured.time_us for row, measured in content_of(graph).measured.items()}
    return groups, ops


@pytest.mark.parametrize(
    ("key", "groups", "ops"),
    [
        ("net/dense/MatMul", [], ["net/dense/MatMul"]),
        ("net/dense#2", ["net/dense#2"], []),
        ("dense", ["net/dense", "net/dense#2"], []),
        ("Dense", ["net/dense", "net/dense#2"], []),
        ("net", ["net"], []),
    ],
)
def test_a_key_matches_op_then_path_then_name_then_class(small_graph, key, groups, ops):
    graph, unmatched = overlay(small_graph, {key: {"time": 0.1}})
    assert unmatched == []
    assert times(graph) == (dict.fromkeys(groups, 1e5), dict.fromkeys(ops, 1e5))


def test_forward_may_be_left_out_of_a_path(small_graph):
    from dataclasses import replace

    groups = tuple(replace(group, path=f"forward/{group.path}") for group in content_of(small_graph).groups)
    graph, _ = overlay(with_content(small_graph, groups=groups), {"net/dense": {"time": 1}})
    assert list(times(graph)[0]) == ["forward/net/dense"]


def test_the_graph_itself_stays_as_it_was(small_graph):
    overlay(small_graph, {"Dense": {"time": 1}})
    assert times(small_graph) == ({}, {})


def test_quantities_add_up_over_overlays(small_graph):
    graph = small_graph.overlay({"net": {"time": 2, "calls": 3}}).overlay({"net": {"memory": 1024}})
    measured = content_of(graph).groups[0].measured
    assert (measured.time_us, measured.calls, measured.memory_bytes) == (2e6, 3, 1024)


def test_keys_without_a_match_are_reported(small_graph):
    _, unmatched = overlay(small_graph, {"Dense": {"time": 1}, "dens": {"time": 1}})
    assert unmatched == ["dens"]
    with pytest.warns(
        UserWarning, match=r"no op, group, layer or class of 'net' is called 'dens' \(did you mean (d|D)ense"
    ):
        small_graph.overlay({"dens": {"time": 1}})


def test_no_warning_when_everything_matches(small_graph):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        small_graph.overlay({"Dense": {"time": 1}})


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"Dense": 0.1}, "must be a dict"),
        ({"Dense": {"tiem": 0.1}}, r"'tiem'; did you mean time\?"),
        ({"Dense": {"power": 0.1}}, "use one of time, busy, calls, memory"),
        ({"Dense": {"time": "fast"}}, "finite number"),
        ({"Dense": {"time": float("nan")}}, "finite number"),
        ({"Dense": {"time": -1}}, "finite number"),
        ({"nothing": {"time": None}}, "finite number"),
    ],
)
def test_wrong_values_are_refused_with_the_remedy(small_graph, data, message):
    with pytest.raises(InputError, match=message):
        overlay(small_graph, data)
