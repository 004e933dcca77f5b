"""What is said of what a step was spared by how TensorFlow ran it, beside the counts of what became of its ops."""

from __future__ import annotations

from typing import TYPE_CHECKING, List, Optional

from .at_least import at_least_text
from .number_text import quantity_text
from .quantities import BYTES_MOVED

if TYPE_CHECKING:
    from .what_ran import Savings


def saved_sentences(saved: "Optional[Savings]") -> List[str]:
    """The sentences; none of what is not known to have been spared anything.

    >>> from opscope.graph.what_ran import Savings
    >>> saved_sentences(Savings(kernels=5, bytes=3248, folded=1, deleted=2))
    ['saved by fusing, in a step: ≥ 5 kernels not started, ≥ 3.17 KiB between ops not written and read', 'not run in a step: ≥ 3 ops that would compute or move something (1 folded, 2 deleted)']
    >>> saved_sentences(None), saved_sentences(Savings())
    ([], [])
    """
    if saved is None:
        return []
    found = []
    if saved.kernels:
        moved = f"{at_least_text(quantity_text(BYTES_MOVED.field, saved.bytes))} between ops not written and read"
        told = [f"{_counted(saved.kernels, 'kernel')} not started", *([moved] if saved.bytes else [])]
        found.append(f"saved by fusing, in a step: {', '.join(told)}")
    counts = {"folded": saved.folded, "merged": saved.merged, "deleted": saved.deleted}
    kinds = ", ".join([f"{number:,} {word}" for word, number in counts.items() if number])
    if kinds:
        ops = _counted(sum(counts.values()), "op")
        found.append(f"not run in a step: {ops} that would compute or move something ({kinds})")
    return found


def _counted(number: int, noun: str) -> str:
    return f"{at_least_text(f'{number:,}')} {noun}{'' if number == 1 else 's'}"
