"""Which of several ways to cut a row into blocks is taken. A letter is a sibling; what is known of its boundary is written by letter."""

from __future__ import annotations

import pytest

from opscope.passes.boundaries import Boundary
from opscope.passes.phase import best_cut
from opscope.passes.series import Run


def best(text, period, *, links=(), tears="", turns="", alike=None, entering=None, named=False):
    """The best cut of a row that repeats with a period, as ``abc*3``; `links` are pairs of places of which the first feeds the second."""
    bounds = [
        Boundary(
            likeness=(alike or {}).get(letter, 0.0), entering=(entering or {}).get(letter, 1), tears=letter in tears,
            turns=letter in turns, users=sorted(user for source, user in links if source == place),
        )
        for place, letter in enumerate(text)
    ]  # fmt: skip
    ways = [[Run(start, period, (len(text) - start) // period)] for start in range(period)]
    most = max(runs[0].blocks for runs in ways)
    kept = [runs for runs in ways if runs[0].blocks >= max(2, most - 1)]
    (run,) = best_cut(bounds, kept, named=named)
    return f"{text[run.start : run.start + run.period]}*{run.blocks}"


def chain(text):
    return [(place, place + 1) for place in range(len(text) - 1)]


CONV = "cnrcnrcnrc"
"""Convolution, normalization, activation."""


def test_a_layer_is_not_torn_from_its_normalization():
    assert best("nrcnrcnrcnr", 3, links=chain("nrcnrcnrcnr"), tears="nr") == "cnr*3"
    assert best(CONV, 3, links=chain(CONV), tears="nr") == "cnr*3"


def test_one_block_less_is_worth_that_two_are_not():
    assert best("nrcnrcnrc", 3, tears="nr") == "cnr*2"
    assert best("nrcnrc", 3, tears="nr") == "nrc*2"  # one block is none


def test_a_block_begins_where_a_stage_does():
    """Two convolutions and what makes the image larger."""
    assert best("ccuccuccuccucc", 3, turns="u") == "ucc*4"
    assert best("ccuccuccuccuc", 3, turns="u") == "ucc*3"


def test_names_say_more_than_where_the_size_changes():
    assert best("ccuccuccucc", 3, turns="u", named=True) == "ccu*3"


def unet(levels):
    """Encoder: two convolutions, of which the second gives a skip connection, and a pooling. The bottleneck has two as well."""
    text = "abp" * levels + "ab" + "u"
    skips = [(3 * level + 1, len(text) + levels - level) for level in range(levels)]
    return text, chain(text) + skips


@pytest.mark.parametrize("levels", [3, 4])
def test_the_bottleneck_of_a_u_net_is_no_stage_of_the_encoder(levels):
    text, links = unet(levels)
    cut = text[:-1]  # what repeats
    assert best(cut, 3, links=links, turns="ap") == f"abp*{levels}"
    assert best(cut, 3, links=chain(text), turns="ap", entering={"p": 2}) == f"pab*{levels}"  # without skips it may be


def test_skip_connections_say_nothing_of_where_a_block_begins():
    """A decoder: behind each join one skip connection less is open."""
    text = "ujcc" * 4
    skips = [(place - 20 + 4 * place, place) for place in range(1, 16, 4)]
    inside = [(source, user) for source, user in skips if source >= 0]
    assert best(text, 4, links=chain(text) + inside, turns="uj") == "ujcc*4"


def test_few_tensors_cross_a_boundary():
    """Residual blocks of which the first is incomplete: r is taken by a, and by b after x. Two tensors pass before x and before b."""
    text = "xbraxbraxbraxbr"
    links = chain(text) + [(place, place + 3) for place in range(2, 12, 4)]
    assert best(text, 4, links=links) == "raxb*3"
    assert best(text, 4, links=links, entering={"a": 2}) == "axbr*3"


def test_then_more_blocks_then_names_then_what_enters_then_the_first():
    assert best("ababa", 2) == "ab*2"
    assert best("abcabcab", 3, alike={"a": 0.5}) == "bca*2"
    assert best("abcabcabc", 3, alike={"a": 0.5}) == "abc*3"
    assert best("ababa", 2, entering={"b": 2}) == "ba*2"


def test_what_no_sibling_uses_at_the_end_may_be_used_elsewhere():
    """The last block gives the result of the group: that nothing else stands behind it makes it no other block."""
    text = "abab" + "ab"
    assert best(text, 2, links=[*chain(text), (0, 20), (2, 20), (4, 20)]) == "ab*3"
