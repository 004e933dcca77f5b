"""What became of each op of a function that real TensorFlows ran: `tools/record_executed.py` has the function, and wrote the archives.

The answers are read from the graphs by a person, beside the code of Grappler's rules, and not by opscope.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Dict, Tuple

import pytest

import opscope
from recorded_executed import recorded

OLD, NEW = ("tf24",), ("tf210", "tf215", "tf221")
EVERY = (*OLD, *NEW)

SAME = {
    # Arguments, reads and what no rule applies to; inlined, they have a longer name.
    "image": "image", "conv/ReadVariableOp": "conv/ReadVariableOp", "sine": "sine", "flat": "flat", "flat_shape": "flat_shape",
    "PartitionedCall/double": "PartitionedCall/double", "total": "total", "is_positive": "is_positive", "result": "result",
    "cond/then/cond/exp": "cond/then/_3/cond/exp", "loop/cond/loop/goes_on": "loop/cond/_11/loop/goes_on",
    "loop/body/loop/next": "loop/body/_12/loop/next", "loop/body/loop/arc": "loop/body/_12/loop/arc",
    "conv/ReadVariableOp/resource": "conv_readvariableop_resource",
}  # fmt: skip
OTHERS: Dict[str, Tuple[str, Tuple[str, ...]]] = {
    "handed_on": ("deleted", ()),  # an identity
    "unused": ("deleted", ()),  # nobody reads it
    "four": ("deleted", ()),  # only the root reads it
    "root": ("folded", ("ConstantFolding/quotient_recip",)),  # 1 / sqrt(4), computed beforehand
    "quotient": ("rewritten", ("quotient", "ConstantFolding/quotient_recip")),  # times that
    "sine_again": ("merged", ("sine",)),
    "sum": (  # of two equal tensors, so 2 times one of them
        "rewritten", ("ArithmeticOptimizer/SimplifyAggregation_Const_sum", "ArithmeticOptimizer/SimplifyAggregation_Mul_sum"),
    ),
    "PartitionedCall": ("lowered", ()),
    "PartitionedCall/x": ("lowered", ()),
    "loop/loop_counter": ("merged", ("Const_1",)),  # both are 0
    "loop/body/loop/add/y": ("merged", ("loop/body/_12/loop/next/y",)),  # both are 1
}  # fmt: skip
FUSIONS = {
    # TensorFlow 2.4: no padding in a convolution, no tanh behind a product.
    OLD: {
        "relu": ("_FusedConv2D", None, {"conv", "conv_bias", "relu"}),
        "head": ("_FusedMatMul", None, {"matmul", "head"}),
    },
    NEW: {
        "relu": ("_MklNativePadWithFusedConv2D", "_FusedConv2D", {"pad", "conv", "conv_bias", "relu"}),
        "PartitionedCall/tanh": ("_MklNativeFusedMatMul", "_FusedMatMul", {"matmul", "head", "PartitionedCall/tanh"}),
    },
}


@pytest.mark.parametrize("version", EVERY)
def test_each_op_is_what_a_person_says(version: str, tmp_path: Path) -> None:
    _, executed = recorded(version, tmp_path)
    for name, ran in SAME.items():
        assert executed.fates[name] == ("same", (ran,)), name
        assert executed.origins[ran].kind == "same", ran
        assert name in executed.origins[ran].ops
    for name, (kind, ops) in OTHERS.items():
        assert executed.fates[name].kind == kind, name
        assert sorted(executed.fates[name].ops) == sorted(ops), name


@pytest.mark.parametrize("version", EVERY)
def test_a_fusion_has_its_members_also_across_an_inlined_call(version: str, tmp_path: Path) -> None:
    _, executed = recorded(version, tmp_path)
    fusions = FUSIONS[OLD if version in OLD else NEW]
    for name, (kind, optimised, members) in fusions.items():
        assert executed.graph.op(name).type == kind
        assert executed.origins[name].optimised == optimised
        assert set(executed.origins[name].ops) == members
        assert all(executed.fates[member] == ("fused", (name,)) for member in members)
    found = {name for name, origin in executed.origins.items() if origin.kind == "fused"}
    assert found == set(fusions)


@pytest.mark.parametrize("version", EVERY)
def test_the_loop_and_the_branch_are_lowered_to_ops_of_theirs(version: str, tmp_path: Path) -> None:
    _, executed = recorded(version, tmp_path)
    types = Counter(executed.graph.op(name).type for name in executed.fates["loop"].ops)
    assert types["LoopCond"] == 1
    # The loop's own counter and the maximum of iterations are gone or constant: i and x turn round, and the counter.
    assert types["Merge"] == types["NextIteration"] == 3
    assert executed.fates["loop"].kind == executed.fates["cond"].kind == "lowered"


@pytest.mark.parametrize("version", EVERY)
def test_both_ways_say_the_same_and_every_op_is_in_them(version: str, tmp_path: Path) -> None:
    graph, executed = recorded(version, tmp_path)
    assert list(executed.fates) == [op.name for op in graph.ops()]
    assert list(executed.origins) == [op.name for op in executed.graph.ops()]
    for name, fate in executed.fates.items():
        assert all(name in executed.origins[op].ops for op in fate.ops), name
    for op, origin in executed.origins.items():
        assert all(op in executed.fates[name].ops for name in origin.ops), op
    assert sum(executed.fate_counts.values()) == len(graph)
    assert sum(executed.origin_counts.values()) == len(executed.graph)
    # What a loop of no maximum was given for one: nothing that ran says where it went.
    unknown = {name for name, fate in executed.fates.items() if fate.kind == "unknown"}
    assert unknown <= {"loop/maximum_iterations"}
    assert "unknown" not in executed.origin_counts


@pytest.mark.parametrize("version", EVERY)
def test_shapes_and_lines_and_variables_are_carried_over(version: str, tmp_path: Path) -> None:
    graph, executed = recorded(version, tmp_path)
    for name in ("relu", "sine", "result", "flat"):
        assert executed.graph.op(name).shape == graph.op(name).shape, name
    assert {variable.object_path for variable in executed.graph.variables} == {
        variable.object_path for variable in graph.variables
    }


@pytest.mark.parametrize("version", EVERY)
def test_what_was_saved_is_what_a_person_counts(version: str, tmp_path: Path) -> None:
    """All tensors are of 4-byte numbers. Each one between members of a fusion was to be written once and read once.

    The result of `head`, 24 bytes, goes into a call that was inlined: it is not counted, so that the sum is a lower bound.
    """
    _, executed = recorded(version, tmp_path)
    conv, product = 4 * 2 * 4 * 4 * 4, 4 * 2 * 3
    old, new = conv + conv + product, 4 * 2 * 6 * 6 * 2 + conv + conv + product
    # Three kernels were not started for conv, conv_bias, relu and matmul, head; with pad and tanh five.
    kernels, moved = (3, 2 * old) if version in OLD else (5, 2 * new)
    assert executed.saved == (kernels, moved, 1, 1, 1)  # folded: root; merged: sine_again; deleted: unused


@pytest.mark.parametrize("version", EVERY)
def test_json_keeps_it_and_drawings_are_made_of_it(version: str, tmp_path: Path) -> None:
    from opscope.graph.content import with_executed

    graph, executed = recorded(version, tmp_path)
    with_executed(graph, executed).save(tmp_path / "both.json")
    again = opscope.load(tmp_path / "both.json")
    assert again.executed is not None
    assert again.executed.fates == executed.fates
    assert again.executed.origins == executed.origins
    assert again.executed.saved == executed.saved
    assert again.to_json() == (tmp_path / "both.json").read_text(encoding="utf-8")
    said = again.summary(width=10_000)
    assert f"as executed: {len(executed.graph)} ops of {len(graph)} as written: " in said
    assert f", {7 if version in NEW else 5} fused, " in said
    assert (
        f"in a step: ≥ {5 if version in NEW else 3} kernels not started, ≥ {'3.17' if version in NEW else '2.05'} KiB "
        in said
    )
    assert "not run in a step: ≥ 3 ops that would compute or move something (1 folded, 1 merged, 1 deleted)" in said
    for suffix in ("svg", "dot", "html"):
        again.executed.graph.save(tmp_path / f"ran.{suffix}")
    assert "PadWithFusedConv2D" in (tmp_path / "ran.svg").read_text(encoding="utf-8") or version in OLD
