"""XLA's instructions go to the traced ops they were made of."""

import pytest

from graphs import literal
from opscope.graph.content import content_of, with_measurement
from opscope.graph.json import from_dict, to_dict
from opscope.graph.types import Cost
from opscope.profile.attribution.attribute import attribute
from opscope.profile.recordings.hlo import origins
from opscope.profile.recordings.raw import COMPILED, OpEvent, Recording, Span, Trace
from opscope.profile.recordings.xplane_schema import HLO, XPLANE
from opscope.profile.roofline import layer_rooflines
from opscope.profile.runs.several_runs import merged_runs
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


def attributed(*ops, modules=None, outlasting=()):
    trace = Trace((Span(0, 100_000_000),), ops, modules=modules or {}, outlasting=frozenset(outlasting))
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


def test_an_instruction_that_outlasts_its_event_has_no_time_nor_has_a_group_with_it():
    """Of the call's 80 microseconds the fusion took 30; the product's event tells nothing of the other 50, of which 45 are the call's own."""
    result, measured = attributed(
        OpEvent("call", "StatefulPartitionedCall", 0, 80_000_000, 0, 1),
        OpEvent("dot", "", 10_000_000, 15_000_000, 0, 1, 0, "m"),
        OpEvent("fusion", "", 30_000_000, 60_000_000, 0, 1, 0, "m"),
        modules=origins(plane()),
        outlasting={("m", "dot")},
    )
    (fused,) = [name for name in measured if name != "call"]
    assert set(measured[fused].fused) == {"call/BiasAdd", "call/Relu"}
    assert measured[fused].time_us == pytest.approx(30)
    assert measured["call"].time_us == pytest.approx(45)
    assert measured["call"].calls == 1
    assert result.measurement["coverage"]["unattributed"] == pytest.approx(0.05)
    assert result.facts["profile"]["unattributed_us"] == {"call": pytest.approx(5)}
    assert result.measurement["untimed"] == ["call/MatMul"]
    assert content_of(result).groups[0].measured is None
    assert slowest_layers(result) == []
    shown = tables(result)
    assert [row["name"] for row in shown["layers"]] == ["(outside of layers)"]
    assert "MatMul" not in [row["name"] for row in shown["op_types"]]
    assert all(row["rank"] is None for rows in shown.values() for row in rows)


def test_what_else_was_made_of_an_op_that_outlasts_its_event_is_not_its_time():
    modules = {"m": {"dot": (("MatMul", "MatMul"),), "copy": (("MatMul", "MatMul"),), "add": (("BiasAdd", "BiasAdd"),)}}
    events = [
        OpEvent("f", COMPILED, 0, 80_000_000, 0, 0),
        OpEvent("dot", "", 10_000_000, 15_000_000, 0, 0, 0, "m"),
        OpEvent("copy", "", 50_000_000, 55_000_000, 0, 0, 0, "m"),
        OpEvent("add", "", 60_000_000, 70_000_000, 0, 0, 0, "m"),
    ]
    result, measured = attributed(*events, modules=modules, outlasting={("m", "dot")})
    assert {name: one.time_us for name, one in measured.items()} == {"BiasAdd": pytest.approx(10)}
    assert result.facts["profile"]["unattributed_us"] == {"f": pytest.approx(70)}
    assert "XLA works on 1 op on other threads after its event has ended (MatMul)" in result.summary(cost=True)
    assert "slowest (own time)" not in result.summary(cost=True)
    again = from_dict(to_dict(result))
    assert again.measurement["untimed"] == ["MatMul"]
    assert "slowest (own time)" not in again.summary(cost=True)
    result, measured = attributed(*events, modules=modules)
    assert measured["MatMul"].time_us == pytest.approx(10)
    assert "untimed" not in result.measurement


def test_layers_whose_time_is_not_known_have_no_roofline():
    modules = {"m": {"dot": (("MatMul", "MatMul"),), "act": (("Relu", "Relu"),)}}
    events = [
        OpEvent("call", "StatefulPartitionedCall", 0, 80_000_000, 0, 1),
        OpEvent("dot", "", 10_000_000, 15_000_000, 0, 1, 0, "m"),
        OpEvent("act", "", 60_000_000, 70_000_000, 0, 1, 0, "m"),
    ]
    peaks = {"flops_per_s": {"float32": {"peak": 1e9}}, "bytes_per_s": {"peak": 1e9}}
    for outlasting, expected in (((), ["call"]), ({("m", "dot")}, [])):
        result, _ = attributed(*events, modules=modules, outlasting=outlasting)
        costs = {row: Cost(0.0, 1000.0, "step") for row in (5, 6, 7)}
        result = with_measurement(result, {**result.measurement, "roofline": peaks}, costs=costs)
        assert [name for name in layer_rooflines(result) if name != "(outside of layers)"] == expected


def test_an_op_without_a_time_in_one_run_has_none_over_all():
    modules = {"m": {"dot": (("MatMul", "MatMul"),), "add": (("BiasAdd", "BiasAdd"),)}}
    events = [
        OpEvent("f", COMPILED, 0, 80_000_000, 0, 0),
        OpEvent("dot", "", 10_000_000, 15_000_000, 0, 0, 0, "m"),
        OpEvent("add", "", 60_000_000, 70_000_000, 0, 0, 0, "m"),
    ]
    one, _ = attributed(*events, modules=modules)
    other, _ = attributed(*events, modules=modules, outlasting={("m", "dot")})
    merged = merged_runs([one, other])
    assert merged.measurement["untimed"] == ["MatMul"]
    assert [content_of(merged).table.names[row] for row in content_of(merged).measured] == ["BiasAdd"]
