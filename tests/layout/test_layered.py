from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

from hypothesis import given

from examples import examples
from opscope.layout.arrange.acyclic import back_wires
from opscope.layout.arrange.layered import arrange
from opscope.layout.arrange.rank import ranks
from opscope.layout.flat import Flat, Wire

sys.path.insert(0, str(Path(__file__).parent))
from flat_graphs import CHAIN, FAN, ISLANDS, LITERAL, LOOP, RESIDUAL, VARIABLES, flat, flats


def rows(order):
    return {slot: index for index, row in enumerate(order.rows) for slot in row}


def test_a_graph_without_cycles_keeps_all_its_wires():
    assert all(not back_wires(graph) for name, graph in LITERAL.items() if name not in {"loop", "variables"})


def test_a_marked_wire_and_a_loop_on_one_box_run_back():
    assert back_wires(Flat(2, (Wire(0, 0, 1, 0), Wire(1, 0, 0, 0, back=True), Wire(1, 0, 1, 1)))) == {1, 2}


def test_a_cycle_is_cut_at_one_wire():
    assert len(back_wires(flat([(0, 1), (1, 2), (2, 3), (3, 0)], 4))) == 1


def test_a_chain_takes_one_row_a_box_and_is_one_straight_block():
    order = arrange(CHAIN)
    assert [row for row in order.rows if row] == [(index,) for index in range(10)]
    assert len(order.blocks) == 1


def test_the_main_line_of_a_residual_block_is_straight_and_the_skip_passes_beside_it():
    order = arrange(RESIDUAL)
    spine = next(block.slots for block in order.blocks if 0 in block.slots)
    assert set(range(6)) <= set(spine)


def test_a_box_used_late_stands_near_its_user():
    row = ranks(flat([(0, 1), (1, 2), (2, 3), (4, 3)], 5), frozenset()).row
    assert row[4] == row[3] - 1


def test_a_box_that_runs_after_another_stands_below_it_though_no_wire_joins_them():
    joined = flat([(0, 1), (2, 3)], 4)
    assert ranks(joined, frozenset()).row == [0, 1, 0, 1]
    row = ranks(replace(joined, after=((1, 2),)), frozenset()).row
    assert row == [0, 1, 2, 3]


def test_wires_decide_where_they_say_something_else():
    around = flat([(0, 1), (1, 2)], 3)
    assert ranks(replace(around, after=((2, 0), (0, 2))), frozenset()).row == [0, 1, 2]


def test_boxes_that_nothing_joins_stand_on_shelves():
    order = arrange(ISLANDS)
    assert max(len(row) for row in order.rows) <= 10
    assert len([row for row in order.rows if row]) >= 4


def test_a_loops_way_back_has_a_slot_in_every_row_it_passes_at_the_right_end():
    order = arrange(LOOP)
    back = order.routes[4]
    assert back[0] == 3
    assert back[-1] == 0
    assert all(order.rows[rows(order)[slot]][-1] == slot for slot in back[1:-1])


def test_ways_back_stand_on_both_sides_when_they_cross_less_so():
    order = arrange(VARIABLES)
    ends = [(row[0], row[-1]) for row in order.rows if row]
    columns = [slot for wire in order.back for slot in order.routes[wire][1:-1]]
    assert any(left in columns for left, _ in ends)
    assert any(right in columns for _, right in ends)


def test_wires_of_one_output_share_their_trunk():
    order = arrange(flat([(0, 1), (1, 2), (2, 3), (3, 4), (0, 3), (0, 4)], 5))
    assert order.nets[0] == order.nets[4] == order.nets[5]
    assert order.routes[5][:3] == (*order.routes[4][:2], order.routes[5][2])


def test_a_fan_crosses_nothing():
    order = arrange(FAN)
    middle = next(row for row in order.rows if len(row) == 7)
    assert order.tops[8].order == tuple(slot - 1 for slot in middle)


def test_a_chain_of_3000_boxes_needs_no_recursion():
    order = arrange(flat([(index, index + 1) for index in range(2999)], 3000))
    assert len(order.blocks) == 1


@examples(80)
@given(flats(signs=True))
def test_every_slot_stands_in_one_row_and_every_route_leads_through_neighbouring_rows(graph):
    order = arrange(graph)
    slots = [slot for row in order.rows for slot in row]
    assert sorted(slots) == list(range(len(slots)))
    row = rows(order)
    for index, (wire, route) in enumerate(zip(graph.wires, order.routes)):
        steps = [row[b] - row[a] for a, b in zip(route, route[1:])]
        if index in order.back:
            assert (steps[0], steps[-1], set(steps[1:-1]) - {-1}) == (0, 0, set())
        else:
            assert set(steps) == {1}
        assert wire.source in (route[0], -1)
        assert wire.target in (route[-1], -1)


@examples(80)
@given(flats(signs=True))
def test_blocks_hold_every_slot_once_and_come_after_all_that_is_left_of_them(graph):
    order = arrange(graph)
    owner = {slot: index for index, block in enumerate(order.blocks) for slot in block.slots}
    assert sum(len(block.slots) for block in order.blocks) == len(owner) == sum(map(len, order.rows))
    for row in order.rows:
        assert all(owner[left] < owner[right] for left, right in zip(row, row[1:]))


@examples(40)
@given(flats(signs=True))
def test_the_same_group_is_always_arranged_the_same(graph):
    assert arrange(graph) == arrange(graph)


@examples(60)
@given(flats(signs=True))
def test_high_boxes_side_by_side_leave_every_wire_downwards_and_add_no_row(graph):
    back = back_wires(graph)
    usual = ranks(graph, back).row
    for high in (frozenset(range(graph.boxes)), frozenset(range(0, graph.boxes, 3))):
        row = ranks(replace(graph, high=high), back).row
        assert max(row, default=0) <= max(usual, default=0)
        for index, wire in enumerate(graph.wires):
            if index not in back and -1 not in (wire.source, wire.target) and wire.source != wire.target:
                assert row[wire.source] < row[wire.target]


def test_two_networks_that_meet_in_a_loss_stand_side_by_side():
    """The second one, which a shorter way leads to the loss, would hang as low as it can."""
    wires = [(0, 1), (1, 2), (2, 5), (3, 4), (4, 5)]
    assert ranks(flat(wires, 6), frozenset()).row == [0, 1, 2, 1, 2, 3]
    assert ranks(replace(flat(wires, 6), high=frozenset({1, 4})), frozenset()).row == [0, 1, 2, 0, 1, 3]


def test_what_feeds_a_high_box_and_others_too_does_not_move_with_it():
    wires = [(0, 1), (1, 2), (2, 5), (3, 4), (4, 5), (3, 6), (6, 5)]
    assert ranks(replace(flat(wires, 7), high=frozenset({1, 4})), frozenset()).row[4] == 2
