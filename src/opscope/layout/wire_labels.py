"""The labels of wires: which of them there are, how wide they are, and where placing has put them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Dict, List, Tuple

from .picture import Label
from .place.spacing import LABEL_GAP
from .sizes.extents import SMALL_FONT
from .sizes.text_width import width

if TYPE_CHECKING:
    from .arrange.borders import Arranged
    from .flat import Placed, Size
    from .scene.items import Card

MOST_LABELS = 2
"""If a box has more outputs, only the first and the last are labelled. Between ports 14 px apart no label has room."""


def label_texts(card: Card, own: Arranged) -> Dict[Tuple[int, int], str]:
    """The label of each trunk that has one, by (box, port): that of its first wire that has one."""
    texts: Dict[Tuple[int, int], str] = {}
    for wire, flat in zip(card.wires, own.flat.wires):
        if wire.label:
            texts.setdefault((flat.source, flat.out), wire.label)
    return texts


def label_widths(card: Card, own: Arranged, boxes: List[Size]) -> Dict[Tuple[int, int], float]:
    """The width of each trunk's label. A label that would stand between two trunks is left out if it would touch them."""
    texts = label_texts(card, own)
    widths = {key: width(text, SMALL_FONT) for key, text in texts.items()}
    for index, size in enumerate(boxes):
        for port in _crowded(own.order.bottoms[index].order, size, index, widths, texts):
            widths.pop((index, port), None)
    return widths


def _crowded(
    ports: Tuple[int, ...],
    size: Size,
    box: int,
    widths: Dict[Tuple[int, int], float],
    texts: Dict[Tuple[int, int], str],
) -> List[int]:
    """The ports of a box that go without a label.

    The first of several ports is labelled on its left and the last on its right, where nothing is in the way. Ports
    between them are labelled on their right: in a closed box there is no room for that, in an open card there is if its
    layout has put the next port far enough away. A closed box with equal labels has only the last one.
    """
    if size.bottoms is None:  # a box, or a folded card
        same = len({texts.get((box, port)) for port in ports}) == 1
        return list(ports[0 if same else 1 : -1]) if len(ports) > MOST_LABELS else []
    gaps = {port: size.bottoms[following] - size.bottoms[port] for port, following in zip(ports[1:], ports[2:])}
    return [port for port, gap in gaps.items() if gap < widths.get((box, port), 0.0) + 2 * LABEL_GAP]


def placed_labels(card: Card, own: Arranged, placed: Placed) -> Tuple[Label, ...]:
    """The label of each trunk in its place: that of its first wire that has one."""
    labels: Dict[Tuple[int, int], Label] = {}
    for wire, flat in zip(card.wires, own.flat.wires):
        key = (flat.source, flat.out)
        if wire.label and key in placed.labels and key not in labels:
            x, y, left = placed.labels[key]
            labels[key] = Label(x, y, wire.label, left)
    return tuple(labels.values())
