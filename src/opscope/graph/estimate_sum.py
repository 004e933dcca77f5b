"""The estimates of several ops together, as far as they say anything.

A sum leaves out the ops of unknown shape or without a formula, and so is only known to be at least so much. Such a bound may say nothing:
"at least 0" is no figure, nor are the 5 FLOPs of some scalars beside matrix products of unknown size. Then the sum is unknown. The page
does the same with the sums that it makes itself (`viewer/src/data/bounds.ts`); `tests/graph/bounds.json` is one table that both are tested with.
"""

from __future__ import annotations

from typing import Optional, Tuple

from .types import Cost


class EstimateSum:
    """Adds up the costs of ops."""

    __slots__ = (
        "_bytes", "_computing", "_flops", "_iterated", "_known", "_macs", "_moving", "_multiplying", "_uncounted", "_unmoved", "_unmultiplied",
    )  # fmt: skip

    def __init__(self) -> None:
        self._flops = self._macs = self._bytes = 0.0
        self._known = 0
        """The ops of which the FLOPs are known."""
        self._computing = 0
        """Those among them that have any."""
        self._uncounted = 0
        """The ops of which the FLOPs are not known."""
        self._multiplying = 0
        """The ops of which the MACs are known."""
        self._unmultiplied = 0
        """Those of which they are not."""
        self._moving = 0
        """The ops of which it is known what they move."""
        self._unmoved = 0
        """Those of which it is not."""
        self._iterated = 0
        """The ops in a loop whose number of iterations is not known, which count once."""

    def add(self, cost: Cost, times: int = 1) -> None:
        """Add an op, or so many of the same cost."""
        if cost.flops is None:
            self._uncounted += times
        else:
            self._known += times
            if cost.flops:
                self._flops += cost.flops * times
                self._computing += times
        if cost.macs is None:
            self._unmultiplied += times
        else:
            self._multiplying += times
            self._macs += cost.macs * times
        if cost.bytes is None:
            self._unmoved += times
        else:
            self._moving += times
            self._bytes += cost.bytes * times
        if cost.per != "step":
            self._iterated += times

    def join(self, other: "EstimateSum") -> None:
        """Add the ops of another sum."""
        for name in self.__slots__:
            setattr(self, name, getattr(self, name) + getattr(other, name))

    @property
    def counts(self) -> bool:
        """Whether anything is known of any op."""
        return bool(self._known or self._moving)

    @property
    def is_bound(self) -> bool:
        """Whether the FLOPs of some op are not known."""
        return self._uncounted > 0

    @property
    def order(self) -> Tuple[float, float]:
        """By which the costliest of several is found."""
        return self._flops, self._bytes

    @property
    def _tells(self) -> bool:
        """Whether what counts is more than what ops do beside the real work."""
        return not self._uncounted or self._macs > 0 or self._computing > self._uncounted

    @property
    def flops(self) -> Optional[float]:
        """The FLOPs; a bound only where a contraction is in it, or more ops than it leaves out."""
        return self._flops if self._known and self._tells else None

    @property
    def macs(self) -> Optional[float]:
        """The multiply-adds."""
        return self._macs if self._multiplying and (self._macs or not self._unmultiplied) else None

    @property
    def bytes(self) -> Optional[float]:
        """The bytes moved; a bound only where one of FLOPs would say something too."""
        return self._bytes if self._moving and (not self._unmoved or (self._bytes and self._tells)) else None

    def cost(self) -> Optional[Cost]:
        """All of it; ``None`` if no figure says anything."""
        if self.flops is None and self.bytes is None:
            return None
        return Cost(self.flops, self.bytes, "iteration" if self._iterated else "step", self.macs)
