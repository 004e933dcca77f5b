"""Makes the `Graph` of a TensorFlow Lite model: the chosen subgraph, with those that it runs where they are run."""

from __future__ import annotations

import re
from typing import Dict, List, Mapping, Optional, Set, Tuple

from ...collector import paused
from ...errors import LoadError
from ...graph.content import Content
from ...graph.facts import Facts, SignatureFacts, TensorFacts
from ...graph.graph import Graph
from ...graph.lite_ops import FLEX
from ...graph.types import Port
from ...program.body import Body
from ...program.expand import expand
from ...program.layers import Known, group
from ...program.program import Program
from ...version import __version__
from ..format import Wish
from .calls import named_subgraphs
from .choosing import Chosen, choose_subgraph, subgraph_names
from .flatbuffer import Bytes
from .lite_bodies import SubgraphReader
from .lite_model import LiteModel
from .lite_reading import stored_model
from .lite_weights import Weights
from .operators import CUSTOM_MARK, operator_names
from .tensor_facts import tensor_sizes

_MOST_NAMES = 1000
"""How many signatures, inputs, tensors, ... are listed; a hostile file may have millions."""
_MINIMUM = "min_runtime_version"
"""The metadata in which converters say which runtime the operators need."""


def graph_of_lite(name: str, data: Bytes, wish: Wish) -> Graph:
    """The graph of a file. `LoadError` if it is damaged, or if the wish fits nothing in it."""
    model = stored_model(data)
    names = subgraph_names(model)
    chosen = choose_subgraph(model, wish, names)
    weights = Weights(model)
    main = SubgraphReader(data, model, chosen.subgraph, names, weights)
    body = main.body(is_main=True, named=(*chosen.inputs.values(), *chosen.outputs.values()))
    inputs, outputs = _ports(main, chosen.inputs), _ports(main, chosen.outputs)
    functions = _functions(data, model, names, chosen.subgraph, weights)
    if not len(body):
        raise LoadError(f"subgraph {names[chosen.subgraph][:80]!r} has not a single operator; is it the right file?")
    program = group(Program(body, functions), Known((), weights.variables, body.handles))
    handles = {key: made.handles for key, made in functions.items()}
    program = Program(program.main, {key: _with_handles(made, handles[key]) for key, made in program.functions.items()})

    def content() -> Content:  # called at the first look at the ops
        with paused():
            return expand(program, variables=weights.variables, inputs=inputs, outputs=outputs)

    facts = _facts(data, model, names, chosen, functions)
    return Graph(name, content, producer={"opscope": __version__}, facts=facts)


def _with_handles(body: Body, handles: Mapping[int, int]) -> Body:
    return body.with_columns(handles=handles)


def _ports(reader: SubgraphReader, named: Mapping[str, int]) -> Tuple[Port, ...]:
    """Inputs or outputs by name."""
    places = {name: reader.place(number) for name, number in named.items()}
    return tuple(Port(name, row, output) for name, (row, output) in places.items())


def _functions(data: Bytes, model: LiteModel, names: List[str], first: int, weights: Weights) -> Dict[str, Body]:
    """The bodies of the subgraphs that the chosen one runs, directly or through others."""
    return {
        names[number]: SubgraphReader(data, model, number, names, weights).body(is_main=False)
        for number in _reached(model, first)
    }


def _reached(model: LiteModel, first: int) -> List[int]:
    found: List[int] = []
    seen: Set[int] = set()
    waiting = [first]
    while waiting:
        for operator in model.subgraphs[waiting.pop()].operators:
            for number in named_subgraphs(operator):
                if 0 <= number < len(model.subgraphs) and number not in seen:
                    seen.add(number)
                    found.append(number)
                    waiting.append(number)
    return found


def _facts(data: Bytes, model: LiteModel, names: List[str], chosen: Chosen, functions: Mapping[str, Body]) -> Facts:
    called = {
        number
        for subgraph in model.subgraphs
        for operator in subgraph.operators
        for number in named_subgraphs(operator)
    }
    begun = {signature.subgraph for signature in model.signatures} | {chosen.subgraph, 0}
    sizes = tensor_sizes(model)
    facts: Facts = {
        "format": "TensorFlow Lite",
        "graph_bytes": len(data),
        "schema_version": model.version,
        "signatures": {each.name: _signature(model, each.subgraph, each.inputs, each.outputs) for each in model.signatures[:_MOST_NAMES]},
        "signature": chosen.signature,
        "function": chosen.function,
        "functions": {name: len(body) - body.args - body.rets for name, body in functions.items()},
        "library_functions": len(model.subgraphs) - 1,
        "uncalled": [name for number, name in enumerate(names[:_MOST_NAMES]) if number not in called | begun],
        "constants": {"count": len(sizes), "bytes": sum(size["bytes"] for size in sizes)},
        "tensors": sizes[:_MOST_NAMES],
        "custom_ops": _custom_ops(model),
        "metadata": list(model.metadata)[:_MOST_NAMES],
        "needs_runtime": _minimum(data, model),
    }  # fmt: skip
    if model.description:
        facts["description"] = model.description[:200]
    return facts


def _signature(model: LiteModel, number: int, inputs: Mapping[str, int], outputs: Mapping[str, int]) -> SignatureFacts:
    return {"method": "", "inputs": _ends(model, number, inputs), "outputs": _ends(model, number, outputs)}


def _ends(model: LiteModel, subgraph: int, named: Mapping[str, int]) -> Dict[str, TensorFacts]:
    tensors = model.subgraphs[subgraph].tensors if subgraph < len(model.subgraphs) else ()
    found: Dict[str, TensorFacts] = {}
    for name, number in list(named.items())[:_MOST_NAMES]:
        if number < len(tensors):
            tensor = tensors[number]
            shape = None if tensor.shape is None else list(tensor.shape)
            found[name] = {"dtype": tensor.dtype, "shape": shape, "tensor": tensor.name}
    return found


def _custom_ops(model: LiteModel) -> List[str]:
    """The types of operators that the runtime brings no kernel of its own for."""
    types = {operator.op for subgraph in model.subgraphs for operator in subgraph.operators}
    own = {op[len(CUSTOM_MARK) :] if op.startswith(CUSTOM_MARK) else op for op in types if op not in operator_names()}
    return [*sorted(op for op in own if not op.startswith(FLEX)), *sorted(op for op in own if op.startswith(FLEX))][
        :_MOST_NAMES
    ]


def _minimum(data: Bytes, model: LiteModel) -> Optional[str]:
    buffer = model.metadata.get(_MINIMUM)
    if buffer is None:
        return None
    text = bytes(data[buffer.at : buffer.at + min(buffer.size, 32)]).rstrip(b"\0")
    return text.decode() if re.fullmatch(rb"[0-9.]+", text) else None
