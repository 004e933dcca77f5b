"""Puts the profile that lies in a log directory on the graph that lies there, where SOURCE is such a directory."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import LoadError, OpscopeError, for_command
from ..profile.recordings.profile_folders import logged_profiles
from . import answer

if TYPE_CHECKING:
    from ..graph.graph import Graph


def has_profile(source: str) -> bool:
    """Whether SOURCE is a folder with a profile."""
    return Path(source).is_dir() and bool(logged_profiles(Path(source)))


def with_times(graph: "Graph", source: str) -> "Graph":
    """The graph with the times of the newest profile beside it. If that is of another graph, it is as it was, and a remark says so."""
    if graph.measurement or graph.facts.get("format") != "TensorBoard log" or not has_profile(source):
        return graph
    from ..profile.log_profiles import with_logged_profile  # imports what traces and measures, which few graphs need

    try:
        return with_logged_profile(graph, source)
    except OpscopeError as error:
        answer.remark(f"no times are shown: {for_command(error)}: opscope profile GRAPH --logdir {source}")
        return graph


def without_graph(source: str, error: LoadError) -> LoadError:
    """What is said of a folder that holds a profile and no graph."""
    return LoadError(
        f"{source}: a profile without its graph ({error}); give the graph that ran: opscope profile GRAPH --logdir {source}"
    )
