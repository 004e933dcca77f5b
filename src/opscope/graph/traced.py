"""Remembers which source files a graph was traced from, so that a page may embed them without further permission."""

from __future__ import annotations

from typing import Any, Dict, Mapping, Optional, Tuple


class TracedFiles:
    """Maps `Source.file` to the path of the file, for the code that this process itself ran while it traced.

    It decides which files may be read, so it must not come from outside. Only tracing makes one; it is never saved, and
    pickling it gives an empty one. A graph that was loaded also names source files, but whoever made that file chose
    the names: following them could put any file of this machine into a page.
    """

    def __init__(self, files: Optional[Mapping[str, str]] = None) -> None:
        self._files: Dict[str, str] = dict(files or {})

    def path(self, name: str) -> Optional[str]:
        """The absolute path of the file, if this process ran it; ``None`` for any other name."""
        return self._files.get(name)

    def __copy__(self) -> "TracedFiles":
        return self

    # A copy in the same process may keep the files. Only a pickle may come from elsewhere.
    def __deepcopy__(self, _: Any) -> "TracedFiles":
        return self

    def __reduce__(self) -> Tuple[Any, ...]:
        return TracedFiles, ()
