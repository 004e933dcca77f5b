"""`Difference`: what `opscope.diff` returns."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Dict, Iterator, Mapping, Optional, Tuple, Union

from .conversion.conversion import Conversion
from .model import Delta, FigureDelta, GraphHead, Matches, StoryEntry, WireDelta

if TYPE_CHECKING:
    import os

    from ..graph.graph import Graph


@dataclass(frozen=True)
class Difference:
    """What is not the same in two graphs. It is falsy if nothing is; iterating over it gives its `story`.

    The lists are exact: applied to `a` they give `b`. The story says the same as a person would, from coarse to fine. What only
    names the graph or measures it (its name, its producer, times, estimates that only one side has) is in the lists and heads, and
    does not make two graphs different.
    """

    head_a: GraphHead
    head_b: GraphHead
    nodes: Tuple[Delta, ...] = ()
    """The ops that are not the same, in the order of `b`; those that were removed behind them, in the order of `a`."""
    groups: Tuple[Delta, ...] = ()
    variables: Tuple[Delta, ...] = ()
    edges: Tuple[WireDelta, ...] = ()
    """The inputs that ops of both graphs take from elsewhere."""
    figures: Tuple[FigureDelta, ...] = ()
    story: Tuple[StoryEntry, ...] = ()
    ignored: Tuple[str, ...] = ()
    """What was not compared, as `diff` was told by ``ignore=`` and ``only=``."""
    a: Optional["Graph"] = field(default=None, compare=False, repr=False)
    """The graph that was compared; ``None`` if the difference was read from JSON."""
    b: Optional["Graph"] = field(default=None, compare=False, repr=False)
    matches: Optional[Matches] = field(default=None, compare=False, repr=False)
    """What corresponds to what, by row; ``None`` if the difference was read from JSON."""

    conversion: Optional[Conversion] = field(default=None, compare=False, repr=False)
    """How one of the graphs was made of the other; ``None`` where neither was, and if the difference was read from JSON."""

    def __iter__(self) -> Iterator[StoryEntry]:
        return iter(self.story)

    def __len__(self) -> int:
        return len(self.story)

    def __bool__(self) -> bool:
        return bool(self.story) or any(figure.significant for figure in self.figures)

    @property
    def same(self) -> bool:
        """Whether the two graphs are the same in all that was compared."""
        return not self

    @property
    def cost(self) -> int:
        """How many edits lead from `a` to `b`.

        An addition, a removal, a change of an attribute, a rewiring, a rename, and a move of a whole group count 1 each. What follows
        from another edit, such as the new names of the ops in a group that was renamed, counts 0.
        """
        return sum(entry.cost for entry in self.story)

    @property
    def counts(self) -> Dict[str, Dict[str, int]]:
        """How many ops, groups, variables and edges were changed, added and removed, and how many entries of each kind the story has."""
        parts: Mapping[str, Any] = {
            "nodes": self.nodes,
            "groups": self.groups,
            "variables": self.variables,
            "edges": self.edges,
        }
        found = {
            name: {"changed": 0, "added": 0, "removed": 0, **Counter(item.status for item in items)}
            for name, items in parts.items()
        }
        return {**found, "story": dict(Counter(entry.kind for entry in self.story))}

    def reversed(self) -> "Difference":
        """The difference the other way round, as ``diff(b, a)`` finds it."""
        head = self.head_b
        sizes = (head.ops, head.groups, head.variables)
        return sorted_lists(
            replace(
                self,
                head_a=self.head_b, head_b=self.head_a, a=self.b, b=self.a,
                nodes=tuple([delta.reversed() for delta in self.nodes]),
                groups=tuple([delta.reversed() for delta in self.groups]),
                variables=tuple([delta.reversed() for delta in self.variables]),
                edges=tuple([delta.reversed() for delta in self.edges]),
                figures=tuple([delta.reversed() for delta in self.figures]),
                story=tuple([entry.reversed() for entry in self.story]),
                matches=None if self.matches is None else self.matches.reversed(sizes),
                conversion=None if self.conversion is None else self.conversion.reversed(sizes),
            )
        )  # fmt: skip

    def apply(self, a: "Graph") -> "Graph":
        """The graph `b`, made of `a` and what is in the lists: its JSON is equal to that of `b`.

        Raises:
            InputError: `a` is not the graph that the difference begins at, or not all was compared.
        """
        from .applying import applied

        return applied(self, a)

    def to_dict(self) -> Dict[str, Any]:
        """The difference as plain values; docs/diff.md explains the keys."""
        from .difference_json import difference_to_dict

        return difference_to_dict(self)

    def to_json(self) -> str:
        """The difference as JSON text."""
        return json.dumps(self.to_dict(), ensure_ascii=False, allow_nan=False)

    @staticmethod
    def from_dict(data: Mapping[str, Any]) -> "Difference":
        """The difference that `to_dict` made, without the two graphs.

        Raises:
            LoadError: the data is not such a difference.
        """
        from .difference_json import difference_from_dict

        return difference_from_dict(data)

    def save(self, path: Union[str, "os.PathLike[str]"]) -> Path:
        """Write the difference to `path`, in the format of its suffix, and return the path.

        ``.json`` is the exact difference, ``.txt`` and ``.md`` (Markdown, for a pull request) say it in words, ``.svg``, ``.png`` and
        ``.pdf`` draw both graphs as one, what differs marked by sign and colour, and ``.html`` is the interactive page: the changes as
        a list, their places in one drawing of both graphs, and what is selected on both sides.

        Raises:
            InputError: the path ends in nothing of these, or a difference that was read from JSON is to be drawn.
            WriteError: it cannot be written.
        """
        from ..render.told_difference.difference_files import save_difference

        return save_difference(self, path)

    def show(self) -> None:
        """Show the interactive page: in a notebook inline, else in the browser. Then the file's path is printed too.

        Raises:
            InputError: the difference was read from JSON, so that no graph is at hand.
        """
        from ..notebook import difference_page_file, view

        view(difference_page_file(self))

    def _repr_mimebundle_(self, **_: Any) -> Dict[str, str]:
        from ..notebook import difference_mimebundle

        return difference_mimebundle(self)

    def __repr__(self) -> str:
        return f"<opscope.Difference of {self.head_a.name!r} and {self.head_b.name!r}: {len(self.story)} entries, cost {self.cost}>"


def sorted_lists(found: Difference) -> Difference:
    """The same difference with its lists in their order, which depends on what is in them alone.

    So a difference that was turned round is equal to the one that is found the other way round.
    """
    return replace(
        found,
        nodes=tuple(sorted(found.nodes, key=_place)),
        groups=tuple(sorted(found.groups, key=_place)),
        variables=tuple(sorted(found.variables, key=_place)),
        edges=tuple(sorted(found.edges, key=_wire_place)),
        figures=tuple(sorted(found.figures, key=lambda figure: (figure.path, figure.quantity))),
        story=tuple(sorted(found.story, key=_told_place)),
    )


def _place(delta: Delta) -> Tuple[bool, int, int]:
    return delta.row_b < 0, delta.row_b, delta.row_a


def _wire_place(delta: WireDelta) -> Tuple[bool, str, int]:
    wire = delta.b or delta.a
    return (delta.b is None, wire.node, wire.slot) if wire is not None else (True, "", 0)


def _told_place(entry: StoryEntry) -> Tuple[Any, ...]:
    """Groups before variables before ops before outputs; what concerns more ops first."""
    return _COARSE.index(entry.what), -entry.ops, entry.b or entry.a, entry.a, entry.kind, -entry.cost


_COARSE = ("group", "variable", "op", "output")
