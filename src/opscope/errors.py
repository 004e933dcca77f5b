"""The errors that opscope raises: all have one base, and each is also a fitting builtin error (`ValueError`, ...).

A message is one line that ends with what to do. It names options as the reader writes them: ``depth=1`` in Python,
``--depth 1`` in the command. For this, `option` and `spelled` put both spellings into the message, between control
characters. `str` then shows Python's, and `for_command` the command's.
"""

from __future__ import annotations

import re
import shlex
from operator import index
from typing import Dict, Iterable

from .suggestions import did_you_mean
from .visible import one_line, sentence

_SPELLED = re.compile("\x01(.*?)\x02(.*?)\x03", re.DOTALL)
"""A part of a message in both spellings: \\x01 Python's \\x02 the command's \\x03.

A name from a strange file may contain these characters too. Then a part of that name is missing in the message, which
does no other harm.
"""
_IN_COMMAND: Dict[str, str] = {
    "between": "--from and --to", "trace_level": "--trace-level", "libraries": "--library", "tensorflow": "--for",
    "time_limit": "--time-limit", "max_params": "--max-params", "max_flops": "--max-flops", "max_activation_memory": "--max-activation-memory",
}  # fmt: skip
"""Options whose name in the command is not simply ``--`` and their name in Python."""


def spelled(python: str, command: str) -> str:
    """A part of a message that is different in Python and in the command."""
    return f"\x01{python}\x02{command}\x03"


def option(name: str, value: object = None) -> str:
    """An option, with a value if one is given, as a part of a message.

    >>> error = InputError(f"choose one with {option('signature')}, or give {option('all', True)} or {option('depth', 1)}")
    >>> print(error)
    choose one with signature=, or give all=True or depth=1
    >>> print(for_command(error))
    choose one with --signature, or give --all or --depth 1
    """
    argument = _IN_COMMAND.get(name) or f"--{name}"
    if value is None:
        return spelled(f"{name}=", argument)
    if isinstance(value, bool):
        return spelled(f"{name}={value}", argument if value else f"--no-{name}")
    return spelled(f"{name}={value!r}", f"{argument} {shlex.quote(one_line(str(value)))}")


class OpscopeError(Exception):
    """The base of all errors that opscope raises on purpose. The message is one line that is safe to print."""

    def __init__(self, *values: object) -> None:
        super().__init__(*[_SPELLED.sub(r"\1", each) if isinstance(each, str) else each for each in values])
        # The message with both spellings of options, for `for_command`. `args` has only Python's.
        self._marked = values[0] if values and isinstance(values[0], str) else ""

    def __str__(self) -> str:
        # Messages quote names and paths that strangers may have chosen. They are cleaned here, where all messages pass.
        return sentence(super().__str__())


class InputError(OpscopeError, ValueError):
    """An argument is wrong, such as an input shape, a depth or the suffix of an output."""


def check_count(name: str, value: object, what: str = "a whole number") -> None:
    """`InputError` unless the value of this option is a whole number from 1."""
    if isinstance(value, bool) or not hasattr(type(value), "__index__"):
        raise InputError(f"{option(name, value)} is not known; give {what}, 1 or more")
    if index(value) < 1:  # type: ignore[arg-type]
        raise InputError(f"{option(name, value)} is too small; give {what}, 1 or more")


class KeywordError(InputError, TypeError):
    """A keyword was given that neither opscope nor the user's model takes.

    `taker` was given the keyword `word`, and takes the keywords `known`. If `taker` is a model, the user may also have
    meant an option of the opscope function that passed the keyword on: these are `others`.
    """

    def __init__(self, taker: str, word: str, known: Iterable[str] = (), others: Iterable[str] = ()) -> None:
        self.taker, self.word, self.known, self.others = taker, word, tuple(known), tuple(others)
        super().__init__(taker, word, self.known, self.others)
        remedy = did_you_mean(word, (*self.known, *self.others))
        use = f"use one of {', '.join(self.known)}" if self.known else "leave it out"
        self._marked = f"{taker} takes no {word!r}; {remedy or use}"

    def __str__(self) -> str:
        return sentence(_SPELLED.sub(r"\1", self._marked))

    def among(self, options: Iterable[str]) -> "KeywordError":
        """The same error, with these options also among the suggestions."""
        return KeywordError(self.taker, self.word, self.known, options)


class TraceError(OpscopeError, RuntimeError):
    """TensorFlow could not trace the target; the exception that stopped it is the ``__cause__``."""


class LoadError(OpscopeError, ValueError):
    """A model cannot be loaded: the file is missing, broken or not what it claims to be. The message says where."""


class NotFoundError(InputError, KeyError):
    """No op, layer or group has this name. The message suggests names that are close."""

    def __str__(self) -> str:
        return sentence(Exception.__str__(self))  # KeyError's own `__str__` would put the message into quotation marks


class RenderError(OpscopeError, RuntimeError):
    """An output could not be made, for instance because Graphviz took too long."""


class WriteError(OpscopeError, OSError):
    """A file cannot be written. If there is an old one at the path, it stays as it is."""


class MissingDependencyError(OpscopeError, ImportError):
    """An optional package or program that is needed here is not installed. The message says how to get it."""


def for_command(error: OpscopeError) -> str:
    """The error's message for a user of the command, who writes ``--depth`` and not ``depth=``."""
    return sentence(_SPELLED.sub(r"\2", _in_both(error)))


def in_file(error: OpscopeError, path: str) -> str:
    """The error's message, in both spellings, with the file's path in front unless the path is there already."""
    said = _in_both(error)
    return said if str(error).startswith(path) else f"{path}: {said}"


def _in_both(error: OpscopeError) -> str:
    """The message with both spellings in it, if there are two; else the message."""
    marked = error._marked  # noqa: SLF001  (the other half of `__str__`)
    return marked if _SPELLED.search(marked) else str(error)
