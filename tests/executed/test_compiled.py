"""What XLA made of functions that real TensorFlows compiled: `tools/record_compiled.py` has the functions, and wrote the archives.

The answers are read from the text of the programs by a person: which op an instruction notes, and what is fused with what.
"""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Dict, Set, Tuple

import pytest

import opscope
from opscope.errors import LoadError
from opscope.executed.as_executed import as_executed
from opscope.executed.compiled_function import CompiledFunction, GivenArgument
from opscope.graph.compiled_counts import compiled_counts
from opscope.graph.content import content_of, with_executed
from opscope.graph.types import TensorType
from opscope.graph.what_ran import Executed

FOLDER = Path(__file__).parent / "compiled"
EVERY = ("tf24", "tf210", "tf215", "tf221")
TANH = "PartitionedCall/tanh_0"

KERNELS: Dict[str, str] = {  # ops that one instruction does alone -> its opcode; in TensorFlow 2.21 some are wrapped in a fusion
    "conv": "convolution", "matmul": "dot", "gradient_tape/matmul/MatMul": "dot", "gradient_tape/matmul/MatMul_1": "dot",
    "cond/then/cond/exp": "exponential", "cond/else/cond/square": "dot", "cond/else/cond/strided_slice": "slice",
    "loop/body/loop/arc": "atan2", "loop/cond/loop/goes_on": "compare", "quotient": "multiply",
}  # fmt: skip
FUSED: Dict[str, Set[str]] = {  # an op -> what it is in one fusion with, at least
    "head": {TANH}, "is_positive": {"PartitionedCall/double", "difference", "loss"}, "sum": {"PartitionedCall/double", "sine"},
    "AssignSubVariableOp": {"mul"}, "AssignSubVariableOp_1": {"mul_1"}, "AssignSubVariableOp_2": {"mul_2"},
    "gradient_tape/ReluGrad": {"relu"},
}  # fmt: skip
OTHERS = {
    "image": "same", "wanted": "same", "count": "same", "matmul/ReadVariableOp/resource": "same", "unused": "deleted", "root": "folded",
    "four": "folded", "sine_again": "merged", "PartitionedCall": "lowered", "loop": "lowered", "cond": "lowered",
    "matmul/ReadVariableOp": "deleted", "gradient_tape/Conv2DBackpropInput": "deleted",
}  # fmt: skip
PRODUCTS = ("StatefulPartitionedCall", "loop/body/loop/StatefulPartitionedCall")
UNKNOWN = {
    # The difference is computed once, for the loss and for its gradient; the loop counts its iterations once.
    "tf24": {"gradient_tape/sub", "loop/body/loop/next"},
    "tf210": {"gradient_tape/sub", "loop/body/loop/add"},
    "tf215": {"gradient_tape/sub", "loop/body/loop/add"},
    "tf221": {"gradient_tape/sub", "loop/body/loop/add"},
}


def recorded(version: str, name: str, folder: Path) -> Tuple[opscope.Graph, Executed]:
    """One of the two functions as it was traced, and what ran of it."""
    graph, collected, compiled = parts(version, name, folder)
    executed = as_executed(graph, collected, compiled)
    assert executed is not None
    return graph, executed


def parts(version: str, name: str, folder: Path) -> "Tuple[opscope.Graph, bytes | None, Tuple[CompiledFunction, ...]]":
    with zipfile.ZipFile(FOLDER / f"{version}.zip") as archive:
        path = folder / "written.pb"
        path.write_bytes(archive.read(f"{name}/written.pb"))
        kept = f"{name}/collected.pb"
        collected = archive.read(kept) if kept in archive.namelist() else None
        found = json.loads(archive.read(f"{name}/compiled.json"))
    compiled = tuple(
        CompiledFunction(
            function,
            tuple(
                GivenArgument(each, TensorType(dtype, tuple(shape)), known) for each, (dtype, shape), known in arguments
            ),
            text,
            refused,
        )
        for function, arguments, text, refused in found
    )
    return opscope.load(path), collected, compiled


@pytest.mark.parametrize("version", EVERY)
def test_each_op_is_what_a_person_says(version: str, tmp_path: Path) -> None:
    _, executed = recorded(version, "step", tmp_path)
    for name, opcode in KERNELS.items():
        fate = executed.fates[name]
        assert fate.kind == "kernel", name
        assert opcode in {executed.graph.op(op).type for op in fate.ops}, name
    for name, others in FUSED.items():
        assert executed.fates[name].kind == "fused", name
        together = {member for op in executed.fates[name].ops for member in executed.origins[op].ops}
        assert others < together, name
    for name, kind in OTHERS.items():
        assert executed.fates[name].kind == kind, name
    assert {name for name, fate in executed.fates.items() if fate.kind == "unknown"} == UNKNOWN[version]


