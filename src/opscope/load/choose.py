"""Which part of a file to show: the ops that a signature's outputs reach, one function, or everything."""

from __future__ import annotations

import re
from typing import Any, Dict, Iterable, List, Mapping, NamedTuple, Optional, Sequence, Set, Tuple

from ..errors import LoadError, option
from ..graph.vocabulary import FED, FUNCTION_CALLS, PLACEHOLDERS, READ
from ..program.packed import unpacked

DEFAULT = "serving_default"
_HIDDEN_SIGNATURES = frozenset({"__saved_model_init_op", "__saved_model_train_op"})
_MACHINERY = frozenset(
    {"SaveV2", "RestoreV2", "Save", "SaveSlices", "Restore", "RestoreSlice", "ShardedFilename", "MergeV2Checkpoints"}
)
"""Ops that write and read checkpoints."""
_FEEDS_MACHINERY = PLACEHOLDERS | {"Const", "StringJoin", "Identity", "Pack", READ, "NoOp"}
_NO_MODEL = FED | {"NoOp", "VarHandleOp", READ, "Const"}
"""A main graph of only these is what a SavedModel of functions has beside them."""
_TRACE_NAME = re.compile(r"^(?:__inference_)?(.*?)(?:_\d+)?$")
_MOST_LISTED = 20


class Choice(NamedTuple):
    """What was chosen: nodes of the main graph or a FunctionDef, and which tensors go in and come out, by name."""

    nodes: Sequence[Any] = ()
    function: Any = None
    inputs: Mapping[str, str] = {}
    outputs: Mapping[str, str] = {}
    signature: Optional[str] = None


def choose(
    meta: Any, origin: str, *, signature: Optional[str] = None, function: Optional[str] = None, everything: bool = False
) -> Choice:
    """What to show of a MetaGraphDef. `LoadError` lists what there is where the wish fits nothing or too much."""
    if function is not None:
        return Choice(function=_function(meta, function, origin))
    if everything:
        return Choice(meta.graph_def.node)
    shown = [name for name in sorted(meta.signature_def) if name not in _HIDDEN_SIGNATURES]
    if signature is None and DEFAULT in shown:
        signature = DEFAULT
    if signature is None and len(shown) == 1:
        signature = shown[0]
    if signature is not None:
        if signature not in list(meta.signature_def):  # a protobuf map fails on what is no valid Unicode
            raise LoadError(f"{origin}: no signature is called {signature!r}; choose one of {_listed(shown)}")
        return _signature(meta, signature, origin)
    if shown:
        raise LoadError(
            f"{origin}: several signatures and no {DEFAULT}; choose one with {option('signature')}: {_listed(shown)}"
        )
    return _without_signature(meta, origin)


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MOST_LISTED} more" if len(names) > _MOST_LISTED else ""
    return (", ".join(repr(name[:80]) for name in names[:_MOST_LISTED]) + more) or "none"


def _signature(meta: Any, name: str, origin: str) -> Choice:
    found = meta.signature_def[name]
    outputs = {key: text for key, info in sorted(found.outputs.items()) for text in tensor_names(info)[:1]}
    wanted = [text for info in found.outputs.values() for text in tensor_names(info)]
    if not wanted:
        raise LoadError(f"{origin}: signature {name!r} has no outputs; show the whole graph with {option('all', True)}")
    inputs = {key: text for key, info in sorted(found.inputs.items()) for text in tensor_names(info)[:1]}
    return Choice(reached(meta.graph_def.node, wanted), None, inputs, outputs, name)


def tensor_names(info: Any) -> List[str]:
    """The tensors that a TensorInfo names: one, or the parts of a sparse or composite one."""
    kind = info.WhichOneof("encoding")
    if kind == "coo_sparse":
        sparse = info.coo_sparse
        return [sparse.values_tensor_name, sparse.indices_tensor_name, sparse.dense_shape_tensor_name]
    if kind == "composite_tensor":
        return [part.name for part in info.composite_tensor.components if part.name]
    return [info.name] if info.name else []


def producer(text: str) -> str:
    """The node that an input text or a tensor's name means: ``a`` for ``a``, ``a:1`` and ``^a``."""
    return text.lstrip("^").rpartition(":")[0] if ":" in text else text.lstrip("^")


def reached(nodes: Any, wanted: Iterable[str]) -> List[Any]:
    """The NodeDefs that the wanted tensors depend on, in the order of the file. Missing ones are found when read."""
    by_name = {node.name: node for node in nodes}
    seen: Set[str] = set()
    waiting = [producer(text) for text in wanted]
    for name in waiting:
        if name not in by_name:
            raise LoadError(f"the signature's tensor {name[:120]!r} is not in the graph; the file is damaged")
    while waiting:
        name = waiting.pop()
        if name in seen or name not in by_name:
            continue
        seen.add(name)
        waiting.extend(producer(text) for text in by_name[name].input)
    return [node for node in nodes if node.name in seen]


