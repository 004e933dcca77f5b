"""What a scene is made of: cards that hold boxes, pills and further cards, and the wires between them.

A card has only its direct children and the wires between these and its own border. So two groups of the same structure
have equal wires and differ in their texts alone, and can share one layout. Nothing here has coordinates.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from operator import is_
from typing import Callable, Dict, Iterator, List, Mapping, NamedTuple, Optional, Sequence, Tuple, Union

from ...graph.types import Source, TensorType
from ...graph.with_fields import with_fields
from .compared import DiffMark
from .found_marks import FoundMark, found_together
from .sketch import Sketch


@dataclass(frozen=True)
class Heat:
    """The figure of one item, measured or estimated.

    `value` is in the smallest unit of its quantity (microseconds, bytes), `level` is its place on the scale, 0 to 1.
    """

    value: float
    level: float
    text: str
    """The value with its unit, and its error if that is known, as in ``2.38 ± 0.04 ms``."""
    share: str = ""
    """The share of the step's time, as in ``18 % of profiled``. Empty for other quantities, and if the step's time is not known."""
    dispatch: str = ""
    """On a card of many small ops what dispatch costs beside `value`, an estimate; else empty."""

    @property
    def below(self) -> str:
        """What stands below the figure, in one line."""
        return " · ".join(part for part in (self.share, self.dispatch) if part)


@dataclass(frozen=True)
class Scale:
    """The colour scale under the picture, from 0 to `top`; `quantity` is the title of what it shows."""

    quantity: str
    top: float
    text: str
    """The top end with its unit, as in ``2.4 ms per step``."""
    coverage: str = ""
    """The line below the scale: what a profiled step was spent on, or how much the figures cover."""


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
    """A small mark beside an item: a constant or variable that it uses, or the name of a tensor drawn elsewhere."""

    text: str
    family: str
    tip: str
    nodes: Tuple[int, ...] = ()
    """The ops that have their one place here; empty for a further mention of what stands elsewhere."""
    named: Optional[Named] = None
    """What its text is made of; ``None`` for a chip that counts several."""
    compared: Optional[DiffMark] = None
    """Of a drawing of two graphs: how it differs between them. So with boxes, ovals and cards."""


@dataclass(frozen=True)
class Box:
    """One op."""

    node: int
    title: str
    family: str
    tip: str
    chips: Tuple[Chip, ...] = ()
    inputs: int = 0
    """Number of input ports: wires end on ports 0 to `inputs` - 1."""
    outputs: int = 1
    """Number of output ports; a wire leaves by the port that has the number of the op's output."""
    heat: Optional[Heat] = None
    note: str = ""
    """A few words beside the box, as in ``fused with BiasAdd``."""
    compared: Optional[DiffMark] = None
    found: Optional[FoundMark] = None
    """What `check` found at it. So with ovals and cards."""


@dataclass(frozen=True)
class Pill:
    """An end of the graph or of a body, drawn with rounded sides.

    `kind` is ``input`` or ``output`` for those of the graph, ``state`` for a variable of a loop, and ``result`` for the
    result of a branch that only hands out a constant.
    """

    kind: str
    title: str
    tip: str
    detail: str = ""
    chips: Tuple[Chip, ...] = ()
    nodes: Tuple[int, ...] = ()
    """The ops that have their place here."""
    result: int = -1
    """The op that hands out the result; a wire runs through it, so it has no place here. -1 for other pills."""
    each: Tuple["Pill", ...] = ()
    """Of a pill for many inputs or outputs: those that it stands for."""
    ports: Tuple[int, ...] = ()
    """Of a pill for many outputs: which of them each of its ports is."""
    compared: Optional[DiffMark] = None
    found: Optional[FoundMark] = None

    @property
    def op(self) -> int:
        """The op that the pill is about; -1 for an output of the graph."""
        return self.nodes[0] if self.nodes else self.result


@dataclass(frozen=True)
class CardPort:
    """A port in a card's border: one tensor that crosses it, or a bundle of several. `text` says its type."""

    text: str
    type: Optional[TensorType] = None


