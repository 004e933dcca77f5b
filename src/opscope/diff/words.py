"""The sentence of a story entry: what a person would say of the difference."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Callable, Dict, Iterator, Optional, Sequence, Tuple

if TYPE_CHECKING:
    from .model import Change, StoryEntry

_MOST_NAMED = 3
"""How many paths or changes a sentence names one by one."""
_MOST_IN_ORDER = 8
"""And how many layers that stand in another order, or inputs."""
_MOST_VALUE = 60
_BEFORE = 16
"""How much is shown of what two long values have alike, before the place where they part."""


def words_of(entry: "StoryEntry") -> str:
    """The entry as a sentence, without a full stop."""
    return _SENTENCES[entry.kind](entry) + _size(entry)


def value_words(value: Any) -> str:
    """A plain value, short: a shape as ``(None, 10)``, text as it is, a line of code by its place, a constant by its first values.

    >>> value_words([None, 10]), value_words("SAME"), value_words(True)
    ('(None, 10)', 'SAME', 'true')
    >>> value_words({"file": "net.py", "line": 12, "function": "call"}), value_words(None)
    ('net.py:12', 'none')
    """
    plain = plain_text(value)
    if plain is not None:
        text = plain
    elif isinstance(value, dict) and isinstance(value.get("class"), str):
        text = value["class"]
    elif isinstance(value, dict) and "values" in value:
        text = value_words(value["values"])
    elif (
        isinstance(value, (list, tuple)) and value and all(isinstance(item, dict) and "class" in item for item in value)
    ):
        text = ", ".join(str(item["class"]) for item in value)
    else:
        text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return _short(text)


def plain_text(value: Any) -> Optional[str]:
    """A value that is short by itself: nothing, text, a line of code, a shape; ``None`` for any other."""
    if value is None:
        return "none"
    if isinstance(value, str):
        return value
    if isinstance(value, dict) and value.keys() >= {"file", "line"}:
        return f"{value['file']}:{value['line']}"
    if isinstance(value, (list, tuple)) and all(item is None or isinstance(item, int) for item in value):
        return f"({', '.join(map(str, value))}{',' if len(value) == 1 else ''})"
    return None


def _short(text: str) -> str:
    return text if len(text) <= _MOST_VALUE else text[: _MOST_VALUE - 1] + "…"


def change_words(change: "Change") -> str:
    """One change, such as ``units 64 → 128``. Both sides never read the same, however little differs."""
    what = change.what.partition(".")[2] if change.what.startswith(("attrs.", "settings.")) else change.what
    if what == "inputs" and not all(isinstance(one, str) for one in (*change.a, *change.b)):
        return "inputs rewired"
    if what in ("inputs", "order of layers"):
        return f"{what} {_named(change.a, _MOST_IN_ORDER)} → {_named(change.b, _MOST_IN_ORDER)}"
    if what == "order":
        return "order"
    sides = [
        "not set" if change.absent == side else value_words(value) for side, value in (("a", change.a), ("b", change.b))
    ]
    return f"{what} {sides[0]} → {sides[1]}" if sides[0] != sides[1] else f"{what} {_parting(change.a, change.b)}"


def _parting(a: Any, b: Any) -> str:
    """Where two values part that read the same when short: of what has parts the first that differ, of other values the place.

    >>> _parting({"values": [0, 1], "max": 7}, {"values": [0, 1], "max": 9}), _parting("1", 1)
    ('max 7 → 9', '"1" → 1')
    >>> _parting([{"class": "SGD", "momentum": 0.0}], [{"class": "SGD", "momentum": 0.9, "clipnorm": 1.0}])
    'clipnorm not set → 1.0, momentum 0.0 → 0.9'
    """
    parts = list(_parts(a, b))
    if parts and all(part[0] for part in parts):
        more = f" and {len(parts) - _MOST_NAMED:,} more" if len(parts) > _MOST_NAMED else ""
        return ", ".join([_part_words(*part) for part in parts[:_MOST_NAMED]]) + more
    return " → ".join(_from_where_they_part(*[json.dumps(each, ensure_ascii=False, sort_keys=True) for each in (a, b)]))


_NOT_SET = object()


def _parts(a: Any, b: Any, key: str = "") -> Iterator[Tuple[str, Any, Any]]:
    """The parts in which two values differ, each by the last key that leads to it."""
    if isinstance(a, dict) and isinstance(b, dict):
        for inner in sorted(a.keys() | b.keys()):
            yield from _parts(a.get(inner, _NOT_SET), b.get(inner, _NOT_SET), inner)
    elif isinstance(a, list) and isinstance(b, list) and len(a) == len(b) and any(isinstance(one, dict) for one in a):
        for one, two in zip(a, b):
            yield from _parts(one, two, key)
    elif _NOT_SET in (a, b) or json.dumps(a, sort_keys=True) != json.dumps(b, sort_keys=True):
        yield key, a, b


def _part_words(key: str, a: Any, b: Any) -> str:
    sides = ["not set" if value is _NOT_SET else value_words(value) for value in (a, b)]
    return f"{key} {sides[0]} → {sides[1]}" if sides[0] != sides[1] else f"{key} {_parting(a, b)}"


def _from_where_they_part(one: str, two: str) -> Tuple[str, str]:
    alike = next((place for place, (a, b) in enumerate(zip(one, two)) if a != b), min(len(one), len(two)))
    start = alike - _BEFORE
    return (_short(one), _short(two)) if start <= 0 else (_short("…" + one[start:]), _short("…" + two[start:]))


def _named(paths: Sequence[str], most: int = _MOST_NAMED) -> str:
    more = f" and {len(paths) - most:,} more" if len(paths) > most else ""
    return ", ".join(paths[:most]) + more


def _what(entry: "StoryEntry", side: int) -> str:
    """The things on one side, with their class or type."""
    label = entry.labels[side]
    paths = _named((entry.a, entry.b)[side])
    return f"{label} {paths}" if label else f"{entry.what} {paths}"


def _changed(entry: "StoryEntry") -> str:
    """What changed; where several groups changed alike that comes before their paths, which are many words of little news."""
    if entry.what != "group" or len(entry.b) < 2:
        return f"{_what(entry, 1)}: {_changes(entry)}"
    return f"in each of {len(entry.b):,}: {entry.labels[1] or entry.what}: {_changes(entry)} \u00b7 {_named(entry.b)}"


def _size(entry: "StoryEntry") -> str:
    if entry.what != "group" or not entry.ops or entry.kind in ("renamed", "changed"):
        return ""
    return f" ({entry.ops:,} op{'' if entry.ops == 1 else 's'})"


def _changes(entry: "StoryEntry") -> str:
    words = [change_words(change) for change in entry.changes]
    more = f" and {len(words) - _MOST_NAMED:,} more" if len(words) > _MOST_NAMED else ""
    return ", ".join(words[:_MOST_NAMED]) + more


def _counted(what: str, names: Sequence[str]) -> str:
    """Things of one kind, with their number where there are several."""
    return f"{what} {f'×{len(names):,} ' if len(names) > 1 else ''}({_named(names)})"


def _several(what: str, names: Sequence[str]) -> str:
    return f"{len(names):,} {what}{'' if len(names) == 1 else 's'} ({_named(names)})"


def _folded(entry: "StoryEntry", gone: Sequence[str], made: Sequence[str], when: str = "") -> str:
    """What was worked out: variables by their values, ops that compute of constants."""
    into = f"constant{'' if len(made) == 1 else 's'}{when}"
    if entry.what == "variable":
        return f"{_several('variable', gone)} held as {into}"
    return f"{_several('op', gone)} folded into {f'{len(made):,} ' if made else ''}{into}"


_SENTENCES: "Dict[str, Callable[[StoryEntry], str]]" = {
    "repeated": lambda entry: (
        f"{entry.name or _what(entry, 1 if entry.b else 0)} repeated ×{entry.count_a} → ×{entry.count_b}"
    ),
    "inserted": lambda entry: f"{_what(entry, 1)} inserted" + (f" in {entry.name}" if entry.name else ""),
    "removed": lambda entry: f"{_what(entry, 0)} removed" + (f" from {entry.name}" if entry.name else ""),
    "wrapped": lambda entry: f"{_named(entry.a) or 'ops'} wrapped in {entry.labels[1] or 'group'} {_named(entry.b)}",
    "unwrapped": lambda entry: (
        f"{_named(entry.b) or 'ops'} taken out of {entry.labels[0] or 'group'} {_named(entry.a)}"
    ),
    "moved": lambda entry: f"{_what(entry, 0)} moved to {_named(entry.b)}",
    "renamed": lambda entry: f"{_what(entry, 0)} renamed to {_named(entry.b)}",
    "replaced": lambda entry: f"{_what(entry, 0)} replaced by {_what(entry, 1)}",
    "changed": _changed,
    "fused": lambda entry: f"{entry.labels[0]} fused into {_counted(entry.labels[1], entry.b)}",
    "expanded": lambda entry: f"{_counted(entry.labels[0], entry.a)} written out as {entry.labels[1]}",
    "rewritten": lambda entry: f"{entry.labels[0]} ({_named(entry.a)}) done by {entry.labels[1]} ({_named(entry.b)})",
    "converted": lambda entry: (
        f"{len(entry.a):,} op{'' if len(entry.a) == 1 else 's'} converted one by one: {entry.labels[0]} → {entry.labels[1]}"
    ),
    "folded": lambda entry: _folded(entry, entry.a, entry.b),
    "unfolded": lambda entry: _folded(entry, entry.b, entry.a, " before"),
    "eliminated": lambda entry: f"{_counted(entry.labels[0], entry.a)} left out",
    "introduced": lambda entry: f"{_counted(entry.labels[1], entry.b)} put in",
    "quantized": lambda entry: _counted(f"{entry.labels[0]} → {entry.labels[1]}", entry.b or entry.a),
    "dequantized": lambda entry: _counted(f"{entry.labels[0]} → {entry.labels[1]}", entry.b or entry.a),
}
