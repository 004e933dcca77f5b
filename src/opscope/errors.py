"""The errors opscope raises: one base, each kind also the fitting builtin, each message ending with the remedy."""

from __future__ import annotations

from .visible import sentence


class OpscopeError(Exception):
    """Base of every error that opscope raises on purpose; its message is one line that a terminal can show."""

    def __str__(self) -> str:
        # Messages quote names and paths that strangers may have chosen; here is the one place that all of them pass.
        return sentence(super().__str__())


class InputError(OpscopeError, ValueError):
    """An argument is wrong: an input shape, a depth, a key, an output suffix."""


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
