"""Which tensors enter closed cards, where their wires end, and what those are called that have a name outside."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import Dict, FrozenSet, Iterator, List, Mapping, Sequence, Set, Tuple

from ..flat import BORDER
from ..picture import Drawn
from ..scene.items import Box, Card, Cell, ChainRow, Item, Pill
from .encoder_decoder import SKIP
from .formula_steps import WITH_WEIGHTS
from .formula_text import Entering

_WORD = re.compile(r"[a-z_]+(?= \u2192 \(|$)")
"""What an op does, without the shape that it makes."""
_LAYER = re.compile(r"(?:\d+(?:\u00d7\d+)+ )?([A-Za-z ]*[A-Za-z])")
"""A layer without its kernel and what it is set to."""
_MOST_SOURCE = 24
_NO_NAMES: Mapping[int, str] = MappingProxyType({})


def entering_cards(
    drawn: Drawn, *, along: int, skips: FrozenSet[int] = frozenset(), names: Mapping[int, str] = _NO_NAMES
) -> Iterator[Tuple[int, Entering]]:
    """For each closed card, and for the first in each row, the tensors that enter it, in the order in which their wires end.

    Args:
        drawn: the card in which these stand.
        along: 0 for wires that end side by side, 1 for those that end one below the other.
        skips: the ports in the border of the card at which skip connections enter it.
        names: what enters at its ports, where that has a name.
    """
    if drawn.inside is None:
        return
    ends: Dict[int, List[Tuple[float, str, bool]]] = {}
    into: Dict[int, Set[int]] = {}
    given: Dict[int, Dict[str, str]] = {}
    given_at: Dict[int, Dict[int, str]] = {}
    sources: Dict[int, Dict[str, str]] = {}
    taking = {path.wire.target.child for path in drawn.inside.paths}
    for path in drawn.inside.paths:
        wire, target = path.wire, path.wire.target
        tensor = wire.tip.split(" ")[0]
        if wire.source.child == BORDER:
            name = names.get(wire.source.port, "")
        else:
            name = _called(drawn.inside.children[wire.source.child].item, takes=wire.source.child in taking)
        if name:
            given.setdefault(target.child, {})[tensor] = name
            given_at.setdefault(target.child, {})[target.port] = name
        elif wire.source.child != BORDER:
            sources.setdefault(target.child, {})[tensor] = _source(drawn.inside.children[wire.source.child].item)
        is_skip = wire.label.startswith(SKIP) or (wire.source.child == BORDER and wire.source.port in skips)
        ends.setdefault(target.child, []).append((path.points[-1][along], tensor, is_skip))
        if is_skip:
            into.setdefault(target.child, set()).add(target.port)
    for place, child in enumerate(drawn.inside.children):
        # What enters a stack is another tensor in each copy.
        around = child.item
        is_stack = isinstance(around, Card) and around.repeat > 1
        named = _NO_NAMES if is_stack else given_at.get(place, _NO_NAMES)
        yield from entering_cards(child, along=along, skips=frozenset(into.get(place, ())), names=named)
        item = around.items[0] if isinstance(around, ChainRow) else around
        if isinstance(item, Card) and not item.open and place in ends:
            tensors = [name for _, name, _ in sorted(ends[place])]
            skips_here = frozenset(name for _, name, is_skip in ends[place] if is_skip)
            told = {tensor: name for tensor, name in sources.get(place, {}).items() if name}
            yield item.group, Entering(tensors, skips_here, given.get(place, {}), told)


def _source(source: Item) -> str:
    """What gives a tensor, in short: a card by its title, a row of one layer with weights by the kind of that; empty for others.

    Sizes are left out: they may be others in the copies of a stack.
    """
    name = ""
    if isinstance(source, ChainRow):
        name = source.name or _kind_of_layer(source.cells)
    elif isinstance(source, Card) and source.repeat == 1:
        name = source.title
    return name if len(name) <= _MOST_SOURCE and "," not in name else ""


def _kind_of_layer(cells: Sequence[Cell]) -> str:
    """Of a row of one layer with weights what it is; empty for others."""
    found = _LAYER.match(cells[0].text) if len(cells) == 1 and WITH_WEIGHTS.search(cells[0].text) else None
    return found[1] if found is not None else ""


def _called(source: Item, *, takes: bool) -> str:
    """What a tensor is called by what gives it: an input of the model by its name, what is made of nothing by its op; empty for others."""
    if isinstance(source, Pill):
        return source.title if source.kind == "input" else ""
    only = source.cells[0] if isinstance(source, ChainRow) and len(source.cells) == 1 else None
    op, text = (only.item, only.text) if only is not None else (source, getattr(source, "title", ""))
    word = _WORD.match(text)
    return word[0] if word is not None and isinstance(op, Box) and not takes else ""
