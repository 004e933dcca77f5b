import sys
from pathlib import Path

import pytest
from hypothesis import given

sys.path.insert(0, str(Path(__file__).parents[1]))
from examples import examples
from graphs import Builder, graph, graphs, optimizer, tower
from opscope.graph.content import content_of, with_content
from opscope.graph.types import Measured
from opscope.layout.scene.compose import compose
from opscope.layout.scene.items import cards
from opscope.passes import for_drawing
from opscope.passes.boundaries import Boundary
from opscope.passes.naming import part_name, stack_title
from opscope.passes.repeat import repeat
from opscope.passes.series import Run, Siblings, best_runs
from opscope.passes.split import find_repeats
from opscope.passes.structure import Structures
from opscope.passes.sums import home_sums
from truth import lies


def runs(tokens, users=()):
    count = len(tokens)
    bounds = [Boundary(users=own) for own in users or [()] * count]
    return best_runs(Siblings(tokens, [1] * count, tokens, [""] * count, [()] * count, bounds))


def stacks(made):
    return {
        content_of(made).groups[index].name: len(stack.names) for index, stack in content_of(made).view.stacks.items()
    }


def test_a_run_is_found_wherever_it_begins():
    tokens = [9, 1, 2, 3, 1, 2, 3, 1, 2, 3, 8]
    assert runs(tokens) == [Run(1, 3, 3)]


def test_blocks_are_cut_where_least_passes():
    tokens = [1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2]
    users = [[place + 2] if token == 3 else [] for place, token in enumerate(tokens)]
    assert runs(tokens, users) == [Run(2, 3, 3)]


def test_nothing_repeats_in_a_sequence_of_different_siblings():
    assert runs([1, 2, 3, 4, 5]) == []


def test_groups_are_the_same_when_ops_and_data_wiring_are():
    made = graph(tower(2))
    structures = Structures(made)
    rows = [row for row in range(len(made)) if "block" in content_of(made).table.names[row]]
    first, second = rows[:6], rows[6:]
    assert structures.signature(first)[0] == structures.signature(second)[0]


def test_another_wiring_is_another_structure():
    made = graph(
        [("a", "Relu", []), ("b", "Add", ["a", "a"]), ("c", "Relu", []), ("d", "Relu", []), ("e", "Add", ["c", "d"])]
    )
    structures = Structures(made)
    assert structures.signature([0, 1])[0] != structures.signature([2, 4])[0]


def test_blocks_in_a_row_become_one_stack():
    made = repeat(graph(tower(6)))
    assert stacks(made) == {"block0": 6}
    assert len(made) == 6 + 2
    assert content_of(made).view.counts.stacked == 5 * 6


def test_a_box_in_a_stack_has_the_drawn_copys_figures_and_the_stack_those_of_all_copies():
    whole = graph(tower(4))
    rows = {name: row for row, name in enumerate(content_of(whole).table.names)}
    times = {rows[f"net/block{block}/Add"]: Measured(10.0**block) for block in range(4)}
    made = repeat(with_content(whole, measured={**times, rows["head"]: Measured(5.0, calls=2.0)}))
    found = {content_of(made).table.names[row]: one for row, one in content_of(made).measured.items()}
    assert found == {"net/block0/Add": Measured(1.0), "head": Measured(5.0, calls=2.0)}
    assert [stack.measured for stack in content_of(made).view.stacks.values()] == [Measured(1111.0)]


def test_a_card_in_a_stack_has_the_drawn_copys_figures_and_the_stack_says_what_all_come_to():
    timed = graph(tower(3)).overlay({f"net/block{k}": {"time": 10.0**k} for k in range(3)})
    timed = timed.overlay({f"net/block{k}/dense": {"time": 2.0 * 10**k} for k in range(1, 3)})
    found = {group.path: group.measured for group in content_of(repeat(timed)).groups if group.measured}
    assert {path: figures.time_us for path, figures in found.items()} == {"net/block0": 1e6}
    (stack,) = content_of(repeat(timed)).view.stacks.values()
    assert stack.measured == Measured(111e6)
    assert {
        group.path: group.measured.time_us for group in content_of(repeat(timed, unfold=True)).groups if group.measured
    } == {group.path: group.measured.time_us for group in content_of(timed).groups if group.measured}


