"""Runs of equal blocks in a sequence of siblings, written as letters: one a sibling."""

from __future__ import annotations

import pytest

from opscope.passes.series import PERIODS, Run, best_runs


def found(text, cuts=None, sizes=None):
    """The runs as texts: ``abc*3@1`` are three blocks ``abc``, the first at 1."""
    tokens = [ord(letter) for letter in text]
    made = best_runs(tokens, [float(cut) for cut in cuts or [0] * len(text)], sizes or [1] * len(text))
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


def test_blocks_begin_where_fewest_tensors_pass():
    text = "abcabcabcab"
    assert found(text) == ["abc*3@0"]
    assert found(text, cuts=[5, 0, 5] * 4) == ["bca*3@1"]
    assert found(text, cuts=[5, 5, 0] * 4) == ["cab*3@2"]
    assert found(text, cuts=[100, 2, 2, 1, 2, 2, 1, 2, 2, 1, 2]) == ["abc*3@0"]  # what is before all blocks cuts none
    assert found(text, cuts=[1, 1, 1] * 4) == ["abc*3@0"]  # none better: the first


def test_two_blocks_stay_two():
    assert found("abab", cuts=[5, 0, 5, 0]) == ["ab*2@0"]


def test_of_many_distances_the_most_frequent_are_tried():
    """A run of two letters in a row of pairs that are further and further apart."""
    apart = []
    for number in range(PERIODS + 2):
        apart += [100 + number, *range(1000 * (number + 1), 1000 * (number + 1) + number), 100 + number]
    tokens = [1, 2, 1, 2, 1, 2, *apart]
    assert Run(0, 2, 3) in best_runs(tokens, [0.0] * len(tokens), [1] * len(tokens))


def test_a_run_ends_behind_its_last_block():
    assert Run(3, 2, 4).end == 11
