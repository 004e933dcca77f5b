"""A parser of arguments whose errors are one line that suggests what was meant: of the command, and of the magic in notebooks."""

from __future__ import annotations

import argparse
from typing import Any, List, NoReturn, Tuple

from ..errors import InputError, for_command, option
from ..suggestions import did_you_mean
from ..visible import sentence


class CommandParser(argparse.ArgumentParser):
    """A parser whose errors are safe to print, whatever the arguments contain, and suggest what was meant."""

    def error(self, message: str) -> NoReturn:
        """End the program with code 2 and the message, on one line."""
        self.exit(2, f"{self.prog}: error: {sentence(message)}\nsee {self.prog} --help\n")

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Tuple[Any, List[str]]:
        """As argparse does, but unknown arguments are an error here.

        argparse would leave that to the parser of the whole command. This parser may be that of a verb, which knows the
        verb's options and can suggest one.
        """
        found, unknown = super().parse_known_args(args, namespace)
        if unknown:
            self.error(f"unrecognized arguments: {' '.join(unknown)}{self._meant(unknown)}")
        return found, unknown

    def _meant(self, unknown: List[str]) -> str:
        """A question for each unknown argument that looks like an option of this parser."""
        options = [option for option in self._option_string_actions if option.startswith("--")]
        words = [word.partition("=")[0] for word in unknown if word.startswith("-")]
        found = [_command_spelling(word) or did_you_mean(word, options) for word in words]
        return "".join(f"; {meant}" for meant in found if meant)

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        """As argparse does; the error also suggests the choice that is closest."""
        try:
            super()._check_value(action, value)
        except argparse.ArgumentError as error:
            meant = did_you_mean(str(value), map(str, action.choices or ()))
            raise argparse.ArgumentError(action, f"{error.message}; {meant}") if meant else error from None


def _command_spelling(word: str) -> str:
    """What the command calls an option that Python spells otherwise: ``between`` is ``--from`` and ``--to``."""
    here = for_command(InputError(option(word.lstrip("-"))))
    return "" if here == word else f"use {here}"
