"""What the page of a survey shows, as plain values whose every text is harmless: the page only puts it in its place."""

from __future__ import annotations

import os
from collections import defaultdict
from pathlib import Path
from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple
from urllib.parse import quote

from ..graph.number_text import amount_text, number_text, percent_text
from ..graph.quantities import OPERATIONS, SIZES
from ..visible import one_line
from .alike import AlikeModels, alike_models
from .distributions import distributions
from .model_rows import Asked, ModelRow

_MOST_TYPES = 20
"""Op types and layers that the details of a model list."""
_COLUMNS = (
    ("Model", "text"), ("Format", "text"), ("TensorFlow", "text"), ("Size", "number"), ("Ops", "number"),
    ("Parameters", "number"), ("FLOPs", "number"), ("Activation memory", "number"), ("Layers", "number"),
    ("Findings", "number"), ("Read in", "number"),
)  # fmt: skip
_Cell = Tuple[str, Optional[float]]
"""The text of a cell and, of a number, what it is ordered by; ``None`` if that is not known."""


def report_data(rows: Sequence[ModelRow], asked: Asked, drawings: Optional[Path], beside: Path) -> Dict[str, Any]:
    """All that the page shows; lists of rows are their places in ``rows``."""
    common = _common_folder([str(row["path"]) for row in rows])
    groups = alike_models(rows)
    return {
        "title": f"{len(rows):,} models",
        "tiles": _tiles(rows, groups, asked),
        "columns": [{"title": title, "kind": kind} for title, kind in _COLUMNS],
        "common": one_line(common),
        "rows": [
            {
                "cells": _cells(row, len(common)),
                "more": _details(row),
                "drawing": _link(row, drawings, beside),
                "error": one_line(row["error"] or ""),
            }
            for row in rows
        ],
        "charts": [
            {"title": chart.title, "bars": [{"label": one_line(bar.label), "rows": bar.rows} for bar in chart.bars]}
            for chart in distributions(rows)
        ],
        "alike": [_alike(group, rows, len(common)) for group in groups],
        "findings": _by_name(rows, "findings"),
        "custom": _by_name(rows, "custom_ops"),
        "tensorflow": asked.tensorflow,
        "breaks": None if asked.tensorflow is None else _by_name(rows, "too_new"),
        "failed": _by_name([{"error": [row["error"]] if row["error"] else []} for row in rows], "error"),
    }


def _tiles(rows: Sequence[ModelRow], groups: Sequence[AlikeModels], asked: Asked) -> List[Dict[str, Any]]:
    """The figures at the top, each with the rows that it counts."""
    failed = [place for place, row in enumerate(rows) if row["error"] is not None]
    repeated = [place for group in groups for place in group.rows]
    custom = [place for place, row in enumerate(rows) if row.get("custom_ops")]
    tiles = [
        _tile(len(rows), "models", list(range(len(rows)))),
        _tile(len(failed), "not read", failed, bad=True),
        _tile(len({row["structure"] for row in rows if row.get("structure")}), "different structures", None),
        _tile(len(repeated), f"alike, in {len(groups):,} groups", repeated),
        _tile(len(custom), "with ops of their own", custom),
    ]
    if asked.tensorflow is not None:
        broken = [place for place, row in enumerate(rows) if row.get("too_new")]
        tiles.append(_tile(len(broken), f"break on TensorFlow {one_line(asked.tensorflow)}", broken, bad=True))
    return tiles


def _tile(count: int, label: str, rows: Optional[List[int]], *, bad: bool = False) -> Dict[str, Any]:
    return {"count": f"{count:,}", "label": label, "rows": rows, "bad": bad and count > 0}


def _cells(row: ModelRow, cut: int) -> List[_Cell]:
    findings = row.get("findings")
    layers = row.get("layers")
    flops = row.get("flops")
    return [
        (one_line(str(row["path"])[cut:] or "."), None),
        (one_line(row.get("format") or ""), None),
        (one_line(row.get("tensorflow") or ""), None),
        _number(row.get("size"), lambda value: amount_text(value, SIZES)),
        _number(row.get("ops"), number_text),
        _number(row.get("parameters"), number_text),
        _number(flops, lambda value: f"{'≥ ' if row.get('flops_lack') else ''}{amount_text(value, OPERATIONS)}"),
        _number(row.get("activation_bytes"), lambda value: amount_text(value, SIZES)),
        _number(None if layers is None else sum(layers.values()), number_text),
        _number(None if findings is None else sum(findings.values()), number_text),
        _number(row.get("seconds"), lambda value: f"{value:.2f} s"),
    ]


