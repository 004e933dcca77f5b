"""`Findings`: what `opscope.check` returns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, Iterator, List, Mapping, Optional, Sequence, Tuple, Union, overload

from .hit import SEVERITIES, Finding

if TYPE_CHECKING:
    import os
    from pathlib import Path

    from .check_rule import CheckRule


class Findings(Sequence[Finding]):
    """The places in a model that break a rule, the worst first. It is falsy if there are none."""

    def __init__(
        self,
        name: str,
        found: Sequence[Finding],
        rules: "Sequence[CheckRule]",
        suppressed: int = 0,
        figures: Optional[Mapping[str, Optional[float]]] = None,
    ) -> None:
        self.name = name
        """The name of the graph that was checked."""
        self.rules: "Tuple[CheckRule, ...]" = tuple(rules)
        """The rules that were looked for, whether they found something or not."""
        self.suppressed = suppressed
        """How many findings a comment in the user's source silences."""
        self.figures: "Mapping[str, Optional[float]]" = dict(figures or {})
        """What the model costs, if a budget was asked about: ``parameters``, ``flops``, ``activation_bytes``, and ``batch``."""
        self._found = tuple(sorted(found, key=_order))

    @overload
    def __getitem__(self, place: int) -> Finding: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Finding]: ...
    def __getitem__(self, place: Union[int, slice]) -> Union[Finding, Sequence[Finding]]:
        return self._found[place]

    def __len__(self) -> int:
        return len(self._found)

    def __iter__(self) -> Iterator[Finding]:
        return iter(self._found)

    def at_least(self, severity: str) -> List[Finding]:
        """The findings of this severity and of worse ones."""
        worst = SEVERITIES[: SEVERITIES.index(severity) + 1]
        return [finding for finding in self if finding.severity in worst]

    def to_json(self) -> Dict[str, Any]:
        """The findings as docs/json.md describes them, in plain values."""
        from .findings_json import findings_record

        return findings_record(self)

    def save(self, path: "Union[str, os.PathLike[str]]") -> "Path":
        """Write the findings in the format that the suffix names, and return the path.

        Raises:
            InputError: findings are not written with this suffix.
            WriteError: the path cannot be written. A file that is there stays as it is.
        """
        from ..render.told_findings.findings_files import save_findings

        return save_findings(self, path)

    def __repr__(self) -> str:
        counts = [f"{sum(each.severity == word for each in self)} {word}s" for word in SEVERITIES]
        return "\n".join([f"<opscope.Findings of {self.name!r}: {', '.join(counts)}>", *map(str, self)])


def _order(finding: Finding) -> Tuple[Any, ...]:
    """By severity, then by line; what has no line comes last, in the order in which it was found."""
    source = finding.source
    return (SEVERITIES.index(finding.severity), source is None, source[:2] if source is not None else (), finding.rule)
