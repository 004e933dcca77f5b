"""The sentence of a story entry: what a person would say of the difference."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Sequence

if TYPE_CHECKING:
    from .model import Change, StoryEntry

_MOST_NAMED = 3
"""How many paths or changes a sentence names one by one."""
_MOST_VALUE = 60


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
    if value is None:
        text = "none"
    elif isinstance(value, str):
        text = value
    elif isinstance(value, dict) and value.keys() >= {"file", "line"}:
        text = f"{value['file']}:{value['line']}"
    elif isinstance(value, dict) and "values" in value:
        text = value_words(value["values"])
    elif isinstance(value, (list, tuple)) and all(item is None or isinstance(item, int) for item in value):
        text = f"({', '.join(map(str, value))}{',' if len(value) == 1 else ''})"
    else:
        text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return text if len(text) <= _MOST_VALUE else text[: _MOST_VALUE - 1] + "…"


def change_words(change: "Change") -> str:
    """One change, such as ``units 64 → 128``."""
    what = change.what.partition(".")[2] if change.what.startswith(("attrs.", "settings.")) else change.what
    if what == "inputs":
        return "inputs rewired"
    if what == "order":
        return "order"
    sides = [
        "not set" if change.absent == side else value_words(value) for side, value in (("a", change.a), ("b", change.b))
    ]
    return f"{what} {sides[0]} → {sides[1]}"


def _named(paths: Sequence[str]) -> str:
    more = f" and {len(paths) - _MOST_NAMED:,} more" if len(paths) > _MOST_NAMED else ""
    return ", ".join(paths[:_MOST_NAMED]) + more


def _what(entry: "StoryEntry", side: int) -> str:
    """The things on one side, with their class or type."""
    label = entry.labels[side]
    paths = _named((entry.a, entry.b)[side])
    return f"{label} {paths}" if label else f"{entry.what} {paths}"


def _size(entry: "StoryEntry") -> str:
    if entry.what != "group" or not entry.ops or entry.kind in ("renamed", "changed"):
        return ""
    return f" ({entry.ops:,} op{'' if entry.ops == 1 else 's'})"


def _changes(entry: "StoryEntry") -> str:
    words = [change_words(change) for change in entry.changes]
    more = f" and {len(words) - _MOST_NAMED:,} more" if len(words) > _MOST_NAMED else ""
    return ", ".join(words[:_MOST_NAMED]) + more


_SENTENCES = {
    "repeated": lambda entry: (
        f"{entry.name or _what(entry, 1 if entry.b else 0)} repeated ×{entry.count_a} → ×{entry.count_b}"
    ),
    "inserted": lambda entry: f"{_what(entry, 1)} inserted",
    "removed": lambda entry: f"{_what(entry, 0)} removed",
    "wrapped": lambda entry: f"{_named(entry.a)} wrapped in {entry.labels[1] or 'group'} {entry.b[0]}",
    "unwrapped": lambda entry: f"{_named(entry.b)} taken out of {entry.labels[0] or 'group'} {entry.a[0]}",
    "moved": lambda entry: f"{_what(entry, 0)} moved to {_named(entry.b)}",
    "renamed": lambda entry: f"{_what(entry, 0)} renamed to {_named(entry.b)}",
    "replaced": lambda entry: f"{_what(entry, 0)} replaced by {_what(entry, 1)}",
    "changed": lambda entry: f"{_what(entry, 1)}: {_changes(entry)}",
}
