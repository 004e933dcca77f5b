"""Runs of equal blocks in a sequence of siblings, written as letters: one a sibling."""

from __future__ import annotations

import pytest

from opscope.graph.types import TensorType
from opscope.passes.boundaries import Boundary
from opscope.passes.series import PERIODS, Run, Siblings, best_runs


def runs(tokens, links=(), sizes=None, exact=None, names=None, gives=None):
    """The runs; `links` are pairs of places, of which the first feeds the second."""
    count = len(tokens)
    given = gives or [(TensorType("float32", (number,)),) for number in exact or tokens]
    bounds = [Boundary(users=sorted(user for source, user in links if source == place)) for place in range(count)]
    return best_runs(Siblings(tokens, sizes or [1] * count, exact or tokens, names or [""] * count, given, bounds))


def found(text, **columns):
    """The runs as texts: ``abc*3@1`` are three blocks ``abc``, the first at 1. Letters are equal in upper and lower case."""
    exact = [ord(letter) for letter in text]
    made = runs([ord(letter) for letter in text.lower()], exact=exact, **columns)
    return [f"{text[run.start : run.start + run.period]}*{run.blocks}@{run.start}" for run in made]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []), ("a", []), ("abc", []), ("aa", ["a*2@0"]), ("xaay", ["a*2@1"]), ("aaaa", ["a*4@0"]),
        ("abab", ["ab*2@0"]), ("ababa", ["ab*2@0"]), ("xabcabcabcy", ["abc*3@1"]),
        ("aaaxbbbb", ["a*3@0", "b*4@4"]),  # each where it is, from left to right
        ("ababxaa", ["ab*2@0", "a*2@5"]),
        ("abcdabce", []),  # the fourth differs: no whole block comes again
        ("aabaab", ["aab*2@0"]),  # three out of sight are more than one and one
        ("aaaabbaabb", ["a*2@0", "aabb*2@2"]), ("aabbaabb", ["aabb*2@0"]),  # two of a kind in a row are not the same as two apart
        ("aaaaxaaaa", ["a*4@0", "a*4@5"]),
    ],
)  # fmt: skip
def test_the_runs_that_save_most_are_found(text, expected):
    assert found(text) == expected


def test_what_lies_beside_a_run_is_searched_again():
    """`ab` four times saves most; `cc` before and `dd` behind it are found in what is left."""
    assert found("ccababababdd") == ["c*2@0", "ab*4@2", "d*2@10"]


def test_what_a_larger_run_cuts_into_is_found_in_what_is_left_of_it():
    """At first `aaaa` and `bbbb` reach into the row of `ab`."""
    assert found("aaaababab") == ["a*3@0", "ab*3@3"]
    assert found("xyzabababbbb") == ["ab*3@3", "b*3@9"]


def test_a_wide_sibling_counts_as_all_its_ops():
    """Two ways to cut: `ab` by ab, or the second `b` with the third, which holds nine ops."""
    assert found("ababb") == ["ab*2@0"]
    assert found("ababb", sizes=[1, 1, 1, 1, 9]) == ["b*2@3"]


def test_a_run_that_puts_nothing_out_of_sight_is_none():
    assert found("aaa", sizes=[1, 0, 0]) == []
    assert found("aaa", sizes=[0, 0, 1]) == ["a*3@0"]


def ahead(text, letter, by):
    """Each of a letter feeds what stands so far behind it."""
    return [(place, place + by) for place, own in enumerate(text) if own == letter and place + by < len(text)]


def test_blocks_begin_where_fewest_tensors_pass():
    text = "abcabcabcab"
    assert found(text) == ["abc*3@0"]
    assert found(text, links=ahead(text, "b", 2)) == [
        "bca*3@1"
    ]  # one tensor passes before c and before a, none before b
    assert found(text, links=ahead(text, "c", 2)) == ["cab*3@2"]
    assert found(text, links=ahead(text, "a", 2)) == ["abc*3@0"]
    assert found(text, links=ahead(text, "a", 1) + ahead(text, "b", 1) + ahead(text, "c", 1)) == [
        "abc*3@0"
    ]  # none better: the first