def _number(value: Optional[float], text: Any) -> _Cell:
    return ("", None) if value is None else (text(float(value)), float(value))


def _details(row: ModelRow) -> List[Tuple[str, str]]:
    """What is told of a model below its row: a title and a text each."""
    told = [
        ("Path", row["path"]),
        ("Size", f"{row['size']:,} bytes"),
        ("Keras", row.get("keras")),
        ("Shown", row.get("shown")),
        *[("Signature", f"{name or '(none)'}: {_ends(each)}") for name, each in (row.get("signatures") or {}).items()],
        ("Layers by class", _listed(row.get("layers"))),
        ("Ops by type", _listed(row.get("op_types"))),
        ("Findings", _listed(row.get("findings"))),
        ("Ops of its own", ", ".join(row.get("custom_ops") or ())),
        ("Too new", "; ".join(row.get("too_new") or ())),
        ("Constants", None if row.get("constant_bytes") is None else amount_text(row["constant_bytes"], SIZES)),
        ("FLOPs leave out", row.get("flops_lack")),
        ("Structure", row.get("structure")),
    ]
    return [(title, one_line(str(text))) for title, text in told if text]


def _ends(signature: Mapping[str, Any]) -> str:
    sides = [
        ", ".join(f"{name} {each['dtype']}{_shape(each['shape'])}" for name, each in signature[side].items())
        or "nothing"
        for side in ("inputs", "outputs")
    ]
    return " → ".join(sides)


def _shape(shape: Optional[Sequence[Optional[int]]]) -> str:
    return "[?]" if shape is None else f"[{', '.join('?' if size is None else str(size) for size in shape)}]"


def _listed(counts: Optional[Mapping[str, int]]) -> str:
    if not counts:
        return ""
    shown = [f"{name} ×{count:,}" if count > 1 else name for name, count in list(counts.items())[:_MOST_TYPES]]
    more = len(counts) - _MOST_TYPES
    return ", ".join(shown) + (f" and {more:,} more" if more > 0 else "")


def _alike(group: AlikeModels, rows: Sequence[ModelRow], cut: int) -> Dict[str, Any]:
    first = rows[group.rows[0]]
    same = sum(rows[place]["structure"] == first["structure"] for place in group.rows)
    least = min(group.alike)
    others = (
        "its ops and wiring, with other settings or shapes"
        if least == 1.0
        else f"{percent_text(least)} or more of its ops and wiring"
    )
    words = (
        "all of one structure"
        if group.structures == 1
        else f"{group.structures:,} structures: {same:,} {'models have' if same != 1 else 'model has'} that of the first, the others {others}"
    )
    return {
        "name": one_line(str(first["path"])[cut:] or "."),
        "count": f"{len(group.rows):,}",
        "words": words,
        "ops": number_text(float(first["ops"])),
        "rows": list(group.rows),
    }


def _by_name(rows: Sequence[Mapping[str, Any]], key: str) -> List[Dict[str, Any]]:
    """What rows have under a key -> the rows that have it, the commonest first."""
    found: Dict[str, List[int]] = defaultdict(list)
    for place, row in enumerate(rows):
        for name in row.get(key) or ():
            found[str(name)].append(place)
    ordered = sorted(found.items(), key=lambda item: (-len(item[1]), item[0]))
    return [{"name": one_line(name), "rows": places} for name, places in ordered]


def _link(row: ModelRow, drawings: Optional[Path], beside: Path) -> Optional[str]:
    name = row.get("drawing")
    if drawings is None or not isinstance(name, str):
        return None
    folder = os.path.relpath(drawings, beside)
    return quote(f"{folder.replace(os.sep, '/')}/{Path(name).name}")


def _common_folder(paths: Sequence[str]) -> str:
    """The folders that all paths begin with, with the last slash."""
    if not paths:
        return ""
    start = os.path.commonprefix(list(paths))  # noqa: RUF071  (addresses are no paths; cut at a slash below)
    return start[: start.rfind("/") + 1]
