"""Chooses the part of a file to show: the ops that a signature's outputs need, one function, or the whole main graph."""

from __future__ import annotations

import re
from typing import AbstractSet, Any, Dict, Iterable, List, Mapping, NamedTuple, Optional, Sequence, Set, Tuple

from ..errors import LoadError, option, spelled
from ..graph.vocabulary import ARGUMENT, FED, FUNCTION_CALLS, PLACEHOLDERS, READ, RESULT
from ..program.packed import unpacked
from ..program.proto import dtype_name

DEFAULT = "serving_default"
"""The name that TensorFlow gives to a model's only or default signature."""
HIDDEN_SIGNATURES = frozenset({"__saved_model_init_op", "__saved_model_train_op"})
"""Signatures in which TensorFlow keeps an op for itself."""
_MACHINERY = frozenset(
    {"SaveV2", "RestoreV2", "Save", "SaveSlices", "Restore", "RestoreSlice", "ShardedFilename", "MergeV2Checkpoints"}
)
"""Ops that write and read checkpoints."""
_FEEDS_MACHINERY = PLACEHOLDERS | {"Const", "StringJoin", "Identity", "Pack", READ, "NoOp"}
"""Ops that are hidden with saving and restoring if nothing else uses them: file names, the values to be saved."""
_NO_MODEL = FED | {"NoOp", "VarHandleOp", READ, "Const"}
"""A main graph of only these holds no model. TensorFlow 2 has the model in functions. Its main graph holds the
variables that they use."""
_TRACE_NAME = re.compile(r"^(?:__inference_)?(.*?)(?:_\d+)?$")
"""Finds ``call`` in the name of a traced function, ``__inference_call_12``."""
_MOST_LISTED = 20
"""How many names an error lists."""


class Choice(NamedTuple):
    """What was chosen: a FunctionDef, or nodes of the main graph."""

    nodes: Sequence[Any] = ()
    function: Any = None
    inputs: Mapping[str, str] = {}
    """The signature's name of an input -> the tensor's, such as ``serving_default_x:0``; empty without a signature."""
    outputs: Mapping[str, str] = {}
    signature: Optional[str] = None
    """The name of the signature."""


def choose(
    meta: Any, origin: str, *, signature: Optional[str] = None, function: Optional[str] = None, everything: bool = False
) -> Choice:
    """What to show of a MetaGraphDef. If the wish fits nothing, or several things, the `LoadError` lists what there is.

    If the user wished for nothing, we show the signature ``serving_default``, or else the only signature. In a file
    without signatures `_without_signature` decides.
    """
    if function is not None:
        return Choice(function=_function(meta, function, origin))
    if everything:
        nodes = list(meta.graph_def.node)
        return _with_ends(nodes, {node.op for node in nodes})
    shown = [name for name in sorted(meta.signature_def) if name not in HIDDEN_SIGNATURES]
    if signature is None and DEFAULT in shown:
        signature = DEFAULT
    if signature is None and len(shown) == 1:
        signature = shown[0]
    if signature is not None:
        if signature not in list(meta.signature_def):  # a list, since protobuf's map raises on text like "\udc80"
            raise LoadError(f"{origin}: no signature is called {signature!r}; choose one of {listed_names(shown)}")
        return _signature(meta, signature, origin)
    if shown:
        raise LoadError(
            f"{origin}: several signatures and no {DEFAULT}; choose one with {option('signature')}: {listed_names(shown)}"
        )
    return _without_signature(meta, origin)


def refuse_empty(meta: Any, kind: str) -> None:
    """`LoadError` since what was chosen has not a single op: it may be another program's file that happens to be readable."""
    functions = sorted(function.signature.name for function in meta.graph_def.library.function)
    if functions:
        raise LoadError(f"no op outside of functions; choose one with {option('function')}: {listed_names(functions)}")
    raise LoadError(f"read as a {kind}, it has not a single op; is it the right file?")


def listed_names(names: Sequence[str]) -> str:
    """Names for an error message, at most `_MOST_LISTED`."""
    more = f" and {len(names) - _MOST_LISTED} more" if len(names) > _MOST_LISTED else ""
    return (", ".join(repr(name[:80]) for name in names[:_MOST_LISTED]) + more) or "none"


