"""How ``--help`` looks: in colour on a terminal, plain in a pipe."""

from __future__ import annotations

from typing import Callable, ClassVar

from rich_argparse import RawDescriptionRichHelpFormatter


class Help(RawDescriptionRichHelpFormatter):
    """Descriptions as written (they hold examples), headings as written (they hold names of arguments)."""

    group_name_formatter: ClassVar[Callable[[str], str]] = str
