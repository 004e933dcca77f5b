"""Which TensorFlow an op needs, by ``op_versions.json``: the ops that some versions have and those before them lack.

``tools/make_op_versions.py`` lists the ops that each of a few versions registers. In between it is not known which version brought an op.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from pathlib import Path
from typing import Dict, NamedTuple, Optional, Tuple

from ..errors import InputError, option

MinorVersion = Tuple[int, int]


class OpAge(NamedTuple):
    """Since when TensorFlow has an op."""

    without: MinorVersion
    """A version that does not have it yet, and so none before it has."""
    first: MinorVersion
    """The next version that was looked at, which has it."""


def tensorflow_version(text: str) -> MinorVersion:
    """A version of TensorFlow, as (2, 10).

    Raises:
        InputError: it is no version, or one of which the ops are not known.
    """
    form = re.fullmatch(r"\s*(\d{1,4})\.(\d{1,4})(?:\.\w+)*\s*", str(text))
    rows = _rows()
    if form is None:
        raise InputError(f"{option('tensorflow', text)} is no version of TensorFlow; give one such as 2.10")
    version = (int(form[1]), int(form[2]))
    if not rows[0] <= version <= rows[-1]:
        known = f"{version_text(rows[0])} to {version_text(rows[-1])}"
        raise InputError(f"{option('tensorflow', text)}: the ops of this TensorFlow are not known; give {known}")
    return version


def age_of(op: str) -> Optional[OpAge]:
    """Since when TensorFlow has the op; ``None`` if the oldest supported one has it, or none."""
    return _ages().get(op)


def newest_known() -> MinorVersion:
    """The newest TensorFlow of which the ops are known."""
    return _rows()[-1]


def version_text(version: MinorVersion) -> str:
    """The version as people write it.

    >>> version_text((2, 10))
    '2.10'
    """
    return f"{version[0]}.{version[1]}"


@lru_cache(maxsize=None)
def _table() -> Dict[MinorVersion, Tuple[str, ...]]:
    """MinorVersion, the oldest first -> the ops that it has and the one before it lacks."""
    data = json.loads(Path(__file__).with_name("op_versions.json").read_text(encoding="utf-8"))
    found = {
        (int(major), int(minor)): tuple(ops.split())
        for (major, _, minor), ops in ((v.partition("."), o) for v, o in data.items())
    }
    return dict(sorted(found.items()))


def _rows() -> Tuple[MinorVersion, ...]:
    return tuple(_table())


@lru_cache(maxsize=None)
def _ages() -> Dict[str, OpAge]:
    rows = _rows()
    return {op: OpAge(before, version) for before, version in zip(rows, rows[1:]) for op in _table()[version]}
