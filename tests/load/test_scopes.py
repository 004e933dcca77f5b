"""Name scopes made into groups, on bodies written down."""

from __future__ import annotations

import sys
from array import array
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from bodies import body, program

from opscope.program import scopes
from opscope.program.body import Call, LocalGroup
from opscope.program.scopes import (
    below_caller,
    callers,
    ordered,
    remainder,
    same_name,
    scopes_only,
    side_matter,
    split_scope,
    split_scopes,
)


def groups(made):
    """Path -> names of the ops directly in it; loose ops under ''."""
    paths = {-1: ""}
    for index, group in enumerate(made.groups):
        paths[index] = f"{paths[group.parent]}/{group.name}".lstrip("/")
    found = {}
    for name, home in zip(made.names, made.node_group):
        found.setdefault(paths[home], []).append(name)
    return found


def main(*ops, **columns):
    return body(*ops, name="", **columns)


def scoped(*ops, caller=()):
    return groups(scopes_only(main(*ops), caller))


def test_a_scope_is_a_group_and_a_scope_in_it_another():
    assert scoped(("x", "Placeholder", []), ("m/d/mul", "MatMul", ["x"]), ("m/add", "AddV2", ["m/d/mul"]), ("y", "Relu", ["m/add"])) == {
        "": ["x", "y"], "m/d": ["m/d/mul"], "m": ["m/add"],
    }  # fmt: skip


def test_a_scope_of_side_matter_alone_dissolves():
    found = scoped(
        ("m/w/read", "ReadVariableOp", []), ("m/k/Const", "Const", []), ("m/n/NoOp", "NoOp", []), ("m/mul", "MatMul", ["m/w/read"]),
        ("p/q/Const", "Const", []),
    )  # fmt: skip
    assert found == {"m": ["m/w/read", "m/k/Const", "m/n/NoOp", "m/mul"], "": ["p/q/Const"]}


def test_what_the_caller_feeds_lies_in_no_scope():
    assert scoped(("m/x", "Placeholder", []), ("m/d", "PlaceholderWithDefault", []), ("m/mul", "MatMul", ["m/x"])) == {
        "": ["m/x", "m/d"], "m": ["m/mul"],
    }  # fmt: skip


def test_an_op_that_bears_a_scopes_name_belongs_to_it():
    assert scoped(("m/T", "Reshape", []), ("m/T/mul", "MatMul", ["m/T"]), ("m/add", "AddV2", ["m/T"])) == {
        "m/T": ["m/T", "m/T/mul"], "m": ["m/add"],
    }  # fmt: skip


def test_side_matter_is_what_brings_something_in_and_what_only_passes_that_on():
    graph = main(
        ("x", "Placeholder", []), ("k", "Const", []), ("read", "ReadVariableOp", []), ("neg", "Neg", ["x"]), ("call", "PartitionedCall", []),
        ("of_x", "Identity", ["x"]), ("of_k", "Identity", ["k"]), ("cast", "Cast", ["read"]), ("of_neg", "Identity", ["neg"]),
        ("of_call", "Identity", ["call"]), ("of_call_2", "Cast", ["of_call"]), ("waits", "Identity", ["k", "^neg"]), ("alone", "Identity", ["^k"]),
        calls=(Call(4, "function", (("", "f"),)),),
    )  # fmt: skip
    found = {name for name, flag in zip(graph.names, side_matter(graph)) if flag}
    assert found == {"x", "k", "read", "of_k", "cast", "of_call", "of_call_2", "waits"}


def test_a_bodys_ops_are_below_the_op_that_runs_it():
    graph = body(
        ("a", "_Arg", []), ("m/while/mul", "MatMul", ["a"]), ("m/while/cell/add", "AddV2", ["a"]), ("other/neg", "Neg", ["a"]),
        ("y", "_Retval", ["a"]),
    )  # fmt: skip
    assert groups(scopes_only(graph, ("m", "while_13"))) == {
        "": ["a", "m/while/mul", "y"], "cell": ["m/while/cell/add"], "other": ["other/neg"],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("path", "caller", "left"),
    [
        (("m", "w", "a"), ("m", "w"), ("a",)), (("m", "w_1", "a"), ("m", "w_22"), ("a",)), (("m", "v", "a"), ("m", "w"), ("v", "a")),
        (("n", "w", "a"), ("m", "w"), ("n", "w", "a")), (("m",), ("m", "w"), ("m",)), (("m", "w"), ("m", "w", "v"), ("w",)),
        (("m", "w", "v", "a"), ("m",), ("w", "v", "a")),
    ],
)  # fmt: skip
def test_a_path_below_its_caller_has_at_least_its_own_name(path, caller, left):
    assert below_caller(path, caller) == left


