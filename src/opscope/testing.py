"""For tests of models: `assert_same_graph` fails with what is not the same in two graphs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, Optional

if TYPE_CHECKING:
    from .diff.leaving_out import Words

__all__ = ["assert_same_graph"]


def assert_same_graph(
    a: Any, b: Any, *, ignore: "Words" = (), only: Optional[Literal["layers", "ops", "variables"]] = None
) -> None:
    """Fail unless two models are the same, with a message that names the first differences.

    Args:
        a: a `Graph`, the path of a file that `load` reads, or a live model or function that `trace` takes without inputs.
        b: the other one.
        ignore: what is not compared, as in `diff`.
        only: compare only these, as in `diff`.

    Raises:
        AssertionError: they are not the same.
        InputError, LoadError, TraceError: as `diff`.
    """
    from .diff import diff
    from .render.told_difference.difference_text import difference_text

    found = diff(a, b, ignore=ignore, only=only)
    if found:
        raise AssertionError(f"the graphs are not the same\n{difference_text(found, remedy='opscope.diff(a, b)')}")
