"""`trace` makes a `Graph` of a live TensorFlow object. Each op knows its layer and the user's source line."""

from __future__ import annotations

import os
import warnings
from pathlib import Path
from typing import Any, Dict, Literal, NamedTuple, Optional, Sequence, Tuple

from ..collector import paused
from ..errors import OpscopeError, TraceError
from ..graph.graph import Graph
from ..graph.traced import TracedFiles
from ..graph.types import Port, Source
from ..program.dead import mark_dead
from ..program.expand import expand
from ..program.layers import Known, group
from ..program.objects import from_names
from ..program.opdefs import OpSignatures, from_opdef
from ..program.parse import from_binary
from ..program.program import Program, read
from ..program.sole_call import without_sole_call
from ..suggestions import suggesting
from ..version import __version__
from .annotate import Describer, annotated
from .captured_variables import Variables, keras_paths, variable_arguments, watched
from .dataset_sizes import dataset_sizes, with_sizes
from .earlier_traces import definition_line, earlier_traces
from .failure import cannot_freeze, explain
from .found_objects import walk
from .gradient_requests import gradient_facts
from .graph_ports import controls_of, input_ports, output_ports
from .inputs import shown
from .layer_making import made_lines
from .notes import Traced, with_whole_call
from .patches import ONE_TRACE, recording
from .random_state import numpy_state_kept
from .rebuilt_model import rebuilt_model
from .recorder import Recorder
from .seams import default_graph, private, tensorflow
from .silent_layers import silent_layers
from .target import FUNCTION, Target, identify
from .target_call import Given, TargetCall, call_of, with_batch
from .unbuilt_models import sequentials_kept
from .user_frames import Sources

_REFUSALS = (ValueError, TypeError, IndexError)
"""The errors that a Keras model may refuse an input's rank with, those of TensorFlow (`ValueError` while tracing) included."""


class _Options(NamedTuple):
    """What the user chose about the graph."""

    name: str
    freeze: bool
    source_lines: bool
    training: bool
    unwrapped: bool
    """Whether a function takes the place of its call, where that call is all there is."""


@suggesting
def trace(
    target: Any,
    *inputs: Any,
    training: bool = False,
    step: Optional[Literal["train", "test", "predict"]] = None,
    freeze: bool = False,
    name: Optional[str] = None,
    source_lines: bool = True,
    **keywords: Any,
) -> Graph:
    """The complete graph of a live TensorFlow object, traced without changing anything of it.

    Args:
        target: a Keras model or layer (built or not: it is built as by calling it), a `tf.Module`, a `tf.function`, a
            ConcreteFunction or any callable; or the path of a Keras file (``.keras``, HDF5, ``model.to_json()``), whose model is
            rebuilt in Keras's safe mode: a lambda or a class of your own is refused.
        *inputs: its arguments: shapes like ``(None, 10)``, `tf.TensorSpec`s, arrays, tensors or nests of these; a Keras model
            that knows its inputs needs none; one that refuses ``(10,)`` is traced with ``(None, 10)``, with a warning. It also
            takes a `tf.data.Dataset` for its inputs. Python numbers and strings are constants to a `tf.function`, as when
            calling it.
        training: call the model with ``training=True``, where its call takes that.
        step: trace a compiled Keras model's own ``"train"``, ``"test"`` or ``"predict"`` step on ``x, y``.
        freeze: turn variables into constants.
        name: replaces the graph's name.
        source_lines: false saves the time that looking up each op's line takes.
        **keywords: arguments of the target by name, and nothing else.

    Raises:
        InputError: inputs do not fit.
        TraceError: tracing failed; the user's own exception is its ``__cause__``.
        LoadError: the model of a file cannot be rebuilt.
        MissingDependencyError: TensorFlow is not installed, or no Keras that fits the file.
    """
    if isinstance(target, (str, os.PathLike)):
        target = rebuilt_model(Path(target), freeze=freeze)
    options: Dict[str, Any] = {"step": step, "freeze": freeze, "name": name, "source_lines": source_lines, **keywords}
    return trace_function(target, *inputs, training=training, **options).graph


