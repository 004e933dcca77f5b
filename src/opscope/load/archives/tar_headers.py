"""Reads the headers of a tar archive one after the other, and nothing that they announce.

Python's `tarfile` would do if files were trusted: it reads extended headers of any size into memory, keeps all headers, and several
of its releases loop or backtrack on made ones (CVE-2019-20907, CVE-2024-6232).

Format: POSIX.1, pax, "ustar interchange format" and "pax header block"; GNU tar's manual, "GNU Extensions" (long names, large numbers).
"""

from __future__ import annotations

from typing import BinaryIO, Iterator, NamedTuple, Optional

from ...errors import LoadError

BLOCK = 512
_FILES = (b"0", b"\0", b"7")
_LONG_NAME, _EXTENDED, _SPARSE = b"L", b"x", b"S"
_ANNOUNCING = (_LONG_NAME, _EXTENDED, b"K", b"g")
"""Kinds of entries that say something of others; of the last two, a link's long target and what holds for all, nothing is needed."""
_MOST_EXTENDED = 1 << 20
"""Bytes of a long name or an extended header."""
_MOST_HEADERS = 80_000
"""Headers of one archive; a file may have three."""
_SKIPPED = 1 << 20
"""How many bytes are read at once of what is not wanted."""
_MOST_DIGITS = 19
_HOLES = "a tar archive with a file that has holes, which opscope does not read; unpack it first"
_DAMAGED = "a damaged tar archive; was it copied completely?"


class _Told(NamedTuple):
    """What is said of a member in front of its header, because the header has no room for it."""

    name: Optional[str] = None
    size: Optional[int] = None


_NOTHING = _Told()


class TarMember(NamedTuple):
    """A regular file of the archive."""

    name: str
    size: int
    offset: int
    """Where its bytes begin."""


class TarBytes:
    """The bytes of a tar archive, read forward only, and never more than a limit of them."""

    def __init__(self, stream: BinaryIO, most: int, *, can_seek: bool) -> None:
        self._stream, self._most, self._can_seek = stream, most, can_seek
        self.at = 0

    def read(self, size: int) -> bytes:
        """As many bytes; fewer at the end."""
        self._count(size)
        return self._stream.read(size)

    def skip_to(self, offset: int) -> None:
        """Go forward to a place. `LoadError` if the archive ends before it."""
        left = offset - self.at
        if self._can_seek:
            self._count(left)
            self._stream.seek(offset)
            return
        while left > 0:
            got = len(self.read(min(left, _SKIPPED)))
            if not got:
                raise LoadError(_DAMAGED)
            left -= got

    def _count(self, size: int) -> None:
        self.at += size
        if self.at > self._most:
            raise LoadError("packs far more bytes than any model, in few; is this the right file?")


def is_tar(block: bytes) -> bool:
    """Whether a block is the header of a tar archive: it has its own checksum."""
    return len(block) == BLOCK and _number(block[148:156]) in _sums(block) and block[0] != 0


def tar_members(source: TarBytes) -> Iterator[TarMember]:
    """The regular files, in order. Links, devices and pipes are left out. The caller may read a member's bytes before the next."""
    told = _NOTHING
    for _ in range(_MOST_HEADERS):
        block = source.read(BLOCK)
        if len(block) < BLOCK or not any(block):  # the end is two blocks of zeros, which some writers leave out
            return
        size = _number(block[124:136])
        if _number(block[148:156]) not in _sums(block) or size is None:
            raise LoadError(_DAMAGED)
        kind, start = block[156:157], source.at
        if kind == _SPARSE:
            raise LoadError(_HOLES)
        if kind in _ANNOUNCING:  # what it holds is said of the next member
            if kind == _LONG_NAME:
                told = told._replace(name=_announced(source, size).rstrip(b"\0").decode("utf-8", "replace"))
            elif kind == _EXTENDED:
                told = _pax(_announced(source, size), told)
        else:
            path = told.name if told.name is not None else _own_name(block)
            size = told.size if told.size is not None else size
            told = _NOTHING
            if kind not in _FILES or path.endswith("/"):
                size = 0  # a folder, a link or a device has no bytes, whatever it says
            else:
                yield TarMember(path, size, start)
        source.skip_to(start + -(-size // BLOCK) * BLOCK)
    raise LoadError("an archive of more files than any model has; is this the right file?")


def _announced(source: TarBytes, size: int) -> bytes:
    if size > _MOST_EXTENDED:
        raise LoadError(_DAMAGED)
    return source.read(size)


def _own_name(block: bytes) -> str:
    """The name in the header itself, behind its prefix."""
    name, prefix = block[:100].partition(b"\0")[0], block[345:500].partition(b"\0")[0]
    parts = [prefix, name] if prefix and block[257:263] == b"ustar\0" else [name]
    return b"/".join(parts).decode("utf-8", "replace")


def _pax(data: bytes, told: _Told) -> _Told:
    """What an extended header says of the next member: records such as ``18 path=a/b/c.pb``, each with its own length and a newline."""
    at = 0
    while at < len(data):
        digits = data[at : at + 8].partition(b" ")[0]
        length = int(digits) if digits.isdigit() else 0
        if length <= len(digits) + 1 or at + length > len(data):
            raise LoadError(_DAMAGED)
        key, _, value = data[at + len(digits) + 1 : at + length - 1].partition(b"=")
        if key == b"path":
            told = told._replace(name=value.decode("utf-8", "replace"))
        elif key == b"size":
            if not value.isdigit() or len(value) > _MOST_DIGITS:
                raise LoadError(_DAMAGED)
            told = told._replace(size=int(value))
        elif key.startswith(b"GNU.sparse."):
            raise LoadError(_HOLES)
        at += length
    return told


def _number(field: bytes) -> Optional[int]:
    """A number as text of octal digits or, where its first bit is set, as the number itself; ``None`` if it is neither."""
    if field[0] & 128:
        value = int.from_bytes(field[1:], "big")
        return value if field[0] == 128 and value < 1 << 63 else None
    digits = field.strip(b" \0") or b"0"
    return int(digits, 8) if all(byte in b"01234567" for byte in digits) else None


def _sums(block: bytes) -> "tuple[int, int]":
    """The sum of a header's bytes, in which the checksum counts as blanks; old programs added them as signed numbers."""
    rest = block[:148] + b" " * 8 + block[156:]
    total = sum(rest)
    return total, total - 256 * sum(1 for byte in rest if byte > 127)
