"""An independent reading of TensorFlow's files: bare protobuf wire, no schema, nothing shared with opscope.load.

Beside it small files made by hand (`build`), and what opscope makes of them (`load`).
"""

from __future__ import annotations

import struct
from collections import deque
from pathlib import Path
from types import SimpleNamespace

import pytest

import opscope
from opscope.graph.content import content_of


def wire(data):
    """A message's fields as {number: [value, ...]}: ints for numbers, bytes for the rest."""
    found, at = {}, 0
    while at < len(data):
        tag, at = varint(data, at)
        kind = tag & 7
        if kind == 0:
            value, at = varint(data, at)
        elif kind == 2:
            size, at = varint(data, at)
            value, at = data[at : at + size], at + size
        else:
            size = {1: 8, 5: 4}[kind]
            value, at = data[at : at + size], at + size
        found.setdefault(tag >> 3, []).append(value)
    return found


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return value, at


def signed(value):
    return value - (1 << 64) if value >= 1 << 63 else value


def text(message, number):
    return message.get(number, [b""])[-1].decode()


def attrs(message, number=5):
    pairs = (wire(entry) for entry in message.get(number, ()))
    return {text(pair, 1): wire(pair.get(2, [b""])[-1]) for pair in pairs}


def function_of(value):
    return text(wire(value[10][-1]), 1)


def node_of(data):
    message = wire(data)
    return SimpleNamespace(
        name=text(message, 1),
        op=text(message, 2),
        inputs=[item.decode() for item in message.get(3, ())],
        attr=attrs(message),
    )


def opdef_of(data):
    message = wire(data)

    def args(number):
        return [
            SimpleNamespace(name=text(arg, 1), type=arg.get(3, [0])[-1], number=text(arg, 5), types=text(arg, 6))
            for arg in map(wire, message.get(number, ()))
        ]

    return SimpleNamespace(name=text(message, 1), inputs=args(2), outputs=args(3))


def functiondef_of(data):
    message = wire(data)
    rets = {text(pair, 1): text(pair, 2) for pair in map(wire, message.get(4, ()))}
    signature = opdef_of(message[1][-1])
    return SimpleNamespace(signature=signature, nodes=[node_of(item) for item in message.get(3, ())], rets=rets)


def graph_of(data):
    message = wire(data)
    library = wire(message.get(2, [b""])[-1])
    functions = [functiondef_of(item) for item in library.get(1, ())]
    return SimpleNamespace(
        nodes=[node_of(item) for item in message.get(1, ())],
        functions={function.signature.name: function for function in functions},
        ops={},
        used={},
    )


def meta_graph_of(data):
    message = wire(data)
    graph = graph_of(message[2][-1])
    info = wire(message.get(1, [b""])[-1])
    graph.ops = {op.name: op for op in map(opdef_of, wire(info.get(2, [b""])[-1]).get(1, ()))}
    graph.signatures = {}
    for pair in map(wire, message.get(5, ())):
        signature = wire(pair[2][-1])
        outputs = [wire(wire(entry)[2][-1]) for entry in signature.get(2, ())]
        graph.signatures[text(pair, 1)] = [text(info, 1) for info in outputs]
    return graph


def out_index(graph, node, arg, digits):
    """The flat index of output `arg` number `digits`, by the op's own declaration."""
    if node.op in graph.functions:
        declared = graph.functions[node.op].signature
    elif node.op in graph.ops:
        declared = graph.ops[node.op]
    elif arg == "feature_list_dense_values":
        # Of a ParseSingleSequenceExample: in these files after one context_dense_values.
        return 1 + int(digits or 0)
    else:  # TensorFlow lists only the main graph's ops; of the others all in these files have one output argument
        assert graph.used.setdefault(node.op, arg) == arg
        return int(digits or 0)
    index = 0
    for output in declared.outputs:
        if output.name == arg:
            return index + int(digits or 0)
        if output.types:
            items = wire(node.attr[output.types][1][-1]).get(6, ())
            index += sum(len(item) if isinstance(item, bytes) else 1 for item in items)
        elif output.number:
            index += signed(node.attr[output.number][3][-1])
        else:
            index += 1
    raise KeyError(arg)


