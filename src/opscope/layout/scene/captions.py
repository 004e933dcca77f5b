"""What is said around a picture: the subtitle and the line of facts at its top, and the sentences under it."""

from __future__ import annotations

from typing import List, Sequence, Set, Tuple

from ...graph.absent import Absent
from ...graph.content import content_of
from ...graph.disturbance import DISTURBED, disturbance, uncertain_words
from ...graph.graph import Graph
from ...graph.input_pipeline import WAITS, input_note
from ...graph.measured_hosts import host_words
from ...graph.measured_programs import program_sentences
from ...graph.number_text import quantity_text
from ...graph.outside import outside_datasets
from ...graph.view import ASIDE
from ...graph.vocabulary import REPLICA, is_step
from ...passes.group_sizes import layer_count
from ...passes.input_names import input_names
from .found_words import CHECK_FOUND, NO_SIGN, found_sentence
from .labels import NOT_IN_FILE, cut, plural, thousands

MOST_ABSENT = 3
"""A sentence under a picture names at most so many things."""

NOT_EXPANDED = (
    "not expanded (recursive, nested too deep, more than fits the limit, or run by an op that opscope does not follow)"
)
"""What the note says of calls whose function's ops are not in the graph."""

VERSION = "TensorFlow "
"""Before the version in the line of facts."""
UNPROFILED_STEP = "unprofiled step "
"""Before the time of a step in the line of facts."""
MADE_OUTSIDE = "made outside of this graph (the functions that make the elements are not in it)"
"""Said of datasets that a function is given or captures."""

ALARMS = (DISTURBED, CHECK_FOUND, NO_SIGN, *WAITS)
"""How the notes begin that have a line of their own below an overview, in bold."""
LOOPS_COUNTED_ONCE = "loops with an unknown number of iterations counted once"
"""What the line below the scale says of estimates."""


def facts(graph: Graph) -> Tuple[str, str]:
    """The drawing's subtitle, and the line below its title: ops, layers, parameters, version, time of a step."""
    layers = layer_count(graph)
    kinds = {group.kind for group in content_of(graph).groups}
    total = len(graph) + content_of(graph).view.counts.stacked
    # Side by side: some of the ops are in no layer, so they are not "in" so many.
    parts = [plural(total, "op"), *([plural(layers, "layer")] if layers else [])]
    parameters = graph.parameters
    if parameters:
        parts.append(plural(parameters, "parameter"))
    version = graph.producer.get("tensorflow", "")
    if version:
        parts.append(f"{VERSION}{'.'.join(version.split('.')[:2])}")
    step = (graph.measurement or {}).get("step_time_us")
    if step:
        parts.append(f"{UNPROFILED_STEP}{quantity_text('time_us', step)}")
    step_of = "training step" if is_step(kinds) else ""
    replicas = _replicas(graph)
    return (f"{step_of} on {plural(replicas, 'replica')}".strip() if replicas else step_of, " · ".join(parts))


def _replicas(graph: Graph) -> int:
    """On how many replicas of a distribution strategy the graph runs; 0 for none."""
    stacks = content_of(graph).view.stacks
    names: Set[str] = set()
    for index, group in enumerate(content_of(graph).groups):
        if group.kind == REPLICA:
            names.update(stacks[index].names if index in stacks else [group.name])
    return len(names)


def notes(graph: Graph) -> Tuple[str, ...]:
    """The sentences under a picture, which say what is not drawn and how much of it."""
    left_out = not_drawn(graph)
    found = [f"not drawn: {', '.join(left_out)}"] if left_out else []
    counts = content_of(graph).view.counts
    vain = vain_note(graph)
    found += [vain] if vain else []
    if counts.shaping:
        found.append(f"shape arithmetic folded: {plural(counts.shaping, 'op')}")
    if counts.bookkeeping:
        found.append(f"loop bookkeeping folded: {plural(counts.bookkeeping, 'op')}")
    gone = in_other_copies(graph)
    if gone:
        found.append(f"repeated blocks are drawn once: {plural(gone, 'more op')} in their other copies")
    return (*found, *other_notes(graph))


def not_drawn(graph: Graph) -> List[str]:
    """What is not drawn for its own sake, by kind: ``1 NoOp``."""
    counts = content_of(graph).view.counts
    parts = [plural(counts.dead, "dead op")] if counts.dead else []
    types = {"NoOp": counts.idle, **counts.passed_on}
    parts += [f"{thousands(count)} {name}" for name, count in types.items() if count]
    if counts.left_out:
        parts.append(f"{plural(counts.left_out, 'op')} outside the selection")
    return parts


def in_other_copies(graph: Graph) -> int:
    """How many ops are not drawn for no other reason than that they are in copies of stacks that are not drawn."""
    counts = content_of(graph).view.counts
    return counts.stacked - counts.stacked_twice + content_of(graph).view.roles.count(ASIDE)


def vain_note(graph: Graph) -> str:
    """What there was nothing to hide of; empty for nothing."""
    vain = content_of(graph).view.vain
    return f"nothing to hide: what {' or '.join(map(cut, vain))} matches has no box of its own" if vain else ""


def other_notes(graph: Graph) -> Tuple[str, ...]:
    """The sentences that are not about what is left out of the drawing: what the file lacks, what disturbed the measurement."""
    checked = found_sentence(graph)
    found = [*([checked] if checked else []), *_absent_notes(content_of(graph).absent)]
    closed = content_of(graph).closed_calls
    if closed:
        found.append(f"{plural(sum(closed.values()), 'call')} {NOT_EXPANDED}: {_first(tuple(closed))}")
    return (*found, *_outside_notes(graph), *_measured_notes(graph))


def _measured_notes(graph: Graph) -> List[str]:
    """Which host was the slowest, whether steps waited for input, what was measured as one piece, what disturbed the measurement, and what the signs beside its times mean."""
    errors = any(measured.error_us is not None for measured in content_of(graph).measured.values())
    aside = (host_words(graph.measurement), input_note(graph.measurement))
    said = [*(each for each in aside if each), *program_sentences(graph.measurement)]
    return [*said, *disturbance(graph.measurement), *([uncertain_words(graph.measurement)] if errors else [])]


def _outside_notes(graph: Graph) -> List[str]:
    """How many datasets were made outside of the graph, with the first names."""
    made = outside_datasets(content_of(graph).table)
    if not made:
        return []
    names = input_names(graph)
    listed = _first([names.get(row) or content_of(graph).table.names[row] for row in made])
    return [f"{plural(len(made), 'dataset')} {MADE_OUTSIDE}: {listed}"]


def _absent_notes(absent: Absent) -> List[str]:
    """How much ops name that the file does not have, with the first names."""
    found = []
    if absent.inputs:
        are = "is" if len(absent.inputs) == 1 else "are"
        found.append(f"{plural(len(absent.inputs), 'input')} {are} {NOT_IN_FILE}: {_first(absent.inputs)}")
    calls = sum(absent.functions.values())
    if calls:
        what = "a function" if len(absent.functions) == 1 else "functions"
        found.append(f"{plural(calls, 'call')} of {what} {NOT_IN_FILE}: {_first(tuple(absent.functions))}")
    return found


def _first(names: Sequence[str]) -> str:
    more = f" and {len(names) - MOST_ABSENT} more" if len(names) > MOST_ABSENT else ""
    return ", ".join(cut(name) for name in names[:MOST_ABSENT]) + more