class LiveGraph(NamedTuple):
    """A graph, with what `profile` needs to run it."""

    graph: Graph
    concrete: Any
    """The ConcreteFunction that was traced."""
    call: TargetCall
    """The arguments that it was traced with, and the values that the user gave for them."""


def trace_function(
    target: Any,
    *inputs: Any,
    training: bool = False,
    step: Optional[str] = None,
    freeze: bool = False,
    name: Optional[str] = None,
    source_lines: bool = True,
    is_run: bool = False,
    zero_gradients: bool = False,
    unwrapped: bool = False,
    **keywords: Any,
) -> LiveGraph:
    """As `trace`, but returns the ConcreteFunction that was traced as well, which `profile` runs.

    With `is_run` a function that is traced already may be given inputs, which it runs on. With `zero_gradients` gradients that
    are ``None`` are zeros for what is traced. With `unwrapped` a function that is all that is traced takes the place of its call.
    """
    with ONE_TRACE:
        found = identify(target, step)
        call, traced = _call_and_trace(found, Given(inputs, keywords, training, is_run, zero_gradients))
    with paused():  # all that was traced is in use, so the garbage collector would walk it for nothing, over and over
        sizes = dataset_sizes(traced.concrete, call)
        options = _Options(name or call.name, freeze, source_lines, training, unwrapped)
        graph = _graph(found, call, traced, options, sizes)
    return LiveGraph(graph, traced.concrete, call)


def _call_and_trace(target: Target, given: Given) -> Tuple[TargetCall, Traced]:
    """Trace the target with what was given.

    A Keras model that refuses a shape such as ``(10,)`` most likely misses the batch dimension, so ``(None, 10)`` is tried. If
    that works, a warning says so; if it does not, the first error is the one to raise.
    """
    call = call_of(target, given)
    if call.concrete is not None:
        return call, Traced(call.concrete, was_given=True)
    try:
        return call, _traced(target, call, given.zero_gradients)
    except TraceError as error:
        batched = with_batch(target, given) if isinstance(error.__cause__, _REFUSALS) else None
        if batched is None:
            raise
        first = error
    try:
        second = call_of(target, batched)
        traced = _traced(target, second, given.zero_gradients)
    except OpscopeError:
        raise first from first.__cause__
    refused, taken = (
        shown(each.args, {key: each.kwargs.get(key) for key in given.keywords}) for each in (call, second)
    )
    # Up from here: `trace_function`, `trace` or `profile`, what decorates it, the user's line.
    warnings.warn(
        f"{target.name!r} does not take {refused}, which has no batch dimension; traced with {taken}", stacklevel=5
    )
    return second, traced


def _traced(target: Target, call: TargetCall, zero_gradients: bool) -> Traced:
    """Trace the call and record it. A copy of the target's function is traced, so that the user's own stays as it was."""
    recorder = Recorder(default_graph(), zero_gradients)
    try:
        with recording(recorder), numpy_state_kept(), sequentials_kept(target.subject):
            function = recorder.copy_of(call.function)
            concrete = function.get_concrete_function(*call.args, **call.kwargs)
    except Exception as error:
        explained = explain(error, target, call)
        raise explained from explained.__cause__
    notes = recorder.notes()
    if target.is_own_call:
        notes = with_whole_call(notes, target.subject, concrete)
    return Traced(concrete, notes, arguments=tuple(variable_arguments(concrete, call.args, call.kwargs)))


