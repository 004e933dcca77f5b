"""What an estimated graph costs, as lines of the summary: FLOPs, bytes, intensity, the peak of memory, what is unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, List

from ..cost import activation_memory
from ..layout.heat import quantity_text

if TYPE_CHECKING:
    from ..graph.graph import Graph

_MOST = 3
"""How many of the tensors that make the peak are named."""


def lines(graph: "Graph") -> List[str]:
    """Three or four lines; none where costs were not estimated (`cost.estimate`)."""
    facts = graph.facts.get("cost")
    if not facts:
        return []
    return [_totals(facts), _peak(graph, facts), *_unknown(facts)]


def _totals(facts: Dict[str, Any]) -> str:
    per = "sample" if facts["per_sample"] else "step"
    flops, moved = facts["flops"], facts["bytes"]
    parts = [f"{quantity_text('flops', flops)} a {per}{_fixed(facts)}"] if flops is not None else []
    parts += [f"{quantity_text('bytes', moved)} moved"] if moved is not None else []
    parts += [f"{flops / moved:.2f} FLOP a byte"] if flops is not None and moved else []
    note = "; loops of unknown length counted once" if facts["per"] == "iteration" else ""
    return "estimated: " + (", ".join(parts) or "nothing") + note


def _fixed(facts: Dict[str, Any]) -> str:
    """The part that does not grow with the batch, where it can be seen in the total."""
    fixed, flops = facts.get("fixed"), facts["flops"]
    return f" ({quantity_text('flops', fixed)} of it whatever the batch)" if fixed and fixed > 0.005 * flops else ""


def _peak(graph: "Graph", facts: Dict[str, Any]) -> str:
    memory = activation_memory(graph, batch=facts["batch"])
    names = graph.table.names
    makers = ", ".join(f"{names[row]} {quantity_text('bytes', size)}" for row, _, size in memory.peak_tensors[:_MOST])
    more = len(memory.peak_tensors) - _MOST
    text = f"activations: at most {quantity_text('bytes', memory.peak)} alive at once"
    text += f" ({makers}{f', and {more:,} more' if more > 0 else ''})" if makers else ""
    return text + (f"; {memory.unknown:,} tensors of unknown size left out" if memory.unknown else "")


def _unknown(facts: Dict[str, Any]) -> List[str]:
    found = []
    for reason, words in (("without_formula", "without a formula"), ("unknown_shape", "of unknown shape")):
        counts = facts.get(reason) or {}
        if counts:
            listed = ", ".join(f"{name} {count:,}" for name, count in counts.items())
            found.append(f"ops {words}, in no sum: {listed}")
    return found
