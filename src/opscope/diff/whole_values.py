"""Both sides of a change in full, as lines: what stands side by side, where a sentence tells it short."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, List, Tuple

from .model import ORDER_OF_LAYERS
from .words import plain_text

if TYPE_CHECKING:
    from .model import Change

_LISTED = frozenset({"inputs", "outputs", "variables", ORDER_OF_LAYERS})
"""What is a list of things; other lists, such as shapes, are one value."""


def whole_value_lines(change: "Change") -> Tuple[List[str], List[str]]:
    """The lines of both sides: of a list of inputs or variables an item a line. They never read the same.

    >>> from opscope.diff.model import Change
    >>> whole_value_lines(Change("inputs", [{"node": "x", "output": 0, "control": False}], []))
    (['x:0'], ['none'])
    >>> whole_value_lines(Change("attrs.n", 1, True)), whole_value_lines(Change("outputs[0].shape", None, []))
    ((['1'], ['true']), (['unknown'], ['()']))
    >>> whole_value_lines(Change("attrs.n", "1", 1)), whole_value_lines(Change("settings.layer", {"units": 4, "bias": True}, {}))
    ((['"1"'], ['1']), (['bias: true', 'units: 4'], ['{}']))
    """
    a, b = _lines(change.what, change.a), _lines(change.what, change.b)
    return (a, b) if a != b else ([_json(change.a)], [_json(change.b)])


def _lines(what: str, value: Any) -> List[str]:
    if what in _LISTED and isinstance(value, (list, tuple)):
        return [_item_text(item) for item in value] or ["none"]
    if value is None and what.endswith("shape"):
        return ["unknown"]
    if what == "parameters" and isinstance(value, int):
        return [f"{value:,}"]
    return _parts(value)


def _parts(value: Any) -> List[str]:
    """A value; of a mapping, such as the settings of an inner layer, a line for each entry, so that one sees which of them differ."""
    if plain_text(value) is not None:
        return [_text(value)]
    if isinstance(value, dict):
        return [f"{key}: {_text(part)}" for key, part in sorted(value.items())] or ["{}"]
    if isinstance(value, (list, tuple)) and any(isinstance(part, dict) for part in value):
        return [line for part in value for line in _parts(part)]
    return [_text(value)]


def _item_text(item: Any) -> str:
    """One of several things: an input as a GraphDef writes it (``^`` before a control input), a type with its shape."""
    if isinstance(item, dict) and item.keys() >= {"node", "output", "control"}:
        return f"^{item['node']}" if item["control"] else f"{item['node']}:{item['output']}"
    if isinstance(item, dict) and item.keys() == {"dtype", "shape"}:
        return f"{item['dtype']} {'of unknown shape' if item['shape'] is None else _text(item['shape'])}"
    return _text(item)


def _text(value: Any) -> str:
    plain = plain_text(value)
    return _json(value) if plain is None else plain


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
