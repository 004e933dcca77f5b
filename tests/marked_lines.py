"""What a rule reports, by the comments at the ends of the lines: a test says ``# cut`` where it expects a finding."""

from __future__ import annotations

import linecache
from pathlib import Path

import opscope


def marks(rule, target, *inputs, **options):
    """For each finding of the rule the comment at the end of its line; ``None`` for one without a line."""
    return [_mark(each.source) for each in opscope.check(target, *inputs, select=rule, **options)]


def worse(target, *inputs, **options):
    """All findings of severity warning and error, as texts."""
    return [str(each) for each in opscope.check(target, *inputs, **options).at_least("warning")]


def _mark(source):
    if source is None:
        return None
    line = linecache.getline(str(Path(source.file).resolve()), source.line)
    return line.partition("#")[2].strip()
