"""Reads the stats of events in an XPlane file: values whose names, and often texts, the plane lists once for all events."""

from __future__ import annotations

from typing import Any, Dict


class Stats:
    """The stats of one plane's events."""

    def __init__(self, plane: Any) -> None:
        self._names: Dict[int, bytes] = {key: value.name for key, value in plane.stat_metadata.items()}

    def has(self, name: bytes) -> bool:
        """Whether any event may have a stat of this name."""
        return name in self._names.values()

    def of(self, event: Any) -> Dict[bytes, Any]:
        """All stats of an event, by name."""
        return {self._names.get(stat.metadata_id, b""): stat for stat in event.stats}

    def find(self, event: Any, name: bytes) -> Any:
        """The stat of this name; ``None`` if the event has none."""
        return next((stat for stat in event.stats if self._names.get(stat.metadata_id) == name), None)

    def text(self, stat: Any) -> bytes:
        """A stat as text: stored in it, or as the name of another stat that it refers to; empty for ``None``."""
        return b"" if stat is None else stat.str_value or self._names.get(stat.ref_value, b"")


def as_number(stat: Any) -> int:
    """A stat as a number; 0 for ``None``."""
    return 0 if stat is None else int(stat.int64_value or stat.uint64_value)


def decoded(text: bytes) -> str:
    """A text of the file, which need not be UTF-8."""
    return text.decode("utf-8", "backslashreplace")
