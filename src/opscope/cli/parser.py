"""The parser of the command, of its verbs, and of the magic in notebooks: wrong usage is one line, which says what was probably meant and where to read on."""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path
from typing import Any, Iterable, List, NoReturn, Sequence, Tuple

from ..errors import InputError, for_command, option
from ..suggestions import meant_or_known, words_like
from ..visible import sentence

WRONG_USAGE = 2
"""The exit code of wrong usage, as argparse has it."""
_NEGATIVE = re.compile(r"-\d")
"""What begins so is a value: of ``-1,10``, a shape as TensorFlow's tools write it, argparse would think that it is an option."""
_OPTION = re.compile(r"--?[A-Za-z]\S*$")


class Parser(argparse.ArgumentParser):
    """A parser whose errors are safe to print, whatever the arguments contain, and suggest what was meant."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self._given: Sequence[str] = ()
        self._negative_number_matcher = _NEGATIVE

    def error(self, message: str) -> NoReturn:
        """Say on one line what is wrong, and end with `WRONG_USAGE`."""
        said = self.wrong(message)
        see = " See" if said.endswith("?") else "; see"
        self.exit(WRONG_USAGE, f"error: {said}{see} {self.prog} --help\n")

    def wrong(self, message: str) -> str:
        """What is wrong with the arguments, of which argparse says `message`.

        A misspelled option is told of first: argparse would say that the one which was meant is missing.
        """
        return sentence(_about_options(self._strange_options(), self._option_string_actions) or message)

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Tuple[Any, List[str]]:
        """As argparse does, but unknown arguments are an error here.

        argparse would leave that to the parser of the whole command. This parser may be that of a verb, which knows the
        verb's options and can suggest one.
        """
        self._given = list(sys.argv[1:] if args is None else args)
        found, unknown = super().parse_known_args(args, namespace)
        if unknown:
            self.error(f"too many arguments: {' '.join(unknown)}")
        return found, unknown

    def _strange_options(self) -> List[str]:
        """The given words that look like options and are none of this parser's, in full or shortened."""
        strange = []
        for word in self._given:
            if word == "--" or (self._subparsers is not None and not word.startswith("-")):
                break  # what follows are values; or it is for the parser of a verb
            name = word.partition("=")[0]
            begins = name if name.startswith("--") else name[:2]  # -ofile is -o file
            if _OPTION.match(word) and not any(known.startswith(begins) for known in self._option_string_actions):
                strange.append(name)
        return strange

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        """As argparse does; the error suggests the choice that is closest."""
        try:
            super()._check_value(action, value)
        except argparse.ArgumentError:
            choices = list(map(str, action.choices or ()))
            raise argparse.ArgumentError(None, _no_choice(action, str(value), choices)) from None


def _about_options(strange: Sequence[str], options: Iterable[str]) -> str:
    """What to say of options that there are not; empty if there are none."""
    if not strange:
        return ""
    # Without the dashes, which would make all of them alike.
    known = {name.lstrip("-"): name for name in options if name.startswith("--")}
    asked = []
    for word in strange:
        like = words_like(word.lstrip("-"), known)
        asked.append(
            _command_spelling(word) or (f"did you mean {' or '.join(known[name] for name in like)}?" if like else "")
        )
    return "; ".join([f"there is no option {' '.join(strange)}", *filter(None, asked)])


def _command_spelling(word: str) -> str:
    """What the command calls an option that Python spells otherwise: ``between`` is ``--from`` and ``--to``."""
    name = word.lstrip("-")
    here = for_command(InputError(option(name)))
    return "" if here == f"--{name}" else f"use {here}"


def _no_choice(action: argparse.Action, value: str, choices: Sequence[str]) -> str:
    """What to say of a word that is none of an argument's choices."""
    if not isinstance(action, argparse._SubParsersAction):  # noqa: SLF001  (argparse has no other name for it)
        name = "/".join(action.option_strings) or str(action.metavar or action.dest)
        return f"{name} {value} is not known; {meant_or_known(value, choices)}"
    if (_is_path(value) or ":" in value) and not words_like(value, choices):
        return f"{value} is no command; say what to do with it, such as opscope show {value}; commands are {', '.join(choices)}"
    return f"{value} is no command; {meant_or_known(value, choices)}"


def _is_path(text: str) -> bool:
    try:
        return Path(text).exists()
    except (OSError, ValueError):  # a name that no file can have, or a folder that may not be looked into
        return False