def _graph(target: Target, call: TargetCall, traced: Traced, options: _Options, sizes: Dict[str, int]) -> Graph:
    """The graph of what was traced: its ops, what is known of them, its inputs and outputs."""
    concrete, version = traced.concrete, tensorflow().__version__
    shown = _frozen(concrete, options.name) if options.freeze else concrete
    signatures = OpSignatures(_own_signatures(shown.graph))
    # From here on it goes as for a file: TensorFlow writes the graph as a GraphDef, opscope reads it by its own schema.
    message = from_binary(shown.graph.as_graph_def(add_shapes=True).SerializeToString(), "GraphDef", "the traced graph")
    program = read(message, signatures)
    # We know better paths only for variables that the user's objects do not lead to, as of a ConcreteFunction.
    paths = keras_paths(watched(concrete.graph)) if traced.was_given else {}
    paths.update((id(variable), placeholder.op.name) for variable, placeholder in traced.arguments)
    variables = Variables(walk(target.subject), paths)
    describe = Describer(variables.objects, variables, Sources() if options.source_lines else None)
    program = annotated(program, traced, describe)
    if not traced.notes.records and not traced.notes.turns:
        program = _inferred(program, variables)
    if options.unwrapped:
        program = without_sole_call(program, {tensor.op.name for tensor in shown.outputs})
    inputs, outputs = input_ports(program, shown), output_ports(program, shown, concrete.structured_outputs)
    program = Program(with_sizes(program.main, sizes), program.functions)
    program = _with_effects(program, shown, outputs, signatures)
    numbered = tuple(variables.found)  # a copy: `expand` runs later
    return Graph(
        options.name,
        lambda: expand(program, variables=numbered, inputs=inputs, outputs=outputs),
        producer={"tensorflow": version, "opscope": __version__},
        facts={
            "gradients": gradient_facts(traced, describe),
            "training": options.training,
            "definition": _definition(target, describe.sources),
            "made_lines": made_lines(variables.objects, describe.sources),
            "silent_layers": silent_layers(traced, describe),
            "earlier_traces": earlier_traces(call.function, describe.sources),
        },
        traced=describe.sources.traced(target.subject) if describe.sources is not None else TracedFiles(),
    )


def _definition(target: Target, sources: Optional[Sources]) -> Optional[Source]:
    """The line where the user defines what was traced: a function, or the ``call`` of a layer."""
    call = getattr(type(target.subject), "call", None)
    code = getattr(target.function, "python_function", None) if target.kind == FUNCTION else call
    return None if code is None else definition_line(code, sources)


def _with_effects(program: Program, concrete: Any, outputs: Sequence[Port], signatures: OpSignatures) -> Program:
    """The program with the main graph's control outputs, and with dead ops marked: what no output and no effect needs.

    A placeholder that is no input of the function is nothing that a caller feeds: `tf.vectorized_map` leaves one behind.
    """
    main = program.main.with_columns(control_outputs=controls_of(program, concrete))
    rows = main.rows()
    inputs = [rows[tensor.op.name] for tensor in concrete.inputs if tensor.op.name in rows]
    return mark_dead(Program(main, program.functions), [port.node for port in outputs], signatures, inputs=inputs)


def _inferred(program: Program, variables: Variables) -> Program:
    """Groups if no call of a layer was recorded, as in a function that somebody else traced.

    Layers are inferred from names and variables, as for a file.
    """
    # The variables' paths are like the names in a file with dots for slashes: "encoder.dense.kernel".
    names = {variable.id: variable.object_path.replace(".", "/") for variable in variables.found}
    return group(program, Known(from_names(names), tuple(variables.found), program.main.handles))


def _frozen(concrete: Any, name: str) -> Any:
    """The function with constants in place of its variables; loops and branches stay as they are."""
    convert = private("framework.convert_to_constants:convert_variables_to_constants_v2")
    try:
        # Lowered, a loop would be TensorFlow 1's flat one of Enter, Merge, Switch, ...
        return convert(concrete, lower_control_flow=False)
    except Exception as error:  # whatever TensorFlow's optimizer raises about a graph that it cannot take
        raise cannot_freeze(error, name) from error


def _own_signatures(graph: Any) -> Any:
    """The signatures of ops that opscope's list does not have, such as a user's custom ops, asked of TensorFlow."""
    known = OpSignatures()
    registry = private("framework.op_def_registry")
    found = {}
    for kind in {op.type for op in graph.get_operations()}:
        if known.get(kind) is None:
            definition = registry.get(kind)
            if definition is not None:
                found[kind] = from_opdef(definition)
    return found
