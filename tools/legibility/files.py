"""Files of others, which lie beside a checkout and in no clone: left out where they are absent."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from .case import AbsentError, Case, Live

SHARED = Path(__file__).resolve().parents[3] / "shared"


def file(place: str) -> Live:
    path = SHARED / place
    if not path.exists():
        raise AbsentError(f"../shared/{place} is not here")
    return Live(path)


CASES = {
    "saved_model": Case(partial(file, "wild/tf2.15-seq2seq")),
    "tfm48_train": Case(partial(file, "graphs/tfm48_train.pb")),
}
