"""Turns an exception that tracing raised into a `TraceError` of one line, with the user's own exception as its cause."""

from __future__ import annotations

import re
from typing import Optional, Tuple

from ..errors import KeywordError, OpscopeError, TraceError, option, spelled
from .inputs import leaves, shown
from .target import Target
from .target_call import TargetCall

_LONGEST = 300
"""How many characters of a message are shown."""
_COLOURS = re.compile("\x1b\\[[0-9;]*m")
"""Escape codes for a terminal: Keras 3 prints parts of its messages in bold."""
# Texts in messages of TensorFlow and Keras that tell what kind of mistake it was; `_remedy` says what helps.
_EAGER = ("numpy()", "'numpy'", "NotImplementedError: Cannot convert a symbolic", "Cannot convert a symbolic", "eager")
_SHAPES = ("incompatible", "shape", "dimension", "rank", "axis")
_BOOL = ("as a Python `bool`", "as a `tf.bool`", "Iterating over a symbolic", "iterating over")
_COUNT = re.compile(
    r"missing .*required|missing a required|takes (?:from )?\d+ .*argument|too many positional|multiple values for argument"
)
_DTYPE = re.compile(
    r"DataType \w+ not in list|that does not match (?:expected )?type|conversion requested dtype|Can not cast TensorSpec|expected to be an? \w+ tensor"
    r"|to \w*Tensor of dtype|[Ii]ncompatible types|must be of type"
)
"""How TensorFlow complains of a dtype. The word alone would not do, as messages about shapes show tensors with their dtypes."""
_VARIABLES = re.compile(r"tried to create variables on|only supports singleton tf\.Variable|Unable to lift tensor")
_UNHASHABLE = re.compile(r"unhashable type|hashable Python objects|cannot create weak reference")
_LEAKED = re.compile(
    r"out of scope|cannot be accessed (?:here|from)|from an? (?:inner|other|different) (?:function|graph)"
)
_MEMORY = re.compile(r"\bOOM\b|[Oo]ut of memory|[Ff]ailed to allocate|ResourceExhausted")
_NO_GRADIENTS = "No gradients provided"
_REFUSED = re.compile(r"unexpected keyword argument '(?P<word>\w+)'|missing .*required .*argument")
_RANKS = re.compile(r"expected (?:min_)?ndim=(?P<wanted>\d+), found ndim=(?P<found>\d+)")
"""How Keras 2 and 3 complain of a tensor with too few dimensions."""
_WHOLE_SHAPES = re.compile(
    r"expected shape\s?=?\s?\((?P<wanted>[^)]*)\),\s(?:but input has incompatible shape\s|found shape=)\((?P<found>[^)]*)\)",
    re.IGNORECASE,
)
"""How Keras 3 complains of an input of a functional or sequential model; Keras 2 does so by `_RANKS` or in a warning."""
_NOISE = re.compile(
    r"(in user code:|File \"|\S+\.py:\d+|Exception encountered|Arguments received|Call arguments received|\*|•)"
)
"""How the lines begin that AutoGraph and Keras put around a message."""


def explain(error: BaseException, target: Target, call: TargetCall) -> OpscopeError:
    """The error to raise in place of `error`: what went wrong, and what the user can do."""
    if isinstance(error, OpscopeError):
        return error
    cause = original(error)
    message = _line(cause)
    found: OpscopeError = _refused(cause, target, call) or TraceError(
        f"cannot trace {call.name!r}: {type(cause).__name__}: {message}; {_remedy(cause, message, target, call)}"
    )
    found.__cause__ = cause
    return found


def _refused(cause: BaseException, target: Target, call: TargetCall) -> Optional[KeywordError]:
    """The error for a keyword that the user gave and the target's own call does not take: most likely a misspelled option."""
    refused = _REFUSED.search(str(cause)) if isinstance(cause, TypeError) else None
    words = [word for word in call.kwargs if word not in target.parameters]
    if refused is None or not words or (refused["word"] or words[0]) not in words:
        return None
    return KeywordError(f"the call of {target.name!r}", refused["word"] or words[0], target.parameters)


def original(error: BaseException) -> BaseException:
    """The exception as the user's code raised it. AutoGraph replaces it by copies, each with the one before as context."""
    below = error.__context__
    while below is not None and (type(below) is type(error) or hasattr(below, "ag_error_metadata")):
        error, below = below, below.__context__
    return error