@pytest.mark.parametrize("version", EVERY)
def test_an_instruction_that_xla_notes_nothing_on_is_found_by_who_reads_it(version: str, tmp_path: Path) -> None:
    """The product by the learning rate was written to read the kernel's gradient, and reads the second convolution. 2.15 notes it."""
    _, executed = recorded(version, "step", tmp_path)
    kind = "kernel" if version == "tf215" else "rewritten"
    assert executed.fates["gradient_tape/Conv2DBackpropFilter"] == (kind, ("convolution",))
    assert executed.origins["convolution"].ops == ("gradient_tape/Conv2DBackpropFilter",)
    assert executed.fates["flat"].kind == ("fused" if version in ("tf24", "tf210") else "deleted")


@pytest.mark.parametrize("version", EVERY)
def test_loops_and_branches_hold_their_instructions(version: str, tmp_path: Path) -> None:
    _, executed = recorded(version, "step", tmp_path)
    loops = list(executed.graph.ops(type="while"))
    assert [op.name in executed.fates["loop"].ops for op in loops] == [True]
    (arc,) = executed.graph.ops(type="atan2")
    assert f"{loops[0].name}/body/" in arc.name
    kinds = {group.kind for group in content_of(executed.graph).groups}
    assert kinds >= {"while", "cond", "body", "if", "branch", "function"}
    (choice,) = executed.graph.ops(type="conditional")
    assert choice.name in executed.fates["cond"].ops


@pytest.mark.parametrize("version", EVERY)
def test_what_a_fusion_saved_is_what_a_person_counts(version: str, tmp_path: Path) -> None:
    """Of ops that one fusion alone computes: all but the first of each fusion, and what only they read, written and read once.

    Two in one: head and tanh, loss and is_positive, mul and its assignment (three times), sine and sum. Three: mul_1, Mul and TanhGrad.
    """
    _, executed = recorded(version, "step", tmp_path)
    moved = {
        "loss": 1,
        "Mul": 2 * 3,
        "mul": 3 * 3 * 2,
        "mul_1": 32 * 3,
        "mul_2": 3,
    }  # sine is sine_again too: not counted
    kernels = 8
    if version == "tf221":  # with the third assignment, the gradient of the offset
        kernels, moved["BiasAddGrad"] = 9, 3
    # Folded: Tile, truediv, Mul, root. Deleted: unused, Neg, the gradient of the image, and two of double's second factor.
    assert executed.saved == (kernels, 2 * 4 * sum(moved.values()), 4, 1, 5)


@pytest.mark.parametrize("version", EVERY)
def test_shapes_names_and_results_are_those_of_the_program(version: str, tmp_path: Path) -> None:
    graph, executed = recorded(version, "step", tmp_path)
    ran = executed.graph
    assert [port.name for port in content_of(ran).inputs] == [port.name for port in content_of(graph).inputs]
    assert ran.op("image").shape == (2, 4, 4, 1)
    assert ran.op("conv/ReadVariableOp/resource").type == "VariableV2"
    assert ran.op("conv/ReadVariableOp/resource").shape == (3, 3, 1, 2)
    (conv,) = [op for op in ran.ops(type="convolution") if executed.origins[op.name].ops == ("conv",)]
    assert (conv.shape, conv.dtype) == ((2, 4, 4, 2), "float32")
    assert (conv.attrs["layout"], conv.attrs["dim_labels"]) == ("{3,2,1,0}", "b01f_01io->b01f")
    outputs = content_of(ran).outputs
    assert len(outputs) == 4
    assert outputs[0].name == content_of(graph).outputs[0].name
    assert all(port.name.endswith(" (new value)") for port in outputs[1:])
    (compared,) = [op for op in ran.ops(type="compare") if executed.origins[op.name].ops == ("is_positive",)]
    assert compared.dtype == "bool"


@pytest.mark.parametrize("version", EVERY)
def test_what_is_written_in_tensorflow_s_own_files_is_no_line_of_the_user(version: str, tmp_path: Path) -> None:
    graph, executed = recorded(version, "step", tmp_path)
    assert "source_file" not in graph.to_json()
    assert "tensorflow/ops.py" not in with_executed(graph, executed).to_json()


@pytest.mark.parametrize("version", EVERY)
@pytest.mark.parametrize("name", ["step", "caller"])
def test_both_ways_say_the_same_and_every_op_is_in_them(version: str, name: str, tmp_path: Path) -> None:
    graph, executed = recorded(version, name, tmp_path)
    assert list(executed.fates) == [op.name for op in graph.ops()]
    assert list(executed.origins) == [op.name for op in executed.graph.ops()]
    for op, fate in executed.fates.items():
        assert all(op in executed.origins[ran].ops for ran in fate.ops), op
    compiled = [op for op in executed.graph.ops() if "opcode" in op.attrs]
    for ran in compiled:
        assert all(ran.name in executed.fates[op].ops for op in executed.origins[ran.name].ops), ran.name
    assert sum(executed.fate_counts.values()) == len(graph)


