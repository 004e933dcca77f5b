"""Groups: layers, name scopes, function bodies, loops, branches, phases of a training step. Groups contain groups."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Dict, Optional, Tuple

from .settings import NO_SETTINGS, Settings
from .types import Cost, Measured, Source, TensorType
from .vocabulary import CALL_KINDS

KERAS_PACKAGES = frozenset({"keras", "tf_keras"})
"""What `Group.defined_in` is of Keras's own layers."""


@dataclass(frozen=True)
class Group:
    """One group. The groups of a graph are in a tuple, parents before their children; an index is a position in it."""

    path: str
    """The parent's path, a slash, the name. It is unique: a second one ends in ``#2``, a third in ``#3``."""
    parent: int
    """The index of the group around it; -1 if there is none."""
    kind: str
    """``layer``, ``scope``, ``while``, ...: one of `graph.vocabulary.KINDS`, which docs/json.md explains."""
    name: str
    """The layer's, scope's or function's own name."""
    cls: Optional[str] = None
    """The class of the layer, module or model; ``None`` for other groups, and if a file does not tell."""
    call: Optional[int] = None
    """Which call of the layer this is, counted from 1 over the whole graph; ``None`` for other groups."""
    object_path: Optional[str] = None
    """Where the layer lives in the user's objects: ``encoder.blocks[2].dense``. Empty for the traced object itself."""
    of: Optional[str] = None
    """In the backward pass: the path of the forward group whose gradient this is. In the optimizer: the variable."""
    layer_source: Optional[str] = None
    """How it was found: ``recorded`` while tracing, ``inferred`` from its variables, or by the name of a ``scope``."""
    outputs: Tuple[TensorType, ...] = ()
    """The tensors that the call of the layer returned; empty for other groups."""
    variables: Tuple[int, ...] = ()
    """The `Variable.id` of each variable of the layer, those of the layers inside it included."""
    parameters: Optional[int] = None
    """How many elements these variables have; ``None`` if the group is not a call of a layer, module or model."""
    source: Optional[Source] = None
    """The line of the layer's class if the user wrote it, else the user's line that calls the layer."""
    cost: Optional[Cost] = None
    """The sum over the ops inside. Of an ``if`` the costliest branch counts, unless it is known which runs."""
    measured: Optional[Measured] = None
    """The sum over the ops inside, or what `Graph.overlay` put here."""
    owner: int = -1
    """If this is the body of a call, loop or branch: the row of that op in the node table. Otherwise -1."""
    settings: Settings = field(default_factory=lambda: NO_SETTINGS, hash=False)
    """What the layer is set to: ``{"units": 64, "activation": "relu"}``. Empty if that is not known, and for other groups."""
    defined_in: Optional[str] = None
    """The package that defines the layer's class: ``keras``, ``transformers``, ``__main__``; ``None`` if that is not known."""

    @property
    def is_call(self) -> bool:
        """Whether the group is one call of a model, module or layer."""
        return self.kind in CALL_KINDS


def unique_names(names: Tuple[str, ...]) -> Tuple[str, ...]:
    """Make the names of siblings unique: the second ``a`` becomes ``a#2``. A number that is taken is skipped.

    >>> unique_names(("a", "b", "a", "a"))
    ('a', 'b', 'a#2', 'a#3')
    """
    taken = set(names)
    seen: Dict[str, int] = {}
    result = []
    for name in names:
        count = seen.get(name, 0) + 1
        unique = name
        if count > 1:
            unique = f"{name}#{count}"
            # "a#2" may be a name that was given. Then it stays with the sibling that was given it.
            while unique in taken:
                count += 1
                unique = f"{name}#{count}"
            taken.add(unique)
        seen[name] = count
        result.append(unique)
    return tuple(result)


def free_name(name: str, taken: Dict[str, int], mark: str = "~") -> str:
    """The name, or if another one has it the name with a number behind it: the second ``w`` is ``w~2``.

    `taken` has the names so far, each with the last number that was put behind it, so that many of one name take no longer than others.
    """
    if name not in taken:
        taken[name] = 1
        return name
    count = taken[name] + 1
    while f"{name}{mark}{count}" in taken:
        count += 1
    taken[name] = count
    found = f"{name}{mark}{count}"
    taken[found] = 1
    return found
