"""TensorFlow Lite files made by hand: what they say is read, and damaged ones give one line, never a crash or a hang."""

from __future__ import annotations

import random
import struct
from pathlib import Path
from typing import Any, Callable

import pytest

import opscope
from lite_bytes import Numbers, Scalar, file_of, looping, model, operator, subgraph, tensor
from opscope.errors import LoadError, OpscopeError
from opscope.graph.content import content_of

ADD, CONV, MUL, CUSTOM, SUB, IF = 0, 3, 18, 32, 41, 118


@pytest.fixture
def load(tmp_path: Path) -> Callable[..., opscope.Graph]:
    def loaded(data: Any, **options: Any) -> opscope.Graph:
        path = tmp_path / "model.tflite"
        path.write_bytes(data if isinstance(data, bytes) else file_of(data))
        return opscope.load(path, **options)

    return loaded


def test_a_file_made_by_hand_is_read(load: Any) -> None:
    graph = load(looping(7)).estimate()
    content = content_of(graph)
    assert [op.type for op in graph.ops() if not op.type.startswith("_")] == [
        "Placeholder", "Const", "WHILE", "Const", "LESS", "Const", "ADD", "Const", "FULLY_CONNECTED",
    ]  # fmt: skip
    assert list(graph.cost.loops.values()) == [7]
    assert graph.cost.macs == 7 * 2 * 4 * 4
    assert [variable.object_path for variable in graph.variables] == ["w"]
    assert ([port.name for port in content.inputs], [port.name for port in content.outputs]) == (["given"], ["told"])
    assert graph.facts["uncalled"] == ["alone"]
    assert "subgraphs that no signature begins and no operator runs, not shown: alone" in graph.summary()
    assert next(iter(graph.ops(type="FULLY_CONNECTED"))).attrs["fused_activation_function"] == "RELU"


def test_a_subgraph_is_shown_by_its_name(load: Any) -> None:
    assert [op.type for op in load(looping(), function="alone").ops()] == ["Placeholder", "ADD"]
    with pytest.raises(LoadError, match="no subgraph is called 'nope'"):
        load(looping(), function="nope")


def single(op: Any, tensors: Any, *, code: int = ADD, **more: Any) -> Any:
    return model([code], [subgraph("main", tensors, [0], [len(tensors) - 1], [op])], **more)


def test_open_dimensions_and_scales(load: Any) -> None:
    scales = {2: Numbers("f", [0.5, 0.25]), 3: Numbers("q", [0, 3]), 6: Scalar("i", 3)}
    one = {2: Numbers("f", [0.125]), 3: Numbers("q", [-7])}
    tensors = [tensor("x", (-1, 2), 9, quantization=one), tensor("y", (-1, 2), 9, quantization=scales)]
    graph = load(single(operator(0, [0, 0], [1]), tensors))
    given, made = graph.ops()
    assert given.outputs[0] == made.outputs[0] == ("int8", (None, 2))
    assert given.attrs["quantization"] == {"scale": 0.125, "zero_point": -7}
    assert made.attrs["quantization"] == {"axis": 3, "channels": 2, "scales": [0.5, 0.25], "zero_points": [0, 3]}


@pytest.mark.parametrize(
    ("code", "said"),
    [("TFLite_Detection_PostProcess", "TFLite_Detection_PostProcess"), ("FlexErfinv", "FlexErfinv"), ("Conv2D", "Custom>Conv2D"), ("ADD", "Custom>ADD")],
)  # fmt: skip
def test_operators_that_are_not_built_in_have_their_own_names(load: Any, code: str, said: str) -> None:
    """One that is called like another op is not taken for that: it has no formula of its."""
    main = subgraph("main", [tensor("x", (2, 3)), tensor("y", (2, 3))], [0], [1], [operator(0, [0], [1])])
    graph = load(model([], [main], custom=[code])).estimate()
    assert [op.type for op in graph.ops()][1:] == [said]
    assert graph.cost.without_formula == {said: 1}
    assert graph.facts["custom_ops"] == [code]


def test_an_operator_that_is_newer_than_the_table_is_shown_by_its_number(load: Any) -> None:
    graph = load(single(operator(0, [0], [1]), [tensor("x", (2,)), tensor("y", (2,))], code=9999))
    assert [op.type for op in graph.ops()] == ["Placeholder", "BUILTIN_9999"]


def test_what_no_operator_makes_is_told(load: Any) -> None:
    tensors = [tensor("x", (2,)), tensor("lost", (2,)), tensor("y", (2,))]
    graph = load(single(operator(0, [0, 1], [2]), tensors))
    assert content_of(graph).absent.inputs == ("lost",)


def test_a_constant_of_another_size_has_no_values(load: Any) -> None:
    tensors = [tensor("x", (2,)), tensor("c", (2,), 0, 1), tensor("y", (2,))]
    for data, values in ((struct.pack("<2f", 1, 2), [1.0, 2.0]), (b"\1\2\3", None)):
        graph = load(single(operator(0, [0, 1], [2]), tensors, buffers=(b"", data)))
        assert next(iter(graph.ops(type="Const"))).attrs["value"].get("values") == values


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda: single(operator(7, [0], [1]), [tensor("x", ()), tensor("y", ())]), "an operator of type 7 of 1"),
        (lambda: single(operator(0, [9], [1]), [tensor("x", ()), tensor("y", ())]), "tensor 9"),
        (lambda: single(operator(0, [0], [-3]), [tensor("x", ()), tensor("y", ())]), "tensor -3"),
        (lambda: model([ADD], []), "without a subgraph"),
        (lambda: model([ADD], [subgraph("main", [], [], [], [])]), "not a single operator"),
        (lambda: model([ADD], [subgraph("main", [], [4], [], [])]), "tensor 4"),
    ],
)  # fmt: skip
def test_numbers_that_name_nothing_are_refused(load: Any, damage: Any, words: str) -> None:
    with pytest.raises(LoadError, match=words) as caught:
        load(damage())
    assert "\n" not in str(caught.value)