def _line(error: BaseException) -> str:
    """The first line of a message that is not `_NOISE`."""
    lines = [_COLOURS.sub("", line).strip() for line in str(error).splitlines()]
    telling = [line for line in lines if line and not _NOISE.match(line)]
    line = (telling or lines or [""])[0].rstrip(".") or "no message"
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"


def cannot_freeze(error: BaseException, name: str) -> TraceError:
    """The error if TensorFlow cannot turn a function's variables into constants."""
    found = TraceError(
        f"cannot freeze {name!r}: {type(error).__name__}: {_line(error)}; leave out {option('freeze', True)}: "
        "what writes variables or looks words up in tables has to keep them"
    )
    found.__cause__ = error
    return found


def _remedy(cause: BaseException, message: str, target: Target, call: TargetCall) -> str:
    """What the user can do, as far as the message tells."""
    if any(word in message for word in _BOOL):
        return (
            "decorate the method with @tf.function, or use tf.cond, so that AutoGraph can turn the `if` into a branch"
        )
    if any(word in message for word in _EAGER):
        return "it works on eager tensors only; use TensorFlow ops, or wrap that part in tf.py_function"
    if _NO_GRADIENTS in message:
        return f"no variable gets a gradient; {spelled('opscope.check', 'opscope check')} says why"
    given = shown(call.args, call.kwargs)
    if isinstance(cause, MemoryError) or _MEMORY.search(f"{type(cause).__name__} {message}"):
        return f"there is not enough memory; give smaller inputs (given: {given})"
    if _VARIABLES.search(message):
        return (
            "create its variables once, outside of the function, with initial values that do not depend on the inputs"
        )
    if _UNHASHABLE.search(message):
        return f"TensorFlow takes no such objects as arguments; pass the tensors in them (given: {given})"
    if _LEAKED.search(message):
        return "it uses a tensor that was made while another function was traced; return that tensor, or pass it as an argument"
    if getattr(target.function, "concrete_functions", None):
        return f"give inputs like those that it was saved with: {_saved_with(target)} (given: {given})"
    if isinstance(cause, TypeError) and _COUNT.search(message):
        known = [str(each.replace(annotation=each.empty)) for each in target.parameters.values()]
        return f"it takes ({', '.join(known)}) (given: {given})"
    without_batch = _without_batch(message, call)
    if without_batch is not None:
        return f"is the batch dimension missing? try {_shape_text((None, *without_batch))}"
    if _DTYPE.search(message):
        example = spelled('tf.TensorSpec((None, 10), "int32")', "--input None,10:int32")
        return f"give each input its dtype, as in {example} (given: {given})"
    if any(word in message.lower() for word in _SHAPES):
        return f"check the shapes of the inputs (given: {given})"
    return f"check that it can be called with such inputs (given: {given})"


def _saved_with(target: Target) -> str:
    """The inputs that a function of a loaded SavedModel was saved with."""
    found = [concrete.structured_input_signature for concrete in getattr(target.function, "concrete_functions", ())]
    return " or ".join(dict.fromkeys(shown(args, kwargs) for args, kwargs in found)) or "none"


def _without_batch(message: str, call: TargetCall) -> Optional[Tuple[int, ...]]:
    """The shape of the input that has one dimension too few, by Keras's message; ``None`` if that is not the mistake."""
    ranks, shapes = _RANKS.search(message), _WHOLE_SHAPES.search(message)
    if ranks is not None:
        wanted, found = int(ranks["wanted"]), int(ranks["found"])
    elif shapes is not None:
        wanted, found = (len(shapes[name].strip(" ,").split(",")) for name in ("wanted", "found"))
    else:
        return None
    given = [getattr(leaf, "shape", None) for leaf in leaves([call.args, call.kwargs])]
    fitting = [tuple(shape) for shape in given if shape is not None and getattr(shape, "rank", None) == found]
    return next((shape for shape in fitting if None not in shape), None) if wanted == found + 1 else None


def _shape_text(shape: Tuple[Optional[int], ...]) -> str:
    return spelled(str(shape), f"--input {','.join(map(str, shape))}")
