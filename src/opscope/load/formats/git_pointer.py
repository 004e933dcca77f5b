"""Recognises what Git keeps in place of a large file.

Formats: Git LFS, docs/spec.md; git-annex, internals/pointer_file.
"""

from __future__ import annotations

from ..format import refused

FORMAT = refused(
    lambda head: head.data.startswith((b"version https://git-lfs.github.com/spec/", b"/annex/objects/")),
    what="a pointer to a large file, not the file itself",
    do="run git lfs pull (of git-annex: git annex get) where it is checked out",
)
