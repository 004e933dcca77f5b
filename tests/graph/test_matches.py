"""What a word or a pattern stands for in a graph."""

from __future__ import annotations

from dataclasses import replace

import pytest

from graphs import Builder, nested_layers
from opscope.errors import InputError, NotFoundError
from opscope.graph import Graph, matches
from opscope.graph.content import content_of


@pytest.mark.parametrize(
    ("word", "path"),
    [
        ("net", "net"),
        ("net/one", "net/one"),
        ("two/one", "net/two/one"),
        ("two", "net/two"),
        ("model", "net"),
        ("model.one", "net/one"),
    ],
)
def test_a_group_is_named_by_its_path_its_object_or_the_end_of_its_path(word, path):
    found = nested_layers()
    assert content_of(found).groups[matches.find_group(found, word)].path == path


def test_an_end_of_several_paths_and_a_word_that_is_none_are_refused():
    with pytest.raises(InputError, match=r"2 groups end in 'one' \(net/one, net/two/one\); give a whole path"):
        matches.find_group(nested_layers(), "one")
    with pytest.raises(InputError, match=r"no group is called 'tow'; did you mean net/two\?"):
        matches.find_group(nested_layers(), "tow")
    with pytest.raises(InputError, match=r"no group is called 'zzzzzz'; there are net, net/one, net/two, …"):
        matches.find_group(nested_layers(), "zzzzzz")
    with pytest.raises(InputError, match="no group is called 'x'; the graph has none"):
        matches.find_group(Builder().graph(), "x")


def test_an_op_is_found_by_its_whole_name():
    assert matches.find_op(nested_layers(), "net/two/relu") == 2
    with pytest.raises(NotFoundError, match=r"no op is called 'relu'; did you mean net/two/relu\?"):
        matches.find_op(nested_layers(), "relu")
    with pytest.raises(NotFoundError, match="no op is called 7; there are x, net/one/mul, net/two/relu, …"):
        matches.find_op(nested_layers(), 7)


def test_what_is_not_found_is_a_wrong_argument_and_a_missing_key_and_says_so_in_plain_words():
    with pytest.raises(NotFoundError) as caught:
        matches.find_op(Builder().graph(), "a")
    assert isinstance(caught.value, InputError)
    assert isinstance(caught.value, KeyError)
    assert str(caught.value) == "no op is called 'a'; the graph has none"


@pytest.mark.parametrize(
    ("word", "paths"),
    [
        ("net/one", ["net/one"]),
        ("net", ["net"]),
        ("model.one", ["net/one", "net/one#2"]),
        ("one", ["net/one", "net/two/one", "net/one#2"]),
        ("two/one", ["net/two/one"]),
        ("one#2", ["net/one#2"]),
    ],
)
def test_a_word_names_layers_by_path_then_by_object_then_by_name_or_end_of_path(word, paths):
    made = nested_layers()
    again = replace(content_of(made).groups[1], path="net/one#2", call=2)
    found = Graph("net", replace(content_of(made), groups=(*content_of(made).groups, again)))
    assert [content_of(found).groups[index].path for index in matches.layers_called(found, word)] == paths


def test_a_layer_is_no_function_and_the_first_call_where_an_object_has_several():
    found = nested_layers()
    assert matches.find_group(found, "two/call") == 4
    with pytest.raises(NotFoundError, match=r"no layer is called 'two/call'; there are net, net/one, net/two, …"):
        matches.find_group(found, "two/call", layers=True)
    with pytest.raises(NotFoundError, match=r"no layer is called 'tow'; did you mean net/two\?"):
        matches.layers_called(found, "tow")
    with pytest.raises(InputError, match=r"2 layers end in 'one' \(net/one, net/two/one\); give a whole path"):
        matches.find_group(found, "one", layers=True)
    again = replace(content_of(found).groups[1], path="net/one#2", call=2)
    called_twice = Graph("net", replace(content_of(found), groups=(again, *content_of(found).groups)))
    assert matches.find_group(called_twice, "model.one", layers=True) == 0


@pytest.mark.parametrize("wrong", [(), [], 7, ["a", 7], None, {"a": 1}])
def test_what_is_no_pattern_is_refused(wrong):
    with pytest.raises(InputError, match=r"is no pattern; give a text such as 'Conv\*', or a list of them"):
        matches.fits(wrong)
