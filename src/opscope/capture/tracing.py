"""`trace`: a live TensorFlow object -> its `Graph`, every op with its layer and the user's own source line."""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Tuple

from ..collector import paused
from ..graph.graph import Graph
from ..graph.traced import TracedFiles
from ..graph.types import Port
from ..program.dead import mark_dead
from ..program.expand import expand
from ..program.layers import Known, group
from ..program.objects import from_names
from ..program.opdefs import Signatures, from_opdef
from ..program.parse import from_binary
from ..program.program import Program, read
from ..version import __version__
from .annotate import Annotator
from .call_groups import Describer
from .captured_variables import Variables, keras_paths, watched
from .failure import explain
from .found_objects import walk
from .patches import ONE_TRACE, recording
from .recorder import CALL, Record, Recorder
from .seams import default_graph, function_graphs, ordered_ops, private, tensorflow
from .target import Target, resolve_target
from .user_frames import Sources


def trace(
    target: Any,
    *inputs: Any,
    training: bool = False,
    step: Optional[str] = None,
    freeze: bool = False,
    name: Optional[str] = None,
    source_lines: bool = True,
    **keywords: Any,
) -> Graph:
    """The complete graph of a live TensorFlow object, traced without changing anything of it.

    `target` is a Keras model or layer (built or not: it is built as by calling it), a `tf.Module`, a `tf.function`, a
    ConcreteFunction or any callable. `inputs` and `keywords` are its arguments: shapes like ``(None, 10)``,
    `tf.TensorSpec`s, arrays, tensors or nests of these; a Keras model that knows its inputs needs none. Python numbers
    and strings are constants to a `tf.function`, as when calling it. `training` is passed where the call takes it.
    With ``step="train"`` (or ``"test"``, ``"predict"``) a compiled Keras model's own step is traced on ``x, y``.
    `freeze` turns variables into constants. `name` replaces the graph's name; `source_lines` false saves the time that
    looking up each op's line takes.

    Raises `InputError` for inputs that do not fit, `TraceError` when tracing fails (the user's own exception is its
    ``__cause__``), `MissingDependencyError` without TensorFlow.
    """
    options: Dict[str, Any] = {"step": step, "freeze": freeze, "name": name, "source_lines": source_lines, **keywords}
    graph, _ = trace_function(target, *inputs, training=training, **options)
    return graph


def trace_function(
    target: Any,
    *inputs: Any,
    training: bool = False,
    step: Optional[str] = None,
    freeze: bool = False,
    name: Optional[str] = None,
    source_lines: bool = True,
    **keywords: Any,
) -> Tuple[Graph, Any]:
    """As `trace`, with the ConcreteFunction that was traced: what `profile` runs."""
    tf = tensorflow()
    with ONE_TRACE:
        found = resolve_target(target, inputs, keywords, training, step)
        recorder = Recorder(default_graph())
        concrete = found.concrete if found.concrete is not None else _traced(found, recorder)
    with paused():  # what TensorFlow traced is all alive: no reason to walk it again and again
        graph = _graph(found, concrete, recorder, freeze, name or found.name, source_lines, tf.__version__)
    return graph, concrete


def _traced(target: Target, recorder: Recorder) -> Any:
    """The ConcreteFunction of a copy of the target's function, recorded."""
    try:
        with recording(recorder):
            function = recorder.copy_of(target.function)
            concrete = function.get_concrete_function(*target.args, **target.kwargs)
    except Exception as error:
        explained = explain(error, target)
        raise explained from explained.__cause__
    if target.is_own_call:
        _record_whole(target.subject, concrete, recorder)
    return concrete


def _record_whole(module: Any, concrete: Any, recorder: Recorder) -> None:
    """Record the call of a module whose ``__call__`` is the very function that was traced, without what returns it."""
    graph = concrete.graph
    ops, ends = ordered_ops(graph)
    results = {tensor.op.name for tensor in concrete.outputs if tensor.op.type == "Identity"}
    first = next((place for place, op in enumerate(ops) if op.name in results), len(ops))
    whole = Record(CALL, module, graph, "", 0, None, end=ends[first - 1] if first else 0)
    whole.outputs = concrete.structured_outputs
    for record in recorder.records:
        if record.parent is None and record.graph is graph:
            record.parent = whole
    recorder.records.insert(0, whole)


