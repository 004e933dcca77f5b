"""`Budgets`: what a model may cost. Rules of the family ``budgets`` compare its `CostFigures` with them."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Dict, Mapping, Optional, Union

from ..errors import InputError, check_count
from .amounts import Amount, bytes_from, count_from, share_from
from .cost_figures import COST_UNITS, cost_figures
from .findings_json import FORMAT_NAME

_HEAD = 4096
"""A file of findings says in its first bytes that it is one."""


@dataclass(frozen=True)
class Budgets:
    """The limits that `check` was given. Without any nothing is estimated."""

    limits: Mapping[str, float] = field(default_factory=dict)
    """Name of a figure (`COST_UNITS`) -> the most that it may be."""
    baseline: Mapping[str, Optional[float]] = field(default_factory=dict)
    """Name of a figure -> what it was; ``None`` if it was not known."""
    baseline_file: str = ""
    tolerance: float = 0.0
    """By which share of the baseline a figure may grow."""
    batch: Optional[int] = None

    @property
    def asked(self) -> bool:
        """Whether anybody wants the figures."""
        return bool(self.limits or self.baseline or self.batch is not None)

    @property
    def compared(self) -> "list[str]":
        """The figures that are compared with something, in the order of `COST_UNITS`."""
        return [name for name in COST_UNITS if name in self.limits or self.baseline.get(name) is not None]


def budgets_of(
    max_params: Optional[Amount] = None,
    max_flops: Optional[Amount] = None,
    max_activation_memory: Optional[Amount] = None,
    baseline: "Union[str, os.PathLike[str], None]" = None,
    tolerance: Optional[Amount] = None,
    batch: Optional[int] = None,
) -> Budgets:
    """The budgets that these options of `check` mean.

    Raises:
        InputError: an amount cannot be read, or the baseline has no figures, or those of another batch size.
        LoadError: the baseline cannot be read.
    """
    if batch is not None:
        check_count("batch", batch, "the number of samples")
    limits: Dict[str, float] = {}
    if max_params is not None:
        limits["parameters"] = count_from("max_params", max_params)
    if max_flops is not None:
        limits["flops"] = count_from("max_flops", max_flops)
    if max_activation_memory is not None:
        limits["activation_bytes"] = bytes_from("max_activation_memory", max_activation_memory)
    share = 0.0 if tolerance is None else share_from("tolerance", tolerance)
    before = {} if baseline is None else _figures_of(Path(baseline), batch)
    return Budgets(limits, before, "" if baseline is None else str(baseline), share, batch)


def _figures_of(path: Path, batch: Optional[int]) -> Mapping[str, Optional[float]]:
    """The figures of a graph's JSON, or another model file, or of a file of findings that has figures."""
    if _is_findings(path):
        return _checked(_read_json(path).get("figures"), path, batch)
    from ..load import load

    return cost_figures(load(path), batch).values


def _is_findings(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return f'"{FORMAT_NAME}"'.encode() in file.read(_HEAD)
    except OSError:
        return False  # `load` says what is wrong with it


def _read_json(path: Path) -> Dict[str, Any]:
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise InputError(f"{path}: cannot be read as JSON ({error}); give a file that opscope has saved") from error
    return record if isinstance(record, dict) else {}


def _checked(figures: Any, path: Path, batch: Optional[int]) -> Mapping[str, Optional[float]]:
    """The figures of findings; the file may be anybody's."""
    if not isinstance(figures, dict) or not figures:
        raise InputError(
            f"{path}: these findings have no figures; save them with a budget or a batch size, or give a graph's JSON"
        )
    if figures.get("batch") != batch:
        raise InputError(
            f"{path}: its figures are for batch size {figures.get('batch')}, and not for {batch}; give the same one"
        )
    found = {name: figures.get(name) for name in COST_UNITS}
    wrong = [name for name, value in found.items() if value is not None and not _is_figure(value)]
    if wrong:
        raise InputError(f"{path}: figures.{wrong[0]} is no number from 0; is it the right file?")
    return found


def _is_figure(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value < float("inf")
