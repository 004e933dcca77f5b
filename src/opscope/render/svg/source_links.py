"""Links to places in the user's code: a template with the file and the line put in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Tuple

from ...errors import InputError, option
from ...visible import visible

if TYPE_CHECKING:
    from ...graph.types import Source

_NEED_HOST = frozenset({"http", "https"})
"""For these, browsers take the first part of a path for the host that an address lacks."""
_RUN = frozenset({"javascript", "data", "vbscript"})
"""What follows is content that a browser shows or runs."""


def check_template(template: str) -> None:
    """`InputError` for what is no template of links, or leaves the host to the file's name."""
    try:
        told = template.format(file="a", line=1) != template.format(file="b", line=1)
        scheme, host = _where(template.format(file="/", line=1))
    except (ValueError, LookupError, AttributeError):
        told, scheme, host = False, "", ""
    else:
        holds = template + template.format(file="a", line=1)
        if visible(holds) != holds:
            raise InputError(f"{option('links', template)} contains a character that a URL cannot have; leave it out")
    if not told or scheme in _RUN or (scheme in _NEED_HOST and not host):
        msg = f"{option('links', template)} is not a template; use one such as 'https://host/blob/main/{{file}}#L{{line}}'"
        raise InputError(msg)


def link(place: "Source", template: str) -> str:
    """The address of a place; empty where its file's name would lead elsewhere than the template does.

    A file that someone sent chooses the name, so it is quoted, it may not climb out of the template's path by ``..``, nor
    become its scheme or host.
    """
    from urllib.parse import quote

    file = re.sub("/+", "/", place.file.replace("\\", "/"))
    if not {"..", "."}.isdisjoint(file.split("/")):
        return ""
    address = template.format(file=quote(file, errors="replace"), line=place.line)
    try:
        same = _where(address) == _where(template.format(file="/", line=place.line))
    except ValueError:
        return ""
    return address if same else ""


def _where(address: str) -> Tuple[str, str]:
    from urllib.parse import (
        urlsplit,
    )  # its modules take longer to load than the whole option is worth where it is not given

    parts = urlsplit(address)
    return parts.scheme, parts.netloc
