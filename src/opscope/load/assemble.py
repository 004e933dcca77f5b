"""Makes a `Graph` of the chosen part of a MetaGraphDef. A GraphDef is read as a MetaGraphDef that has nothing else."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Dict, List, Mapping, NamedTuple, Optional, Tuple

from ..collector import paused
from ..graph.content import Content
from ..graph.facts import Facts
from ..graph.graph import Graph
from ..graph.terminal import handed_out, terminal
from ..graph.types import CONTROL, Port, Variable
from ..graph.vocabulary import RESULT
from ..program.body import Body
from ..program.dead import mark_dead
from ..program.expand import expand
from ..program.frames import mark_frames
from ..program.keras_metadata import read_metadata
from ..program.layers import Known, group
from ..program.objects import ModelObject, Objects, read_objects
from ..program.opdefs import OpSignatures, from_opdef
from ..program.program import read as read_program
from ..version import __version__
from .choose import Choice, node_in, refuse_empty
from .debug_info import with_sources
from .file_contents import constants, functions, inferred
from .infer import infer_shapes
from .variables import held, trainable_names


class Beside(NamedTuple):
    """The bytes of files in a SavedModel's folder beside ``saved_model.pb``; empty if there is no such file."""

    keras_metadata: bytes = b""
    debug_info: bytes = b""


def assemble(name: str, meta: Any, choice: Choice, beside: Beside, facts: Facts) -> Graph:
    """Read the chosen nodes; find their variables, layers, loops, source lines, missing shapes and dead ops."""
    # Custom ops are not in TensorFlow's list of ops, but the file brings their declarations along.
    signatures = OpSignatures({op.name: from_opdef(op) for op in meta.meta_info_def.stripped_op_list.op})
    program = read_program(meta.graph_def, signatures, nodes=choice.nodes, function=choice.function)
    if not len(program.main):
        refuse_empty(meta, facts.get("format", "graph"))
    known = _known(meta, program.main, choice, beside)
    program = mark_frames(group(program, known))
    if beside.debug_info:
        program = with_sources(program, beside.debug_info, main=program.main.name)
    program = infer_shapes(program, known, meta.graph_def.versions.producer)
    inputs, outputs = _ports(program.main, choice, _captured(meta, program.main.name))
    main = program.main
    is_told = bool(outputs)
    if not is_told:
        ends = terminal(main, range(len(main)))
        outputs = tuple(Port(main.names[row], row, 0) for row in ends)
        is_told = bool(handed_out(main, ends))
    # Else all ends of the graph are taken for outputs. Which of them somebody needs is a guess, so no op is called dead.
    if is_told:
        ends = [row for row, op in enumerate(main.ops) if op == RESULT]
        program = mark_dead(program, [*ends, *(port.node for port in outputs)], signatures)
    version = meta.meta_info_def.tensorflow_version
    found: Facts = {
        **facts, "functions": functions(program), "library_functions": len(meta.graph_def.library.function),
        "constants": constants(program), "inferred_shapes": inferred(program),
    }  # fmt: skip

    def content() -> Content:  # called at the first look at the ops
        with paused():
            return expand(program, variables=known.variables, inputs=inputs, outputs=outputs)

    made_by = {"tensorflow": version} if version else {}
    return Graph(name, content, producer={**made_by, "opscope": __version__}, facts=found)


def _known(meta: Any, main: Body, choice: Choice, beside: Beside) -> Known:
    """The variables that the chosen part uses, numbered from 0, and the objects that own them.

    A variable that the object graph describes is taken from there, with its path and whether it is trainable. Any other
    is taken from the ops that hold or use it.
    """
    own = held(main, trainable_names(meta))
    if not len(meta.object_graph_def.nodes):
        return Known((), own.variables, own.handles)
    # There is an object graph. Its variables are better described, but only `bound` tells which row stands for which.
    metadata = read_metadata(beside.keras_metadata) if beside.keras_metadata else {}
    objects = read_objects(meta.object_graph_def, metadata)
    bound = _bound(meta, main, choice, objects)
    # A row's variable is ("saved", its number in `objects`) or ("held", its number in `own`) -> its new number.
    number: Dict[Tuple[str, int], int] = {}
    variables: List[Variable] = []
    handles: Dict[int, int] = {}
    for row in sorted({*own.handles, *bound}):
        key = ("saved", bound[row]) if row in bound else ("held", own.handles[row])
        if key not in number:
            number[key] = len(variables)
            found = objects.variables[key[1]] if row in bound else own.variables[key[1]]
            variables.append(Variable(len(variables), found.object_path, found.dtype, found.shape, found.trainable))
        handles[row] = number[key]
    new = {old: index for (kind, old), index in number.items() if kind == "saved"}
    return Known(_renumbered(objects.objects, new), tuple(variables), handles)


