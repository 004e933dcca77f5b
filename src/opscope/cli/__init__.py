"""The ``opscope`` command. Each verb (``opscope render``, ...) is a module with `add` (its options) and `run`.

The docstring of such a module is the verb's help text: its first line stands in ``opscope --help``.
"""

from __future__ import annotations

import argparse
import gc
import sys
from importlib import import_module
from typing import Callable, List, Optional, Sequence

from ..errors import OpscopeError, for_command
from . import answer
from .completion import SHELLS, PrintCompletion
from .parser import Parser
from .quiet_import import quiet_tensorflow

VERBS = ("render", "show", "summary", "profile", "diff", "check", "survey", "demo")
"""The modules of the verbs, in the order in which ``opscope --help`` lists them."""
FAILED = 1
INTERRUPTED = 130
"""The exit code of a program that Ctrl-C ended, as shells have it: 128 + the number of SIGINT, 2."""


def main(arguments: Optional[List[str]] = None) -> int:
    """Run the command and return its exit code: 0; 1 after an error, which is one line on stderr; 130 after Ctrl-C.

    Wrong usage raises `SystemExit` with code 2, as argparse does. A verb may give a code of its own for an answer (`diff`: 1, the two
    differ), and then has another one for an error, its constant ``TROUBLE``. If the user's model calls ``sys.exit(3)``, that is
    reported as an error, and the exit code is 3.
    """
    return guarded(lambda: _main(arguments), ending=arguments is None)


def guarded(work: Callable[[], int], *, ending: bool) -> int:
    """Do the work of a command, and return its exit code, with standard streams that are safe to use. `ending`: this process ends afterwards."""
    collecting = gc.isenabled()
    try:
        answer.prepare()
        with quiet_tensorflow():  # its start-up messages would stand among the command's own
            return work()
    except answer.ReaderGoneError:
        return 0
    except KeyboardInterrupt:
        return INTERRUPTED
    finally:
        answer.settle()
        if ending:
            # Python would look through every object once more, for cycles that nobody waits for.
            gc.freeze()
        if collecting:
            gc.enable()


def _main(arguments: Optional[List[str]]) -> int:
    """Read the arguments, then run the verb."""
    try:
        answer.require_output()
        with answer.speaking():  # since --help and --version print here
            options = _parser(sys.argv[1:] if arguments is None else arguments).parse_args(arguments)
    except OpscopeError as error:
        answer.complain(_message(error))
        return FAILED
    return run_verb(options)


def run_verb(options: argparse.Namespace) -> int:
    """Run the verb; an exception becomes an error message, unless ``--traceback`` asks for the traceback."""
    trouble: int = options.trouble
    try:
        with answer.warnings_in_lines():
            code: Optional[int] = options.run(options)
        with answer.speaking():  # flush what the model's own code has printed
            pass
    except (answer.ReaderGoneError, KeyboardInterrupt):
        raise
    except SystemExit as stop:
        answer.complain(_stopped(stop))
        # sys.exit(0) is a failure too: the command ended without an answer.
        return stop.code if isinstance(stop.code, int) and stop.code and trouble == FAILED else trouble
    except BaseException as error:
        if options.traceback:
            raise
        answer.complain(_message(error))
        return trouble
    return code or 0


def _parser(arguments: Sequence[str] = ()) -> argparse.ArgumentParser:
    """The parser of the command, with a parser for each verb; of arguments that begin with a verb, with the parser of that one alone.

    What the others' options are made of need not be imported then.
    """
    from ..version import __version__
    from .help import Help

    parser = Parser(prog="opscope", description="Show what a TensorFlow model really does.", formatter_class=Help)
    parser.add_argument("--version", action="version", version=f"opscope {__version__}")
    parser.add_argument(
        "--print-completion", action=PrintCompletion, choices=SHELLS,
        help='print what a shell needs to complete the command: eval "$(opscope --print-completion bash)"',
    )  # fmt: skip
    # Without `prog`, argparse would format a usage line to find it, for which all of rich is imported.
    verbs = parser.add_subparsers(title="commands", metavar="COMMAND", required=True, dest="verb", prog=parser.prog)
    for name in arguments[:1] if arguments and arguments[0] in VERBS else VERBS:
        verb = import_module(f"{__name__}.{name}")
        description = (verb.__doc__ or "").strip()
        first, _, _ = description.partition("\n")
        sub = verbs.add_parser(name, help=first.rstrip("."), description=description, formatter_class=Help)
        verb.add(sub)
        sub.add_argument("--traceback", action="store_true", help="show the Python traceback of an error")
        sub.set_defaults(run=verb.run, trouble=getattr(verb, "TROUBLE", FAILED))
    return parser


def _message(error: BaseException) -> str:
    """The message for an exception, on one line. It mentions ``--traceback`` if a traceback would tell more."""
    if isinstance(error, OpscopeError):
        line = " ".join(for_command(error).split())
        cause = error.__cause__  # an error of opscope's own is a cause only where its message got a path in front
        where = cause is not None and not isinstance(cause, OpscopeError) and "--traceback" not in line
        return f"{line}; --traceback shows where" if where else line
    if isinstance(error, MemoryError):
        return "there is not enough memory; draw less (--depth 1, --focus), or use a machine with more"
    found = " ".join(f"unexpected {type(error).__name__}: {error}".split()).rstrip(":")
    return f"{found}; --traceback shows where; if it is a fault of opscope, please report it"


def _stopped(stop: SystemExit) -> str:
    """The message if the model's own code ended the program while it was traced or run (`sys.exit`)."""
    code = "" if stop.code is None else repr(stop.code)
    return f"the model's code ended the command with sys.exit({code}) or the like; remove that from the code that is traced or run"