def _graph(
    target: Target, concrete: Any, recorder: Recorder, freeze: bool, name: str, source_lines: bool, version: str
) -> Graph:
    graph = concrete.graph
    shown = _frozen(concrete) if freeze else concrete
    message = from_binary(shown.graph.as_graph_def(add_shapes=True).SerializeToString(), "GraphDef", "the traced graph")
    signatures = Signatures(_own_signatures(shown.graph))
    program = read(message, signatures)
    variables = Variables(walk(target.subject))
    if target.concrete is not None:
        variables.paths.update(keras_paths(watched(graph)))
    describe = Describer(variables.objects, variables, Sources() if source_lines else None)
    graphs = function_graphs(graph)
    recorded = recorder if recorder.records else None
    program = Annotator(describe, recorded, graphs).program(program, graph)
    if recorded is None:
        program = _inferred(program, variables)
    outputs = _outputs(program, shown, concrete.structured_outputs)
    program = Program(program.main.with_columns(control_outputs=_controls(program, shown)), program.functions)
    program = mark_dead(program, [port.node for port in outputs], signatures)
    inputs, numbered = _inputs(program, shown), tuple(variables.found)
    return Graph(
        name,
        lambda: expand(program, variables=numbered, inputs=inputs, outputs=outputs),
        producer={"tensorflow": version, "opscope": __version__},
        traced=describe.sources.traced(target.subject) if describe.sources is not None else TracedFiles(),
    )


def _inferred(program: Program, variables: Variables) -> Program:
    """Layers by whose variables a scope uses, as for a file: nobody watched this function being traced."""
    names = {variable.id: variable.object_path.replace(".", "/") for variable in variables.found}
    return group(program, Known(from_names(names), tuple(variables.found), program.main.handles))


def _frozen(concrete: Any) -> Any:
    convert = private("framework.convert_to_constants:convert_variables_to_constants_v2")
    return convert(concrete, lower_control_flow=False)


def _own_signatures(graph: Any) -> Any:
    """The signatures of ops that TensorFlow's list lacks: a user's own kernels."""
    known = Signatures()
    registry = private("framework.op_def_registry")
    found = {}
    for kind in {op.type for op in graph.get_operations()}:
        if known.get(kind) is None:
            definition = registry.get(kind)
            if definition is not None:
                found[kind] = from_opdef(definition)
    return found


def _inputs(program: Program, concrete: Any) -> List[Port]:
    """The tensors that a caller feeds, without what the function captured."""
    rows = program.main.rows()
    captures = {id(inside) for _, inside in concrete.graph.captures}
    given = [tensor for tensor in concrete.inputs if id(tensor) not in captures]
    return [
        Port(tensor.op.name, rows[tensor.op.name], tensor.value_index) for tensor in given if tensor.op.name in rows
    ]


def _outputs(program: Program, concrete: Any, structure: Any) -> List[Port]:
    """The tensors that a caller gets, named by their place in what the function returns."""
    tf = tensorflow()
    rows = program.main.rows()
    names = _names(structure, tf)
    ports = []
    for index, tensor in enumerate(concrete.outputs):
        name = names[index] if len(names) == len(concrete.outputs) else f"output_{index}"
        ports.append(Port(name, rows[tensor.op.name], tensor.value_index))
    return ports


def _names(structure: Any, tf: Any, prefix: str = "") -> List[str]:
    """Names for the leaves of what a function returns, in TensorFlow's order: dict keys, else positions."""
    if isinstance(structure, dict):
        return [name for key in sorted(structure, key=str) for name in _names(structure[key], tf, _joined(prefix, key))]
    if isinstance(structure, (list, tuple)):
        return [name for at, item in enumerate(structure) for name in _names(item, tf, _joined(prefix or "output", at))]
    count = len([leaf for leaf in tf.nest.flatten(structure, expand_composites=True) if hasattr(leaf, "dtype")])
    plain = prefix or "output"
    return [plain] if count == 1 else [_joined(plain, at) for at in range(count)]


def _joined(prefix: str, key: Any) -> str:
    return f"{prefix}_{key}" if prefix else str(key)


def _controls(program: Program, concrete: Any) -> Tuple[int, ...]:
    """The ops that run for their effect when the function is called."""
    rows = program.main.rows()
    return tuple(rows[op.name] for op in getattr(concrete.graph, "control_outputs", ()) if op.name in rows)