def _without_signature(meta: Any, origin: str) -> Choice:
    nodes = without_machinery(list(meta.graph_def.node))
    if any(node.op not in _NO_MODEL for node in nodes):
        return Choice(nodes)
    traced = sorted(meta.object_graph_def.concrete_functions)
    own = _functions_of_root(meta)
    if len(own) == 1 or len(traced) == 1:
        return Choice(function=_function(meta, (own or traced)[0], origin))
    if traced:
        raise LoadError(
            f"{origin}: no signatures; choose a function with {option('function')}: {_listed(own + traced)}"
        )
    return Choice(nodes if len(nodes) else meta.graph_def.node)


def without_machinery(nodes: Sequence[Any]) -> Sequence[Any]:
    """The nodes without those that only write and read checkpoints."""
    ops = {node.op for node in nodes}
    if not ops & _MACHINERY and not ops & FUNCTION_CALLS:
        return nodes
    consumers: Dict[str, List[str]] = {}
    by_name: Dict[str, Any] = {}
    for node in nodes:
        by_name[node.name] = node
        for text in node.input:
            consumers.setdefault(producer(text), []).append(node.name)
    hidden: Set[str] = set()
    waiting = [node.name for node in nodes if _is_machinery(node)]
    while waiting:
        name = waiting.pop()
        if name not in hidden:
            hidden.add(name)
            waiting.extend(consumers.get(name, ()))
    waiting = list(hidden)
    while waiting:
        for text in by_name[waiting.pop()].input:
            name = producer(text)
            feeds = name in by_name and by_name[name].op in _FEEDS_MACHINERY and name not in hidden
            if feeds and all(user in hidden for user in consumers[name]):
                hidden.add(name)
                waiting.append(name)
    return [node for node in nodes if node.name not in hidden]


def _is_machinery(node: Any) -> bool:
    if node.op in _MACHINERY:
        return True
    if node.op not in FUNCTION_CALLS:
        return False
    attr = unpacked(node.name, node.attr).attr
    called = attr["f"].func.name if "f" in attr else ""
    return called.startswith(("__inference__traced_save", "__inference__traced_restore"))


def _functions_of_root(meta: Any) -> List[str]:
    """The traced functions that are attributes of the saved object."""
    nodes = meta.object_graph_def.nodes
    if not len(nodes):
        return []
    found: List[str] = []
    for child in nodes[0].children:
        if 0 <= child.node_id < len(nodes) and nodes[child.node_id].WhichOneof("kind") == "function":
            found.extend(nodes[child.node_id].function.concrete_functions)
    return list(dict.fromkeys(found))


def _function(meta: Any, wish: str, origin: str) -> Any:
    """The FunctionDef with the wished name, whole or without what tracing added (``call`` for ``__inference_call_12``)."""
    functions = {function.signature.name: function for function in meta.graph_def.library.function}
    if wish in functions:
        return functions[wish]
    fits = _by_attribute(meta, wish, functions) or [name for name in functions if _trace_name(name) == wish]
    if len(fits) == 1:
        return functions[fits[0]]
    why = f"{len(fits)} functions are called" if fits else "no function is called"
    raise LoadError(f"{origin}: {why} {wish!r}; choose one of {_listed(sorted(fits or functions))}")


def _trace_name(name: str) -> str:
    match = _TRACE_NAME.match(name)
    return match.group(1) if match else name


def _by_attribute(meta: Any, wish: str, functions: Mapping[str, Any]) -> List[str]:
    nodes = meta.object_graph_def.nodes
    for child in nodes[0].children if len(nodes) else ():
        if child.local_name == wish and 0 <= child.node_id < len(nodes):
            return [name for name in nodes[child.node_id].function.concrete_functions if name in functions]
    return []


def pick_meta_graph(saved_model: Any, tags: Optional[Iterable[str]], origin: str) -> Tuple[Any, List[List[str]]]:
    """The MetaGraphDef with exactly these tags (``None``: tagged ``serve``, or the first), and all tag sets there are."""
    graphs = saved_model.meta_graphs
    known = [sorted(graph.meta_info_def.tags) for graph in graphs]
    if not known:
        raise LoadError(f"{origin}: a SavedModel without a graph; was the file copied completely?")
    if tags is None:
        return graphs[known.index(["serve"]) if ["serve"] in known else 0], known
    wanted = sorted({tags} if isinstance(tags, str) else set(tags))
    if wanted not in known:
        listed = ", ".join(" + ".join(names) or "(none)" for names in known[:_MOST_LISTED])
        raise LoadError(
            f"{origin}: no graph is tagged {' + '.join(wanted)}; choose with {option('tags')} one of: {listed}"
        )
    return graphs[known.index(wanted)], known
