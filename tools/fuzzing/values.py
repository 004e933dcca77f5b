"""Graphs built op by op from what shapes and loops are computed with, on numbers that invite to make too much."""

from __future__ import annotations

import atheris

import opscope
from opscope.errors import OpscopeError
from opscope.program.proto import message_class
from opscope.shapes.rules import ALL_RULES
from opscope.shapes.value_rules import VALUES

from .target import Target, fresh_file, look, one_line

INTEGERS = (0, 1, -1, 2, 3, 7, 64, 1000, 99_999, 1 << 20, (1 << 31) - 1, 1 << 31, (1 << 62), (1 << 63) - 1, -(1 << 63))
SIMPLE = (
    "Add AddV2 Sub Mul FloorDiv FloorMod RealDiv Maximum Minimum Less LessEqual Greater Equal LogicalAnd Pow "
    "Neg Abs Ceil Square Identity Cast Shape Size Rank Prod Sum Max Min Reshape ExpandDims Squeeze Fill Range Tile "
    "ConcatV2 Pack GatherV2 StridedSlice Slice Pad Transpose InvertPermutation BroadcastTo BroadcastGradientArgs "
    "SelectV2 RandomUniform MatMul Conv2D SpaceToBatchND BatchToSpaceND OneHot Unpack Split SplitV TensorListReserve "
    "TensorListSetItem TensorListStack TensorListGetItem ScatterNd Einsum Where Unique"
).split()
WITH_RULES = sorted({*ALL_RULES, *VALUES})
"""All op types of which a shape or a value is told: every fourth op is one of these."""
INT32, INT64, FLOAT, BOOL, VARIANT = 3, 9, 1, 10, 21
KINDS = (INT32, INT64, FLOAT, BOOL)
ATTRS = (
    "N num axis begin_mask end_mask shrink_axis_mask new_axis_mask ellipsis_mask keep_dims num_split out_type T"
).split()


def make(_):
    """No files: every graph is built from the fuzzer's own bytes."""
    target, turns = fresh_file(), iter(range(1 << 62))

    def use(data):
        target.write_bytes(_graph(atheris.FuzzedDataProvider(data)).SerializeToString())
        try:
            look(opscope.load(target), next(turns))
        except OpscopeError as error:
            one_line(error)
            raise

    return Target([bytes(range(start, start + 120)) for start in range(0, 130, 10)], use, 4_000)


def _pick(provider, items):
    return items[provider.ConsumeIntInRange(0, len(items) - 1)]


def _graph(provider):
    graph = message_class("GraphDef")()
    names = [_constant(provider, graph.node.add(), "c0"), _constant(provider, graph.node.add(), "c1")]
    while provider.remaining_bytes() > 4 and len(graph.node) < 150:
        name = f"n{len(graph.node)}"
        choice = provider.ConsumeIntInRange(0, 9)
        if choice < 3:
            names.append(_constant(provider, graph.node.add(), name))
        elif choice == 3:
            names.append(_loop(provider, graph, name, names))
        elif choice == 4:
            names.append(_call(provider, graph, name, names))
        else:
            names.append(_op(provider, graph.node.add(), name, names))
    return graph


def _constant(provider, node, name):
    node.name, node.op = name, "Const"
    kind = _pick(provider, KINDS)
    node.attr["dtype"].type = kind
    tensor = node.attr["value"].tensor
    tensor.dtype = kind
    shape = provider.ConsumeIntInRange(0, 5)
    if shape == 5:
        tensor.tensor_shape.unknown_rank = True
    for _ in range(min(shape, 3)):
        tensor.tensor_shape.dim.add(size=_pick(provider, INTEGERS))
    for _ in range(provider.ConsumeIntInRange(0, 4)):
        number = _pick(provider, INTEGERS)
        if kind == INT32:
            tensor.int_val.append(max(-(1 << 31), min(number, (1 << 31) - 1)))
        elif kind == INT64:
            tensor.int64_val.append(number)
        elif kind == FLOAT:
            tensor.float_val.append(provider.ConsumeFloat())
        else:
            tensor.bool_val.append(bool(number & 1))
    return name


def _op(provider, node, name, names):
    node.name, node.op = name, _pick(provider, SIMPLE if provider.ConsumeIntInRange(0, 3) else WITH_RULES)
    for _ in range(provider.ConsumeIntInRange(0, 5)):
        node.input.append(_pick(provider, names))
    if provider.ConsumeIntInRange(0, 19) == 0:
        node.input.extend([_pick(provider, names)] * 1000)
    node.attr["T"].type = _pick(provider, KINDS)
    node.attr["N"].i = max(0, len(node.input) - 1)
    for _ in range(provider.ConsumeIntInRange(0, 3)):
        node.attr[_pick(provider, ATTRS)].i = _pick(provider, INTEGERS)
    if node.op == "Einsum":
        node.attr["equation"].s = _pick(provider, (b"ij,jk->ik", b"...a,a->...", b"ii->", b"->", b"i" * 300 + b"->i"))
    if provider.ConsumeIntInRange(0, 3) == 0:
        strides = node.attr[_pick(provider, ("strides", "ksize", "dilations", "squeeze_dims"))].list.i
        strides.extend([_pick(provider, INTEGERS) for _ in range(provider.ConsumeIntInRange(0, 5))])
    return name


def _function(provider, graph, name, arguments, results):
    """A function of integer arguments whose body is a few more ops; returns nothing."""
    function = graph.library.function.add()
    function.signature.name = name
    for index in range(arguments):
        function.signature.input_arg.add(name=f"a{index}", type=INT32)
    names = [f"a{index}" for index in range(arguments)]
    for number in range(provider.ConsumeIntInRange(1, 4)):
        node = function.node_def.add()
        own = f"{name}n{number}"
        if provider.ConsumeBool():
            names.append(f"{_constant(provider, node, own)}:output:0")
        else:
            _op(provider, node, own, names)
            names.append(f"{own}:{_pick(provider, ('z', 'output', 'y'))}:0")
    for index in range(results):
        function.signature.output_arg.add(name=f"r{index}", type=INT32)
        function.ret[f"r{index}"] = _pick(provider, names)


def _loop(provider, graph, name, names):
    count = provider.ConsumeIntInRange(1, 3)
    _function(provider, graph, f"{name}_cond", count, 1)
    _function(provider, graph, f"{name}_body", count, count)
    node = graph.node.add(name=name, op=_pick(provider, ("While", "StatelessWhile")))
    node.input.extend([_pick(provider, names) for _ in range(count)])
    node.attr["T"].list.type.extend([INT32] * count)
    node.attr["cond"].func.name, node.attr["body"].func.name = f"{name}_cond", f"{name}_body"
    return name


def _call(provider, graph, name, names):
    """A call of an earlier function, or of a new one."""
    known = [function.signature.name for function in graph.library.function]
    if not known or provider.ConsumeBool():
        known = [f"{name}_f"]
        _function(provider, graph, known[0], 2, 1)
    function = _pick(provider, known)
    wanted = next(item for item in graph.library.function if item.signature.name == function)
    node = graph.node.add(name=name, op="PartitionedCall")
    node.input.extend([_pick(provider, names) for _ in wanted.signature.input_arg])
    node.attr["Tin"].list.type.extend([INT32] * len(node.input))
    node.attr["Tout"].list.type.extend([INT32] * len(wanted.signature.output_arg))
    node.attr["f"].func.name = function
    return name
