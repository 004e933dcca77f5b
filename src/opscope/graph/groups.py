"""Groups: the nested boxes of a graph (layers, scopes, function bodies, loops, branches, phases of a training step)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Dict, Optional, Tuple

from .types import Cost, Measured, Source, TensorType
from .vocabulary import CALL_KINDS


@dataclass(frozen=True)
class Group:
    """One group. `parent` and the positions in `Graph.groups` are indices; parents come before their children."""

    path: str
    parent: int
    kind: str
    name: str
    cls: Optional[str] = None
    call: Optional[int] = None
    object_path: Optional[str] = None
    of: Optional[str] = None
    layer_source: Optional[str] = None
    outputs: Tuple[TensorType, ...] = ()
    variables: Tuple[int, ...] = ()
    parameters: Optional[int] = None
    source: Optional[Source] = None
    cost: Optional[Cost] = None
    measured: Optional[Measured] = None
    owner: int = -1
    """The call, loop or branch node whose body this group is, as an index in the table; -1 for other groups."""

    @property
    def is_call(self) -> bool:
        """Whether the group is one call of a model, module or layer."""
        return self.kind in CALL_KINDS


def unique_names(names: Tuple[str, ...]) -> Tuple[str, ...]:
    """Make sibling names unique the contract's way: the second ``a`` becomes ``a#2``.

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
            while unique in taken:
                count += 1
                unique = f"{name}#{count}"
            taken.add(unique)
        seen[name] = count
        result.append(unique)
    return tuple(result)
