"""What XLA said of one function that it compiled: the record that `profile.running.asking_xla` fills, and `hlo_bodies` reads."""

from __future__ import annotations

from typing import NamedTuple, Tuple

from ..graph.types import TensorType


class GivenArgument(NamedTuple):
    """What XLA was told of one argument."""

    name: str
    """The name of the argument's op in the function."""
    type: TensorType
    """Dtype and shape of what was given; of a variable, those of its value."""
    known: bool
    """Whether its value, too, is that of the run. Else zeros stood for it."""


class CompiledFunction(NamedTuple):
    """One function with ``jit_compile=True``."""

    function: str
    """Its name in the graph's library; empty for the traced function itself."""
    arguments: Tuple[GivenArgument, ...] = ()
    text: str = ""
    """The optimised program (HLO), as XLA writes it; empty if it gave none."""
    refused: str = ""
    """Why it gave none."""
