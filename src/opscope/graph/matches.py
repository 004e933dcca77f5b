"""Finds what a user names by a word or a pattern: an op, a group, the calls of a layer. The errors suggest close names.

Drawings and scripts both use this module. `passes.lookup` adds what only drawings need: the names of inputs and
outputs.
"""

from __future__ import annotations

import re
from fnmatch import translate
from itertools import islice
from typing import TYPE_CHECKING, Callable, Iterable, List, Sequence, Union

from ..errors import InputError, NotFoundError
from ..graph.content import content_of
from ..suggestions import MOST_CLOSE, MOST_COMPARED, words_like

if TYPE_CHECKING:
    from .graph import Graph
    from .groups import Group

Patterns = Union[str, Sequence[str]]
"""A shell pattern, or several, of which one has to match."""


def find_group(graph: Graph, path: str, *, layers: bool = False) -> int:
    """The group with this path; else with this object path; else whose path ends in `path`.

    ``block_3`` finds ``net/encoder/block_3``. If several groups have the object path, which is the case for a layer
    that is called more than once, it is the first call. If `layers` is true, only calls of layers, modules and models
    count.

    Raises:
        NotFoundError: there is no such group.
        InputError: the paths of several groups end in `path`.
    """
    among = _candidates(graph, layers=layers)
    what = "layer" if layers else "group"
    for names in (
        [content_of(graph).groups[index].path for index in among],
        [content_of(graph).groups[index].object_path for index in among],
    ):
        if path in names:
            return among[names.index(path)]
    found = [index for index in among if content_of(graph).groups[index].path.endswith(f"/{path}")]
    if len(found) == 1:
        return found[0]
    if found:
        shown = ", ".join(content_of(graph).groups[index].path for index in found[:MOST_CLOSE])
        raise InputError(f"{len(found)} {what}s end in {path!r} ({shown}); give a whole path")
    raise NotFoundError(
        f"no {what} is called {path!r}; {names_close_to(str(path), (content_of(graph).groups[index].path for index in among))}"
    )


def layers_called(graph: Graph, word: str) -> List[int]:
    """The calls of layers, modules and models that a word names.

    The word is taken as a path; if no call has that path, as an object path; if none has that either, as a name or the
    end of a path. One call has a path, but several may have the same object path or name.

    Raises:
        NotFoundError: it names no call.
    """
    among = _candidates(graph, layers=True)
    groups = content_of(graph).groups
    ways: "Sequence[Callable[[Group], bool]]" = (
        lambda group: group.path == word,
        lambda group: group.object_path == word,
        lambda group: group.name == word or group.path.endswith(f"/{word}"),
    )
    # The first way that finds any call counts, so a path is never mixed up with a name.
    for way in ways:
        found = [index for index in among if way(groups[index])]
        if found:
            return found
    raise NotFoundError(
        f"no layer is called {word!r}; {names_close_to(str(word), (groups[index].path for index in among))}"
    )


def _candidates(graph: Graph, *, layers: bool) -> List[int]:
    return [index for index, group in enumerate(content_of(graph).groups) if group.is_call or not layers]


def inside(graph: Graph, chosen: Iterable[int]) -> List[bool]:
    """For each group: whether it is one of the chosen groups or lies in one."""
    found = [False] * len(content_of(graph).groups)
    for index in chosen:
        found[index] = True
    for index, group in enumerate(content_of(graph).groups):  # parents come before their children
        found[index] = found[index] or (group.parent >= 0 and found[group.parent])
    return found


def fits(patterns: Patterns) -> Callable[[str], bool]:
    """A function that tells whether a whole text matches a shell pattern (``*``, ``?``, ``[ab]``), or one of several.

    >>> fits("Conv*")("Conv2D"), fits(["MatMul", "Conv"])("Conv2D")
    (True, False)

    Raises:
        InputError: the list of patterns is empty, or a pattern is not a text.
    """
    several = [patterns] if isinstance(patterns, str) else patterns
    if not isinstance(several, (list, tuple)) or not several or not all(isinstance(each, str) for each in several):
        raise InputError(f"{patterns!r} is no pattern; give a text such as 'Conv*', or a list of them")
    # `translate` makes a regular expression of each pattern. All of them together are one.
    match = re.compile("|".join(map(translate, several))).match
    return lambda text: match(text) is not None


def find_op(graph: Graph, name: str) -> int:
    """The row of the op with this name.

    Raises:
        NotFoundError: there is none.
    """
    try:
        return content_of(graph).table.index(name)
    except KeyError:
        raise NotFoundError(
            f"no op is called {name!r}; {names_close_to(str(name), content_of(graph).table.names)}"
        ) from None


def names_close_to(word: str, names: Iterable[str]) -> str:
    """The end of an error message: names that look like the word, or whose last part looks like the word's last part.

    If there are none, it gives the first few names.
    """
    known = list(islice(dict.fromkeys(names), MOST_COMPARED))
    # If several names have the same last part, the first one is suggested: in reverse order it is stored last.
    by_end = {name.rpartition("/")[2]: name for name in reversed(known)}
    ends = [by_end[end] for end in words_like(word.rpartition("/")[2], by_end)]
    near = list(dict.fromkeys([*words_like(word, known), *ends]))[:MOST_CLOSE]
    if near:
        return f"did you mean {' or '.join(near)}?"
    return f"there are {', '.join(known[:MOST_CLOSE])}, …" if known else "the graph has none"
