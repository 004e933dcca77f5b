"""The ``opscope`` command: one module a verb, each with `add` (its options) and `run` (what it does)."""

from __future__ import annotations

import argparse
import os
from typing import Any, List, NoReturn, Optional, Tuple

from ..errors import OpscopeError, WriteError, for_command
from ..suggestions import did_you_mean
from ..visible import sentence
from . import answer

FAILED = 1
INTERRUPTED = 130


class _Parser(argparse.ArgumentParser):
    """A parser whose errors quote arguments so that a terminal only shows them, and say what was meant."""

    def error(self, message: str) -> NoReturn:
        super().error(sentence(message))

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Tuple[Any, List[str]]:
        """As argparse does; a verb refuses what it does not know itself, since it knows its own options."""
        found, unknown = super().parse_known_args(args, namespace)
        if unknown:
            self.error(f"unrecognized arguments: {' '.join(unknown)}{self._meant(unknown)}")
        return found, unknown

    def _meant(self, unknown: List[str]) -> str:
        options = [option for option in self._option_string_actions if option.startswith("--")]
        words = [word.partition("=")[0] for word in unknown if word.startswith("-")]
        found = [did_you_mean(word, options) for word in words]
        return "".join(f"; {meant}" for meant in found if meant)

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        try:
            super()._check_value(action, value)
        except argparse.ArgumentError as error:
            meant = did_you_mean(str(value), map(str, action.choices or ()))
            raise argparse.ArgumentError(action, f"{error.message}; {meant}") if meant else error from None


def main(arguments: Optional[List[str]] = None) -> int:
    """Run the command; returns its exit code: 0, 1 after an error's one line on stderr, 130 after Ctrl-C.

    Wrong usage ends in `SystemExit` with code 2, as argparse has it. Code of the model that calls ``sys.exit(3)`` is an
    error with that code.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # TensorFlow's greetings are no part of the answer
    try:
        answer.prepare()
        return _main(arguments)
    except answer.ReaderGoneError:
        return 0
    except KeyboardInterrupt:
        return INTERRUPTED
    finally:
        answer.settle()


def _main(arguments: Optional[List[str]]) -> int:
    try:
        answer.require_output()
        with answer.speaking():  # --help and --version
            options = _parser().parse_args(arguments)
    except WriteError as error:
        answer.complain(_line(error))
        return FAILED
    return _run(options)


def _run(options: argparse.Namespace) -> int:
    try:
        with answer.warnings_in_lines():
            options.run(options)
        with answer.speaking():  # what the model's own code has printed
            pass
    except (answer.ReaderGoneError, KeyboardInterrupt):
        raise
    except SystemExit as stop:
        answer.complain(_stopped(stop))
        # Asked to end well, it still ended without an answer.
        return stop.code if isinstance(stop.code, int) and stop.code else FAILED
    except BaseException as error:
        if options.traceback:
            raise
        answer.complain(_line(error))
        return FAILED
    return 0


def _parser() -> argparse.ArgumentParser:
    from ..version import __version__
    from . import demo, profile, render, show, summary
    from .help import Help

    parser = _Parser(prog="opscope", description="Show what a TensorFlow model really does.", formatter_class=Help)
    parser.add_argument("--version", action="version", version=f"opscope {__version__}")
    verbs = parser.add_subparsers(title="commands", metavar="COMMAND", required=True, dest="verb")
    for verb in (render, show, summary, profile, demo):
        name = verb.__name__.rpartition(".")[2]
        description = (verb.__doc__ or "").strip()
        first, _, _ = description.partition("\n")
        sub = verbs.add_parser(name, help=first.rstrip("."), description=description, formatter_class=Help)
        verb.add(sub)
        sub.add_argument("--traceback", action="store_true", help="show the Python traceback of an error")
        sub.set_defaults(run=verb.run)
    return parser


def _line(error: BaseException) -> str:
    if isinstance(error, OpscopeError):
        line = " ".join(for_command(error).split())
        cause = error.__cause__  # one of opscope's own, which got a path in front, has no more to tell
        where = cause is not None and not isinstance(cause, OpscopeError) and "--traceback" not in line
        return f"{line}; --traceback shows where" if where else line
    if isinstance(error, MemoryError):
        return "there is not enough memory; draw less (--depth 1, --focus), or use a machine with more"
    found = " ".join(f"unexpected {type(error).__name__}: {error}".split()).rstrip(":")
    return f"{found}; --traceback shows where; if it is a fault of opscope, please report it"


def _stopped(stop: SystemExit) -> str:
    """The model's own code ended the program while it was traced or run: with words, a code, or neither."""
    code = "" if stop.code is None else repr(stop.code)
    return f"the model's code ended the command with sys.exit({code}) or the like; remove that from the code that is traced or run"