@pytest.mark.parametrize("version", EVERY)
def test_instructions_are_counted_as_in_the_text(version: str, tmp_path: Path) -> None:
    _, _, (function,) = parts(version, "step", tmp_path)
    _, executed = recorded(version, "step", tmp_path)
    counts = compiled_counts(executed)
    # Every line of an instruction, but those of what a reduction combines two elements with: two parameters and a sum each.
    assert counts.instructions == function.text.count(" = ") - 3 * function.text.count(
        "to_apply="
    ) + 3 * function.text.count("to_apply=%while_computation")
    assert counts.instructions == counts.with_origin + sum(counts.without.values())
    assert counts.without["constants"] >= function.text.count(" constant(")
    assert counts.with_origin > counts.instructions / 3
    assert not counts.not_opened
    assert counts.kernels > function.text.count(" fusion(")


@pytest.mark.parametrize("version", EVERY)
def test_calls_of_compiled_functions_get_each_its_own(version: str, tmp_path: Path) -> None:
    _, executed = recorded(version, "caller", tmp_path)
    inside = {op.name: op for op in executed.graph.ops() if "opcode" in op.attrs}
    products = [op for op in inside.values() if op.type == "dot"]
    # One reads the cosine, the other is in the loop, whose body TensorFlow lowered.
    assert {
        op.name.rpartition("/")[0].replace("/_1", "").replace("/_2", "").replace("/_3", "") for op in products
    } == set(PRODUCTS)
    assert {op.shape for op in products} == {(4, 16)}
    for op in products:
        (written,) = executed.origins[op.name].ops
        assert written in {f"{call}/matmul" for call in PRODUCTS}
        assert executed.fates[written] == ("kernel", (op.name,))
    assert {op.shape[0] for op in inside.values() if op.type == "divide"} == {2, 4}  # rows, as each call asks for
    assert executed.fates["cosine"].kind == "same"
    for call in PRODUCTS:
        assert executed.fates[call].kind == "same"


@pytest.mark.parametrize("version", EVERY)
def test_a_call_whose_sizes_are_known_only_when_it_runs_stays_closed_and_says_so(version: str, tmp_path: Path) -> None:
    graph, executed = recorded(version, "caller", tmp_path)
    counts = compiled_counts(executed)
    assert list(counts.not_opened) == ["StatefulPartitionedCall_1"]
    assert "Input to reshape" in counts.not_opened["StatefulPartitionedCall_1"]
    closed = [name for name in executed.fates if name.startswith("StatefulPartitionedCall_1/")]
    assert closed
    assert {executed.fates[name].kind for name in closed} == {"unknown"}
    assert not [op.name for op in executed.graph.ops() if op.name.startswith("StatefulPartitionedCall_1/")]
    said = with_executed(graph, executed).summary(width=10_000)
    assert f"compiled by XLA: {counts.instructions} instructions in {counts.kernels} kernels; " in said
    assert "compiled by XLA, not opened: StatefulPartitionedCall_1: Failed getting HLO text: 'Input to reshape" in said


@pytest.mark.parametrize("version", EVERY)
@pytest.mark.parametrize("name", ["step", "caller"])
def test_json_keeps_it_and_drawings_are_made_of_it(version: str, name: str, tmp_path: Path) -> None:
    graph, executed = recorded(version, name, tmp_path)
    with_executed(graph, executed).save(tmp_path / "both.json")
    again = opscope.load(tmp_path / "both.json")
    assert again.executed is not None
    assert again.executed.fates == executed.fates
    assert again.executed.origins == executed.origins
    assert again.to_json() == (tmp_path / "both.json").read_text(encoding="utf-8")
    owners = [group.owner for group in content_of(executed.graph).groups]
    assert [group.owner for group in content_of(again.executed.graph).groups] == owners
    for suffix in ("svg", "dot", "html"):
        again.executed.graph.save(tmp_path / f"ran.{suffix}")
    assert "dot" in (tmp_path / "ran.svg").read_text(encoding="utf-8")


def test_a_program_that_used_a_value_which_zeros_stood_for_is_not_shown(tmp_path: Path) -> None:
    graph, collected, compiled = parts("tf221", "caller", tmp_path)
    (first, *_), rest = [each for each in compiled if each.text], [each for each in compiled if not each.text]
    extra = GivenArgument("size", TensorType("int32", ()), False)
    changed = first._replace(arguments=(first.arguments[0], extra, *first.arguments[1:]))
    executed = as_executed(graph, collected, (changed, *rest))
    assert executed is not None
    whys = compiled_counts(executed).not_opened.values()
    assert any("depends on the value of 'size'" in why for why in whys)
    assert any("XLA was not asked" in why for why in whys)


def test_a_whole_function_without_a_program_is_an_error_with_xla_s_reason(tmp_path: Path) -> None:
    graph, _, (function,) = parts("tf221", "step", tmp_path)
    with pytest.raises(LoadError, match="no compiler here"):
        as_executed(graph, None, (function._replace(text="", refused="no compiler here"),))
    fewer = function._replace(arguments=function.arguments[:-1])
    with pytest.raises(LoadError, match="parameters cannot be told"):
        as_executed(graph, None, (fewer,))
