"""XLA's instructions go to the traced ops they were made of."""

import pytest

from graphs import literal
from opscope.graph.content import content_of
from opscope.profile.attribution.attribute import attribute
from opscope.profile.recordings.hlo import origins
from opscope.profile.recordings.raw import COMPILED, OpEvent, Recording, Span, Trace
from opscope.profile.recordings.xplane_schema import HLO, XPLANE
from opscope.profile.tables import slowest_layers, tables
from opscope.program.proto import message_class

INSTRUCTIONS = [  # computation, id, name, opcode, op_name, operands, called
    (1, 1, "p", "parameter", "XLA_Args", [], []),
    (1, 2, "zero", "constant", "elsewhere/Relu", [], []),
    (1, 3, "add", "add", "BiasAdd", [1], []),
    (1, 4, "max", "maximum", "Relu", [3, 2], []),
    (2, 5, "dot", "dot", "MatMul", [], []),
    (2, 6, "fusion", "fusion", "Relu", [5], [1]),
    (2, 7, "copy", "copy", "", [6], []),
    (2, 8, "loop", "while", "while", [7], [1]),
]


def plane():
    program = message_class("HloProto", HLO)()
    program.hlo_module.name = "m"
    for number in (1, 2):
        computation = program.hlo_module.computations.add(id=number)
        for owner, key, name, opcode, op_name, operands, called in INSTRUCTIONS:
            if owner == number:
                computation.instructions.add(
                    name=name, opcode=opcode, id=key, operand_ids=operands, called_computation_ids=called,
                    metadata={"op_name": op_name, "op_type": op_name.rpartition("/")[2]} if op_name else None,
                )  # fmt: skip
    found = message_class("XPlane", XPLANE)(name="/host:metadata")
    found.event_metadata[0].stats.add(bytes_value=program.SerializeToString())
    found.event_metadata[1].stats.add(bytes_value=b"\xff\xff no program")
    return found


def test_instructions_know_the_ops_they_were_made_of():
    found = {name: [origin[0] for origin in made] for name, made in origins(plane())["m"].items()}
    assert found["dot"] == ["MatMul"]
    assert found["fusion"] == ["Relu", "BiasAdd"]  # not the merged constant's
    assert found["loop"] == ["while"]
    assert found["copy"] == ["while"]  # made for what reads it


def module(*computations):
    """Origins in a program: computations of ``(name, opcode, op, operands, called)``, numbered from 1, as are instructions."""
    program = message_class("HloProto", HLO)()
    program.hlo_module.name = "m"
    number = 0
    for place, instructions in enumerate(computations):
        computation = program.hlo_module.computations.add(id=place + 1)
        for name, opcode, op, operands, called in instructions:
            number += 1
            computation.instructions.add(
                name=name, opcode=opcode, id=number, operand_ids=operands, called_computation_ids=called,
                metadata={"op_name": op, "op_type": "T"} if op else None,
            )  # fmt: skip
    found = message_class("XPlane", XPLANE)(name="/host:metadata")
    found.event_metadata[0].stats.add(bytes_value=program.SerializeToString())
    return {name: "".join(origin for origin, _ in made) for name, made in origins(found)["m"].items()}


def test_what_is_no_program_is_passed_over_wherever_it_stands():
    found = plane()
    program = found.event_metadata[0].stats[0].bytes_value
    del found.event_metadata[0].stats[:]
    for data in (b"\xff\xff no program", program):
        found.event_metadata[0].stats.add(bytes_value=data)
    assert list(origins(found)) == ["m"]


def test_what_is_called_counts_with_the_caller_and_once():
    found = module(
        [("add", "add", "a", [], []), ("mul", "multiply", "b", [1], [])],
        [("call", "call", "c", [], [1]), ("twice", "call", "a", [], [1, 1])],
    )
    assert found == {"add": "a", "mul": "b", "call": "cab", "twice": "ab"}


@pytest.mark.parametrize("opcode", ["constant", "broadcast", "iota", "parameter"])
def test_what_many_may_share_counts_only_where_it_stands_alone(opcode):
    assert module([("k", opcode, "k", [], []), ("add", "add", "a", [1], [])], [("f", "fusion", "f", [], [1])]) == {
        "k": "k",
        "add": "a",
        "f": "fa",
    }


