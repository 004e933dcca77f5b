"""Prints everything that the command prints: answers on standard output, errors and progress on standard error.

Either of them may be closed, full, or connected to a program that has ended (``| head``). All of this is handled here.
"""

from __future__ import annotations

import codecs
import io
import os
import shutil
import sys
import warnings
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, Callable, Iterator, List, Optional, Sequence, Tuple, Type, Union

from ..errors import WriteError
from ..visible import one_line, sentence, visible

TROUBLE = 2
"""The exit code of an error, of a verb that answers with an exit code, as of ``diff``."""

_PLAINLY = "opscope-plainly"
"""The name of `_plainly` as an error handler of codecs."""
_PLAIN = {
    "\u00b5": "u",
    "\u03bc": "u",
    "\u00d7": "x",
    "\u00b7": "-",
    "\u2026": "...",
    "\u2264": "<=",
    "\u2265": ">=",
    "\u00b1": "+-",
    "\u2500": "-",
}
"""Characters that opscope prints -> what stands for them in an encoding such as ASCII that does not have them."""
_PLAIN.update({chr(0x2581 + step): str(step + 1) for step in range(8)})  # the bars ▁ to █ of a summary, as digits
_PACKAGE = Path(__file__).resolve().parent.parent


class ReaderGoneError(Exception):
    """The program that reads standard output has ended (``| head``). That is no error: it has read enough."""


def prepare() -> None:
    """Make the standard streams safe to use, even if some are closed or cannot write every character."""
    for descriptor in (0, 1, 2):
        try:
            os.fstat(descriptor)
        except OSError:
            # It is closed. The next file to be opened would get its number, and could then receive what TensorFlow
            # writes to descriptor 2: log messages in the middle of a picture. So the number is given to /dev/null.
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)
    if sys.stderr is None:  # it was closed when Python started
        sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115  (as long as the process)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=_PLAINLY)  # else one character that the encoding lacks would be an exception


def _plainly(error: UnicodeError) -> Tuple[str, int]:
    """Replace characters that the stream's encoding does not have: µ by u, × by x, ..., others by a question mark."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(_PLAIN.get(sign, "?") for sign in error.object[error.start : error.end]), error.end


codecs.register_error(_PLAINLY, _plainly)


def require_output() -> None:
    """`WriteError` if standard output is closed. This is checked before the work, whose answer nobody would see."""
    if sys.stdout is None:
        raise WriteError(
            "standard output is closed, so there is nowhere to print to; leave it open or redirect it (> FILE)"
        )


def say(text: str) -> None:
    """Print a part of the answer, on lines of its own, and flush it."""
    with speaking():
        sys.stdout.write(visible(text if text.endswith("\n") else f"{text}\n"))


_COLOURS = {"added": "green", "removed": "red", "changed": "yellow", "heading": "bold"}
"""What a line tells of -> its style on a terminal."""


def say_in_colour(lines: Sequence[Tuple[str, str]]) -> None:
    """Print lines, each given with what it tells of: in colour on a terminal (unless NO_COLOR is set), plain elsewhere."""
    if not sys.stdout.isatty():
        say("\n".join(text for text, _ in lines))
        return
    from rich.console import Console
    from rich.text import Text

    with speaking():
        console = Console(soft_wrap=True)
        for text, what in lines:
            console.print(Text(visible(text), style=_COLOURS.get(what, "")))


def complain(text: str) -> None:
    """Print an error, as one line."""
    with suppress(OSError, ValueError):  # if stderr is broken, there is still the exit code
        sys.stderr.write(f"error: {sentence(text)}\n")
        sys.stderr.flush()


def remark(text: str) -> None:
    """Print a remark on standard error, as one line: programs read the answer, which it is no part of."""
    with suppress(OSError, ValueError):  # as for an error
        sys.stderr.write(f"{sentence(text)}\n")
        sys.stderr.flush()


def pass_on(source: str, said: str) -> bool:
    """Print what another process wrote to standard error about a source, whose name goes into the command's own lines; whether an error is among it."""
    with suppress(OSError, ValueError):  # as for an error
        sys.stderr.write("".join(f"{visible(_about(source, line))}\n" for line in said.splitlines()))
        sys.stderr.flush()
    return any(line.startswith(("error: ", "Traceback ")) for line in said.splitlines())


def _about(source: str, line: str) -> str:
    for kind in ("error: ", "warning: "):
        if line.startswith(kind) and not line.startswith(f"{kind}{source}"):
            return f"{kind}{one_line(source)}: {line[len(kind) :]}"
    return line


@contextmanager
def warnings_in_lines() -> Iterator[None]:
    """Within the block, opscope's own warnings are printed as one line. Other warnings look as they do in Python."""
    shown = warnings.showwarning

    def show(message: "Union[Warning, str]", category: Type[Warning], filename: str, *rest: Any, **more: Any) -> None:
        if _PACKAGE not in Path(filename).resolve().parents:
            shown(message, category, filename, *rest, **more)
        else:
            sys.stderr.write(f"warning: {sentence(str(message))}\n")

    warnings.showwarning = show
    try:
        yield
    finally:
        warnings.showwarning = shown


@contextmanager
def speaking() -> Iterator[None]:
    """Flush standard output at the end of the block. If writing fails, raise `WriteError` or `ReaderGoneError`."""
    try:
        try:
            yield
        finally:
            sys.stdout.flush()
    except OSError as error:
        _discard_rest(sys.stdout)
        if isinstance(error, BrokenPipeError):
            raise ReaderGoneError from error
        raise WriteError(
            f"cannot write to standard output: {error.strerror or error}; make room there, or redirect it (> FILE)"
        ) from None


def settle() -> None:
    """Flush both streams; what cannot be written is dropped.

    Otherwise Python itself would try it at exit, fail, print a message and end with exit code 120.
    """
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None:
                stream.flush()
        except (OSError, ValueError):
            _discard_rest(stream)


def _discard_rest(stream: "IO[Any]") -> None:
    """Connect a broken stream to /dev/null, so that what is left in its buffer can be written without an error."""
    with suppress(OSError, ValueError):  # a stream in a test or a notebook has no descriptor
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


_relayed: List[Optional[int]] = []
"""The width of the terminal to which another process writes this one's answer, if one does."""


def goes_to(width: Optional[int]) -> None:
    """Know that another process prints this one's answer, on a terminal that is so wide; ``None``: to a file or a pipe."""
    _relayed[:] = [width]


def is_passed_on() -> bool:
    """Whether another process prints this one's answer, among those of others."""
    return bool(_relayed)


def terminal_width() -> Optional[int]:
    """The width in characters of the terminal that the answer goes to; ``None`` if it goes to a file or a pipe."""
    if _relayed:
        return _relayed[0]
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


@contextmanager
def working(what: str) -> Iterator[Callable[[str], None]]:
    """Show that work is going on, by a moving line on stderr; nothing if stderr is not a terminal.

    What is yielded shows that the work is another by now.
    """
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.text import Text

    # As rich's own text, since it would take a name such as [red] for markup.
    with Console(stderr=True).status(Text(one_line(what))) as shown:
        yield lambda now: shown.update(Text(one_line(now)))
