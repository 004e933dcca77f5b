"""Formats are told by their first bytes, and say which of `load`'s options choose a part of them."""

from __future__ import annotations

import inspect
from dataclasses import fields

import pytest

import opscope
from graphs import graph
from opscope.errors import InputError, LoadError
from opscope.graph.content import content_of
from opscope.load.format import Wish
from opscope.load.formats import formats, of

OPTIONS = {"signature": "serving_default", "function": "f", "all": True, "tags": "serve"}


@pytest.fixture
def files(tmp_path, build):
    """A file of each format that is read."""
    nodes = build.graph([build.node("x", "Placeholder", dtype=build.dtype(1)), build.node("y", "Relu", "x")])
    meta = build.meta(nodes, {"serving_default": build.signature({"x": "x:0"}, {"y": "y:0"})}, ("serve",))
    found = {
        "a GraphDef": nodes,
        "a MetaGraphDef": meta,
        "a SavedModel": build.saved_model(meta),
        "opscope's JSON": graph([("x", "NoOp", ())]).to_json().encode(),
    }
    for name, data in found.items():
        (tmp_path / name).write_bytes(data)
    return tmp_path


TAKES = {
    "a GraphDef": {"function", "all"},
    "a MetaGraphDef": {"signature", "function", "all"},
    "a SavedModel": {"signature", "function", "all", "tags"},
    "opscope's JSON": set(),
}


@pytest.mark.parametrize("name", TAKES)
@pytest.mark.parametrize("option", OPTIONS)
def test_an_option_that_chooses_nothing_in_a_file_is_named_with_its_format(files, name, option):
    wish = {option: OPTIONS[option]}
    if option not in TAKES[name]:
        with pytest.raises(InputError, match=f"{option}=.* does not apply to {name}; leave it out"):
            opscope.load(files / name, **wish)
    elif option == "function":
        with pytest.raises(LoadError, match="no function is called 'f'"):
            opscope.load(files / name, **wish)
    else:
        assert content_of(opscope.load(files / name, **wish)).table.ops == ["Placeholder", "Relu"]


def test_what_holds_no_graph_says_what_to_do_whatever_was_asked_for(tmp_path):
    (tmp_path / "weights.npy").write_bytes(b"\x93NUMPY" + b"\0" * 50)
    with pytest.raises(LoadError, match="give the model that they belong to"):
        opscope.load(tmp_path / "weights.npy", signature="serving_default")


def test_every_option_of_load_is_one_that_a_format_may_take():
    options = set(inspect.signature(opscope.load).parameters) - {"path"}
    assert {each.name for each in fields(Wish)} == options
    assert {name for each in formats() for name in each.takes} == options


def test_a_file_of_no_known_format_is_told_which_there_are(tmp_path):
    (tmp_path / "poem").write_bytes(b"hello, world\n")
    with pytest.raises(LoadError) as caught:
        opscope.load(tmp_path / "poem")
    assert all(name in str(caught.value) for name in TAKES)


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b'\n{"format": "opscope"}', "opscope's JSON"),  # a newline is a GraphDef's first tag too
        (b"\x08\x01", "a SavedModel"),
        (b"\n\x07\n\x01a\x12\x02No", "a GraphDef"),
        (b"\n\xff", "a GraphDef"),  # cut off
        (b"# a comment\nnode {", "a GraphDef"),
        (b"meta_graphs {", "a SavedModel"),
        (b"graph_def {", "a MetaGraphDef"),
        (b"nodes {", None),
    ],
)
def test_the_first_bytes_tell_the_format(data, name):
    found = of(data)
    assert (found.name if found else None) == name
