"""Whether two graphs that are not the same compute the same, so that only names, places in the code and the groups around ops differ.

It is proven by the exact lists alone: every op has its counterpart, with the same type, attributes and outputs, and takes the same inputs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, List, Mapping, Sequence, Tuple

from .model import CHANGED

if TYPE_CHECKING:
    from .difference import Difference
    from .model import Change, Delta

_OF_OPS = frozenset({"name", "group", "source", "order", "cost", "measured"})
"""What may differ of ops that compute the same. Inputs are looked at by themselves."""
_OF_GROUPS = frozenset(
    {
        "name", "path", "parent", "of", "order", "call", "object_path", "layer_source", "source", "variables", "parameters",
        "cost", "measured",
    }
)  # fmt: skip
_OF_VARIABLES = frozenset({"name", "object_path", "order", "source"})


def is_same_computation(difference: "Difference") -> bool:
    """Whether both graphs have the same ops, wired alike; ``False`` where that is not proven, as when not all was compared."""
    renamed = {str(delta.a): str(delta.b) for delta in difference.nodes}
    return bool(
        difference.story
        and not difference.ignored
        and difference.conversion is None
        and not difference.edges
        and difference.head_a.outputs == difference.head_b.outputs
        and all(delta.status == CHANGED and _is_same_op(delta.changes, renamed) for delta in difference.nodes)
        and all(delta.status == CHANGED and _only(delta, _OF_VARIABLES) for delta in difference.variables)
        and all(delta.status != CHANGED or _only(delta, _OF_GROUPS) for delta in difference.groups)
    )


def _only(delta: "Delta", allowed: "frozenset[str]") -> bool:
    return all(change.what in allowed for change in delta.changes)


def _is_same_op(changes: "Sequence[Change]", renamed: Mapping[str, str]) -> bool:
    return all(
        change.what in _OF_OPS or (change.what == "inputs" and _mapped(change.a, renamed) == _mapped(change.b, {}))
        for change in changes
    )


def _mapped(inputs: Sequence[Mapping[str, Any]], renamed: Mapping[str, str]) -> Tuple[List[Dict[str, Any]], List[str]]:
    """The inputs by the names of the second graph. Control inputs have no order: they are listed by their names."""
    found = [{**one, "node": renamed.get(one["node"], one["node"])} for one in inputs]
    return [one for one in found if not one["control"]], sorted([one["node"] for one in found if one["control"]])
