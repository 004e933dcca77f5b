"""Finds the models, has the rows of those read that are not known yet, and keeps them."""

from __future__ import annotations

import os
import re
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import partial
from hashlib import blake2b
from pathlib import Path
from typing import Callable, Dict, Iterable, List, Optional, Sequence, Tuple

from ..render.write_file import write
from ..workers.mapped import PROCESS_ENDED, TIME_WAS_UP, WAS_DONE, Ending, Staff, mapped
from . import model_rows
from .found_models import FoundModel, models_among
from .journal import Journal, is_still_true
from .listed_files import is_address, listed_files
from .model_rows import Asked, ModelRow, NoModel, ReadModel, blank_row, folder_files, rows_of_model

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
_OUTCOMES = {TIME_WAS_UP: model_rows.TOOK_TOO_LONG, PROCESS_ENDED: model_rows.PROCESS_GONE}


@dataclass
class Progress:
    """How far a survey is."""

    found: int = 0
    """Files and folders that were looked at or are still to be."""
    done: int = 0
    kept: int = 0
    """Those whose rows were known."""
    failed: int = 0
    skipped: "Counter[str]" = field(default_factory=Counter)
    """What files are that hold no model that can be read -> how many; those of no known format under an empty name."""


def found_models(sources: Iterable[str]) -> List[FoundModel]:
    """The models that the sources stand for, each once.

    Raises:
        LoadError: a source stands for nothing.
    """
    found: Dict[str, FoundModel] = {}
    for source in sources:
        own = source if is_address(source) else os.path.normpath(source).replace(os.sep, "/")
        for model in models_among(listed_files(source), folder_files()):
            given = replace(model, named=True) if model.address == own else model
            if given.named or given.address not in found:
                found[given.address] = given
    return sorted(found.values(), key=lambda model: model.address)


def surveyed(
    models: Sequence[FoundModel],
    asked: Asked,
    journal: Journal,
    staff: Staff,
    drawings: Optional[Path] = None,
    tell: Callable[[Progress], None] = lambda _: None,
) -> "Tuple[List[ModelRow], Progress]":
    """The rows of all models, by path. What the journal has of a file that did not change is not read again."""
    known = journal.rows()
    by_file: Dict[str, List[ModelRow]] = {}
    for row in known.values():
        by_file.setdefault(str(row.get("file")), []).append(row)
    progress = Progress(found=len(models))
    rows: List[ModelRow] = []
    left: List[FoundModel] = []
    for model in models:
        old = by_file.get(model.address, [])
        if old and all(is_still_true(row, model, asked, drawings) for row in old):
            rows += old
            progress.kept += 1
            progress.done += 1
            progress.failed += sum(row["error"] is not None for row in old)
        else:
            left.append(model)
    tell(progress)
    with closing(journal), closing(mapped(partial(rows_of_model, asked=asked), left, staff)) as endings:
        for ending in endings:
            for read in _told(ending, asked, progress):
                row = _drawn(read, drawings)
                journal.add(row)
                rows.append(row)
            progress.done += 1
            tell(progress)
    rows.sort(key=lambda row: str(row["path"]))
    journal.finish(rows)
    return rows, progress


def _told(ending: "Ending[FoundModel]", asked: Asked, progress: Progress) -> List[ReadModel]:
    """What is to be kept of how the work for one model ended."""
    result = ending.result
    if ending.how == WAS_DONE and isinstance(result, NoModel):
        progress.skipped[result.kind or ""] += 1
        return []
    if ending.how != WAS_DONE:
        outcome = _OUTCOMES.get(ending.how, model_rows.WAS_REFUSED)
        result = [ReadModel(blank_row(ending.thing, asked, outcome, ending.why))]
    progress.failed += sum(read.row["error"] is not None for read in result)
    return list(result)


def _drawn(read: ReadModel, folder: Optional[Path]) -> ModelRow:
    """The row, with its drawing written into the folder."""
    if folder is None or read.drawing is None:
        return read.row
    path = str(read.row["path"])
    digest = blake2b(path.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()
    stem = _UNSAFE.sub("-", path.partition("::")[0].rpartition("/")[2])[:60].strip(".-") or "model"
    name = f"{stem}-{digest}.svg"
    write(folder / name, read.drawing)
    return {**read.row, "drawing": name}
