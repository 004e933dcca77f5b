"""A compiled function's program as bodies: its parameters are the function's arguments, and its results those that it returns."""

from __future__ import annotations

import re
from typing import Any, Dict, List, Mapping, NamedTuple, Optional, Sequence, Tuple

from ..errors import LoadError
from ..graph.content import Content
from ..graph.types import Port, TensorType, Variable
from ..graph.vocabulary import ARGUMENT
from ..program.body import Body
from ..program.filled_columns import MadeAt
from .compiled_function import CompiledFunction
from .hlo_bodies import ModuleBodies, TakenTensor
from .hlo_text import read_hlo

_ALIASES = re.compile(r"input_output_alias=\{((?:[^{}]|\{[^{}]*\})*)\}")
_ALIAS = re.compile(r"\{\s*(\d*)\s*\}\s*:\s*\(\s*(\d+)")


class CompiledProgram(NamedTuple):
    """One program."""

    entry: Body
    functions: Mapping[str, Body]
    """The computations that it runs."""
    tensors: Tuple[MadeAt, ...] = ()
    """Where all tensors are made that the entry gives: results first, then the new values of variables."""
    returned: int = 0
    """How many of them are results; 0 if it is not known which."""
    updates: Mapping[int, str] = {}
    """Number of a tensor -> the name of the argument for the variable whose new value it is."""


def called_program(function: CompiledFunction, key: str, results: Sequence[TensorType]) -> CompiledProgram:
    """The program of a function that an op calls which gives `results`; its entry is called `key`.

    Raises:
        LoadError: there is none, or it cannot be read.
    """
    slots = [
        (each.name.replace("/", "_"), ARGUMENT, {"T": each.type.dtype, "index": index})
        for index, each in enumerate(function.arguments)
    ]
    return _program(function, key, slots, results, is_main=False)


def main_program(function: CompiledFunction, written: Content) -> CompiledProgram:
    """The program of the traced function itself.

    Raises:
        LoadError: there is none, or it cannot be read.
    """
    handles = {written.table.names[row]: variable for row, variable in written.handles.items()}
    slots = []
    for each in function.arguments:
        op = "VariableV2" if each.name in handles else "Placeholder"
        shape = None if each.type.shape is None else list(each.type.shape)
        slots.append((each.name, op, {"dtype": each.type.dtype, "shape": shape}))
    types = [written.table.outputs[port.node][port.output] for port in written.outputs]
    found = _program(function, "", slots, types, is_main=True)
    rows = {row: handles[name] for row, name in enumerate(found.entry.names[: len(slots)]) if name in handles}
    return found._replace(entry=found.entry.with_columns(handles=rows))


def outputs_of(program: CompiledProgram, written: Content) -> Tuple[Port, ...]:
    """What a main program gives, by the names that the results have as written."""
    names = {each.name for each in written.outputs}
    ports: List[Port] = []
    for index, (row, output) in enumerate(program.tensors):
        if index < program.returned:
            name = written.outputs[index].name
        elif index in program.updates:
            name = f"{_variable_name(program.updates[index], written)} (new value)"
        else:
            name = f"result {index}"
        while name in names and index >= program.returned:
            name += "~"
        names.add(name)
        ports.append(Port(name, row, output))
    return tuple(ports)


def _variable_name(argument: str, written: Content) -> str:
    """What a variable is called that is behind an argument."""
    for row, number in written.handles.items():
        if written.table.names[row] == argument:
            variable: Variable = written.variables[number]
            return variable.object_path or argument
    return argument


def _program(
    function: CompiledFunction,
    key: str,
    arguments: Sequence[Tuple[str, str, Dict[str, Any]]],
    results: Sequence[TensorType],
    *,
    is_main: bool,
) -> CompiledProgram:
    if not function.text:
        raise LoadError(function.refused or "XLA gave no program")
    module = read_hlo(function.text)
    bodies = ModuleBodies(module, f"{key}:")
    parameters = [kind.tensors[0] if len(kind.tensors) == 1 else None for kind in bodies.parameters()]
    numbers = _numbers([each.type for each in function.arguments], parameters)
    for each, number in zip(function.arguments, numbers):
        if number < 0 and not each.known:
            raise LoadError(
                f"its code depends on the value of {each.name!r}, which is known only when it runs, and zeros stood for it"
            )
    slots = [
        TakenTensor(name, op, each.type, attrs, number)
        for (name, op, attrs), each, number in zip(arguments, function.arguments, numbers)
    ]
    aliases = _aliases(function.text)
    returned = _returned(results, bodies.results(), aliases)
    entry, tensors = bodies.entry(slots, is_main=is_main, results=returned)
    bodies.complete(entry)
    of_parameter = {number: each.name for each, number in zip(function.arguments, numbers)}
    updates = {index: of_parameter[number] for index, number in aliases.items() if number in of_parameter}
    return CompiledProgram(entry, bodies.functions, tuple(tensors), returned, updates)


def _numbers(arguments: Sequence[TensorType], parameters: Sequence[Optional[TensorType]]) -> List[int]:
    """For each argument the number of the parameter that it is; -1 for one whose value became a part of the code.

    Raises:
        LoadError: the parameters are not those of these arguments, or it is not certain which is which.
    """
    first = _in_order(arguments, parameters)
    last = _in_order(arguments[::-1], parameters[::-1])
    if (
        first is None
        or last is None
        or first != [place if place < 0 else len(parameters) - 1 - place for place in last[::-1]]
    ):
        raise LoadError("its parameters cannot be told to be its arguments")
    return first


def _in_order(arguments: Sequence[TensorType], parameters: Sequence[Optional[TensorType]]) -> Optional[List[int]]:
    """The parameters given to arguments in their order, each to the first that fits."""
    numbers: List[int] = []
    place = 0
    for each in arguments:
        fits = place < len(parameters) and parameters[place] == each
        numbers.append(place if fits else -1)
        place += fits
    return numbers if place == len(parameters) else None


def _aliases(text: str) -> Dict[int, int]:
    """Number of a tensor that the program gives -> the parameter whose memory it gets: those are new values of variables."""
    end = text.find("\n")
    found = _ALIASES.search(text, 0, end if end >= 0 else len(text))
    pairs = _ALIAS.findall(found.group(1)) if found else ()
    return {int(index or 0): int(number) for index, number in pairs if len(index) < 9 and len(number) < 9}


def _returned(results: Sequence[TensorType], given: Sequence[TensorType], aliases: Mapping[int, int]) -> int:
    """How many of the tensors that the program gives are results: they come first. 0 if that is not certain.

    A result that is known beforehand is not among them.
    """
    count = len(results)
    alike = len(given) >= count and all(
        one.dtype == other.dtype and (one.shape is None or other.shape is None or _fits(one.shape, other.shape))
        for one, other in zip(results, given)
    )
    return count if alike and set(range(count, len(given))) == set(aliases) else 0


def _fits(one: Tuple[Optional[int], ...], other: Tuple[Optional[int], ...]) -> bool:
    return len(one) == len(other) and all(a is None or b is None or a == b for a, b in zip(one, other))