def _renumbered(objects: Tuple[ModelObject, ...], new: Mapping[int, int]) -> Tuple[ModelObject, ...]:
    """The objects with new numbers for their variables. They lose the variables that the chosen part does not use."""
    return tuple(
        replace(item, variables=frozenset(new[old] for old in item.variables if old in new)) for item in objects
    )


def _bound(meta: Any, main: Body, choice: Choice, objects: Objects) -> Dict[int, int]:
    """Row of the main graph -> number of the saved variable that it is a handle of.

    The object graph says for each traced function which objects its captured inputs are. Where it does not, a VarHandleOp
    is found by its name, if only one variable has that name.
    """
    graph = meta.object_graph_def
    found: Dict[int, int] = {}

    def bind(rows: List[int], function: str) -> None:
        if function in graph.concrete_functions:
            inputs = graph.concrete_functions[function].bound_inputs  # a function's captured inputs are its last ones
            for row, node in zip(rows[len(rows) - len(inputs) :], inputs):
                if node in objects.node_variable:
                    found[row] = objects.node_variable[node]

    if choice.function is not None:
        bind(list(range(len(choice.function.signature.input_arg))), main.name)
        return found
    # The main graph of a SavedModel calls each signature's function and passes it the handles of its variables.
    for call in main.calls:  # a call has one part: an empty role, and the name of the function
        bind([row for row, output in main.inputs(call.node) if output != CONTROL], call.parts[0][1])
    names: Dict[str, Optional[int]] = {}
    for index, name in enumerate(objects.names):
        names[name] = None if name in names else index  # None: two variables have this name
    for row, op in enumerate(main.ops):
        if op == "VarHandleOp" and row not in found:
            attr = main.raw_attrs[row].attr
            shared = attr["shared_name"].s.decode("utf-8", "replace") if "shared_name" in attr else ""
            alike = names.get(shared or main.names[row])
            if alike is not None:
                found[row] = alike
    return found


def _captured(meta: Any, function: str) -> int:
    """How many tensors a function captured, as far as the object graph says; they are its last arguments."""
    traced = meta.object_graph_def.concrete_functions
    return len(traced[function].bound_inputs) if function in traced else 0


def _ports(main: Body, choice: Choice, captured: int) -> Tuple[Tuple[Port, ...], Tuple[Port, ...]]:
    """The inputs and outputs of what was chosen. What a function `captured`, and the handle of a variable, is no input of it."""
    if choice.function is not None:
        # The function is the main graph: its first rows are its arguments, its last rows its results.
        signature, count = choice.function.signature, len(main)
        results = count - len(signature.output_arg)
        fed = [
            Port(main.names[row], row, 0)
            for row in range(len(signature.input_arg) - captured)
            if not (main.outputs[row] and main.outputs[row][0].dtype == "resource")
        ]
        return tuple(fed), tuple(Port(main.names[row], *_source(main, row)) for row in range(results, count))
    rows = {name: row for row, name in enumerate(main.names)} if choice.inputs or choice.outputs else {}

    def ports(tensors: Mapping[str, str]) -> Tuple[Port, ...]:
        return tuple(
            Port(name, rows[node_in(text)], _output(text)) for name, text in tensors.items() if node_in(text) in rows
        )

    return ports(choice.inputs), ports(choice.outputs)


def _source(main: Body, row: int) -> Tuple[int, int]:
    """The tensor that a `_Retval` returns: the row that makes it and which of its outputs."""
    return main.inputs(row)[0]


def _output(text: str) -> int:
    """The number at the end of a tensor's name: 1 for ``split:1``, 0 for ``split``."""
    digits = text.rpartition(":")[2] if ":" in text else "0"
    return int(digits) if digits.isdecimal() and len(digits) < 7 else 0  # longer ones are no output's number
