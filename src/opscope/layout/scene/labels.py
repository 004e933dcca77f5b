"""The words in a drawing: names, shapes, constants, counts. Marks have short ones, tooltips the full text. `captions` has those around it."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Collection, Dict, Iterable, Mapping, Optional, Sequence, Tuple

from ...graph.absent import MISSING_FUNCTIONS, functions_in
from ...graph.attrs import constant_of, function_of, text_of, whole_of
from ...graph.content import content_of
from ...graph.graph import Graph
from ...graph.groups import Group
from ...graph.number_text import number_text
from ...graph.types import Shape, Source, TensorType, Variable
from ...graph.view import ALONE
from ...graph.vocabulary import FLOW_KINDS, MISSING, PHASES, SWITCHES, VARIABLES, chain, repeats
from ...passes.naming import are_a_series, stack_title
from ...program.data_functions import GIVEN, STATE
from ...shapes.loops import Trips
from ...visible import one_line

MOST_NAME = 40
"""At most so many characters of a name are shown."""
MOST_TIP = 2000
"""Characters of a tooltip that names many things."""
MOST_DIFFERENCE = 80
"""At most so many characters of what differs among the copies of a stack."""
MOST_CHIP_VALUES = 4
"""A constant with more values than this shows its shape instead."""
MOST_DIMS = 6
"""At most so many dimensions of a shape are shown."""

NOT_IN_FILE = "not in this file"
"""Said of what ops name and the file does not have."""
COPIES_DIFFER = "copies differ"
"""Said in front of what is not the same in all copies of a stack."""


_LOOP_PREFIX = re.compile(r"^(.*[_/])?while(_\d+)?[_/](?=[a-z])", re.IGNORECASE | re.DOTALL)
"""What TensorFlow puts before the name of a loop's variable: the loop's scopes, joined by ``_`` or ``/``."""
_NAMELESS = re.compile(r"^placeholder(_(\d{1,6}))?$")
"""What TensorFlow calls a loop's variable that has no name: ``placeholder``, then ``placeholder_1``."""
_NAMELESS_ARGUMENT = re.compile(r"^args_\d{1,6}$")
"""What TensorFlow calls an argument of a dataset's function."""
_READ_ENDINGS = ("/ReadVariableOp/resource", "/ReadVariableOp", "/resource", ":0", "_readvariableop_resource")


def cut(text: str, most: int = MOST_NAME) -> str:
    """The text on one line, its middle left out if it is longer than `most`: both ends of a name tell something.

    >>> cut("a_very_long_name_indeed", 11)
    'a_ver…ndeed'
    """
    text = one_line(text)
    if len(text) <= most:
        return text
    head = most // 2
    return f"{text[:head]}…{text[len(text) - (most - head - 1) :]}"


def listed(texts: Iterable[str]) -> str:
    """A tooltip that names many things, each on one line or several, of at most some `MOST_TIP` characters.

    >>> listed(["a (Relu), float32", "b (Relu), float32", "c" * MOST_TIP, "d"]).splitlines()
    ['a (Relu), float32', 'b (Relu), float32', '… 2 more']
    """
    things = list(texts)
    length = 0
    for place, thing in enumerate(things):
        length += len(thing) + 1
        if length > MOST_TIP and place:
            return "\n".join([*things[:place], f"… {len(things) - place} more"])
    return "\n".join(things)[:MOST_TIP]


def thousands(value: int) -> str:
    """A count with its thousands separated, as in ``25,557,032``."""
    return f"{value:,}"


def plural(count: int, noun: str) -> str:
    """``1 op``, ``2 ops``."""
    return f"{thousands(count)} {noun}" if count == 1 else f"{thousands(count)} {noun}s"


def shape_text(shape: Shape) -> str:
    """A shape as Python writes it, but without the comma after a single dimension; ``?`` if the rank is unknown.

    >>> shape_text((8, None)), shape_text((3,)), shape_text(()), shape_text(None)
    ('(8, None)', '(3)', '()', '?')
    """
    if shape is None:
        return "?"
    shown = [str(dim) for dim in shape[:MOST_DIMS]] + (["…"] if len(shape) > MOST_DIMS else [])
    return f"({', '.join(shown)})"