@dataclass(frozen=True)
class Card:
    """A group, open or folded. A folded card has no children and no wires."""

    group: int
    """Index in `Content.groups`; -1 for the card that is the whole drawing."""
    kind: str
    """As `Group.kind`; ``graph`` for the card that is the whole drawing."""
    title: str
    tip: str
    open: bool
    node: int = -1
    """An open card: the call or loop op whose body this is, which has its place here; else -1."""
    subtitle: str = ""
    """Beside the title: the class of a layer, the name of a loop, the function that is called."""
    detail: str = ""
    """The second line, as in ``out (8, 64) · 2,112 parameters``."""
    source: Optional[Source] = None
    ops: int = 0
    """A folded card: how many ops have their place in it, with constants and variables outside that no box uses."""
    hidden: int = 0
    """An open card: how many of its direct ops have no mark. Wires run through them, or they are dead or left out."""
    repeat: int = 1
    """How many groups of one structure this card stands for, as a stack. It shows one of them; 1 for a single group."""
    chips: Tuple[Chip, ...] = ()
    """A folded card: what it uses from elsewhere, named instead of wired. No op has its place on these chips."""
    uses: int = 0
    """In an overview, of closed gradients: how many tensors of the layers they use. These are told in words instead of wired."""
    chips_folded: Tuple[Chip, ...] = ()
    """An open card: the chips that it would have if it alone were folded, as a reader of the page may fold it."""
    children: Tuple["Item", ...] = field(default=(), repr=False)
    wires: Tuple["CardWire", ...] = field(default=(), repr=False)
    inputs: Tuple[CardPort, ...] = ()
    outputs: Tuple[CardPort, ...] = ()
    heat: Optional[Heat] = None
    own: bool = False
    """In an overview: whether the author of the model wrote the class of the layer."""
    slim: bool = False
    """In an overview: whether its texts stand closer to its border, and the cards behind it closer to it."""
    sketch: Optional[Sketch] = None
    """In an overview: a small drawing of what is in a closed card, in place of words."""
    layer_kind: str = ""
    """In an overview, of a closed card: the kind of all its layers (`layer_kinds.LAYER_KINDS`); empty if it is of none or of several."""
    compared: Optional[DiffMark] = None
    """An open card has it only if all that is in it differs in one way: else what is in it tells."""
    found: Optional[FoundMark] = None


@dataclass(frozen=True)
class Cell:
    """One layer or op of a row, with what it is set to: ``3×3 conv, 64, /2``."""

    item: Union[Box, Card]
    """What it would be if it stood alone: a box, or a folded card."""
    text: str
    family: str
    """The kind of layer, whose colour it has; empty for a block of several, which is white as a card is."""
    symbol: bool = False
    """Whether its text is a sign such as ``+``, drawn in a circle."""
    before: Tuple[Box, ...] = ()
    """Ops that lead to nothing but this one, each to the next, of which its text tells as well."""
    operand: Optional[Box] = None
    """An op that takes weights and constants alone, and whose result this one joins with the tensor that its wire brings; the text tells of both."""

    @property
    def aside(self) -> Tuple[Box, ...]:
        """The ops of which its text tells beside what it stands for."""
        return self.before if self.operand is None else (self.operand, *self.before)

    @property
    def compared(self) -> Optional[DiffMark]:
        """How what it stands for differs between two graphs; of several ops that of the last that does."""
        return self.item.compared or next((box.compared for box in self.aside if box.compared), None)

    @property
    def found(self) -> Optional[FoundMark]:
        """What `check` found at all that it stands for."""
        return found_together([part.found for part in (*self.aside, self.item) if part.found is not None])


@dataclass(frozen=True)
class ChainRow:
    """Layers and ops in the overview that feed each other and nothing else, side by side. Wires end at the first one and begin at the last."""

    cells: Tuple[Cell, ...]
    name: str
    """What its layers are called, in short; stands beside the row."""
    main: int = 0
    """Which of the cells is the layer that the others lead to or follow."""
    inside: str = ""
    """What one of its layers holds, as a formula; stands behind the name."""

    @property
    def items(self) -> Tuple[Union[Box, Card], ...]:
        """What its cells stand for."""
        return tuple([item for cell in self.cells for item in (*cell.aside, cell.item)])


Item = Union[Box, Pill, Card, ChainRow]


class End(NamedTuple):
    """One end of a wire: which child of the card that holds the wire, or `BORDER`, and which of its ports.

    Seen from inside the card, the border's inputs are sources and its outputs are targets. `port` is -1 where a wire
    means the child as a whole: a control wire, or that from a branch op to a branch.
    """

    child: int
    port: int


class LabelParts(NamedTuple):
    """What the label of a wire is made of, so that the page can say it of other copies than the drawn one."""

    tensor: Tuple[int, int]
    """The tensor: an op and which of its outputs."""
    user: int
    """An op that uses it; -1: none."""
    side: str
    """Which side of a v1 condition it is; empty for other tensors and where that was said before."""
    fresh: bool
    """Whether this is the wire that tells the tensor's type, if that is new to the reader."""
    copy: str = ""
    """Whose type it tells, where the reader sees another copy of a stack than the one that makes the tensor: words before the type."""


