"""Finds the ops of a training step's metrics: what is computed of the layers' results and the loss beside the gradient."""

from __future__ import annotations

from typing import Dict, List, Sequence, Set

from .site import Site


def metrics_of(site: Site, layers: Set[int], loss: Set[int], taken: Sequence[bool]) -> Set[int]:
    """The rows that depend on a layer or the loss, and that neither a gradient's target nor a layer needs.

    With them goes what only they use, and all that reads or writes a variable which is theirs: a mean keeps a sum and a count, and only
    the sum depends on the loss. `taken` says of each row whether it has a place already.
    """
    flow = site.flow
    to_layers = flow.before(layers)
    free = [not taken[row] and not to_layers[row] and row not in site.arguments for row in range(len(site.body))]
    found = _after(site, layers | loss, free)
    found -= {row for row in found if site.body.ops[row] == "Identity" and not _leads_on(site, row, found)}
    users_of = _users_of_resources(site)
    size = -1
    while len(found) != size:  # a variable of theirs brings rows along, which bring other variables along
        size = len(found)
        found |= flow.feeding(found, free.__getitem__)
        for rows in users_of.values():
            if found.intersection(rows) and all(free[row] for row in rows):
                found |= _after(site, set(rows), free)
    return found


def _after(site: Site, starts: Set[int], free: Sequence[bool]) -> Set[int]:
    """The free rows that can be reached from `starts` through free rows, with those of `starts` that are free."""
    barred = bytearray(0 if free[row] or row in starts else 1 for row in range(len(site.body)))
    return {row for row, flag in enumerate(site.flow.after(starts, barred)) if flag and free[row]}


def _leads_on(site: Site, row: int, found: Set[int]) -> bool:
    """Whether something of the metrics uses the row. If not, an Identity only hands a tensor to the caller."""
    return any(user in found for user in site.flow.users[row]) or any(
        source in found for source in site.flow.inputs[row]
    )


def _users_of_resources(site: Site) -> Dict[int, List[int]]:
    """For each row that is a handle, the rows that take it."""
    body = site.body
    handles = [row for row, types in enumerate(body.outputs) if types and types[0].dtype == "resource"]
    return {row: site.flow.users[row] for row in handles if site.flow.users[row]}