@lru_cache(maxsize=8192)
def type_text(kind: TensorType, *, dtype: bool = True) -> str:
    """A tensor's type in words, with or without its dtype. Handles and variants (such as lists) have no shape."""
    if kind.dtype in {"resource", "variant"}:
        return "variant" if kind.dtype == "variant" else "handle"
    if kind.shape is None:
        return kind.dtype if dtype else ""
    return f"{kind.dtype} {shape_text(kind.shape)}" if dtype else shape_text(kind.shape)


def copy_text(place: int, count: int = 0) -> str:
    """What stands before the type of one copy's tensor, where another copy's is beside it; with how many copies there are, the last is called so.

    >>> copy_text(1), copy_text(3, 4)
    ('copy 2:', 'last copy:')
    """
    return "last copy:" if place == count - 1 else f"copy {place + 1}:"


def type_of_copy(copy: str, kind: Optional[TensorType], *, dtype: bool = True) -> str:
    """The type with the words of `copy_text` before it, if there are any; nothing where it is not known."""
    return f"{copy} {type_text(kind, dtype=dtype)}".lstrip() if kind else ""


def last_part(path: str) -> str:
    """The last component of a name or an object path, without what TensorFlow appends for the read of a variable.

    >>> last_part("encoder.blocks[2].dense.kernel"), last_part("dense_1/kernel:0")
    ('kernel', 'kernel')
    """
    for ending in _READ_ENDINGS:
        if path.endswith(ending) and len(path) > len(ending):
            path = path[: -len(ending)]
    return path.rpartition("/")[2].rpartition(".")[2] or path


def variable_text(variable: Variable) -> str:
    """What the chip of a variable says: ``kernel (32, 64)``."""
    name = cut(last_part(variable.object_path) or "variable", 24)
    return f"{name} {shape_text(variable.shape)}" if variable.shape != () else name


def box_title(graph: Graph, node: int) -> str:
    """What the box of an op says: its type, or of a variable, which is a box only where nothing uses it, its name and shape."""
    content = content_of(graph)
    op = content.table.ops[node]
    if op in VARIABLES and node in content.handles:
        return variable_text(content.variables[content.handles[node]])
    return cut(op, 32)


def constant_text(attrs: Mapping[str, Any], kind: Optional[TensorType]) -> str:
    """What the chip of a constant says: its values if they are few, else its shape."""
    constant = constant_of(attrs)
    if constant is None:
        return f"const {type_text(kind)}" if kind else "const"
    shape, values = constant
    count = 1
    for dim in shape or ():
        count *= dim or 0
    # A constant of equal elements may be stored as one value, however many there are.
    if count > MOST_CHIP_VALUES or (len(values) not in {1, count}):
        return f"const {shape_text(shape) if shape is not None else ''}".strip()
    shown = [_value(item) for item in values] * (count if len(values) == 1 else 1)
    return shown[0] if shape == () and shown else f"[{', '.join(shown[:count])}]"


def _value(value: Any) -> str:
    """One value of a constant."""
    if isinstance(value, float):
        return f"{value:.4g}"
    return cut(f'"{value}"', 18) if isinstance(value, str) else str(value)


def source_text(source: Optional[Source]) -> str:
    """``file.py:14``; the folder is in the tooltip. A file written on Windows has backslashes (``chr(92)``)."""
    if source is None:
        return ""
    return cut(f"{source.file.replace(chr(92), '/').rpartition('/')[2]}:{source.line}", 32)


def group_title(graph: Graph, index: int) -> str:
    """A group's name among its siblings, with the ``#2`` that makes it unique.

    A stack whose copies have unlike names has a title that is made of all these.
    """
    group = content_of(graph).groups[index]
    stack = content_of(graph).view.stacks.get(index, ALONE)
    title = _title_of_all(stack.names, stack.places)
    if title is not None:
        return title
    if group.kind in PHASES and not group.path.rpartition("/")[2].startswith(group.name):
        return group.name  # a file's, whose scope has another name
    if group.parent < 0:
        return group.path
    above = content_of(graph).groups[group.parent].path + "/"
    return group.path[len(above) :] if group.path.startswith(above) else group.path.rpartition("/")[2]


@lru_cache(maxsize=256)  # an overview is drawn again and again, and a stack may have thousands of copies
def _title_of_all(names: Tuple[str, ...], places: Tuple[int, ...]) -> Optional[str]:
    """The title of a stack whose copies have unlike names; ``None`` if their names are a series."""
    return None if are_a_series(names) else stack_title(names, places)


