"""What a user's word or pattern stands for in a graph: an op, a group, the calls of a layer; else the names that are close.

Drawings and scripts ask here. What only drawings know (the names of inputs and outputs) is in `passes.lookup`.
"""

from __future__ import annotations

import re
from fnmatch import translate
from itertools import islice
from typing import TYPE_CHECKING, Callable, Iterable, List, Sequence, Union

from ..errors import InputError, NotFoundError
from ..suggestions import MOST_CLOSE, MOST_COMPARED, words_like

if TYPE_CHECKING:
    from .graph import Graph
    from .groups import Group

Patterns = Union[str, Sequence[str]]
"""One pattern as a shell's, or several of which one must fit."""


def find_group(graph: Graph, path: str, *, layers: bool = False) -> int:
    """The group with this path, with this object path, or whose path ends so (``block_3`` for ``net/encoder/block_3``).

    Where several have the object path, it is the first: a layer's first call. `layers` leaves out whatever is no call of a
    layer, module or model.

    Raises:
        NotFoundError: there is no such group.
        InputError: several paths end so.
    """
    among = _among(graph, layers=layers)
    what = "layer" if layers else "group"
    for names in ([graph.groups[index].path for index in among], [graph.groups[index].object_path for index in among]):
        if path in names:
            return among[names.index(path)]
    found = [index for index in among if graph.groups[index].path.endswith(f"/{path}")]
    if len(found) == 1:
        return found[0]
    if found:
        shown = ", ".join(graph.groups[index].path for index in found[:MOST_CLOSE])
        raise InputError(f"{len(found)} {what}s end in {path!r} ({shown}); give a whole path")
    raise NotFoundError(
        f"no {what} is called {path!r}; {names_close_to(str(path), (graph.groups[index].path for index in among))}"
    )


def layers_called(graph: Graph, word: str) -> List[int]:
    """The calls of layers, modules and models that a word names: by path; else by object path; else by name or end of path.

    Of these ways the first that any call answers to counts. A path is that of one call, an object path or a name may be
    that of several.

    Raises:
        NotFoundError: no call answers to it.
    """
    among = _among(graph, layers=True)
    groups = graph.groups
    ways: "Sequence[Callable[[Group], bool]]" = (
        lambda group: group.path == word,
        lambda group: group.object_path == word,
        lambda group: group.name == word or group.path.endswith(f"/{word}"),
    )
    for way in ways:
        found = [index for index in among if way(groups[index])]
        if found:
            return found
    raise NotFoundError(
        f"no layer is called {word!r}; {names_close_to(str(word), (groups[index].path for index in among))}"
    )


def _among(graph: Graph, *, layers: bool) -> List[int]:
    return [index for index, group in enumerate(graph.groups) if group.is_call or not layers]


def inside(graph: Graph, chosen: Iterable[int]) -> List[bool]:
    """For each group whether it is one of the chosen or lies in one."""
    found = [False] * len(graph.groups)
    for index in chosen:
        found[index] = True
    for index, group in enumerate(graph.groups):  # parents come before their children
        found[index] = found[index] or (group.parent >= 0 and found[group.parent])
    return found


def fits(patterns: Patterns) -> Callable[[str], bool]:
    """Whether a text as a whole is what a pattern says, or one of several: as a shell's (``*``, ``?``, ``[ab]``).

    >>> fits("Conv*")("Conv2D"), fits(["MatMul", "Conv"])("Conv2D")
    (True, False)

    Raises:
        InputError: there is no pattern, or one that is no text.
    """
    several = [patterns] if isinstance(patterns, str) else patterns
    if not isinstance(several, (list, tuple)) or not several or not all(isinstance(each, str) for each in several):
        raise InputError(f"{patterns!r} is no pattern; give a text such as 'Conv*', or a list of them")
    match = re.compile("|".join(map(translate, several))).match
    return lambda text: match(text) is not None


def find_op(graph: Graph, name: str) -> int:
    """The op of this name.

    Raises:
        NotFoundError: there is none.
    """
    try:
        return graph.table.index(name)
    except KeyError:
        raise NotFoundError(f"no op is called {name!r}; {names_close_to(str(name), graph.table.names)}") from None


def names_close_to(word: str, names: Iterable[str]) -> str:
    """The end of an error message: names that look like the word, as a whole or in what follows the last ``/``."""
    known = list(islice(dict.fromkeys(names), MOST_COMPARED))
    # Reversed, so that of names with equal ends the first one is suggested.
    by_end = {name.rpartition("/")[2]: name for name in reversed(known)}
    ends = [by_end[end] for end in words_like(word.rpartition("/")[2], by_end)]
    near = list(dict.fromkeys([*words_like(word, known), *ends]))[:MOST_CLOSE]
    if near:
        return f"did you mean {' or '.join(near)}?"
    return f"there are {', '.join(known[:MOST_CLOSE])}, …" if known else "the graph has none"
