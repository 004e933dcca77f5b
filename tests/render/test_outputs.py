"""Outputs say which options they honour, and options are declared once."""

from __future__ import annotations

import argparse
from dataclasses import fields

import pytest

import drawn
from opscope.cli import drawing
from opscope.graph.quantities import QUANTITIES
from opscope.render.options import Options, described
from opscope.render.registry import honouring, output_for, outputs

NAMES = [option.name for option in described()]


class Watched(Options):
    """Options that note which of them are looked at."""

    def __getattribute__(self, name):
        seen = object.__getattribute__(self, "__dict__").get("seen")
        if seen is not None and name in NAMES:
            seen.add(name)
        return super().__getattribute__(name)


def looked_at(suffix, engine="opscope"):
    options = Watched(engine=engine, heat="flops" if suffix not in {".speedscope", ".trace"} else None)
    object.__setattr__(options, "seen", set())
    data = output_for(suffix).make(drawn.dense(), options)
    if not isinstance(data, (str, bytes)):
        list(data)
    return options.seen


@pytest.mark.parametrize("suffix", [suffix for suffix in outputs() if suffix not in {".speedscope", ".trace"}])
def test_an_output_honours_the_options_that_it_looks_at(suffix):
    found = looked_at(suffix)
    if "engine" in found:
        pytest.importorskip("pygraphviz")
        found |= looked_at(suffix, "graphviz")
    assert found == output_for(suffix).honours


@pytest.mark.parametrize("suffix", [".speedscope", ".trace"])
def test_a_timeline_honours_none(suffix):
    assert output_for(suffix).honours == set()


def test_every_option_is_honoured_somewhere_and_every_honoured_one_is_an_option():
    assert {name for output in outputs().values() for name in output.honours} == set(NAMES)
    assert honouring("positions") == [".dot"]
    assert honouring("sources") == [".html"]


def test_two_outputs_never_share_a_suffix_or_a_place():
    from opscope.folder import modules

    assert len(modules("opscope.render.outputs")) == len(outputs())
    assert len({output.place for output in outputs().values()}) == len(outputs())


def arguments():
    parser = argparse.ArgumentParser()
    drawing.add(parser)
    return [action for action in parser._actions if action.dest != "help"]


def test_every_option_has_an_argument_with_its_help_and_default():
    by_name = {}
    for action in arguments():
        by_name.setdefault({"first": "between", "last": "between"}.get(action.dest, action.dest), []).append(action)
    assert set(by_name) == set(NAMES)
    for option in described():
        actions = by_name[option.name]
        two = {"between": ["--from", "--to"], "sources": ["--sources", "--no-sources"], "libraries": ["--library"]}
        assert [action.option_strings[0] for action in actions] == two.get(option.name, [f"--{option.name}"])
        if option.name != "between":
            assert actions[0].help == option.help
            assert tuple(actions[0].choices or ()) == option.choices
            assert actions[0].default == ([] if option.default == () else option.default)


def test_without_an_argument_the_command_draws_as_save_does():
    parser = argparse.ArgumentParser()
    drawing.add(parser)
    chosen = vars(drawing.chosen(parser.parse_args([])))
    assert {name: tuple(value) if isinstance(value, list) else value for name, value in chosen.items()} == {
        each.name: each.default for each in fields(Options)
    }


def test_what_heat_may_show_is_what_there_is():
    choices = next(option.choices for option in described() if option.name == "heat")
    assert choices == tuple(QUANTITIES)


@pytest.mark.parametrize("suffix", outputs())
def test_several_files_may_be_drawn_with_one_set_of_options(suffix):
    """`opscope render -o a.svg -o b.json --depth 2`: an option that a file does not honour is passed over."""
    if suffix not in {".speedscope", ".trace"}:
        assert output_for(suffix).make(drawn.dense(), Options(depth=2))