def test_groups_that_stay_are_what_they_were():
    whole = graph(tower(3))
    made = repeat(whole)
    assert [group.path for group in content_of(made).groups] == [
        "net",
        "net/block0",
        "net/block0/dense",
        "net/block0/norm",
    ]
    assert [content_of(made).group_path(row) for row in range(len(made))] == [
        None, "net/block0", "net/block0/dense", "net/block0/dense", "net/block0/norm", "net/block0/norm", "net/block0", None,
    ]  # fmt: skip
    assert content_of(made).view.made == frozenset()


def test_a_stack_names_every_group_it_stands_for():
    made = repeat(graph(tower(4)))
    assert [stack.names for stack in content_of(made).view.stacks.values()] == [
        ("block0", "block1", "block2", "block3")
    ]


def test_what_follows_a_stack_is_fed_by_what_stands_for_its_last_block():
    made = repeat(graph(tower(5)))
    row = content_of(made).table.index("head")
    assert [content_of(made).table.names[edge.node] for edge in content_of(made).table.inputs(row)] == [
        "net/block0/Add"
    ]


def test_copies_side_by_side_are_put_together_though_one_op_feeds_them_all():
    made = repeat(graph(optimizer(20)))
    assert stacks(made) == {"Square … Mul": 20}
    assert content_of(made).view.made


def test_unfolded_the_same_groups_hold_every_op():
    whole = graph(optimizer(20))
    made = repeat(whole, unfold=True)
    assert len(made) == len(whole)
    assert sorted(content_of(made).table.names) == sorted(content_of(whole).table.names)
    assert not content_of(made).view.stacks


def test_the_graph_given_stays_as_it_was():
    whole = graph(tower(6))
    groups, length = content_of(whole).groups, len(whole)
    repeat(whole)
    assert (content_of(whole).groups, len(whole)) == (groups, length)


def test_little_that_repeats_is_left_as_it_is():
    made = graph([("x", "Placeholder", []), ("a/Relu", "Relu", ["x"]), ("b/Relu", "Relu", ["a/Relu"])])
    assert repeat(made) is made


def test_a_chain_of_10000_ops_folds_without_recursion():
    ops = [("x", "Placeholder", [])]
    for index in range(10_000):
        ops.append((f"op{index}", "Relu", [ops[-1][0]]))
    assert len(repeat(graph(ops))) < 10


def test_blocks_are_named_by_what_their_parts_share():
    whole = graph(
        [("x", "Placeholder", [])]
        + [
            (f"conv{block}_{part}/op{op}", kind, [])
            for block in range(3)
            for part in ("a", "b")
            for op, kind in enumerate(("Relu", "Mul", "Sub", "Neg")[: 4 if part == "a" else 3])
        ]
    )
    names = {part_name(whole, stack[0]) for stack in find_repeats(whole).stacks}
    assert names == {"conv0"}


def test_a_gradient_sum_goes_to_the_group_whose_gradients_it_adds():
    made = home_sums(
        graph([("g/a/x", "Neg", []), ("g/b/y", "Neg", []), ("AddN", "AddN", ["g/a/x", "g/b/y"]), ("z", "AddN", [])])
    )
    assert content_of(made).group_path(2) == "g"
    assert content_of(made).group_path(3) is None


def test_a_sum_of_gradients_that_pass_a_block_by_stands_with_the_gradients_of_the_block():
    made = home_sums(
        graph(
            [
                ("g/head/x", "Neg", []),
                ("g/block/after/y", "Neg", ["g/head/x"]),
                ("AddN", "AddN", ["g/head/x", "g/block/after/y"]),
                ("g/block/before/z", "Neg", ["AddN"]),
                ("AddN_1", "AddN", ["AddN", "g/block/before/z"]),
            ]
        )
    )
    assert [content_of(made).group_path(row) for row in (2, 4)] == ["g/block", "g/block"]


