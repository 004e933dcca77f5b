"""Packs files as people pack models: zip, tar, gzip; and as nobody should."""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile


def zipped(path, files, method=zipfile.ZIP_DEFLATED):
    """A zip archive of (name, data) pairs; a name may be there twice."""
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, data in files:
            archive.writestr(name, data)
    return path


def tar_bytes(files, kind=tarfile.GNU_FORMAT, *, entries=()):
    """A tar archive of (name, data) pairs, and behind them entries without bytes."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=kind) as archive:
        for name, data in files:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
        for entry in entries:
            archive.addfile(entry)
    return out.getvalue()


def tarred(path, files, kind=tarfile.GNU_FORMAT, *, entries=()):
    """The same as a file, compressed if it is called ``.gz``."""
    data = tar_bytes(files, kind, entries=entries)
    path.write_bytes(gzip.compress(data) if path.name.endswith("gz") else data)
    return path


def entry(name, kind, **values):
    """An entry that is no file: a link, a device, a pipe."""
    info = tarfile.TarInfo(name)
    info.type = kind
    for key, value in values.items():
        setattr(info, key, value)
    return info
