"""Finds the user's source line of each row of a body, with few look-ups, since each has to walk a whole traceback."""

from __future__ import annotations

from typing import Dict, Iterator, List, NamedTuple, Tuple

from ...graph.types import Source
from ..notes import replica_of
from .call_groups import Describer
from .site import Site


class _Part(NamedTuple):
    """Ops that were made by one call."""

    members: List[int]
    """Their positions in `Site.ops`."""
    is_one_line: bool
    """Whether all of them come from one line of the user's for sure."""


def source_lines(site: Site, describe: Describer) -> Dict[int, Source]:
    """Each row's place in the user's code; a row without one is left out."""
    sources = describe.sources
    found: Dict[int, Source] = {}
    if sources is None:
        return found
    for part in _parts(site, describe):
        ops = [site.ops[at] for at in part.members]
        first = sources.of_op(ops[0])
        # If the first and the last op come from one line, so do those between them.
        same = part.is_one_line or (len(ops) > 1 and sources.of_op(ops[-1]) == first)
        for at, op in zip(part.members, ops):
            source = first if same or op is ops[0] else sources.of_op(op)
            if source is not None:
                found[site.rows[at]] = source
    for row in site.origins:  # what a `tf.vectorized_map` made of an op comes from the line that made the op
        origin = found.get(site.work_of(row))
        if origin is not None:
            found[row] = origin
    return found


def _parts(site: Site, describe: Describer) -> Iterator[_Part]:
    """The ops of a site in parts, by what made them: a gradient call, an optimizer step, a layer of a library, the user.

    Whatever a gradient call or an optimizer step makes comes from the user's line that asked for it. So does what a layer
    of a library makes, unless the layer runs a function of the user's, which shows if its first and last op come from
    different lines. What the user's own code makes is looked up op by op, and so is what a function makes that was given for
    a gradient, since it may be the user's.
    """
    parts: Dict[Tuple[int, int, int], List[int]] = {}
    given = {row for call in site.gradient_calls if call.is_given for row in site.rows_made(call)}
    for at, row in enumerate(site.rows):
        if row < 0 or row in site.arguments or row in site.origins:
            continue
        gradient, step, call = site.gradients.of[row], site.applies.of[row], site.calls.of[row]
        is_users = gradient < 0 and step < 0 and not _is_library(site, describe, call)
        if is_users or row in given:
            yield _Part([at], is_one_line=False)
        else:
            parts.setdefault((gradient, step, call), []).append(at)
    for (gradient, step, _), members in parts.items():
        if site.strands:
            # The line that asked is in a replica's thread; what is made for all replicas knows only that of `strategy.run`.
            members.sort(key=lambda at: replica_of(site.strands[at]) < 0)
        yield _Part(members, is_one_line=gradient >= 0 or step >= 0)


def _is_library(site: Site, describe: Describer, call: int) -> bool:
    """Whether a call is one of a library's layer. A `Lambda` does not count, since it runs the user's function."""
    cls = type(site.calls.records[call].subject) if call >= 0 else None
    return cls is not None and cls.__name__ != "Lambda" and describe.class_source(cls) is None
