"""Makes links to lines of the user's code, from a template into which file and line are put."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Tuple

from ...errors import InputError, option
from ...visible import visible

if TYPE_CHECKING:
    from ...graph.types import Source

_NEED_HOST = frozenset({"http", "https"})
"""Schemes that need a host. If there is none, browsers take the first part of the path: https:///a/b is on host a."""
_CONTENT_SCHEMES = frozenset({"javascript", "data", "vbscript"})
"""Schemes after which a browser runs or shows the rest of the address as content."""


def check_template(template: str) -> None:
    """`InputError` if it is not a template of links, or if the name of the file could decide the host."""
    try:
        # A template has to use the file. With "/" as its name, only the template itself can decide scheme and host.
        told = template.format(file="a", line=1) != template.format(file="b", line=1)
        scheme, host = _scheme_and_host(template.format(file="/", line=1))
    except (ValueError, LookupError, AttributeError):
        told, scheme, host = False, "", ""
    else:
        # Control characters and the like, in the template or made by a format in it.
        holds = template + template.format(file="a", line=1)
        if visible(holds) != holds:
            raise InputError(f"{option('links', template)} contains a character that a URL cannot have; leave it out")
    if not told or scheme in _CONTENT_SCHEMES or (scheme in _NEED_HOST and not host):
        msg = f"{option('links', template)} is not a template; use one such as 'https://host/blob/main/{{file}}#L{{line}}'"
        raise InputError(msg)


def link(place: "Source", template: str) -> str:
    """The address for a line of code; empty if the file's name would lead to another place than the template.

    The name may come from a strange file. So it is quoted, it must not leave the template's path by ``..``, and scheme
    and host must be the same as with a harmless name.
    """
    from urllib.parse import quote

    # A path from Windows gets slashes. Two slashes in a row would begin a host.
    file = re.sub("/+", "/", place.file.replace("\\", "/"))
    if not {"..", "."}.isdisjoint(file.split("/")):
        return ""
    address = template.format(file=quote(file, errors="replace"), line=place.line)
    try:
        same = _scheme_and_host(address) == _scheme_and_host(template.format(file="/", line=place.line))
    except ValueError:
        return ""
    return address if same else ""


def _scheme_and_host(address: str) -> Tuple[str, str]:
    """The scheme and the host of an address."""
    from urllib.parse import urlsplit  # late, as it takes long to import and few drawings have links

    parts = urlsplit(address)
    return parts.scheme, parts.netloc
