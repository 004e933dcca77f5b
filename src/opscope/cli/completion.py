"""``--print-completion``: what a shell needs to complete the command's verbs, options, choices and files."""

from __future__ import annotations

import argparse
import sys
from typing import Any, Iterator

from ..errors import MissingDependencyError

SHELLS = ("bash", "zsh", "tcsh")
_FILES = ("SOURCE", "A", "B", "FILE", "FILE.json")
_FOLDERS = ("DIR",)
"""The metavars of arguments that name a file, or a folder."""


class PrintCompletion(argparse.Action):
    """Print the script of a shell, and end the command, as ``--version`` does."""

    def __call__(self, parser: argparse.ArgumentParser, _: Any, values: Any, __: Any = None) -> None:
        """Print it; `MissingDependencyError` without shtab."""
        sys.stdout.write(script(parser, values))
        parser.exit()


def script(parser: argparse.ArgumentParser, shell: str) -> str:
    """The script that completes the command of this parser.

    Raises:
        MissingDependencyError: shtab is not installed.
    """
    try:
        import shtab
    except ImportError:
        raise MissingDependencyError(
            "completion needs shtab, which is not installed: pip install 'opscope[completion]'"
        ) from None
    for action in _actions(parser):
        if action.metavar in _FILES:
            vars(action)["complete"] = shtab.FILE
        elif action.metavar in _FOLDERS:
            vars(action)["complete"] = shtab.DIRECTORY
    for verb in _verbs(parser):
        # A shell lists a verb on one line; the examples below it are for --help.
        verb.description, _, _ = (verb.description or "").partition("\n")
    return str(shtab.complete(parser, shell)) + "\n"


def _actions(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    """Every argument of the command and of its verbs."""
    yield from parser._actions  # noqa: SLF001  (argparse tells nobody what it has)
    for verb in _verbs(parser):
        yield from _actions(verb)


def _verbs(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    """The parsers of the verbs."""
    for action in parser._actions:  # noqa: SLF001
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001
            yield from action.choices.values()
