"""The errors opscope raises: one base, each kind also the fitting builtin, each message ending with the remedy."""

from __future__ import annotations

from typing import Iterable

from .suggestions import did_you_mean
from .visible import sentence


class OpscopeError(Exception):
    """Base of every error that opscope raises on purpose; its message is one line that a terminal can show."""

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

    def __str__(self) -> str:
        remedy = did_you_mean(self.word, (*self.known, *self.others))
        use = f"use one of {', '.join(self.known)}" if self.known else "leave it out"
        return sentence(f"{self.taker} takes no {self.word!r}; {remedy or use}")

    def among(self, options: Iterable[str]) -> "KeywordError":
        """The same error where these options, too, may have been meant."""
        return KeywordError(self.taker, self.word, self.known, options)


class TraceError(OpscopeError, RuntimeError):
    """TensorFlow could not trace the target; the user's own exception is the cause."""


class LoadError(OpscopeError, ValueError):
    """A file is not what it claims to be; the message names the file and the byte or node."""


class RenderError(OpscopeError, RuntimeError):
    """An output could not be made, for instance because Graphviz took too long."""


class WriteError(OpscopeError, OSError):
    """The output path cannot be written; the old file, if any, is untouched."""


class MissingDependencyError(OpscopeError, ImportError):
    """A package or program that this one thing needs is not installed; the message says how to get it."""