def in_graph(text):
    if text.startswith("^"):
        return text[1:], None
    name, colon, digits = text.rpartition(":")
    return (name, int(digits)) if colon else (text, 0)


def in_function(graph, body, text):
    if text.startswith("^"):
        return text[1:], None
    name, _, rest = text.partition(":")
    arg, _, digits = rest.partition(":")
    node = body.get(name)
    return (name, out_index(graph, node, arg, digits) if node is not None and arg else 0)


def bodies(graph, node):
    """The (role, function, first input) that a node runs, as the contract lists them."""
    if node.op in graph.functions:
        return [("", node.op, 0)]
    if node.op in ("PartitionedCall", "StatefulPartitionedCall"):
        return [("", function_of(node.attr["f"]), 0)]
    if node.op in ("While", "StatelessWhile"):
        return [(role, function_of(node.attr[role]), 0) for role in ("cond", "body")]
    if node.op in ("If", "StatelessIf"):
        return [(role, function_of(node.attr[f"{role}_branch"]), 1) for role in ("then", "else")]
    if node.op in ("Case", "StatelessCase"):
        listed = wire(node.attr["branches"][1][-1])[9]
        return [(f"branch_{k}", text(wire(item), 1), 1) for k, item in enumerate(listed)]
    # Of the functions of tf.data, those in these files. Both ops hand nothing on as it is but what a MapDataset captured.
    if node.op == "MapDataset":
        return [("f", function_of(node.attr["f"]), 1)]
    if node.op == "OneShotIterator":
        return [("dataset_factory", function_of(node.attr["dataset_factory"]), 0)]
    return []


def reach(graph, wanted):
    by_name = {node.name: node for node in graph.nodes}
    seen, waiting = set(), [in_graph(item)[0] for item in wanted]
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting.extend(in_graph(item)[0] for item in by_name[name].inputs)
    return [node for node in graph.nodes if node.name in seen]


def expand(graph, nodes):
    """Every op of the contract: name -> (op, [(producer, output)])."""
    found, waiting = {}, deque()

    def fresh(name):
        if name not in found:
            return name
        count = 2
        while f"{name}~{count}" in found:
            count += 1
        return f"{name}~{count}"

    def queue(node, name, edges, chain):
        parts = bodies(graph, node)
        if any(function in chain for _, function, _ in parts):
            return
        for role, function, first in parts:
            prefix = f"{name}/{role}/" if role else f"{name}/"
            data = [edge for edge in edges if edge[1] is not None]
            if node.op == "MapDataset":  # the components of an element come before what it captured
                components = len(graph.functions[function].signature.inputs) - len(data[first:])
                data = [data[0]] * components + data[first:]
            else:
                data = data[first:]
            waiting.append((graph.functions[function], prefix, data, (*chain, function)))

    for node in nodes:
        found[node.name] = (node.op, [in_graph(item) for item in node.inputs])
    for node in nodes:
        queue(node, node.name, found[node.name][1], ())
    while waiting:
        function, prefix, passed, chain = waiting.popleft()
        body = {node.name: node for node in function.nodes}
        names, results = {}, []
        for arg, edge in zip(function.signature.inputs, passed):
            names[arg.name] = fresh(prefix + arg.name)
            found[names[arg.name]] = ("_Arg", [edge])
        for node in function.nodes:
            names[node.name] = fresh(prefix + node.name)
            found[names[node.name]] = (node.op, None)
        for result in function.signature.outputs:
            name = fresh(prefix + result.name)
            found[name] = ("_Retval", None)
            results.append(name)

        def edge(item):
            name, output = in_function(graph, body, item)
            return names[name], output

        for node in function.nodes:
            found[names[node.name]] = (node.op, [edge(item) for item in node.inputs])
        for name, result in zip(results, function.signature.outputs):
            found[name] = ("_Retval", [edge(function.rets[result.name])])
        for node in function.nodes:
            queue(node, names[node.name], found[names[node.name]][1], chain)
    return found


