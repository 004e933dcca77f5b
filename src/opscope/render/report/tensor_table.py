"""The table of the largest constants of a TensorFlow Lite file: its size is that of its weights."""

from __future__ import annotations

from typing import TYPE_CHECKING, List, Optional

from ...graph.number_text import percent_text
from .text_columns import TextColumn, table_lines

if TYPE_CHECKING:
    from ...graph.facts import Facts, TensorSize

_MOST_CONSTANTS = 12


def tensor_table(facts: "Facts", width: Optional[int]) -> List[str]:
    """The lines of the table; none for another file, and for one without constants."""
    tensors = facts.get("tensors") or []
    if not tensors:
        return []
    shown, every = tensors[:_MOST_CONSTANTS], facts["constants"]
    left, kept = every["count"] - len(shown), every["bytes"] - sum(each["bytes"] for each in shown)
    names = [each["name"] for each in shown]
    sizes = [each["bytes"] for each in shown]
    if left:
        names.append(f"and {left:,} more")
        sizes.append(kept)
    gap = [""] * (len(names) - len(shown))
    return table_lines(
        [
            TextColumn("largest constants", names, keep="end"),
            TextColumn("bytes", [f"{size:,}" for size in sizes], number=True),
            TextColumn("of all", [percent_text(size / every["bytes"]) for size in sizes], number=True),
            TextColumn("dtype", [*(each["dtype"] for each in shown), *gap]),
            TextColumn("shape", [*(_shape(each) for each in shown), *gap]),
            TextColumn("quantization", [*(each["quantization"] for each in shown), *gap]),
        ],
        width,
    )


def _shape(tensor: "TensorSize") -> str:
    shape = tensor["shape"]
    return "" if shape is None else f"({', '.join('?' if dim is None else str(dim) for dim in shape)})"