def group_detail(
    group: Group,
    *,
    ops: Optional[int],
    differences: Sequence[str] = (),
    succession: str = "",
    trips: Optional[Trips] = None,
    nested: str = "",
) -> str:
    """The second line of a card: iterations, output shapes, parameters, ops, and how the copies of a stack differ.

    Args:
        group: the group.
        ops: how many ops a folded card stands for; ``None`` for an open card.
        differences: what is not the same in all copies of a stack. The first is shown, and how many more there are.
        succession: how data flows between the copies of a stack.
        trips: how often a loop runs.
        nested: how many copies there are in all, where a stack lies in a stack.
    """
    parts = []
    if trips is not None:
        parts.append(loop_length(trips, "element" if group.kind == "dataset" else "iteration"))
    if group.outputs and group.is_call:
        shown = ", ".join(shape_text(kind.shape) for kind in group.outputs[:3])
        parts.append(f"out {shown}" + (", …" if len(group.outputs) > 3 else ""))
    if group.parameters:
        parts.append(plural(group.parameters, "parameter"))
    if ops is not None:
        parts.append(plural(ops, "op"))
    if nested:
        parts.append(nested)
    if succession:
        parts.append(succession)
    if differences:
        more = f" and {len(differences) - 1} more" if len(differences) > 1 else ""
        parts.append(f"{COPIES_DIFFER}: {cut(differences[0], MOST_DIFFERENCE)}{more}")
    return " · ".join(parts)


def nested_copies(graph: Graph, index: int) -> str:
    """How many copies of a stack there are in each copy of the stacks around it, and in all; empty where there is none around it."""
    groups, stacks = content_of(graph).groups, content_of(graph).view.stacks
    own = len(stacks.get(index, ALONE).names)
    around = 1
    for group in chain(groups, groups[index].parent):
        around *= len(stacks.get(group, ALONE).names)
    return f"{own:,} in each of {around:,}, {own * around:,} in all" if own > 1 and around > 1 else ""


def loop_trips(graph: Graph, trips: Mapping[str, Trips], index: int) -> Optional[Trips]:
    """How often a loop runs, by what `shapes.loops.trips` found; ``None`` if it is unknown or the group is no loop."""
    group = content_of(graph).groups[index]
    return trips.get(content_of(graph).table.names[group.owner]) if repeats(group) and group.owner >= 0 else None


def loop_length(trips: Trips, each: str = "iteration") -> str:
    """How often a loop runs, in words, as far as it is known.

    >>> loop_length(Trips(40)), loop_length(Trips(None, 10)), loop_length(Trips(None))
    ('40 iterations', '≤ 10 iterations', 'unknown number of iterations')
    """
    if trips.exact is not None:
        return iterations(trips.exact, each)
    return f"≤ {iterations(trips.most, each)}" if trips.most is not None else f"unknown number of {each}s"


def iterations(trips: float, each: str = "iteration") -> str:
    """How often a loop runs, in words. A measured number is a mean and so may have a fraction.

    >>> iterations(1), iterations(40), iterations(12.5), iterations(3, "element")
    ('1 iteration', '40 iterations', '12.5 iterations', '3 elements')
    """
    return plural(int(trips), each) if trips == int(trips) else f"{number_text(trips)} {each}s"


def group_tip(group: Group, differences: Sequence[str] = ()) -> str:
    """The tooltip of a card: path, kind, object, call, outputs, what differs among copies, source."""
    lines = [f"{group.path} ({group.cls or group.kind})"]
    if group.object_path:
        lines.append(f"object {group.object_path}")
    if group.call is not None:
        lines.append(f"call {group.call}")
    if group.layer_source == "inferred":
        lines.append("layer inferred from its variables")
    if group.of:
        lines.append(f"gradient or update of {group.of}")
    lines.extend(f"output {type_text(kind)}" for kind in group.outputs[:8])
    lines.extend(f"{COPIES_DIFFER}: {words}" for words in differences)
    if group.source:
        lines.append(f"{group.source.file}:{group.source.line}")
    return "\n".join(lines)