def _signature(meta: Any, name: str, origin: str) -> Choice:
    """The ops that the outputs of a signature need."""
    found = meta.signature_def[name]
    # A sparse tensor is several tensors: all are wanted, and the first stands for it as the output.
    outputs = {key: text for key, info in sorted(found.outputs.items()) for text in tensor_names(info)[:1]}
    wanted = [text for info in found.outputs.values() for text in tensor_names(info)]
    if not wanted:
        raise LoadError(f"{origin}: signature {name!r} has no outputs; show the whole graph with {option('all', True)}")
    inputs = {key: text for key, info in sorted(found.inputs.items()) for text in tensor_names(info)[:1]}
    return Choice(reached(meta.graph_def.node, wanted), None, inputs, outputs, name)


def tensor_names(info: Any) -> List[str]:
    """The names of the tensors in a TensorInfo: one, or several for a sparse or composite tensor."""
    kind = info.WhichOneof("encoding")
    if kind == "coo_sparse":
        sparse = info.coo_sparse
        return [sparse.values_tensor_name, sparse.indices_tensor_name, sparse.dense_shape_tensor_name]
    if kind == "composite_tensor":
        return [part.name for part in info.composite_tensor.components if part.name]
    return [info.name] if info.name else []


def node_in(text: str) -> str:
    """The node in an input or a tensor's name: ``a`` for ``a``, ``a:1`` and ``^a``."""
    return text.lstrip("^").rpartition(":")[0] if ":" in text else text.lstrip("^")


def reached(nodes: Any, wanted: Iterable[str]) -> List[Any]:
    """The NodeDefs that the wanted tensors depend on, in the order of the file.

    `LoadError` if a wanted tensor is missing. An input that is missing is skipped here; reading the nodes makes an op that stands for it.
    """
    by_name = {node.name: node for node in nodes}
    seen: Set[str] = set()
    waiting = [node_in(text) for text in wanted]
    for name in waiting:
        if name not in by_name:
            raise LoadError(f"the signature's tensor {name[:120]!r} is not in the graph; the file is damaged")
    while waiting:
        name = waiting.pop()
        if name in seen or name not in by_name:
            continue
        seen.add(name)
        waiting.extend(node_in(text) for text in by_name[name].input)
    return [node for node in nodes if node.name in seen]


def _without_signature(meta: Any, origin: str) -> Choice:
    """What to show of a file without signatures.

    That is its main graph without saving and restoring, if it has ops that compute something. Else it is the only function
    that is an attribute of the saved object, or the only traced function at all.
    """
    # TensorFlow 1, frozen or not, has its model in the main graph.
    every = list(meta.graph_def.node)
    ops = {node.op for node in every}  # a large graph has few op types
    nodes = without_machinery(every, ops)
    if nodes is not every:
        ops = {node.op for node in nodes}
    if not ops <= _NO_MODEL:
        return _with_ends(nodes, ops)
    # A SavedModel of TensorFlow 2 may have been saved without signatures: its model is in functions only.
    traced = sorted(meta.object_graph_def.concrete_functions)
    own = _functions_of_root(meta)
    if len(own) == 1 or len(traced) == 1:
        return Choice(function=_function(meta, (own or traced)[0], origin))
    if traced:
        raise LoadError(
            f"{origin}: no signatures; choose a function with {option('function')}: {listed_names(own + traced)}"
        )
    return Choice(nodes if len(nodes) else meta.graph_def.node)


def _with_ends(nodes: Sequence[Any], ops: AbstractSet[str]) -> Choice:
    """A main graph, of which `ops` are the op types. One that TensorFlow made of a function, as logs have them, has its arguments and results as ops."""
    if ops.isdisjoint((RESULT, ARGUMENT)):
        return Choice(nodes)
    results = {node.name: node.input[0] for node in nodes if node.op == RESULT and node.input}
    fed = [node for node in nodes if node.op == ARGUMENT and not _is_resource(node)]
    return Choice(nodes, inputs={node.name: node.name for node in fed}, outputs=results)


def _is_resource(node: Any) -> bool:
    """Whether an argument is the handle of a variable or table."""
    attr = unpacked(node.name, node.attr).attr  # the file's nodes were read with packed attributes
    return "T" in attr and dtype_name(attr["T"].type) == "resource"