@pytest.fixture(scope="session")
def walk():
    """The ops and edges of a file: ``walk.graph_def(path)``, ``walk.saved_model(path, signature)``."""

    def graph_def(path):
        graph = graph_of(Path(path).read_bytes())
        return expand(graph, graph.nodes)

    def saved_model(path, signature, index=0):
        graph = meta_graph_of(wire(Path(path).read_bytes())[2][index])
        return expand(graph, reach(graph, graph.signatures[signature]))

    def everything(path):
        graph = meta_graph_of(wire(Path(path).read_bytes())[2][0])
        return expand(graph, graph.nodes)

    def signatures(path):
        return sorted(meta_graph_of(wire(Path(path).read_bytes())[2][0]).signatures)

    return SimpleNamespace(graph_def=graph_def, saved_model=saved_model, everything=everything, signatures=signatures)


@pytest.fixture(scope="session")
def ops_and_edges():
    """What `walk` gives, of a Graph."""

    def table_of(graph):
        table = content_of(graph).table
        return {
            table.names[row]: (
                table.ops[row],
                [(table.names[edge.node], None if edge.control else edge.output) for edge in table.inputs(row)],
            )
            for row in range(len(table))
        }

    return table_of


def _varint(value):
    value &= (1 << 64) - 1
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)


def encode(*fields):
    """Bytes of a message from (number, value): int, float, text, bytes (also of a message), or a list of them."""
    out = b""
    for number, value in fields:
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, float):
                out += _varint(number << 3 | 5) + struct.pack("<f", item)
            elif isinstance(item, int):
                out += _varint(number << 3) + _varint(item)
            else:
                raw = item.encode() if isinstance(item, str) else item
                out += _varint(number << 3 | 2) + _varint(len(raw)) + raw
    return out


@pytest.fixture(scope="session")
def build():
    """Makes the bytes of small files by hand: ``node``, ``function``, ``graph``, ``meta``, ``saved_model``."""

    def attr(**values):
        return [encode((1, name), (2, value)) for name, value in values.items()]

    def node(name, op, *inputs, **values):
        return encode((1, name), (2, op), (3, list(inputs)), (5, attr(**values)))

    def func(name):
        return encode((10, encode((1, name))))

    def dtype(number):
        return encode((6, number))

    def arg(name, number=1):
        return encode((1, name), (3, number))

    def function(name, inputs, outputs, nodes, rets):
        signature = encode((1, name), (2, [arg(item) for item in inputs]), (3, [arg(item) for item in outputs]))
        pairs = [encode((1, key), (2, value)) for key, value in rets.items()]
        return encode((1, signature), (3, nodes), (4, pairs))

    def graph(nodes, functions=()):
        library = [(2, encode((1, list(functions))))] if functions else []
        return encode((1, list(nodes)), *library, (4, encode((1, 1000))))

    def tensor(name):
        return encode((1, name), (2, 1))

    def signature(inputs, outputs):
        def entries(tensors):
            return [encode((1, key), (2, tensor(value))) for key, value in tensors.items()]

        return encode((1, entries(inputs)), (2, entries(outputs)))

    def meta(graph, signatures=(), tags=("serve",), ops=()):
        info = encode((2, encode((1, list(ops)))), (4, list(tags)), (5, "2.21.0"))
        pairs = [encode((1, key), (2, value)) for key, value in dict(signatures).items()]
        return encode((1, info), (2, graph), (5, pairs))

    def saved_model(*metas):
        return encode((1, 1), (2, list(metas)))

    return SimpleNamespace(
        encode=encode, node=node, func=func, dtype=dtype, function=function, graph=graph, signature=signature, meta=meta,
        saved_model=saved_model, arg=arg,
    )  # fmt: skip


@pytest.fixture
def load(tmp_path, build):
    """Loads a GraphDef of these nodes and functions, which `build` made."""

    def run(nodes, functions=(), **options):
        path = tmp_path / "graph.pb"
        path.write_bytes(build.graph(nodes, functions))
        return opscope.load(path, **options)

    return run