def test_a_call_of_a_subgraph_that_is_not_there_stays_closed(load: Any) -> None:
    op = operator(0, [0, 0], [1], 92, {0: Scalar("i", 0), 1: Scalar("i", 99)})
    graph = load(single(op, [tensor("x", (), 6), tensor("y", (), 6)], code=IF))
    assert dict(content_of(graph).absent.functions) == {"subgraph 99": 1}


def test_a_subgraph_that_runs_itself_is_expanded_once(load: Any) -> None:
    op = operator(0, [0, 0], [1], 92, {0: Scalar("i", 0), 1: Scalar("i", 0)})
    main = subgraph("main", [tensor("x", (), 6), tensor("y", (), 6)], [0], [1], [op])
    graph = load(model([IF], [main]))
    assert sum(content_of(graph).closed_calls.values()) > 0
    assert len(graph) < 20


def test_calls_that_multiply_stay_closed(load: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of 30 subgraphs calls the next one twice: that would be a thousand million operators."""
    monkeypatch.setattr("opscope.program.expand.MOST_OPS", 20_000)
    tensors = [tensor("x", ()), tensor("y", ())]
    graphs = [
        subgraph(f"g{number}", tensors, [0], [1], [operator(0, [0], [1], 16, {0: Scalar("I", number + 1)})] * 2)
        for number in range(30)
    ]
    graphs.append(subgraph("last", tensors, [0], [1], []))
    graph = load(model([31], graphs))
    assert sum(content_of(graph).closed_calls.values()) > 0
    assert len(graph) <= 21_000


def whole() -> bytes:
    return file_of(looping())


def test_vtables_that_lead_astray_are_one_line(load: Any) -> None:
    """A table that is its own vtable, vtables before, behind and beyond the file, and one in the middle of another table."""
    root = struct.unpack_from("<I", whole(), 0)[0]
    for back in (0, 1, -1, 2, root, root - 4, -root, -len(whole()), len(whole()), 2**31 - 1, -(2**31)):
        data = bytearray(whole())
        struct.pack_into("<i", data, root, back)
        one_line_or_graph(load, bytes(data))


@pytest.mark.alike
def test_tables_that_hold_themselves_are_one_line(load: Any) -> None:
    """Each offset in the file, one after the other, leads back to the root, to the table around it or to itself."""
    root = struct.unpack_from("<I", whole(), 0)[0]
    for at in range(8, len(whole()) - 4, 4):
        for target in (root, at, root + 4):
            data = bytearray(whole())
            struct.pack_into("<I", data, at, (target - at) & 0xFFFFFFFF)
            one_line_or_graph(load, bytes(data))


@pytest.mark.parametrize("part", range(8))
def test_a_file_that_was_cut_off_is_one_line(load: Any, part: int) -> None:
    data = whole()
    for end in range(8 + part, len(data), 8):
        one_line_or_graph(load, data[:end])


@pytest.mark.parametrize("seed", range(40))
def test_a_file_of_which_bytes_were_changed_is_one_line_or_a_graph(load: Any, seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(15):
        data = bytearray(whole())
        for _ in range(chance.randint(1, 4)):
            at = chance.randrange(8, len(data) - 4)
            if chance.random() < 0.5:
                data[at] = chance.randrange(256)
            else:
                number = chance.choice([0, 1, -1, 2**31 - 1, -(2**31), len(data), -8])
                struct.pack_into("<i", data, at // 4 * 4, number)
        one_line_or_graph(load, bytes(data))


def one_line_or_graph(load: Any, data: bytes) -> None:
    try:
        graph = load(data)
        graph.estimate()
        assert graph.summary()
    except OpscopeError as error:
        assert "\n" not in str(error)
        assert len(str(error)) < 600


def test_tables_that_are_named_again_and_again_are_refused(load: Any) -> None:
    """Operators or tensors that are one and the same, in a file of some 400 KB."""
    op = operator(0, [0] * 5_000, [1])
    tensors = [tensor("x", ()), tensor("y", ())]
    for operators, many in (([op] * 100_000, tensors), ([op], tensors + [tensors[0]] * 100_000)):
        with pytest.raises(LoadError, match="again and again"):
            load(model([ADD], [subgraph("main", many, [0], [1], operators)]))


def test_subgraphs_of_one_name_are_told_apart_and_all_can_be_shown(load: Any) -> None:
    def made(name: str, op: int) -> Any:
        return subgraph(name, [tensor("x", (1,)), tensor("y", (1,))], [0], [1], [operator(op, [0, 0], [1])])

    data = file_of(model([ADD, MUL, SUB], [made("a#2", 0), made("a", 1), made("a", 2)]))
    shown = {name: [op.type for op in load(data, function=name).ops()][-1] for name in ("a#2", "a", "a#3")}
    assert shown == {"a#2": "ADD", "a": "MUL", "a#3": "SUB"}


@pytest.mark.alike
def test_operators_of_one_name_each_get_a_number(load: Any) -> None:
    count = 20_000
    tensors = [tensor("x", (1,)), *[tensor("a", (1,)) for _ in range(count)]]
    made = [operator(0, [row, row], [row + 1]) for row in range(count)]
    graph = load(model([ADD], [subgraph("main", tensors, [0], [count], made)]))
    assert list(content_of(graph).table.names) == ["x", "a", *[f"a~{number}" for number in range(2, count + 1)]]