@pytest.mark.parametrize(("opcode", "made"), [("while", "w"), ("conditional", "w"), ("call", "wa")])
def test_what_runs_its_instructions_by_themselves_stands_for_itself(opcode, made):
    assert module([("add", "add", "a", [], [])], [("w", opcode, "w", [], [1])])["w"] == made


def test_what_notes_nothing_was_made_for_all_that_reads_it_however_far():
    found = module(
        [
            ("c", "copy", "", [], []),
            ("d", "copy", "", [1], []),
            ("a", "add", "a", [2], []),
            ("b", "add", "b", [2, 1], []),
            ("e", "copy", "", [4], []),
        ]
    )
    assert {name: set(made) for name, made in found.items()} == {
        "c": {"a", "b"},
        "d": {"a", "b"},
        "a": {"a"},
        "b": {"b"},
        "e": set(),
    }


def test_computations_that_call_each_other_end():
    assert set(module([("x", "call", "a", [], [2])], [("y", "call", "b", [], [1])])["x"]) == {"a", "b"}


def graph():
    ops = ["Placeholder", "MatMul", "BiasAdd", "Relu", "StatefulPartitionedCall", "MatMul", "BiasAdd", "Relu"]
    names = ["x", "MatMul", "BiasAdd", "Relu", "call", "call/MatMul", "call/BiasAdd", "call/Relu"]
    attrs = [{"_XlaMustCompile": True} if name == "call" else {} for name in names]
    nodes = [(name, op, (), (), more) for name, op, more in zip(names, ops, attrs)]
    return literal(*nodes, groups=[("call", -1, "function", "call")], places=[-1] * 5 + [0] * 3)


def attributed(*ops, modules=None):
    trace = Trace((Span(0, 100_000_000),), ops, modules=modules or {})
    result = attribute(graph(), Recording(trace, None, (), 3, "2.21.0"))
    return result, {content_of(result).table.names[row]: one for row, one in content_of(result).measured.items()}


def test_a_compiled_function_without_reported_instructions_gives_no_op_a_time():
    result, measured = attributed(OpEvent("f", COMPILED, 10_000_000, 50_000_000, 0, 0))
    assert measured == {}
    assert result.measurement["compiled"] == [{"name": "f", "ops": 6, "time_us": pytest.approx(40)}]
    assert result.measurement["attributed"] == 0


def test_a_compiled_call_without_reported_instructions_has_the_time_itself():
    result, measured = attributed(OpEvent("call", "StatefulPartitionedCall", 10_000_000, 50_000_000, 0, 1))
    ((name, one),) = measured.items()
    assert (name, one.time_us) == ("call", pytest.approx(40))
    assert set(one.fused) == {"call", "call/MatMul", "call/BiasAdd", "call/Relu"}
    assert content_of(result).groups[0].measured is None  # nothing in it was measured by itself
    assert [row["name"] for row in slowest_layers(result)] in ([], ["call (compiled by XLA as one)"])
    assert [row["name"] for row in tables(result)["layers"]] == ["call (compiled by XLA as one)"]


def test_reported_instructions_are_their_ops_and_the_rest_is_not_attributed():
    modules = origins(plane())
    _, measured = attributed(
        OpEvent("f", COMPILED, 0, 80_000_000, 0, 0),
        OpEvent("dot", "", 10_000_000, 30_000_000, 0, 0, 0, "m"),
        OpEvent("fusion", "", 20_000_000, 40_000_000, 1, 0, -1, "m"),
        modules=modules,
    )
    assert measured["MatMul"].time_us == pytest.approx(15)
    (fused,) = [one for one in measured.values() if one.fused]
    assert set(fused.fused) == {"BiasAdd", "Relu"}
    assert fused.time_us == pytest.approx(15)


def test_a_call_that_runs_instructions_counts_where_none_of_them_does():
    result, measured = attributed(
        OpEvent("call", "StatefulPartitionedCall", 0, 80_000_000, 0, 1),
        OpEvent("dot", "", 10_000_000, 30_000_000, 0, 1, 0, "m"),
        OpEvent("fusion", "", 30_000_000, 60_000_000, 1, 0, -1, "m"),
        modules=origins(plane()),
    )
    assert measured["call"].time_us == pytest.approx(30)
    assert measured["call"].busy_us == pytest.approx(30)
    assert measured["call/MatMul"].time_us == pytest.approx(20)
    assert result.measurement["coverage"]["unattributed"] == 0
