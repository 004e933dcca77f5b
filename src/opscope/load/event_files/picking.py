"""Picks the graph of a log to show: by run and tag, else the newest that the user's code made."""

from __future__ import annotations

from typing import Optional, Sequence

from ...errors import LoadError, option
from ...suggestions import did_you_mean, some_of
from .log import Log, NamedGraph
from .logged_graphs import AS_WRITTEN

_MOST_LISTED = 20


def pick(log: Log, run: Optional[str], tag: Optional[str], origin: str) -> NamedGraph:
    """The graph of this run and tag. `LoadError` lists what there is, where nothing fits.

    The newest one is picked; of several with one tag and time, which are the functions of a trace, the largest. What TensorFlow made
    of a graph comes after what it was made of.
    """
    among = list(log.graphs)
    if not among:
        why = f" ({'; '.join(log.damage[:3])})" if log.damage else ""
        raise LoadError(
            f"{origin}: a log of TensorBoard without a graph{why}; write one with tf.summary.graph, or give the model"
        )
    if run is not None:
        among = [graph for graph in among if graph.run == run]
        if not among:
            raise LoadError(_missing(origin, "run", run, list(dict.fromkeys(graph.run for graph in log.graphs))))
    if tag is not None:
        # A whole name first; a tag alone stands for all graphs that have it.
        fits = [graph for graph in among if graph.name == tag] or [graph for graph in among if graph.found.tag == tag]
        if not fits:
            raise LoadError(_missing(origin, "tag", tag, list(dict.fromkeys(graph.name for graph in among))))
        among = fits
    among = [graph for graph in among if graph.found.kind in AS_WRITTEN] or among
    return max(among, key=lambda graph: (graph.found.wall_time, graph.found.size))


def _missing(origin: str, what: str, word: str, known: Sequence[str]) -> str:
    has = "has a graph with the tag" if what == "tag" else "with a graph is called"
    none = f"{origin}: no {'run' if what == 'run' else 'run that was looked at'} {has} {word!r}"
    meant = did_you_mean(word, known)
    return f"{none}; {meant or f'choose with {option(what)} one of: {some_of(known, most=_MOST_LISTED)}'}"