TENSORS = "tensors"
PURPOSE = "for "
"""How it begins what a wire is called that says what its tensors are for."""


def from_all(copies: int) -> str:
    """What the role of a wire begins with that has a tensor of each copy of a stack, in place of their number."""
    return f"from all {copies} copies"


@dataclass(frozen=True)
class CardWire:
    """A wire inside a card, by its `kind`.

    ``data`` is a tensor; ``control`` an order of two ops; ``next`` leads from what a loop's body computes back to the
    loop's variable; ``branch`` leads from a branch op to one of its branches; ``gone``, of two graphs in one, is a tensor that only the
    first one hands on between what is in both.
    """

    source: End
    target: End
    kind: str = "data"
    label: str = ""
    """The tensor's type where it is new to the reader; empty where it repeats what stands just before."""
    tip: str = ""
    count: int = 1
    """How many wires this one stands for, if it is a bundle (`bundling`)."""
    times: int = 0
    """How many tensors of different copies of a stack it stands for, if more than one."""
    told: Optional[LabelParts] = None
    """What its label tells of its tensor, or could tell if it has none; ``None`` if the label tells something else."""
    taken: str = ""
    """Into a stack: ``each`` if all copies take this tensor, ``one each`` (``2 each``) if each takes its own; see `view.Carried`."""
    role: str = ""
    """In an overview: what the tensor is to the item that takes it, as ``q`` for the queries of an attention."""
    skips: int = 0
    """In an overview: for how many skip connections of copies it stands, if for more than one; it is drawn as thick as a bundle."""
    called: str = TENSORS
    """What a bundle of such wires counts: ``36 gradients``."""

    @property
    def head(self) -> str:
        """What is written at its arrow head: ``×3, one each``. The label of a bundle counts all tensors already."""
        said = self.role.startswith(from_all(self.times))
        times = f"×{self.times}" if self.times and self.count == 1 and not said else ""
        return ", ".join(part for part in (times, self.taken, self.role) if part)


@dataclass(frozen=True)
class Scene:
    """A whole drawing without coordinates."""

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
    """How many control edges no wire shows, by reason."""
    shares: str = ""
    """Of which step the shares beside the figures are; empty where there are none."""

    @property
    def heading(self) -> str:
        """The line below the title of a picture, whose step is not the one that the shares are of."""
        return " · ".join(part for part in (self.facts, self.shares) if part)


def cards(scene: Scene) -> List[Card]:
    """Every card, the root first and parents before their children. The list grows while it is walked: no recursion."""
    found = [scene.root]
    for card in found:
        found.extend(child for child in card.children if isinstance(child, Card))
    return found


def with_children(card: Card, children: Sequence[Item]) -> Card:
    """The card with these children; itself, if they are the very objects that it has, as most cards have none."""
    if len(children) == len(card.children) and all(map(is_, children, card.children)):
        return card
    return with_fields(card, children=tuple(children))


def with_each_card(scene: Scene, change: Callable[[Card], Card]) -> Scene:
    """The scene with each card as `change` has it, which gets it with its inner cards changed. What it leaves as it is stays the same object."""
    built: Dict[int, Card] = {}
    for card in reversed(cards(scene)):
        inner = [built.get(id(child), child) if isinstance(child, Card) else child for child in card.children]
        built[id(card)] = change(with_children(card, inner))
    root = built[id(scene.root)]
    return scene if root is scene.root else with_fields(scene, root=root)


def items(scene: Scene) -> Iterator[Item]:
    """Every box, pill, card and row except the root."""
    for card in cards(scene):
        yield from card.children


def places(scene: Scene) -> Dict[str, int]:
    """How many ops have their place where. Each op has exactly one, so the values add up to the number of ops."""
    found = {"boxes": 0, "chips": 0, "folded": 0, "hidden": scene.root.hidden}
    alone = (part for item in items(scene) for part in (item.items if isinstance(item, ChainRow) else (item,)))
    for item in alone:
        if isinstance(item, Card):
            found["folded"] += 0 if item.open else item.ops
            found["boxes"] += 1 if item.open and item.node >= 0 else 0
            found["hidden"] += item.hidden
            continue
        found["chips"] += sum(len(chip.nodes) for chip in item.chips)
        found["boxes"] += len(item.nodes) if isinstance(item, Pill) else 1
    return found
