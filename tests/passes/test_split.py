"""What repeats inside a group, rule by rule, on small literal graphs."""

from __future__ import annotations

import pytest

from graphs import graph
from opscope.graph.content import content_of, with_content
from opscope.passes.split import HUB, find_repeats
from opscope.passes.structure import Part, Structures

KINDS = ("Relu", "Mul", "Sub", "Neg", "Exp", "Log", "Sin", "Cos", "Tan", "Abs", "Erf", "Tanh")


def stacks(ops):
    """Each stack as the names of the ops of each copy."""
    made = graph(ops)
    return [
        [[content_of(made).table.names[row] for row in part.ops()] for part in stack]
        for stack in find_repeats(made).stacks
    ]


def chains(*names, length):
    """Chains side by side, all fed by one op."""
    ops = [("hub", "Placeholder", [])]
    for name in names:
        last = "hub"
        for place in range(length):
            ops.append((f"{name}{place}", KINDS[place], [last]))
            last = f"{name}{place}"
    return ops


@pytest.mark.parametrize(("copies", "length", "stacked"), [(3, 5, 1), (3, 4, 0), (6, 2, 1), (5, 2, 0)])
def test_a_stack_of_chains_puts_ten_ops_out_of_sight_and_has_three_copies(copies, length, stacked):
    """All hang on one op, which has so many users that it joins nothing."""
    names = [f"n{number}_" for number in range(copies)]
    ops = chains(*names, length=length)
    ops += [(f"use{number}", "Log1p", ["hub"]) for number in range(HUB)]
    found = [stack for stack in stacks(ops) if len(stack[0]) == length]
    assert len(found) == stacked


def test_a_sibling_that_feeds_few_joins_what_it_feeds():
    """One op feeds both halves of every chain: without the hub's users there is one component, and nothing to stack."""
    ops = [("x", "Placeholder", []), ("hub", "Erfc", ["x"])]
    for number in range(HUB - 1):
        ops += [
            (f"a{number}", "Relu", ["hub"]),
            (f"b{number}", "Neg", [f"a{number}"]),
            (f"c{number}", "Exp", [f"b{number}"]),
        ]
    shuffled = [*ops[:2], *ops[2::3], *ops[3::3], *ops[4::3]]  # not in a row, so that only side by side can find them
    assert stacks(shuffled) == []
    more = [(f"d{HUB}", "Tanh", ["hub"])]
    assert [len(stack) for stack in stacks([*shuffled, *more])] == [HUB - 1]


def row(*blocks, scopes=False):
    """Blocks of ops, each op fed by the one before; an op is a letter, its number in the alphabet its type."""
    ops = [("x", "Placeholder", [])]
    for number, block in enumerate(blocks):
        for place, letter in enumerate(block):
            name = f"s{number}/{letter}{place}" if scopes else f"{letter}{number}_{place}"
            ops.append((name, KINDS[ord(letter) - ord("a")], [ops[-1][0]]))
    return ops


def test_blocks_in_a_row_are_a_stack_from_two_on():
    assert [len(stack) for stack in stacks(row("abcdefghijk", "abcdefghijk"))] == [2]
    assert [len(stack) for stack in stacks(row("abcdefghij", "abcdefghij"))] == [2]
    assert stacks(row("abcdefghi", "abcdefghi")) == []  # nine ops are not worth it


def test_a_block_of_one_group_needs_three_copies():
    assert stacks(row("abcdefghijk", "abcdefghijk", scopes=True)) == []
    assert [len(stack) for stack in stacks(row("abcdefghijk", "abcdefghijk", "abcdefghijk", scopes=True))] == [3]


def test_blocks_of_one_sequence_that_are_wired_otherwise_are_no_copies():
    ops = row("abcdef", "abcdef", "abcdef", "abcdef")
    assert [len(stack) for stack in stacks(ops)] == [4]
    name, kind, _ = ops[-1]
    assert [len(stack) for stack in stacks([*ops[:-1], (name, kind, ["a3_0"])])] == [3]


def signatures(first, second, ops, **view):
    structures = Structures(with_content(graph(ops), **view) if view else graph(ops))
    return structures.signature(first)[0] == structures.signature(second)[0]


TWO = [("x", "Split", []), ("a", "Relu", ["x"]), ("b", "Mul", ["a", "x"]), ("c", "Relu", ["x"])]


@pytest.mark.parametrize(
    ("inputs", "same"),
    [
        (["c", "x"], True), (["x", "c"], False), (["c", "c"], False), (["c", "x:1"], False), (["c", "x", "^x"], True),
        (["c", "x", "x"], False),
    ],
)  # fmt: skip
def test_the_wiring_inside_and_into_two_parts_is_compared_input_by_input(inputs, same):
    assert signatures([1, 2], [3, 4], [*TWO, ("d", "Mul", inputs)]) is same


def test_tensors_from_outside_are_told_apart_but_not_by_where_they_come_from():
    ops = [
        ("x", "Relu", []),
        ("y", "Relu", []),
        ("a", "Mul", ["x", "x"]),
        ("b", "Mul", ["x", "y"]),
        ("c", "Mul", ["y", "y"]),
    ]
    assert signatures([2], [4], ops)
    assert not signatures([2], [3], ops)


def test_the_place_of_an_edge_counts_over_all_ops_of_parts_before_it():
    """Two parts of two ops, then an op fed by the first or by the second op of the first part."""
    ops = [(name, "Relu", []) for name in "abcd"] + [("e", "Neg", ["a"]), ("f", "Neg", ["b"]), ("g", "Neg", ["c"])]
    structures = Structures(graph(ops))
    one, two = structures.seal(-1, (), [0, 1]), structures.seal(-1, (), [2, 3])
    assert one.token == two.token
    assert structures.signature([one, 4])[0] != structures.signature([one, 5])[0]
    assert structures.signature([one, 4])[0] == structures.signature([two, 6])[0]
    whole = structures.seal(0, ("scope",), [one, 4])
    assert (whole.ops(), whole.size, whole.first, whole.boxes) == ([0, 1, 4], 3, 0, 3)
    assert [structures.holder[row] for row in (0, 1, 4)] == [whole.serial] * 3
    assert isinstance(whole.children[0], Part)


def test_what_a_part_is_called_is_part_of_its_structure():
    structures = Structures(graph([("a", "Relu", []), ("b", "Relu", []), ("c", "Relu", [])]))
    first, second = structures.seal(0, ("scope", None), [0]), structures.seal(1, ("layer", "Dense"), [1])
    third = structures.seal(2, ("scope", None), [2])
    assert first.token == third.token != second.token
    assert structures.distinct == 3  # the op, and two kinds of group


def rows_of(children):
    return [row for child in children for row in ([child] if isinstance(child, int) else child.ops())]


@pytest.mark.parametrize(("scopes", "count"), [(False, 2), (True, 1)])
def test_what_stands_before_between_and_behind_stacks_is_there_once(scopes, count):
    """Of single groups two are no stack."""
    ops = row("ab", "cdefghijkl", "cdefghijkl", "b", "abcdef", "abcdef", "abcdef", "k", "l", scopes=scopes)
    found = find_repeats(graph(ops))
    assert len(found.stacks) == count
    assert sorted(rows_of(found.tops)) == list(range(len(ops)))


def test_how_many_structures_there_are_is_told():
    assert find_repeats(graph([("a", "Relu", []), ("b", "Relu", []), ("c", "Neg", [])])).distinct == 2
