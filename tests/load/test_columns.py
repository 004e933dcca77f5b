"""Edges from their texts, and the outputs that signatures and attributes tell."""

from __future__ import annotations

import pytest

from opscope.errors import LoadError
from opscope.program import output_types
from opscope.program.body_columns import BodyColumns, quoted
from opscope.program.opdefs import OpSignatures, from_opdef
from opscope.program.output_types import OutputTypes, output_dtypes, shape_of
from opscope.program.packed import PACKED
from opscope.program.proto import message_class

SIGNATURES = OpSignatures()


def nodes(*texts, **attrs):
    """NodeDefs of ``name op input input``, all with these attributes."""
    made = []
    for text in texts:
        name, op, *inputs = text.split()
        node = message_class("NodeDef")(name=name, op=op, input=inputs)
        for key, (field, value) in attrs.items():
            if field == "types":
                node.attr[key].list.type.extend(value)
            else:
                setattr(node.attr[key], field, value)
        packed = message_class("NodeDef", PACKED)()
        packed.ParseFromString(node.SerializeToString())
        made.append(packed)
    return made


def read(*texts, **attrs):
    """The main graph's columns."""
    made = BodyColumns("", OutputTypes())
    listed = nodes(*texts, **attrs)
    made.add_nodes(listed, SIGNATURES.get)
    made.name_rows()
    made.graph_edges(listed)
    made.check_outputs()
    return made


def edges(made):
    return [
        list(zip(made.edge_node[start:end], made.edge_output[start:end]))
        for start, end in zip(made.edge_start, made.edge_start[1:])
    ]


def test_the_three_ways_to_write_an_edge():
    made = read("a Split", "b Neg a", "c AddN b a:1 ^b a:0", "d NoOp", num_split=("i", 2))
    assert edges(made) == [[], [(0, 0)], [(1, 0), (0, 1), (1, -1), (0, 0)], []]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("b Neg :1", "node 'b' reads ':1', which names no op"),
        ("b Neg ^", "node 'b' reads '\\^', which names no op"),
        ("b Neg a:", "node 'b' reads 'a:', which names no output"),
        ("b Neg a:x", "node 'b' reads 'a:x', which names no output"),
        ("b Neg a:-1", "which names no output"),
        ("b Neg a:1234567", "which names no output"),
        ("b Neg a:1", "output 1 of node 'a' is read, but its op Relu has 1"),
        ("a Neg", "two nodes are called 'a'"),
    ],
)
def test_an_edge_that_leads_nowhere_is_told_with_the_node_that_has_it(text, words):
    with pytest.raises(LoadError, match=words):
        read("a Relu", "c Relu a", text, "d Relu a")


def test_an_op_that_is_only_read_gets_a_row_behind_the_others():
    made = read("a Neg x:2 ^y", "b AddN x a x:1 z")
    assert made.names == ["a", "b", "x", "y", "z"] and made.ops[2:] == ["_Missing"] * 3
    assert edges(made) == [[(2, 2), (3, -1)], [(2, 0), (0, 0), (2, 1), (4, 0)], [], [], []]
    assert [len(kinds) for kinds in made.outputs] == [1, 1, 3, 0, 1]
    assert {kind.dtype for kind in made.outputs[2]} == {"unknown"}


def test_an_op_that_nobody_declared_has_as_many_outputs_as_are_read():
    made = read("a Mystery", "b Neg a:1", "c Neg a:3", "d Neg a:2", "e Mystery", "f Neg e")
    assert [len(kinds) for kinds in made.outputs] == [4, 1, 1, 1, 1, 1]
    assert {kind.dtype for kind in made.outputs[0]} == {"unknown"}
    with pytest.raises(LoadError, match=r"output 65,536 of node 'a' is read; no op has so many"):
        read("a Mystery", "b Neg a:65536")
    assert len(read("a Mystery", "b Neg a:65535").outputs[0]) == 65536
    with pytest.raises(LoadError, match=f"of node '{'n' * 120}' is read"):
        read(f"{'n' * 130} Mystery", f"b Neg {'n' * 130}:65536")


def test_a_long_name_is_cut_where_it_is_shown():
    assert quoted("a" * 120) == repr("a" * 120)
    assert quoted("b" * 121) == repr("b" * 119 + "…")


def function(*edge_texts, args=1):
    """A function with arguments a0, a1, ..., an Unique ``u`` of several outputs, a mystery ``m``, and a node ``n`` with these edges."""
    made = BodyColumns("f", OutputTypes())
    for index in range(args):
        made.add_one(f"a{index}", "_Arg", (made._types.of_shape("float32", None),), {})
        made.end_row()
    made.add_nodes(nodes("u Unique a0", "s Split a0", "m Mystery a0", "n AddN", num_split=("i", 3)), SIGNATURES.get)
    made.name_rows()
    for _ in range(3):
        made.end_row()
    for text in edge_texts:
        made.function_edge("n", text, args)
    made.end_row()
    return made


def test_inside_a_function_outputs_are_named():
    made = function("a1", "a1:x:7", "u", "u:idx:0", "u:y", "s:output:2", "s:output", "^u", args=2)
    assert edges(made)[-1] == [(1, 0), (1, 0), (2, 0), (2, 1), (2, 0), (3, 2), (3, 0), (2, -1)]


