"""Which ops reach no output and no side effect, rule by rule."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from bodies import body, program

from opscope.program.body import Call
from opscope.program.dead import mark_dead
from opscope.program.opdefs import OpSignatures


def dead(main, outputs=(), **functions):
    """Names of the dead ops, those of functions as ``function/op``."""
    marked = mark_dead(program(main, **functions), [main.names.index(name) for name in outputs], OpSignatures())
    bodies = {"": marked.main, **marked.functions}
    return {
        f"{name}/{op}".lstrip("/") for name, each in bodies.items() for op, flag in zip(each.names, each.dead) if flag
    }


def main(*ops, **columns):
    return body(*ops, name="", **columns)


def test_what_no_output_uses_is_dead_and_all_that_it_alone_uses():
    graph = main(
        ("x", "Placeholder", []), ("a", "Relu", ["x"]), ("b", "Neg", ["x"]), ("c", "Exp", ["b"]), ("y", "Abs", ["a"])
    )
    assert dead(graph, ["y"]) == {"b", "c"}
    assert dead(graph, ["y", "c"]) == set()
    assert dead(graph) == {"a", "b", "c", "y"}


def test_what_the_caller_feeds_is_never_dead():
    graph = main(
        ("p", "Placeholder", []), ("d", "PlaceholderWithDefault", ["k"]), ("k", "Const", []), ("a", "_Arg", []),
        ("second", "PlaceholderV2", []),
    )  # fmt: skip
    assert dead(graph) == set()


def test_what_changes_a_variable_and_what_it_needs_lives():
    graph = main(
        ("v", "VarHandleOp", []), ("one", "Const", []), ("set", "AssignAddVariableOp", ["v", "one"]),
        ("read", "ReadVariableOp", ["v"]), ("draw", "RandomUniform", ["one"]), ("own", "FrobnicateSideEffect", ["draw"]),
    )  # fmt: skip
    assert dead(graph) == {"read"}  # an op that nobody declared may do anything, so `own` lives


@pytest.mark.parametrize(
    "op",
    ["ReadVariableOp", "RandomUniform", "LookupTableFindV2", "VariableV2", "Variable", "Multinomial", "HashTableV2"],
)
def test_a_read_or_a_draw_that_nothing_uses_is_dead(op):
    assert dead(main(("v", op, []))) == {"v"}


def test_a_control_edge_keeps_an_op_alive_but_no_harmless_one():
    graph = main(
        ("x", "Placeholder", []), ("v", "VarHandleOp", []), ("read", "ReadVariableOp", ["v"]), ("work", "Neg", ["x"]),
        ("y", "Relu", ["x", "^read", "^work"]),
    )  # fmt: skip
    assert dead(graph, ["y"]) == {"read", "v"}


def test_what_must_run_lives_but_no_harmless_op():
    ops = (
        ("x", "_Arg", []),
        ("read", "ReadVariableOp", ["x"]),
        ("work", "Neg", ["x"]),
        ("rest", "Neg", ["x"]),
        ("y", "_Retval", ["x"]),
    )
    function = body(*ops, control_outputs=(1, 2))
    graph = main(("x", "Placeholder", []), ("c", "PartitionedCall", ["x"]), calls=(Call(1, "function", (("", "f"),)),))
    assert dead(graph, ["c"], f=function) == {"f/read", "f/rest"}


def test_arguments_and_results_are_a_functions_interface():
    function = body(("a", "_Arg", []), ("b", "_Arg", []), ("n", "Neg", ["a"]), ("y", "_Retval", ["n"]))
    assert dead(main(("x", "Placeholder", [])), f=function) == set()


def called(kind, op, *, deep=False, arguments=False):
    """The main graph runs c, c runs f, and f itself or (`deep`) a function that f calls has the op."""
    ends = (("a", "_Arg", []),) if arguments else ()
    graph = main(("c", kind, []), calls=(Call(0, "function", (("", "f"),)),))
    if not deep:
        return graph, {"f": body(*ends, ("op", op, []))}
    outer = body(*ends, ("inner", kind, []), calls=(Call(len(ends), "function", (("", "g"),)),))
    return graph, {"f": outer, "g": body(*ends, ("op", op, []), name="g")}


CALLS = ["PartitionedCall", "StatefulPartitionedCall", "While"]


@pytest.mark.parametrize("deep", [False, True])
@pytest.mark.parametrize("kind", CALLS)
def test_a_call_lives_by_what_its_functions_change_however_deep(kind, deep):
    """What TensorFlow calls the op says nothing: a function without an effect may be called by a stateful op."""
    graph, functions = called(kind, "AssignAddVariableOp", deep=deep)
    assert dead(graph, **functions) == set()
    graph, functions = called(kind, "ReadVariableOp", deep=deep)
    assert dead(graph, **functions) == ({"c", "f/inner", "g/op"} if deep else {"c", "f/op"})


@pytest.mark.parametrize("kind", CALLS)
def test_a_function_with_an_argument_changes_nothing_by_having_it(kind):
    graph, functions = called(kind, "ReadVariableOp", arguments=True)
    assert dead(graph, **functions) == {"c", "f/op"}


def test_functions_that_call_each_other_end():
    first = body(("inner", "PartitionedCall", []), calls=(Call(0, "function", (("", "g"),)),))
    second = body(
        ("inner", "PartitionedCall", []), ("p", "Neg", []), name="g", calls=(Call(0, "function", (("", "f"),)),)
    )
    graph = main(("c", "PartitionedCall", []), calls=(Call(0, "function", (("", "f"),)),))
    assert dead(graph, f=first, g=second) == {"c", "f/inner", "g/inner", "g/p"}
    third = second.with_columns(ops=["PartitionedCall", "PrintV2"])
    assert dead(graph, f=first, g=third) == set()


def test_a_call_whose_function_is_not_here_is_judged_by_its_op():
    graph = main(
        ("a", "PartitionedCall", []), ("b", "StatefulPartitionedCall", []), ("c", "While", []), ("d", "If", [])
    )
    assert dead(graph) == {"a"}


def test_the_branches_of_one_call_are_all_asked():
    graph = main(
        ("p", "Placeholder", []), ("if", "If", ["p"]), calls=(Call(1, "if", (("then", "f"), ("else", "g")), 1),)
    )
    plain, acting = body(("n", "Neg", [])), body(("n", "PrintV2", []), name="g")
    assert dead(graph, f=plain, g=acting) == {"f/n"}
    assert dead(graph, f=plain, g=plain) == {"if", "f/n", "g/n"}