@pytest.mark.parametrize(
    ("path", "prefix", "left"),
    [
        (("a", "b", "c"), ("a",), ("b", "c")), (("a", "b", "c"), ("a", "x"), ("b", "c")), (("a_1", "b"), ("a",), ("a_1", "b")),
        (("a",), ("a",), ("a",)), (("a", "b", "c"), ("a", "b", "c", "d"), ("c",)), ((), ("a",), ()),
    ],
)  # fmt: skip
def test_a_path_without_the_scopes_that_it_shares(path, prefix, left):
    assert remainder(path, prefix) == left


@pytest.mark.parametrize(
    ("scope", "layer", "same"),
    [
        ("dense", "dense", True),
        ("dense_12", "dense", True),
        ("dense_1_2", "dense", False),
        ("dense_x", "dense", False),
        ("den", "dense", False),
    ],
)
def test_a_scope_is_called_like_a_layer_but_for_one_number(scope, layer, same):
    assert same_name(scope, layer) is same


@pytest.mark.parametrize(
    "name",
    [
        "a/b/c",
        "a",
        "",
        "/a",
        "a/",
        "a//b",
        "/",
        "//",
        "a/b/",
        "/".join("abcdefg"),
        "x" * 30,
        "a/" + "x" * 30,
        "a/b/" + "x" * 30,
    ],
)
def test_names_split_one_by_one_and_all_at_once_are_the_same(name, monkeypatch):
    for depth, length in ((256, 4096), (3, 4096), (256, 10), (2, 5)):
        monkeypatch.setattr(scopes, "MOST_SCOPES", depth)
        monkeypatch.setattr(scopes, "MOST_LENGTH", length)
        assert split_scopes([name, "a/b/c", name]) == [split_scope(name), split_scope("a/b/c"), split_scope(name)]


def test_a_name_too_deep_or_too_long_has_no_more_scopes_than_are_allowed(monkeypatch):
    monkeypatch.setattr(scopes, "MOST_SCOPES", 2)
    assert split_scope("a/b/c/d") == ("a", "b", "c/d")
    monkeypatch.setattr(scopes, "MOST_LENGTH", 8)
    assert split_scope("a/b/cdef") == ("a", "b", "cdef")
    assert split_scope("a/b/cdefg") == ("a", "b", "cdefg")
    assert split_scope("a/b/c/d/efghi") == ("a", "b", "efghi")
    assert split_scope("abcdefghij") == ("abcdefghij",)


def test_groups_stand_in_the_order_of_their_first_ops_and_empty_ones_are_left_out():
    made = [
        LocalGroup("late", "scope"),
        LocalGroup("empty", "scope"),
        LocalGroup("inner", "scope", 3),
        LocalGroup("early", "scope"),
        LocalGroup("twin", "scope", 3),
    ]
    found, home = ordered(made, array("i", [-1, 4, 2, 0, 3, 2]))
    assert [(group.name, group.parent) for group in found] == [("early", -1), ("twin", 0), ("inner", 0), ("late", -1)]
    assert list(home) == [-1, 1, 2, 3, 0, 2]


def test_a_function_is_run_by_the_first_op_that_calls_it():
    inner = body(("m/w", "While", []), name="f", calls=(Call(0, "while", (("cond", "g"), ("body", "h"))),))
    graph = main(
        ("a/b", "PartitionedCall", []),
        ("c", "PartitionedCall", []),
        calls=(Call(0, "function", (("", "f"),)), Call(1, "function", (("", "f"),))),
    )
    assert callers(program(graph, f=inner)) == {"f": ("a", "b"), "g": ("m", "w"), "h": ("m", "w")}