def without_machinery(nodes: Sequence[Any], ops: AbstractSet[str]) -> Sequence[Any]:
    """The nodes, which are of the types `ops`, without those that only write and read checkpoints.

    First we hide the ops that save or restore, and all that uses them (an Assign of a restored value). Then we hide what
    only hidden nodes use: file names, the reads of the variables to be saved.
    """
    if not ops & _MACHINERY and not ops & FUNCTION_CALLS:
        return nodes  # a frozen graph, say: no need to look at its edges
    consumers: Dict[str, List[str]] = {}
    by_name: Dict[str, Any] = {}
    for node in nodes:
        by_name[node.name] = node
        for text in node.input:
            consumers.setdefault(node_in(text), []).append(node.name)
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
            name = node_in(text)
            feeds = name in by_name and by_name[name].op in _FEEDS_MACHINERY and name not in hidden
            if feeds and all(user in hidden for user in consumers[name]):
                hidden.add(name)
                waiting.append(name)
    return [node for node in nodes if node.name not in hidden]


def _is_machinery(node: Any) -> bool:
    """Whether a node saves or restores: as an op does in TensorFlow 1, or by calling TensorFlow 2's function for it."""
    if node.op in _MACHINERY:
        return True
    if node.op not in FUNCTION_CALLS:
        return False
    attr = unpacked(node.name, node.attr).attr  # the file's nodes were read with packed attributes
    called = attr["f"].func.name if "f" in attr else ""
    return called.startswith(("__inference__traced_save", "__inference__traced_restore"))


def _tags(names: Sequence[str]) -> str:
    """The tags of one graph as the caller would give them: a set in Python, with commas in the command."""
    quoted = [repr(name) for name in names]
    python = quoted[0] if len(names) == 1 else f"{{{', '.join(quoted)}}}"
    return spelled(python, ",".join(names)) if names else "(none)"


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
    """The function that the user wished for.

    The wish may be its whole name, the attribute of the saved object that it is, or its name without what tracing added:
    ``call`` for ``__inference_call_12``.
    """
    functions = {function.signature.name: function for function in meta.graph_def.library.function}
    if wish in functions:
        return functions[wish]
    fits = _by_attribute(meta, wish, functions) or [name for name in functions if _trace_name(name) == wish]
    if len(fits) == 1:
        return functions[fits[0]]
    why = f"{len(fits)} functions are called" if fits else "no function is called"
    raise LoadError(f"{origin}: {why} {wish!r}; choose one of {listed_names(sorted(fits or functions))}")


def _trace_name(name: str) -> str:
    match = _TRACE_NAME.match(name)
    return match.group(1) if match else name


def _by_attribute(meta: Any, wish: str, functions: Mapping[str, Any]) -> List[str]:
    """The traced functions behind one attribute of the saved object: one for each kind of input it was traced with."""
    nodes = meta.object_graph_def.nodes
    for child in nodes[0].children if len(nodes) else ():
        if child.local_name == wish and 0 <= child.node_id < len(nodes):
            return [name for name in nodes[child.node_id].function.concrete_functions if name in functions]
    return []


def pick_meta_graph(saved_model: Any, tags: Optional[Iterable[str]], origin: str) -> Tuple[Any, List[List[str]]]:
    """The MetaGraphDef with exactly these tags, and the tags of every one.

    With `tags` ``None`` it is the one tagged ``serve``, else the first.
    """
    graphs = saved_model.meta_graphs
    known = [sorted(graph.meta_info_def.tags) for graph in graphs]
    if not known:
        raise LoadError(f"{origin}: a SavedModel without a graph; was the file copied completely?")
    if tags is None:
        return graphs[known.index(["serve"]) if ["serve"] in known else 0], known
    wanted = sorted({tags} if isinstance(tags, str) else set(tags))
    if wanted not in known:
        listed = ", ".join(_tags(names) for names in known[:_MOST_LISTED])
        raise LoadError(f"{origin}: no graph is tagged {_tags(wanted)}; choose with {option('tags')} one of: {listed}")
    return graphs[known.index(wanted)], known
