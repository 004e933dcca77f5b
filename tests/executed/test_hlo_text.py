"""The text of XLA's programs, also damaged: it is read or refused, and never hangs."""

from __future__ import annotations

import random
import zipfile
from pathlib import Path

import pytest

from opscope.errors import LoadError
from opscope.executed.compiled_function import CompiledFunction, GivenArgument
from opscope.executed.compiled_program import called_program
from opscope.executed.hlo_text import read_hlo
from opscope.executed.hlo_types import hlo_type
from opscope.graph.types import TensorType
from opscope.program.expand import expand
from opscope.program.program import Program

FOLDER = Path(__file__).parent / "compiled"
SMALL = """HloModule small, input_output_alias={ {1}: (1, {}, may-alias) }

%fused (p.0: f32[2], p.1: f32[2]) -> f32[2] {
  %p.0 = f32[2]{0} parameter(0)
  p.1 = f32[2]{0} parameter(1)
  ROOT %add.1 = f32[2]{0} add(f32[2]{0} %p.0, p.1), metadata={op_type="AddV2" op_name="a,(\\"b{c"}
}

ENTRY %main (x: f32[2], y: f32[2]) -> (f32[2], f32[2]) {
  %x = f32[2]{0} parameter(0)
  %y = f32[2]{0} parameter(1)
  %c = f32[2,2]{1,0} constant({
    { 1, -inf },
    { 2.5e-3, 4 } })
  %fusion = f32[2]{0} fusion(%x, %y), kind=kLoop, calls=%fused
  ROOT %both = (f32[2]{0}, /*index=1*/f32[2]{0}) tuple(%fusion, %y)
}, execution_thread="main"
"""
ARGUMENTS = tuple(GivenArgument(name, TensorType("float32", (2,)), True) for name in ("x", "y"))


def program(text: str, results: int = 1) -> "list[tuple[str, str]]":
    """The names and types of the ops of a program."""
    made = called_program(CompiledFunction("f", ARGUMENTS, text), "f", [TensorType("float32", None)] * results)
    content = expand(Program(made.entry, made.functions))
    return list(zip(content.table.names, content.table.ops))


def test_a_program_is_read_as_it_is_written() -> None:
    module = read_hlo(SMALL)
    assert (module.name, module.entry, list(module.computations)) == ("small", "main", ["fused", "main"])
    add = module.computations["fused"].instructions[-1]
    assert (add.opcode, add.operands, add.type) == ("add", ("p.0", "p.1"), "f32[2]{0}")
    assert (add.op_type, add.op_name) == ("AddV2", 'a,("b{c')
    fusion = module.computations["main"].instructions[3]
    assert (fusion.called("calls"), fusion.attributes["kind"]) == (("fused",), "kLoop")
    assert module.computations["main"].root == "both"


def test_its_ops_are_the_instructions_and_a_fusion_holds_its_own() -> None:
    assert program(SMALL) == [
        ("x", "_Arg"), ("y", "_Arg"), ("c", "Const"), ("fusion", "fusion"), ("both", "tuple"), ("both.out0", "_Retval"),
        ("fusion/p.0", "_Arg"), ("fusion/p.1", "_Arg"), ("fusion/add.1", "add"), ("fusion/add.1.out0", "_Retval"),
    ]  # fmt: skip


def test_a_literal_over_several_lines_is_summarised() -> None:
    made = called_program(CompiledFunction("f", ARGUMENTS, SMALL), "f", [TensorType("float32", None)])
    attrs = made.entry.raw_attrs[2]
    assert attrs["value"] == {"dtype": "float32", "shape": [2, 2], "values": [1.0, "-inf", 0.0025, 4.0]}


def test_types_of_tuples_in_tuples_are_flat_and_know_their_parts() -> None:
    found = hlo_type("(s32[], (f32[2,3]{1,0}, pred[]), (), bf16[<=3]{0:T(8,128)})")
    assert [(kind.dtype, kind.shape) for kind in found.tensors] == [
        ("int32", ()), ("float32", (2, 3)), ("bool", ()), ("bfloat16", (None,)),
    ]  # fmt: skip
    assert found.parts == (0, 1, 3, 3, 4)
    assert found.layouts == ("", "{1,0}", "", "{0:T(8,128)}")
    for text in ("", "(f32[2]", "f32", "(f32[2]))"):
        with pytest.raises(LoadError):
            hlo_type(text)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (("ENTRY %main", "%main"), "no entry"),
        (("HloModule small", "module"), "no entry"),
        (("calls=%fused", "calls=%gone"), "which is not in it"),
        (("fusion(%x, %y)", "fusion(%x)"), "take something else"),
        (("fusion(%x, %y)", "fusion(%x, %later)"), "not before it"),
        (("fusion(%x, %y)", "fusion(%x, %y"), "not written as XLA"),
        (("parameter(1)\n  ROOT", "parameter(2)\n  ROOT"), "not numbered"),
        (("parameter(1)\n  ROOT", "parameter(one)\n  ROOT"), "no number"),
        (("%y = f32[2]{0} parameter(1)", "%y = f32[3]{0} parameter(1)"), "cannot be told"),
        (("}, execution", "execution"), "no end"),
        (("%c =", "%x ="), "two instructions"),
        (("%fused (", "%main ("), "two computations"),
        (("tuple(%fusion, %y)", "tuple(%fusion)"), "another type"),
        (("tuple(%fusion, %y)", "get-tuple-element(%fusion), index=0"), "not there"),
        (("f32[2]{0} fusion", "f32 fusion"), "not written as XLA"),
    ],
)
def test_damage_is_told(change: "tuple[str, str]", why: str) -> None:
    assert change[0] in SMALL
    with pytest.raises(LoadError, match=why):
        program(SMALL.replace(*change))


def test_computations_that_run_each_other_end() -> None:
    round_ = SMALL.replace("add(f32[2]{0} %p.0, p.1)", "fusion(p.0, p.1), calls=%fused")
    assert len(program(round_)) < 20


def test_a_result_that_may_be_another_is_no_result() -> None:
    assert ("both.out0", "_Retval") not in program(SMALL.replace("input_output_alias={ {1}: (1, {}, may-alias) }", "x"))


@pytest.mark.parametrize("version", ["tf24", "tf221"])
def test_texts_that_are_changed_anywhere_are_read_or_refused(version: str) -> None:
    with zipfile.ZipFile(FOLDER / f"{version}.zip") as archive:
        text = archive.read("step/compiled.json").decode().encode().decode("unicode_escape")
    text = text[text.index("HloModule") :]
    drawn = random.Random(7)
    outcomes = set()
    for _ in range(60):
        start = drawn.randrange(len(text))
        length = drawn.choice((1, 5, 80, 4000))
        filling = drawn.choice(("", "(", "}", '"', "%x = f32[2] add(", "\n"))
        try:
            read_hlo(text[:start] + filling + text[start + length :])
            outcomes.add("read")
        except LoadError:
            outcomes.add("refused")
    assert outcomes == {"read", "refused"}


def test_much_text_and_a_long_literal_are_read() -> None:
    count = 20_000
    line = '  %a{n} = f32[2]{{0}} add(f32[2]{{0}} %x, f32[2]{{0}} %x), metadata={{op_type="AddV2" op_name="a"}}\n'
    lines = "".join(line.format(n=number) for number in range(count))
    long = SMALL.replace("{ 1, -inf }", "{ " + ", ".join(["1"] * 500_000) + " }")
    module = read_hlo(long.replace("  %fusion =", f"{lines}  %fusion ="))
    assert len(module.computations["main"].instructions) == count + 5
    assert len(program(long)) == len(program(SMALL))