def blocks(*names):
    kinds = ("Relu", "Mul", "Sub", "Neg", "Exp", "Log")
    made = graph(
        [("x", "Placeholder", []), ("y", "Placeholder", [])]
        + [
            op
            for source, name in zip("xy", names)
            for op in (
                (f"pass_{name}", "Identity", [source]),
                (f"{name}/a", kinds[0], [f"pass_{name}"]),
                *((f"{name}/{kind}{turn}", kind, [f"{name}/a"]) for kind in kinds[1:] for turn in "12"),
                (f"end_{name}", "Tanh", [f"{name}/a"]),
            )
        ]
    )
    return for_drawing(made, "all", unfold=False)


def test_two_blocks_are_one_stack_only_where_their_names_are_a_series():
    assert len(content_of(blocks("layer_1", "layer_2")).view.stacks) == 1
    assert not content_of(blocks("generator", "critic")).view.stacks


def test_what_feeds_another_copy_through_an_identity_is_told_by_the_op_behind_it():
    made = blocks("layer_1", "layer_2")
    assert inputs(made, "layer_1/a") == ["pass_layer_1"]
    assert others(made) == ["y"]


def test_a_stack_of_unlike_names_is_called_by_all_of_them():
    assert stack_title(["query", "key", "value"]) == "query, key, value"
    assert stack_title(["attention", "widening", "narrowing", "normalising"]) == "attention … normalising"


@examples(60)
@given(graphs())
def test_folding_loses_no_op_and_keeps_groups_in_order(whole):
    made = for_drawing(whole, "all", unfold=False)
    assert len(made) + content_of(made).view.counts.stacked == len(whole)
    assert all(group.parent < index for index, group in enumerate(content_of(made).groups))
    assert set(content_of(made).table.names) <= set(content_of(whole).table.names)


@examples(60)
@given(graphs())
def test_every_edge_between_ops_that_stay_is_there(whole):
    made = repeat(whole)
    kept = {name: row for row, name in enumerate(content_of(made).table.names)}
    for row, name in enumerate(content_of(whole).table.names):
        if name in kept:
            before = [
                content_of(whole).table.names[edge.node]
                for edge in content_of(whole).table.inputs(row)
                if not edge.control
            ]
            after = [
                content_of(made).table.names[edge.node]
                for edge in content_of(made).table.inputs(kept[name])
                if not edge.control
            ]
            assert [source for source in before if source in kept] == [
                source for source, old in zip(after, before) if old in kept
            ]


@pytest.mark.parametrize("unfold", [False, True])
def test_folding_twice_gives_the_same(unfold):
    one, two = (repeat(graph(tower(7)), unfold=unfold) for _ in range(2))
    assert content_of(one).groups == content_of(two).groups
    assert content_of(one).table.edge_node == content_of(two).table.edge_node


def test_what_only_a_later_copy_gets_from_outside_belongs_to_the_stack_and_is_told():
    ops = tower(5)
    ops[1:1] = [("mask", "Placeholder", []), ("scale", "Placeholder", [])]
    for place, (name, op, sources) in enumerate(ops):
        if op == "Sub":
            ops[place] = (name, op, [sources[0], "mask" if "block3" in name else "scale"])
    made = repeat(graph(ops))
    assert stacks(made) == {"block0": 5}
    assert inputs(made, "net/block0/norm/Sub") == ["net/block0/dense/Relu", "scale"]
    assert others(made) == ["mask"]
    assert [stack.differences for stack in content_of(made).view.stacks.values()] == [
        ("copy 4: input 1 of Sub from Placeholder",)
    ]


def inputs(made, name):
    return [
        content_of(made).table.names[edge.node]
        for edge in content_of(made).table.inputs(content_of(made).table.index(name))
    ]


def others(made):
    """What only other copies than the drawn one take from outside."""
    return [
        content_of(made).table.names[node]
        for stack in content_of(made).view.stacks.values()
        for node, _ in stack.others
    ]


