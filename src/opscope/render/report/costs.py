"""The lines of the summary about estimated costs: FLOPs, MACs, bytes, loops, memory of activations, what is unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Dict, List

from ...graph.at_least import AT_LEAST
from ...graph.content import content_of
from ...graph.number_text import number_text, quantity_text
from ...graph.vocabulary import phases
from ...layout.scene.captions import LOOPS_COUNTED_ONCE
from ...layout.scene.labels import loop_length, plural
from ...shapes.loops import Trips
from .op_names import op_names

if TYPE_CHECKING:
    from ...cost import Memory
    from ...graph.graph import Graph
    from ...graph.types import GraphCost

_MOST = 3
"""How many of the largest tensors at the peak of memory are named."""
_MOST_LOOPS = 6
"""How many loops are named."""
_PARTS = 3
"""How many parts of a long op name are shown: the last ones, which tell most."""
_BARS = 60
"""How many bars the row of memory along the step has at most."""
_LEVELS = " ▁▂▃▄▅▆▇█"
"""Bars of height 0 to 8."""


def cost_lines(graph: "Graph") -> List[str]:
    """The lines about costs; none if costs were not estimated (`Graph.estimate`)."""
    cost = graph.cost
    if cost is None:
        return []
    from ...cost import activation_memory  # late: it loads all formulas, which a summary without costs does not need

    memory = activation_memory(graph, batch=cost.batch)
    return [_totals(cost), *_loops(cost), _peak(graph, memory), *_timeline(graph, memory), *_unknown(cost)]


def _totals(cost: "GraphCost") -> str:
    """``estimated: 7.7 GFLOP per sample, 3.8 GMAC, 97 MiB moved, 76 FLOP per byte``; ``≥`` before what does not count all ops."""
    per = "sample" if cost.per_sample else "step"
    flops, moved = cost.flops, cost.bytes
    once = cost.per == "iteration" or bool(cost.unknown_shape)
    least = AT_LEAST if once or cost.without_formula else ""
    least_moved = AT_LEAST if once else ""  # what an op moves is known without a formula
    parts = (
        [f"{least}{quantity_text('flops', flops)} per {per}{_independent_of_batch(cost)}"] if flops is not None else []
    )
    parts += [f"{least}{quantity_text('macs', cost.macs)}"] if cost.macs is not None else []
    parts += [f"{least_moved}{quantity_text('bytes', moved)} moved"] if moved is not None else []
    parts += [f"{number_text(flops / moved)} FLOP per byte"] if flops is not None and moved and not least else []
    note = f"; {LOOPS_COUNTED_ONCE}" if cost.per == "iteration" else ""
    parts = parts if flops is not None or not least else ["FLOPs unknown", *parts]
    return "estimated: " + (", ".join(parts) or "nothing") + note


def _independent_of_batch(cost: "GraphCost") -> str:
    """The part of the FLOPs that does not grow with the batch; nothing if it is below half a percent of all."""
    fixed, flops = cost.fixed_flops, cost.flops
    return (
        f" ({quantity_text('flops', fixed)} of it independent of the batch size)"
        if fixed and flops and fixed > 0.005 * flops
        else ""
    )


def _loops(cost: "GraphCost") -> List[str]:
    """How many iterations each loop has."""
    counts = cost.loops
    if not counts:
        return []
    shown = [
        f"{_end(name)} {loop_length(Trips(count, cost.loops_at_most.get(name)))}"
        for name, count in list(counts.items())[:_MOST_LOOPS]
    ]
    more = f", and {len(counts) - _MOST_LOOPS} more" if len(counts) > _MOST_LOOPS else ""
    return [f"loops: {', '.join(shown)}{more}"]


def _end(name: str) -> str:
    """The last parts of an op's name; the first ones are the same for many ops."""
    parts = name.split("/")
    return name if len(parts) <= _PARTS else "…/" + "/".join(parts[-_PARTS:])


def _timeline(graph: "Graph", memory: Memory) -> List[str]:
    """The bytes alive along the step as a row of bars, and below it the phases of a training step.

    A bar stands for a run of ops, and has the height of the most that is alive in it.
    """
    if not memory.peak:
        return []
    count = min(_BARS, len(memory.order))
    # The order of ops is cut into `count` runs of about the same length.
    ends = [len(memory.order) * place // count for place in range(count + 1)]
    bars = [max(memory.alive[start:end]) for start, end in zip(ends, ends[1:])]
    lines = [
        "activation memory along the step: "
        + "".join(_LEVELS[(len(_LEVELS) - 1) * value // memory.peak] for value in bars)
    ]
    found = _phases(graph)
    if found:
        names = [found.get(memory.order[start], "") for start in ends[:-1]]
        # Two blanks more than the colon's place: below the first bar.
        lines.append(" " * lines[0].index(":") + "  " + _segments(names))
    return lines


def _phases(graph: "Graph") -> Dict[int, str]:
    """Row of an op -> its phase, for ops that are in a phase."""
    names = phases(content_of(graph).groups)
    named = ((row, names[group]) for row, group in enumerate(content_of(graph).node_group) if group >= 0)
    return {row: name for row, name in named if name}


def _segments(names: List[str]) -> str:
    """One line with each name at the place where its run begins, cut to the length of the run.

    >>> _segments(["forward"] * 9 + ["loss"] + ["backward"] * 10)
    '|forward ||backward'
    """
    text, start = "", 0
    for end in range(1, len(names) + 1):
        if end == len(names) or names[end] != names[start]:
            text += ("|" + names[start])[: end - start].ljust(end - start)
            start = end
    return text.rstrip()


def _peak(graph: "Graph", memory: Memory) -> str:
    """The peak of activation memory, with the largest tensors at that moment."""
    names = op_names(graph)
    makers = ", ".join(f"{names[row]} {quantity_text('bytes', size)}" for row, _, size in memory.peak_tensors[:_MOST])
    more = len(memory.peak_tensors) - _MOST
    text = f"peak activation memory: {AT_LEAST if memory.unknown else ''}{quantity_text('bytes', memory.peak)}"
    text += f" (largest: {makers}{f', and {more:,} more' if more > 0 else ''})" if makers else ""
    return text + (f"; {plural(memory.unknown, 'tensor')} of unknown size not counted" if memory.unknown else "")


def _unknown(cost: "GraphCost") -> List[str]:
    """The ops that the totals leave out, by reason and type."""
    found = []
    for counts, words in (
        (cost.without_formula, "no FLOP formula"),
        (cost.unknown_shape, "size unknown (decided by data, by a loop, or by an input shape that is open)"),
    ):
        if counts:
            listed = ", ".join(f"{name} {count:,}" for name, count in counts.items())
            found.append(f"not counted, {words}: {listed}")
    return found