def op_tip(graph: Graph, node: int) -> str:
    """The tooltip of a box: name, type, outputs, source, device."""
    table = content_of(graph).table
    missing = table.ops[node] == MISSING
    lines = [f"{table.names[node]} ({NOT_IN_FILE if missing else table.ops[node]})"]
    if not missing and absent_text(graph, node):
        lines.append(f"runs {absent_text(graph, node)}")
    kinds = table.outputs[node][:8]
    # That a handle comes out of a variable says nothing new; an iterator that the caller passes is a handle as well.
    if len(kinds) == 1 and (kinds[0].dtype != "resource" or node in {port.node for port in content_of(graph).inputs}):
        lines.append(type_text(kinds[0]))
    elif len(kinds) > 1:
        sides = [side_text(table.ops[node], index) for index in range(len(kinds))]
        named = [f"{index} ({side})" if side else str(index) for index, side in enumerate(sides)]
        lines.extend(f"output {index}: {type_text(kind)}" for index, kind in zip(named, kinds))
    source = content_of(graph).sources.get(node)
    if source is not None:
        lines.append(f"{source.file}:{source.line} in {source.function}")
    if table.devices[node]:
        lines.append(table.devices[node])
    return "\n".join(lines)


def card_title(graph: Graph, index: int) -> Tuple[str, str]:
    """The first line of a card: a title; beside it, the class of a layer, the name of a loop or the called function."""
    group = content_of(graph).groups[index]
    name = group_title(graph, index)
    if group.kind in FLOW_KINDS:
        return group.kind, "" if name == group.kind else cut(name)
    if group.kind == "function":
        return cut(name), cut(function_of(content_of(graph).table.attrs(group.owner), "f") if group.owner >= 0 else "")
    return cut(name), cut(group.cls or "")


def variable_name(graph: Graph, arg: int) -> str:
    """What a loop's variable is called: the name from the user's code if there is one, else ``variable 1``."""
    name = text_of(content_of(graph).table.attrs(arg), "_user_specified_name") or last_part(
        content_of(graph).table.names[arg]
    )
    own = _LOOP_PREFIX.sub("", name)
    given = text_of(content_of(graph).table.attrs(arg), GIVEN)
    if given and _NAMELESS_ARGUMENT.match(own):
        return _given_name(graph, arg, given)
    nameless = _NAMELESS.match(own)
    return f"variable {int(nameless[2] or 0) + 1}" if nameless else cut(own, 24)


def _given_name(graph: Graph, arg: int, given: str) -> str:
    """What an argument without a name is called in a function of a dataset: ``element 2`` is the second component of one."""
    table = content_of(graph).table
    if given == STATE:  # state comes first in these functions
        number = whole_of(table.attrs(arg), "index")
        several = arg + 1 < len(table) and text_of(table.attrs(arg + 1), GIVEN) == STATE
    else:
        number, several = table.elements.get(arg, 0), table.elements.get(arg + 1) == 1
    return f"{given} {number + 1}" if number or several else given


def side_text(op: str, output: int) -> str:
    """Which side of a condition an output of an op of TensorFlow 1 is: ``true`` or ``false``; empty for any other op."""
    return {0: "false", 1: "true"}.get(output, "") if op in SWITCHES else ""


def absent_text(graph: Graph, node: int) -> str:
    """What is said beside an op that runs functions which the file does not have: ``f, not in this file``; else empty."""
    if not content_of(graph).absent.functions:
        return ""
    names = functions_in(content_of(graph).table.attrs(node), MISSING_FUNCTIONS)
    return f"{cut(', '.join(names))}, {NOT_IN_FILE}" if names else ""


def fused_texts(graph: Graph) -> Dict[str, str]:
    """Name of each op that was fused -> the note beside its box.

    One op of a fused group has the time of all; its note names the others, and theirs name it.
    """
    found: Dict[str, str] = {}
    for node, measured in content_of(graph).measured.items():
        name = content_of(graph).table.names[node]
        others = [other for other in measured.fused or () if other != name]
        if others:
            found[name] = cut(f"fused with {', '.join(last_part(other) for other in others)}", 48)
            for other in others:
                found.setdefault(other, cut(f"fused with {last_part(name)}", 48))
    return found


def fresh_type(kind: TensorType, before: Collection[TensorType]) -> str:
    """The label for a tensor of an op that takes tensors of the types `before`: what of its type is new; its shape at least."""
    return "" if kind in before else type_text(kind, dtype=all(kind.dtype != other.dtype for other in before))
