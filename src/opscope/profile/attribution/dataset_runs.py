"""Finds out which function of tf.data a run of the executor was.

A dataset's functions are run by its iterator, in threads of its own, element by element. Their ops are recorded with the names
that they have in the function, and nothing says which function that is. But the names of all ops of a run together do: it is the
function that has the most of them. Where two have equally many, as two equal loops do, the run is not attributed.
"""

from __future__ import annotations

from typing import Dict, FrozenSet, List, Optional, Set, Tuple

from ...graph.content import content_of
from ...graph.graph import Graph
from ...graph.vocabulary import is_of_dataset
from ...program.executed_names import Names
from ..recordings.raw import COMPILED, Trace

UNKNOWN = "?/"
"""Put before the names of a run that may be one of several functions, so that they name no op."""
_Names = FrozenSet[Tuple[str, str]]


def dataset_runs(graph: Graph, names: Names, trace: Trace) -> Dict[int, str]:
    """Run -> what to put before its names, for the runs of functions of tf.data."""
    prefixes = _prefixes(graph)
    if not prefixes:
        return {}
    ran: Dict[int, Set[Tuple[str, str]]] = {}
    for event in trace.ops:
        # Run 1 is any run of which the id is not known; one with a caller is that caller's.
        if event.run not in {0, 1} and event.run not in trace.callers and not event.module and event.op != COMPILED:
            ran.setdefault(event.run, set()).add((event.name, event.op))
    known: Dict[_Names, Optional[str]] = {}  # all runs of one function have the same names
    found = {}
    for run, executed in ran.items():
        key = frozenset(executed)
        if key not in known:
            known[key] = _best(names, key, prefixes)
        prefix = known[key]
        if prefix is not None:
            found[run] = prefix
    return found


def _prefixes(graph: Graph) -> List[str]:
    """What the names of the ops in each function of tf.data begin with."""
    content = content_of(graph)
    places = [index for index in range(len(content.groups)) if is_of_dataset(content.groups, index)]
    owned = [(content.groups[index].owner, content.groups[index].name) for index in places]
    return [f"{content.table.names[owner]}/{name}/" for owner, name in owned if owner >= 0]


def _best(names: Names, executed: _Names, prefixes: List[str]) -> Optional[str]:
    """The prefix under which the most of the names are ops; ``None`` if they rather are ops of the main graph, or of none."""
    counts = {prefix: sum(names.is_there(name, op, prefix) for name, op in executed) for prefix in ("", *prefixes)}
    most = max(counts.values())
    if most == counts[""]:
        return None
    best = [prefix for prefix in prefixes if counts[prefix] == most]
    return best[0] if len(best) == 1 else UNKNOWN
