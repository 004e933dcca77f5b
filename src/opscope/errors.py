"""The errors opscope raises: one base, each kind also the fitting builtin, each message ending with the remedy.

A message names options as its reader writes them: ``depth=1`` in Python, ``--depth 1`` in the command. `option` and `spelled`
put both into the message, `str` shows the first, `for_command` the second.
"""

from __future__ import annotations

import re
import shlex
from typing import Dict, Iterable

from .suggestions import did_you_mean
from .visible import one_line, sentence

_SPELLED = re.compile("\x01(.*?)\x02(.*?)\x03", re.DOTALL)
"""A part of a message in both spellings. Names from files may hold these characters; all that follows is that they vanish."""
_IN_COMMAND: Dict[str, str] = {"between": "--from and --to"}
"""Options that the command spells as more than their name."""


def spelled(python: str, command: str) -> str:
    """A part of a message that depends on how opscope is called."""
    return f"\x01{python}\x02{command}\x03"


def option(name: str, value: object = None) -> str:
    """An option in a message, with a value where that tells more.

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
    """Base of every error that opscope raises on purpose; its message is one line that a terminal can show."""

    def __init__(self, *values: object) -> None:
        super().__init__(*[_SPELLED.sub(r"\1", each) if isinstance(each, str) else each for each in values])
        self._marked = values[0] if values and isinstance(values[0], str) else ""

    def __str__(self) -> str:
        # Messages quote names and paths that strangers may have chosen; here is the one place that all of them pass.
        return sentence(super().__str__())


class InputError(OpscopeError, ValueError):
    """An argument is wrong: an input shape, a depth, a key, an output suffix."""


class KeywordError(InputError, TypeError):
    """A keyword that nothing takes: neither opscope, which has no option of that name, nor the call of the user's model.

    `taker` is what was given the keyword `word`, and `known` are the keywords that it does take. `others` are what may
    have been meant too: the options of the opscope function whose keywords go on to a model.
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
        """The same error where these options, too, may have been meant."""
        return KeywordError(self.taker, self.word, self.known, options)


class TraceError(OpscopeError, RuntimeError):
    """TensorFlow could not trace the target; the user's own exception is the cause."""


class LoadError(OpscopeError, ValueError):
    """A file is not what it claims to be; the message names the file and the byte or node."""


class NotFoundError(InputError, KeyError):
    """No op, layer or group has this name; the message gives the names that are close."""

    def __str__(self) -> str:
        return sentence(Exception.__str__(self))  # a KeyError would put its message into quotation marks


class RenderError(OpscopeError, RuntimeError):
    """An output could not be made, for instance because Graphviz took too long."""


class WriteError(OpscopeError, OSError):
    """The output path cannot be written; the old file, if any, is untouched."""


class MissingDependencyError(OpscopeError, ImportError):
    """A package or program that this one thing needs is not installed; the message says how to get it."""


def for_command(error: OpscopeError) -> str:
    """The error's message as the command says it: with ``--depth`` where Python has ``depth=``."""
    return sentence(_SPELLED.sub(r"\2", _in_both(error)))


def in_file(error: OpscopeError, path: str) -> str:
    """The error's message, in both spellings, with the file's path in front unless it begins so."""
    said = _in_both(error)
    return said if str(error).startswith(path) else f"{path}: {said}"


def _in_both(error: OpscopeError) -> str:
    marked = error._marked  # noqa: SLF001  (the other half of `__str__`)
    return marked if _SPELLED.search(marked) else str(error)
