"""Writes a difference to a file, in the format of its suffix."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Callable, Dict, Optional, Union

from ...errors import InputError
from ...suggestions import did_you_mean
from ...visible import json_data
from ..write_file import Data, write

if TYPE_CHECKING:
    import os

    from ...diff.difference import Difference


def as_json(difference: "Difference") -> str:
    """The difference as JSON text that ends with a newline."""
    return json_data(difference.to_json()) + "\n"


def as_whole_text(difference: "Difference") -> str:
    """The text with every layer and every change."""
    from .difference_text import difference_text

    return difference_text(difference, full=True)


def as_markdown(difference: "Difference") -> str:
    """The text for a pull request."""
    from .difference_markdown import markdown

    return markdown(difference)


def _svg(difference: "Difference", theme: str = "auto") -> str:
    from .difference_picture import difference_svg  # late: a drawing needs much that other verbs of the command do not

    return difference_svg(difference, theme=theme)


def _html(difference: "Difference") -> str:
    from .difference_page import difference_html  # late, as above

    return difference_html(difference)


def _png(difference: "Difference") -> bytes:
    from ..svg.png import png

    return png(_svg(difference, theme="light"))


def _pdf(difference: "Difference") -> bytes:
    from ..svg.pdf import pdf

    return pdf(_svg(difference, theme="light"))


SUFFIXES: Dict[str, Callable[["Difference"], Data]] = {
    ".txt": as_whole_text, ".md": as_markdown, ".html": _html, ".json": as_json, ".svg": _svg, ".png": _png, ".pdf": _pdf,
}  # fmt: skip


def maker(path: Union[str, "os.PathLike[str]"]) -> Callable[["Difference"], Data]:
    """What makes the content of the file; `InputError` if a difference is not written so."""
    suffix = Path(path).suffix.lower()
    found: Optional[Callable[["Difference"], Data]] = SUFFIXES.get(suffix)
    if found is None:
        remedy = did_you_mean(suffix, SUFFIXES) or f"use one of {' '.join(SUFFIXES)}"
        raise InputError(f"cannot write a difference to {path}; {remedy}")
    return found


def save_difference(difference: "Difference", path: Union[str, "os.PathLike[str]"]) -> Path:
    """Write the file, whole or not at all, and return its path."""
    return write(path, maker(path)(difference))
