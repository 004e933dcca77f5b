"""What differs between the traces of one `tf.function`, for the rules about it."""

from __future__ import annotations

from typing import Any, Dict, List, Sequence

from ..graph.trace_facts import TracedArgument, TraceFacts
from ..graph.types import Shape

_MOST_SHOWN = 4
_LEAST_WHOLE = 3
"""Two whole numbers may be two sizes that a function is meant to be traced for."""


def numbers_that_change(facts: TraceFacts) -> Dict[str, List[Any]]:
    """The arguments that were many different Python numbers, and these numbers."""
    found = {}
    for path, given in _by_path(facts).items():
        numbers = sorted({each.value for each in given if isinstance(each.value, (int, float))})
        if len(numbers) >= (2 if any(isinstance(number, float) for number in numbers) else _LEAST_WHOLE):
            found[path] = numbers
    return found


def what_differs(facts: TraceFacts) -> List[str]:
    """In words: which arguments differ in shape, in dtype, or as few Python numbers."""
    many, found = numbers_that_change(facts), []
    for path, given in _by_path(facts).items():
        tensors = [each for each in given if each.dtype]
        dtypes = sorted({each.dtype for each in tensors})
        shapes = sorted({_shape_text(each.shape) for each in tensors})
        numbers = sorted({each.value for each in given if isinstance(each.value, (int, float))})
        if len(dtypes) > 1:
            found.append(f"dtypes {values_text(dtypes)} of {path}")
        if len(shapes) > 1:
            found.append(f"shapes {values_text(shapes)} of {path}")
        if path not in many and (len(numbers) > 1 or (numbers and tensors)):
            found.append(f"{path} as {values_text(numbers)}{' and as a tensor' if tensors else ''}")
    return found


def values_text(values: Sequence[Any]) -> str:
    """The first of some values, and whether there are more."""
    return ", ".join(map(str, values[:_MOST_SHOWN])) + (", ..." if len(values) > _MOST_SHOWN else "")


def _by_path(facts: TraceFacts) -> Dict[str, List[TracedArgument]]:
    found: Dict[str, List[TracedArgument]] = {}
    for trace in facts.traces:
        for argument in trace:
            found.setdefault(argument.path, []).append(argument)
    return found


def _shape_text(shape: Shape) -> str:
    if shape is None:
        return "of any rank"
    return f"({', '.join('None' if size is None else str(size) for size in shape)})"