def test_two_blocks_stay_two():
    assert found("abab", links=[(1, 2)]) == ["ab*2@0"]


def test_of_many_distances_the_most_frequent_are_tried():
    """A run of two letters in a row of pairs that are further and further apart."""
    apart = []
    for number in range(PERIODS + 2):
        apart += [100 + number, *range(1000 * (number + 1), 1000 * (number + 1) + number), 100 + number]
    tokens = [1, 2, 1, 2, 1, 2, *apart]
    assert Run(0, 2, 3) in runs(tokens)


def test_a_run_ends_behind_its_last_block():
    assert Run(3, 2, 4).end == 11


# shapes and names


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("abababABAB", ["ab*3@0", "AB*2@6"]),  # two stages of equal structure: blocks of equal shapes are taken first
        ("abAB", ["ab*2@0"]),  # nothing else is there
        ("xababABABy", ["ab*2@1", "AB*2@5"]),
        ("aaAAaaAA", ["a*2@0", "A*2@2", "a*2@4", "A*2@6"]),
    ],
)
def test_a_run_of_equal_shapes_beats_a_longer_one_whose_blocks_differ(text, expected):
    """Upper case stands for other shapes."""
    assert found(text) == expected


def names(*texts):
    return [name for text in texts for name in text.split()]


def test_names_tell_where_a_block_begins():
    """A U-Net's decoder: by structure alone a block could begin at any of the three."""
    blocks = [f"dec{k}_up dec{k}_conv1 dec{k}_conv2" for k in (3, 2, 1)]
    assert found("abcabcabc", names=names(*blocks)) == ["abc*3@0"]
    assert found("cabcabcabcab", names=names("mid_conv2", *blocks, "dec_up dec_conv")) == ["abc*3@1"]


def test_a_block_does_not_reach_from_one_stage_into_the_next():
    stages = [f"s{stage}_b{block}_a s{stage}_b{block}_b" for stage, count in ((0, 2), (1, 3)) for block in range(count)]
    assert found("ab" * 5, names=names(*stages)) == ["ab*2@0", "ab*3@4"]


def test_whole_stages_are_blocks_of_a_series_too():
    stages = [f"s{stage}_b0_x s{stage}_b1_y s{stage}_b2_z" for stage in range(3)]
    assert found("abcabcabc", names=names(*stages)) == ["abc*3@0"]


def test_a_count_at_the_end_of_a_name_tells_nothing():
    """Keras counts each class of layers through the whole model."""
    text = "dense dropout dense_1 dropout_1 dense_2 dropout_2"
    assert found("ababab", names=text.split()) == ["ab*3@0"]
    assert found("ababab", names="dense_7 dropout dense_9 dropout_1 dense_12 dropout_2".split()) == ["ab*3@0"]


def test_names_of_another_form_tell_nothing():
    assert found("abab", names="query value key_proj out_proj".split()) == ["ab*2@0"]


def test_a_block_may_hold_several_numbers():
    """Layers that alternate: the block is a local and a global one."""
    text = [f"layer_{k}_{'local' if k % 2 == 0 else 'global'}" for k in range(6)]
    assert found("ababab", names=text) == ["ab*3@0"]


def test_a_letter_behind_a_number_counts_on():
    """EfficientNet calls its blocks so."""
    blocks = ("block2a", "block2b", "block2c", "block3a", "block3b")
    assert found("ab" * 5, names=names(*[f"{name}_a {name}_b" for name in blocks])) == ["ab*3@0", "ab*2@6"]


def test_a_number_in_a_name_that_nobody_counts_to_tells_nothing():
    """Python makes no integer of more than 4,300 digits. Such a name is none; with one of 18 digits the two stages of two blocks are told."""
    for digits, expected in ((18, ["aa*2@0"]), (19, ["a*4@0"]), (5000, ["a*4@0"])):
        stages = [f"stage{'1' * (digits - 1)}{stage}_block{block}" for stage in (2, 3) for block in (1, 2)]
        assert found("aaaa", names=stages) == expected
