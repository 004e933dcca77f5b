"""What the page of one side says of the other: of each written op what became of it, of each executed op where it comes from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Dict, List, Mapping, Tuple, Union

from ...graph.content import content_of
from ...graph.saved_words import saved_sentences
from ...graph.what_ran import FATES, ORIGINS, Outcome

if TYPE_CHECKING:
    from ...graph.graph import Graph
    from ...graph.what_ran import Executed, Fate, OpOrigin
    from .container import PageColumns
    from .nodes_and_groups import Pools

WRITTEN, EXECUTED = "written", "executed"
"""What the two sides are called; the viewer has the same words."""

_FATE_SENTENCES = {
    **FATES,
    Outcome.SAME: "runs as it was written",
    Outcome.FUSED: "fused into one kernel with others",
    Outcome.FOLDED: "folded to a constant: computed before it runs",
    Outcome.LOWERED: "inlined, or lowered to simpler ops",
    Outcome.DELETED: "deleted: nothing that ran needs it, or it only handed a tensor on",
    Outcome.UNKNOWN: "unknown: TensorFlow does not tell",
}
"""What the details say of a written op, by its fate."""
_ORIGIN_SENTENCES = {
    **ORIGINS,
    Outcome.SAME: "runs as it was written",
    Outcome.KERNEL: "another kernel for the op that was written",
    Outcome.FUSED: "one kernel for several ops that were written",
    Outcome.FOLDED: "a constant that was computed before it runs",
    Outcome.REWRITTEN: "another op for what was written",
    Outcome.LOWERED: "what a call, a loop or a branch became",
    Outcome.INSERTED: "inserted by TensorFlow",
    Outcome.UNKNOWN: "unknown: TensorFlow does not tell where it comes from",
}
"""What the details say of an executed op, by its origin."""


@dataclass(frozen=True)
class Counterpart:
    """One side of a graph that is known as written and as executed, as its page sees the other."""

    side: str
    """`WRITTEN` or `EXECUTED`: which side the page shows."""
    first: str
    """Which of the two the reader sees first."""
    became: "Mapping[str, Union[Fate, OpOrigin]]"
    """Each op of this side -> the ops of the other that stand for it, and why."""
    types: Mapping[str, str]
    """Each op of the other side -> its type."""
    words: Mapping[str, str]
    sentences: Mapping[str, str]
    saved: Tuple[str, ...]
    """What a step was spared."""


def counterparts(graph: "Graph", executed: "Executed", *, first: str) -> Tuple[Counterpart, Counterpart]:
    """What the page of `graph` as written says, and that of the graph as executed."""
    written_types, ran_types = _types(graph), _types(executed.graph)
    saved = tuple(saved_sentences(executed.saved))
    return (
        Counterpart(WRITTEN, first, executed.fates, ran_types, FATES, _FATE_SENTENCES, saved),
        Counterpart(EXECUTED, first, executed.origins, written_types, ORIGINS, _ORIGIN_SENTENCES, saved),
    )


def add_counterpart(counterpart: Counterpart, whole: "Graph", columns: "PageColumns", pools: "Pools") -> Dict[str, Any]:
    """Add the columns `o.*`; return what the header has. `whole` has the ops of the page, among which are no others than those of the graph."""
    kinds = [kind for kind in counterpart.words if any(one.kind == kind for one in counterpart.became.values())]
    numbers = {kind: number for number, kind in enumerate(kinds)}
    found = [counterpart.became.get(name) for name in content_of(whole).table.names]
    columns.ints("o.kind", [-1 if one is None else numbers[one.kind] for one in found])
    columns.ints("o.count", [0 if one is None else len(one.ops) for one in found])
    columns.ints("o.optimised", [pools.strings(getattr(one, "optimised", None) or "") for one in found])
    others: List[str] = [name for one in found if one is not None for name in one.ops]
    cuts = [name.rfind("/") + 1 for name in others]
    columns.ints("o.scope", pools.strings.each([name[:cut] for name, cut in zip(others, cuts)]))
    columns.ints("o.leaf", pools.strings.each([name[cut:] for name, cut in zip(others, cuts)]))
    columns.ints("o.op", pools.strings.each([counterpart.types[name] for name in others]))
    told = [(kind, counterpart.words[kind], counterpart.sentences[kind]) for kind in kinds]
    return {
        "side": counterpart.side,
        "first": counterpart.first,
        "kinds": told,
        "ops": len(counterpart.types),
        "saved": counterpart.saved,
    }


def _types(graph: "Graph") -> Dict[str, str]:
    table = content_of(graph).table
    return dict(zip(table.names, table.ops))
