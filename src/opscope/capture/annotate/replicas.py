"""Puts what each replica of a distribution strategy does into a group of the replica; what serves all stays beside these.

Until then all replicas share their groups, but for those of layers' calls: each replica calls the layers by itself.
"""

from __future__ import annotations

from array import array
from typing import Dict, Hashable, List, Optional, Sequence, Set, Tuple

from ...graph.vocabulary import REPLICA, REST_PHASES, chain
from ...program.body import LocalGroup
from .grouping import Grouping
from .site import Site


def with_replicas(site: Site, grouping: Grouping) -> Grouping:
    """The grouping with a group for each replica, which gets a copy of every group that it has ops in.

    After: a group has ops of one replica only, or of none. Groups that have no ops left are still there.
    """
    if max(site.replicas, default=-1) < 0:
        return grouping
    return _Copies(site.replicas, _with_summed_losses(site, grouping)).grouping()


class _Copies:
    """Copies groups for replicas, each once and only where it is needed."""

    def __init__(self, replicas: Sequence[int], grouping: Grouping) -> None:
        self._replicas, self._before = replicas, grouping
        self._groups: List[LocalGroup] = list(grouping.groups)
        self._copy: Dict[Tuple[int, int], int] = {}
        """Replica, group -> the replica's copy of the group; for the group -1 that of the replica itself."""
        self._key: Dict[Tuple[int, Hashable], Hashable] = {}
        """Replica, key of a group -> key of the replica's copy of it."""

    def grouping(self) -> Grouping:
        """The groups with their copies, and each row in the right one."""
        shared = self._shared()
        of = array("i", self._before.of)
        for row, group in enumerate(self._before.of):
            if self._replicas[row] >= 0:
                of[row] = self._copied(self._replicas[row], group, shared)
        for (replica, _), index in self._copy.items():
            copy = self._groups[index]
            if copy.of_key is not None:  # it mirrors the replica's own copy of the forward group
                key = self._key.get((replica, copy.of_key), copy.of_key)
                self._groups[index] = copy._replace(of_key=key)
        return Grouping(tuple(self._groups), of)

    def _shared(self) -> Set[int]:
        """The groups that have ops of several replicas, or of one and of none, directly or in a group inside."""
        users: List[Set[int]] = [set() for _ in self._before.groups]
        for row, group in enumerate(self._before.of):
            for index in chain(self._before.groups, group):
                users[index].add(self._replicas[row])
        return {index for index, found in enumerate(users) if len(found) > 1}

    def _copied(self, replica: int, group: int, shared: Set[int]) -> int:
        """The copy of a group for a replica, made if it is not there yet, with copies of all groups around it."""
        missing = [index for index in (*chain(self._before.groups, group), -1) if (replica, index) not in self._copy]
        for index in reversed(missing):  # the outermost first
            self._copy[replica, index] = len(self._groups)
            self._groups.append(self._made(replica, index, shared))
        return self._copy[replica, group]

    def _made(self, replica: int, index: int, shared: Set[int]) -> LocalGroup:
        """A new copy of the group at `index`; for -1 the group of the replica."""
        if index < 0:
            return LocalGroup(f"replica_{replica}", REPLICA)
        group = self._before.groups[index]
        key: Optional[Hashable] = group.key
        if key is not None and index in shared:
            key = self._key[replica, key] = (key, REPLICA, replica)
        return group._replace(parent=self._copy[replica, group.parent], key=key)


def _with_summed_losses(site: Site, grouping: Grouping) -> Grouping:
    """The grouping with one more kind of rows in the loss: those that make one loss of the losses of all replicas.

    They need a replica's loss and belong to no replica, layer, scope or later phase.
    """
    kinds = [group.kind for group in grouping.groups]
    if "loss" not in kinds:
        return grouping
    loss = kinds.index("loss")
    places = {place for place, kind in enumerate(kinds) if kind in REST_PHASES}
    barred = bytearray(
        replica >= 0 or grouping.of[row] not in places or row in site.arguments
        for row, replica in enumerate(site.replicas)
    )
    losses = [
        row
        for row, group in enumerate(grouping.of)
        if site.replicas[row] >= 0 and loss in chain(grouping.groups, group)
    ]
    needing = [user for row in losses for user in site.flow.users[row]]
    return grouping.moved({row: loss for row, own in enumerate(site.flow.after(needing, barred)) if own})
