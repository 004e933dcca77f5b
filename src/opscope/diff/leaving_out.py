"""What is not compared: the words of ``ignore=`` and ``only=``, and the changes that they leave out."""

from __future__ import annotations

from dataclasses import replace
from typing import Callable, Dict, FrozenSet, Iterable, List, Optional, Sequence, Tuple, Union

from ..errors import InputError, option
from ..graph.groups import Group
from ..graph.vocabulary import CALL_KINDS
from ..suggestions import meant_or_known
from .model import CHANGED, Change, Delta, FigureDelta, StoryEntry

Words = Union[str, Sequence[str]]


def _is_type(part: str, names: FrozenSet[str]) -> Callable[[str], bool]:
    """Tells whether a change is one of these, or of this part of an output."""
    return lambda what: what in names or (what.startswith("outputs[") and what.endswith(part))


CHANGES: Dict[str, Callable[[str], bool]] = {
    "names": lambda what: what in ("name", "path", "object_path", "of"),
    "source": lambda what: what in ("source", "defined_in"),
    "shapes": _is_type(".shape", frozenset({"shape", "attrs.shape", "parameters"})),
    "dtypes": _is_type(".dtype", frozenset({"dtype", "attrs.dtype", "attrs.T", "attrs.DstT", "attrs.SrcT"})),
    "attrs": lambda what: what.startswith("attrs."),
    "settings": lambda what: what.startswith("settings."),
    "device": lambda what: what == "device",
    "figures": lambda what: what in ("cost", "measured"),
    "order": lambda what: what == "order",
}
"""Word -> whether a change is what the word means."""
_COUNTED = {"parameters": frozenset({"variables", "shapes"}), "time_us": frozenset({"layers"})}
"""What a figure counts: where one of these is not compared, neither is the figure."""
_COUNTED_COSTS = frozenset({"ops", "shapes", "dtypes", "attrs", "settings"})
"""The same of FLOPs and other estimates."""
_KINDS = {"layers": "group", "ops": "op", "variables": "variable"}
"""Word of ``only=`` -> what the story calls it."""


def ignored_words(ignore: Words, only: Optional[str]) -> Tuple[str, ...]:
    """What is left out, in words; `InputError` for a word that is none."""
    words = [word.strip() for word in ignore.split(",")] if isinstance(ignore, str) else list(ignore)
    known = [*CHANGES, *_KINDS]
    for word in words:
        if word and word not in known:
            raise InputError(f"{option('ignore', word)} is not known; {meant_or_known(word, known)}")
    if only is not None and only not in _KINDS:
        raise InputError(f"{option('only', only)} is not known; {meant_or_known(only, _KINDS)}")
    others = [word for word in _KINDS if word != only] if only is not None else []
    return tuple(sorted({*words, *others} - {""}))


def compared_deltas(deltas: Iterable[Delta], words: Sequence[str]) -> List[Delta]:
    """The deltas without the changes that the words leave out; a changed one of which nothing is left is not among them."""
    tests = [CHANGES[word] for word in words if word in CHANGES]
    found = []
    for delta in deltas:
        changes = tuple([change for change in delta.changes if not _is_left_out(change, tests)])
        if delta.status != CHANGED or changes:
            found.append(replace(delta, changes=changes))
    return found


def compared_figures(figures: Iterable[FigureDelta], words: Sequence[str]) -> Tuple[FigureDelta, ...]:
    """The figures of what is compared: those that follow from what the words leave out do not make two graphs different."""
    left_out = frozenset(words)
    return tuple(
        [
            figure
            for figure in figures
            if left_out.isdisjoint(_COUNTED.get(figure.quantity, _COUNTED_COSTS) | {"figures"})
            and not (figure.path and "layers" in left_out)
        ]
    )


def _is_left_out(change: Change, tests: Sequence[Callable[[str], bool]]) -> bool:
    return any(test(change.what) for test in tests)


def layers_only(deltas: Iterable[Delta], groups: Tuple[Sequence[Group], Sequence[Group]]) -> List[Delta]:
    """Of the groups, the calls of layers, modules and models."""
    rows = [(delta, 0 if delta.row_b < 0 else 1) for delta in deltas]
    return [delta for delta, side in rows if groups[side][delta.row_b if side else delta.row_a].kind in CALL_KINDS]


def compared_story(
    story: Iterable[StoryEntry], words: Sequence[str], groups: Tuple[Sequence[Group], Sequence[Group]]
) -> Tuple[StoryEntry, ...]:
    """The entries of what is compared. If ops are not, then of groups only layers are told."""
    left_out = {_KINDS[word] for word in words if word in _KINDS} | ({"output"} if "ops" in words else set())
    layers = {group.path for side in groups for group in side if group.kind in CALL_KINDS}
    return tuple(
        [
            entry
            for entry in story
            if entry.what not in left_out
            and not ("dtypes" in words and entry.kind in ("quantized", "dequantized"))
            and not (entry.what == "group" and "ops" in words and layers.isdisjoint((*entry.a, *entry.b)))
        ]
    )
