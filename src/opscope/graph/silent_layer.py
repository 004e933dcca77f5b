"""A layer that was called and made no op: a fact for checks, not in the JSON."""

from __future__ import annotations

from typing import Any, Mapping, NamedTuple, Optional

from .types import Source


class SilentLayer(NamedTuple):
    """One call of a layer of Keras that only hands on what it gets, such as a dropout of a model that is not trained."""

    settings: Mapping[str, Any]
    """What it is set to, with its class."""
    model: Optional[str]
    """The object path of the innermost model around it; ``None`` if there is none, or it has no path."""
    around: Optional[str]
    """The object path of the innermost layer around it, which may be that model."""
    line: Optional[Source]
    """The user's line that calls it."""