def test_a_weight_that_only_one_copy_dequantises_is_a_variation():
    """As in a quantised network: six dense layers in a row, of which one dequantises its weight."""
    make = Builder()
    last = make.op("x", "Placeholder")
    weights = [make.op(f"w{k}", "Const", value={"shape": [], "values": [float(k)]}) for k in range(6)]
    weights[5] = make.op("deq", "Dequantize", weights[5])
    for k, weight in enumerate(weights):
        for kind, *more in (("MatMul", weight), ("Relu",), ("Tanh",), ("Neg",)):
            last = make.op(f"{kind}{k}", kind, last, *more)
    graph = make.graph(inputs=["x"], outputs=[last])
    drawn = for_drawing(graph, "all", unfold=False)
    scene = compose(drawn)
    stack = next(card for card in cards(scene) if card.repeat == 6)
    assert [[chip.text for chip in box.chips] for box in stack.children] == [["0"], [], [], []]
    assert "copy 6: weight through Dequantize" in stack.detail
    place = scene.root.children.index(stack)
    feeders = [scene.root.children[wire.source.child].title for wire in scene.root.wires if wire.target.child == place]
    assert sorted(feeders) == ["Dequantize", "x"]
    assert lies(graph, drawn, scene) == []


def test_copies_that_feed_each_other_in_no_order_are_not_drawn_as_one():
    """Ten equal ops: five in a chain, five that all take what the first takes."""
    make = Builder()
    last = make.op("x", "Placeholder")
    for k in range(20):
        last = make.op(f"chain{k}", "Relu", last) if k % 2 else make.op(f"side{k}", "Relu", "x")
    made = for_drawing(make.graph(inputs=["x"], outputs=[last]), "all", unfold=False)
    assert all(stack.succession in {"", "each feeds the next"} for stack in content_of(made).view.stacks.values())


def test_files_may_list_a_chain_in_any_order_and_its_first_copy_is_the_one_that_is_fed():
    blocks = [tower(5)[1:-1][6 * block : 6 * block + 6] for block in range(5)]
    ops = [("x", "Placeholder", []), *blocks[3], *blocks[1], *blocks[4], *blocks[0], *blocks[2], tower(5)[-1]]
    made = repeat(graph(ops))
    assert [stack.names[0] for stack in content_of(made).view.stacks.values()] == ["block0"]
    assert inputs(made, "net/block0/dense/MatMul")[0] == "x"


def towers(*, count, outputs):
    """`count` inputs, each with five ops of its own; the last are outputs of the model, or nothing uses them."""
    make = Builder()
    ends = []
    for k in range(count):
        last = make.op(f"in{k}", "Placeholder")
        for step in range(5):
            last = make.op(f"op{k}_{step}", ("Relu", "Neg", "Exp", "Tanh", "Abs")[step], last)
        ends.append(last)
    return make.graph(inputs=[f"in{k}" for k in range(count)], outputs=ends if outputs else ())


def test_copies_between_inputs_and_outputs_of_their_own_are_all_drawn():
    assert not content_of(for_drawing(towers(count=5, outputs=True), "all", unfold=False)).view.stacks
    assert content_of(for_drawing(towers(count=5, outputs=False), "all", unfold=False)).view.stacks


def test_an_input_is_drawn_outside_of_the_scope_that_it_was_traced_in():
    make = Builder()
    names = "abcde"
    for name in names:
        scope = make.group(name, parent=0 if make.groups else -1)
        make.op(f"{name}/in", "Placeholder", group=scope)
        make.op(f"{name}/copy", "Identity", f"{name}/in", group=scope)
    graph = make.graph(inputs=[f"{name}/in" for name in names], outputs={name: f"{name}/copy" for name in names})
    for unfold in (False, True):
        drawn = for_drawing(graph, "all", unfold=unfold)
        scene = compose(drawn)
        assert len(cards(scene)) == 1  # nothing is left in the scopes, so that they are not drawn
        assert len(scene.root.children) == 10
        assert lies(graph, drawn, scene) == []
