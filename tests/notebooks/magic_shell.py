"""IPython without a terminal, for tests of the magics: what a cell prints, shows and complains about."""

from __future__ import annotations

from typing import Any, Dict, List, NamedTuple, Optional


class Shown(NamedTuple):
    """What a cell did."""

    printed: str
    complaints: str
    displays: List[Dict[str, str]]
    """Each thing that was displayed, by form."""
    error: Optional[BaseException]


class Notebook:
    """A notebook's cells, run one after another."""

    def __init__(self, shell: Any) -> None:
        self.shell = shell

    def run(self, cell: str) -> Shown:
        from IPython.utils.capture import capture_output

        with capture_output() as seen:
            result = self.shell.run_cell(cell)
        displays = [dict(each.data) for each in seen.outputs]
        return Shown(seen.stdout, seen.stderr, displays, result.error_in_exec or result.error_before_exec)

    def complaint(self, cell: str) -> str:
        """The one line that the cell complains with."""
        shown = self.run(cell)
        assert shown.displays == []
        assert shown.printed == ""
        assert type(shown.error).__name__ == "UsageError"
        head, _, line = shown.complaints.strip().partition("UsageError: ")
        assert head == ""
        assert "\n" not in line
        return line
