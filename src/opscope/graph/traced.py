"""Which files of code a traced graph comes from: what a page may read without being told a folder."""

from __future__ import annotations

from typing import Any, Dict, Mapping, Optional, Tuple


class TracedFiles:
    """A file's name in `Source` -> where it is, for the code that this process itself ran while it traced.

    Only tracing makes one, and nothing writes one down: a graph read from a file names files too, but whoever wrote the
    file chose those names. Pickled for another process it is empty; a copy in this one is the same.
    """

    def __init__(self, files: Optional[Mapping[str, str]] = None) -> None:
        self._files: Dict[str, str] = dict(files or {})

    def path(self, name: str) -> Optional[str]:
        """The absolute path of a file that ran here; ``None`` for any other name."""
        return self._files.get(name)

    def __copy__(self) -> "TracedFiles":
        return self

    def __deepcopy__(self, _: Any) -> "TracedFiles":
        return self

    def __reduce__(self) -> Tuple[Any, ...]:
        return TracedFiles, ()