def test_the_named_outputs_of_an_op_that_nobody_declared_are_numbered_as_they_come():
    assert edges(function("m:one:0", "m:two:0", "m:one:0", "m:three"))[-1] == [(3, 0), (3, 1), (3, 0), (3, 2)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (":y:0", "node 'n' in function 'f' reads ':y:0', which names no op"),
        ("u:else:0", "node 'n' in function 'f' reads 'u:else:0', an output that Unique does not have"),
        ("u:y:x", "which names no output"),
    ],
)
def test_inside_a_function_too_an_edge_that_leads_nowhere_is_told(text, words):
    with pytest.raises(LoadError, match=words):
        function(text)


FLOAT, INT, BOOL = 1, 3, 10


def dtypes(op, **attrs):
    node = message_class("NodeDef")(name="a", op=op)
    for key, (field, value) in attrs.items():
        if field == "types":
            node.attr[key].list.type.extend(value)
        else:
            setattr(node.attr[key], field, value)
    return output_dtypes(SIGNATURES.get(op), node.attr)


def test_output_dtypes_are_fixed_or_an_attributes_or_its_default():
    assert dtypes("Relu", T=("type", FLOAT)) == (["float32"], {"activations": 0})
    assert dtypes("Relu")[0] == ["unknown"]
    assert dtypes("Shape", T=("type", FLOAT)) == (["int32"], {"output": 0})  # out_type's default
    assert dtypes("Less", T=("type", FLOAT))[0] == ["bool"]


def test_an_attribute_says_how_many_outputs_there_are_or_lists_them():
    assert dtypes("Split", T=("type", INT), num_split=("i", 3)) == (["int32"] * 3, {"output": 0})
    assert dtypes("Split", T=("type", INT)) == ([], {"output": 0})
    assert dtypes("Split", T=("type", INT), num_split=("i", -3))[0] == []
    assert len(dtypes("Split", T=("type", INT), num_split=("i", 1 << 40))[0]) == 1 << 16
    assert dtypes("IdentityN", T=("types", [FLOAT, BOOL])) == (["float32", "bool"], {"output": 0})
    assert dtypes("IdentityN")[0] == []
    assert dtypes("Unique", T=("type", FLOAT)) == (["float32", "int32"], {"y": 0, "idx": 1})


def proto(*dims, unknown=False):
    made = message_class("TensorShapeProto")(unknown_rank=unknown)
    for size in dims:
        made.dim.add(size=size)
    return made


@pytest.mark.parametrize(
    ("dims", "shape"),
    [
        ((), ()), ((2, -1, 0), (2, None, 0)), ((2,) * 62, (2,) * 62), ((2,) * 63, None), ((1,) * 254, (1,) * 254), ((1,) * 255, None),
        ((1 << 40, 1 << 40), None), ((1 << 40, -1), (1 << 40, None)), ((1 << 62, -1, -1), (1 << 62, None, None)),
    ],
)  # fmt: skip
def test_a_shape_that_no_tensor_can_have_is_none(dims, shape):
    """TensorFlow holds 254 dimensions at most, and 2^63 - 1 elements."""
    assert shape_of(proto(*dims)) == shape


def test_an_unknown_rank_is_no_scalar():
    assert shape_of(proto(unknown=True)) is None


def test_equal_types_are_one_object():
    types = OutputTypes()
    assert types.type("float32", proto(2)) is types.type("float32", proto(2)) is types.of_shape("float32", (2,))
    assert types.type("float32", None).shape is None
    first, second = types.of_nodes(
        nodes("a Relu", "b Relu", T=("type", FLOAT)), ["Relu", "Relu"], {"Relu": SIGNATURES.get("Relu")}
    )
    assert first is second


def test_outputs_that_a_file_claims_are_counted_over_all_its_nodes(monkeypatch):
    monkeypatch.setattr(output_types, "MOST_REPEATED", 8)
    monkeypatch.setattr(output_types, "MOST_REPEATED_EACH", 1)
    types = OutputTypes()
    split = {"Split": SIGNATURES.get("Split"), "Relu": SIGNATURES.get("Relu")}
    types.of_nodes(nodes("a Split", "b Split", num_split=("i", 4)), ["Split"] * 2, split)
    types.of_nodes(nodes("c Relu"), ["Relu"], split)  # says nothing of how many it has
    with pytest.raises(LoadError, match="node 'd' and those before it claim more than 12 outputs"):
        types.of_nodes(nodes("d Split", num_split=("i", 5)), ["Split"], split)


def test_a_signature_of_a_file_counts_where_tensorflow_has_none():
    opdef = message_class("OpDef")(name="Own", is_stateful=True)
    opdef.output_arg.add(name="y", type=FLOAT)
    opdef.output_arg.add(name="z", type_attr="T", number_attr="N")
    own = from_opdef(opdef)
    assert [arg.name for arg in own.outputs] == ["y", "z"]
    assert (own.stateful, own.fixed, own.output_attrs) == (True, False, ("T", "N"))
    known = OpSignatures({"Own": own, "Relu": own})
    assert known.get("Own") is own
    assert known.get("Relu") is not own
    assert known.get("Neither") is None
    assert (SIGNATURES.get("Relu").fixed, SIGNATURES.get("Relu").stateful, SIGNATURES.get("Split").fixed) == (
        True,
        False,
        False,
    )
