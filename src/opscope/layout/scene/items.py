"""The vocabulary of a drawing: cards that hold boxes, pills and further cards, and the wires between them.

A card knows only its direct children and the wires between these and its own border, so two groups of the same
structure have equal wires and differ in texts alone. Nothing here has coordinates.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Dict, Iterator, List, Mapping, NamedTuple, Optional, Tuple, Union

from ...graph.types import Source, TensorType


@dataclass(frozen=True)
class Heat:
    """What was measured on a mark: `value` in `Scale.unit`, `level` from 0 to 1 on the scale."""

    value: float
    level: float
    text: str
    """The value with its unit, as in ``0.65 ms``."""
    share: str = ""
    """The part of the step, as in ``18 %``; empty when the step's time is not known."""


@dataclass(frozen=True)
class Scale:
    """The heat scale under the picture: from 0 to `top`."""

    quantity: str
    top: float
    text: str
    """The top end with its unit, as in ``2.4 ms per step``."""
    coverage: str = ""


class Named(NamedTuple):
    """What a chip names, and for whom."""

    tensor: Tuple[int, int]
    """An op and which of its outputs."""
    item: int
    """The box or pill that uses it."""
    argument: str = ""
    """What the user calls it; empty where no name is needed."""


@dataclass(frozen=True)
class Chip:
    """Side matter docked on the item that uses it."""

    text: str
    family: str
    tip: str
    nodes: Tuple[int, ...] = ()
    """The ops that have their one place here; empty for a further mention of what stands elsewhere."""
    named: Optional[Named] = None
    """What its text is made of; ``None`` for a chip that counts several."""


@dataclass(frozen=True)
class Box:
    """One op."""

    node: int
    title: str
    family: str
    tip: str
    chips: Tuple[Chip, ...] = ()
    inputs: int = 0
    """Number of input ports: wires end on ports 0 .. inputs - 1."""
    outputs: int = 1
    """Number of output ports; wires leave by the op's own output index."""
    heat: Optional[Heat] = None
    note: str = ""
    """A few words beside the box, as in ``fused with BiasAdd``."""


@dataclass(frozen=True)
class Pill:
    """A rounded end: `kind` is ``input`` or ``output`` of the graph, ``state`` for a variable of a loop.

    ``result`` is what a branch gives when it computes nothing.
    """

    kind: str
    title: str
    tip: str
    detail: str = ""
    chips: Tuple[Chip, ...] = ()
    nodes: Tuple[int, ...] = ()
    """The ops that have their one place here."""


@dataclass(frozen=True)
class CardPort:
    """One tensor that crosses a card's border."""

    text: str
    type: Optional[TensorType] = None


@dataclass(frozen=True)
class Card:
    """A group, open or folded. A folded card has no children and no wires."""

    group: int
    """Index in `Graph.groups`; -1 for the card that is the whole drawing."""
    kind: str
    """As `Group.kind`; ``graph`` for the card that is the whole drawing."""
    title: str
    tip: str
    open: bool
    node: int = -1
    """An open card: the call or loop that has its one place here, being the owner of this body; else -1."""
    subtitle: str = ""
    """The class of a layer, or a few words on a loop."""
    detail: str = ""
    """The second line, as in ``out (8, 64) · 2,112 parameters``."""
    source: Optional[Source] = None
    ops: int = 0
    """A folded card: how many ops it stands for, the side matter docked inside included."""
    hidden: int = 0
    """An open card: how many of its direct ops are neither a box nor a chip (passed through, dead, unused)."""
    repeat: int = 1
    """How many groups of one structure this card stands for: a stack, the first of them shown."""
    chips: Tuple[Chip, ...] = ()
    """What a folded card uses from elsewhere, named instead of wired; never a home of ops."""
    chips_folded: Tuple[Chip, ...] = ()
    """An open card: the chips that it would have if it were folded and nothing else changed, as the page folds it."""
    children: Tuple["Item", ...] = field(default=(), repr=False)
    wires: Tuple["CardWire", ...] = field(default=(), repr=False)
    inputs: Tuple[CardPort, ...] = ()
    outputs: Tuple[CardPort, ...] = ()
    heat: Optional[Heat] = None


Item = Union[Box, Pill, Card]


class End(NamedTuple):
    """One end of a wire: a child of the card that holds the wire, or `BORDER`; and which of its ports.

    At a source `port` is an output of a box or of a child card, or an input of the border; at a target it is an input of
    a box or of a child card, or an output of the border. -1 means the child as a whole (orders and choices).
    """

    child: int
    port: int


@dataclass(frozen=True)
class CardWire:
    """One tensor (``data``), an order (``control``), a loop's way back (``next``) or a choice (``branch``)."""

    source: End
    target: End
    kind: str = "data"
    label: str = ""
    """The tensor's type where it is new; empty where it repeats what the reader has just seen."""
    tip: str = ""
    count: int = 1
    """How many wires this one is drawn for: those between the same two cards are bundled."""


@dataclass(frozen=True)
class Scene:
    """A drawing without coordinates."""

    root: Card
    title: str
    subtitle: str
    facts: str
    """The line below the title: ops, layers, parameters, TensorFlow's version."""
    families: Tuple[str, ...]
    """The families that are drawn, in the order of the legend."""
    scale: Optional[Scale] = None
    notes: Tuple[str, ...] = ()
    """Sentences under the picture: what is hidden, and how much."""
    counts: Mapping[str, int] = field(default_factory=dict)
    """Where every op is: ``boxes``, ``chips``, ``folded``, ``hidden`` (sum: the ops of the graph), and the edges that
    no wire shows, by reason."""


def cards(scene: Scene) -> List[Card]:
    """Every card, the root first, parents before children; without recursion."""
    found = [scene.root]
    for card in found:
        found.extend(child for child in card.children if isinstance(child, Card))
    return found


def items(scene: Scene) -> Iterator[Item]:
    """Every box, pill and card but the root."""
    for card in cards(scene):
        yield from card.children


def places(scene: Scene) -> Dict[str, int]:
    """Count the ops by where they are drawn; the values sum to the number of ops in the graph."""
    found = {"boxes": 0, "chips": 0, "folded": 0, "hidden": scene.root.hidden}
    for item in items(scene):
        if isinstance(item, Card):
            found["folded"] += 0 if item.open else item.ops
            found["boxes"] += 1 if item.open and item.node >= 0 else 0
            found["hidden"] += item.hidden
            continue
        found["chips"] += sum(len(chip.nodes) for chip in item.chips)
        found["boxes"] += len(item.nodes) if isinstance(item, Pill) else 1
    return found
