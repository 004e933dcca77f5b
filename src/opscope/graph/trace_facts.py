"""What a `tf.function` was traced for before it was given to opscope: facts for checks, not in the JSON."""

from __future__ import annotations

from typing import NamedTuple, Optional, Tuple, Union

from .types import Shape, Source


class TracedArgument(NamedTuple):
    """One argument of a trace, or one part of a nested argument."""

    path: str
    """Its name, and which part it is: ``x``, ``options['rate']``."""
    dtype: str = ""
    """The dtype of a tensor; empty for everything else."""
    shape: Shape = None
    """The shape of a tensor that the trace is for."""
    value: Union[int, float, str, None] = None
    """A Python number; of a text, a flag and ``None`` how Python writes it, of other objects their class."""


class TraceFacts(NamedTuple):
    """The traces of one `tf.function`."""

    line: Optional[Source]
    """Where the function is defined."""
    traces: Tuple[Tuple[TracedArgument, ...], ...]
    """What each was for, without those that are for the same as an earlier one."""
