"""What the script is given for each model, and how a graph is made of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Callable, Dict, Optional, Tuple

import opscope


class AbsentError(Exception):
    """A model needs something that is not here: a file or a package. It is left out, and that is said."""


@dataclass(frozen=True)
class Live:
    """An object to trace, or a path to load, as a user has it in hand."""

    target: Any
    inputs: Tuple[Any, ...] = ()
    options: Dict[str, Any] = field(default_factory=dict)
    batch: Tuple[Any, ...] = ()
    """The shapes that it runs on when it is measured; open dimensions of `inputs` have their sizes here."""
    owner: Optional[Any] = None
    """Whose method `target` is: a `tf.function` refers to its object weakly, so somebody has to hold it."""


@dataclass(frozen=True)
class Case:
    """One model of the trial."""

    make: Callable[[], Live]
    measured: bool = False

    def graph(self, live: Live) -> opscope.Graph:
        """Loaded, traced or measured."""
        if isinstance(live.target, Path):
            return opscope.load(live.target, **live.options)
        if self.measured:
            return opscope.profile(live.target, *(live.batch or live.inputs), **live.options)
        return opscope.trace(live.target, *live.inputs, **live.options)
