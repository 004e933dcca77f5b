"""The look of ``--help``: in colour on a terminal, plain in a pipe."""

from __future__ import annotations

from typing import Callable, ClassVar

from rich_argparse import RawDescriptionRichHelpFormatter


class Help(RawDescriptionRichHelpFormatter):
    """A formatter that leaves the lines of descriptions as they are, because they contain examples.

    Headings are left too: by default rich_argparse would capitalise them, and with them names such as module:attribute.
    """

    group_name_formatter: ClassVar[Callable[[str], str]] = str
