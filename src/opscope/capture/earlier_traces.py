"""Finds what a `tf.function` was traced for before: once for each kind of arguments that it was called with."""

from __future__ import annotations

import inspect
import tokenize
from typing import Any, Iterator, List, Optional, Tuple

from ..graph.trace_facts import TracedArgument, TraceFacts
from ..graph.types import Source
from .seams import function_class, tensorflow
from .traced_functions import traces_of
from .user_frames import Sources

_MOST_TRACES = 100
_MOST_NESTED = 8
_MOST_TEXT = 200


def earlier_traces(function: Any, sources: Optional[Sources]) -> Optional[TraceFacts]:
    """What the function was traced for; ``None`` for what is no `tf.function`, or was traced less than twice."""
    is_traced = isinstance(function, function_class())
    if not is_traced:
        return None
    names = _parameter_names(function.python_function)
    traces = dict.fromkeys(tuple(_arguments(each, names)) for each in traces_of(function)[:_MOST_TRACES])
    if len(traces) < 2:
        return None
    return TraceFacts(definition_line(function.python_function, sources), tuple(traces))


def _parameter_names(function: Any) -> List[str]:
    try:
        return [name for name in inspect.signature(function).parameters if name != "self"]
    except (TypeError, ValueError):  # Python cannot tell, as for some functions written in C
        return []


def _arguments(concrete: Any, names: List[str]) -> Iterator[TracedArgument]:
    args, kwargs = concrete.structured_input_signature or ((), {})
    for place, value in enumerate(args):
        yield from _parts(names[place] if place < len(names) else f"argument {place + 1}", value, 0)
    for name in sorted(kwargs):
        yield from _parts(name, kwargs[name], 0)


def _parts(path: str, value: Any, depth: int) -> Iterator[TracedArgument]:
    """An argument, or the parts of a nested one."""
    if isinstance(value, (list, tuple)) and depth < _MOST_NESTED:
        for place, part in enumerate(value):
            yield from _parts(f"{path}[{place}]", part, depth + 1)
    elif isinstance(value, dict) and depth < _MOST_NESTED:
        for key in value:
            yield from _parts(f"{path}[{key!r}]", value[key], depth + 1)
    elif isinstance(value, tensorflow().TensorSpec):
        shape = None if value.shape.rank is None else tuple(value.shape.as_list())
        yield TracedArgument(path, value.dtype.name, shape)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        yield TracedArgument(path, value=value)
    else:
        plain = value is None or isinstance(value, (bool, str))
        yield TracedArgument(path, value=repr(value)[:_MOST_TEXT] if plain else type(value).__name__)


def definition_line(function: Any, sources: Optional[Sources]) -> Optional[Source]:
    """The line of the function's ``def``, which decorators may precede."""
    code = getattr(inspect.unwrap(function), "__code__", None)
    shown = sources.shown(code.co_filename) if sources is not None and code is not None else None
    if sources is None or code is None or shown is None:
        return None
    try:
        lines: Tuple[List[str], int] = inspect.getsourcelines(code)
        ahead = next((place for place, line in enumerate(lines[0]) if line.lstrip().startswith("def ")), 0)
    # No source, as in an interactive session, or a file that is another one by now.
    except (OSError, TypeError, IndexError, SyntaxError, tokenize.TokenError):
        ahead = 0
    return sources.place(shown, code.co_firstlineno + ahead, code.co_name)
