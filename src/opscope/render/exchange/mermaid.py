"""Writes a drawing as a flowchart of Mermaid, which GitHub, GitLab and many editors show in Markdown.

Source of the format: https://mermaid.js.org/syntax/flowchart.html. Open cards are subgraphs. As in DOT, a wire that passes through the
borders of cards becomes one edge between the nodes at its two ends.
"""

from __future__ import annotations

import re
from typing import Dict, List, Tuple, Union

from ...graph.vocabulary import FLOW_KINDS
from ...layout.flat import BORDER
from ...layout.scene.items import Box, Card, ChainRow, Item, Pill, Scene
from ...layout.scene.layer_kinds import LOOKS
from ...visible import one_line
from ..dot.items import card_colours
from ..dot.leaves import CardChild, LeafWire, Leaves, Tip

MOST_EDGES, MOST_SIGNS = 500, 50_000
"""What Mermaid shows at most unless the page that shows it sets ``maxEdges`` and ``maxTextSize``; a diagram cannot do so itself."""
_MOST_LABELS = 3
"""How many labels of edges between the same two nodes are written. Of more only their number is told."""
_ARROWS = {"data": "-->", "gone": "-->"}
_OTHER_ARROW = "-.->"


def mermaid(scene: Scene, *, rightward: bool = False) -> str:
    """A scene as a flowchart, from the top down or from left to right."""
    leaves = Leaves(scene)
    looks: Dict[Tuple[str, str], str] = {}
    nodes = _cards(leaves, looks)
    edges = _edges(leaves)
    styles = [f"  classDef {name} fill:{fill},stroke:{stroke},color:#1f2328" for (fill, stroke), name in looks.items()]
    text = (
        "\n".join([f"flowchart {'LR' if rightward else 'TB'}", f"  %% {_comment(scene)}", *nodes, *edges, *styles])
        + "\n"
    )
    if len(edges) <= MOST_EDGES and len(text) <= MOST_SIGNS:
        return text
    size = f"{len(edges):,} edges and {len(text):,} characters: Mermaid shows {MOST_EDGES} and {MOST_SIGNS:,} unless maxEdges and maxTextSize are set"
    return f"%% {size}; a smaller depth, or the overview, has fewer\n{text}"


def item_lines(item: Item) -> List[str]:
    """What is written on an item, line by line: what it is, what it uses, its figure."""
    if isinstance(item, ChainRow):
        return [" → ".join(cell.text for cell in item.cells), " ".join(filter(None, (item.name, item.inside)))]
    if isinstance(item, Pill):
        return [" ".join(filter(None, (item.title, item.detail))), *_used(item)]
    heat = [] if item.heat is None else [item.heat.text]
    if isinstance(item, Box):
        return [item.title, *_used(item), *heat, item.note]
    return [heading_line(item), item.detail, *_used(item), *heat]


def heading_line(card: Card) -> str:
    """The first line of a card: its title, its class, and of how many copies it is."""
    return "  ".join(filter(None, (card.title, card.subtitle, f"×{card.repeat}" if card.repeat > 1 else "")))


def item_colours(item: Item) -> Tuple[str, str]:
    """The fill and the border of an item, as in other drawings."""
    if isinstance(item, Pill):
        return "#ffffff", "#d07a7a" if item.kind in {"state", "result"} else "#30363d"
    name = (
        item.cells[item.main].family
        if isinstance(item, ChainRow)
        else item.family
        if isinstance(item, Box)
        else item.layer_kind
    )
    look = LOOKS.get(name)
    return (look.fill, look.stroke) if look is not None else card_colours(item.kind if isinstance(item, Card) else "")


def _used(item: Union[Box, Pill, Card]) -> List[str]:
    """The constants and variables that it uses, and tensors that are drawn elsewhere."""
    return [", ".join(chip.text for chip in item.chips)]


def _cards(leaves: Leaves, looks: Dict[Tuple[str, str], str]) -> List[str]:
    """The lines of all nodes, those of an open card in its subgraph; `looks` gets the colours that are used, with a name for each.

    Without recursion, since files may nest cards as deep as they like.
    """
    lines: List[str] = []
    frames: List[str] = []
    waiting: List[Tuple[int, int, int]] = [(0, 0, 1)]
    while waiting:
        card, place, deep = waiting.pop()
        indent = "  " * deep
        children = leaves.cards[card].children
        if place == len(children):
            lines += [f"{indent}{_merge(card, port)}(( ))" for port in leaves.merges(card)]
            lines += [f"{indent[2:]}end"] if card else []
            continue
        waiting.append((card, place + 1, deep))
        child = children[place]
        if isinstance(child, Card) and child.open:
            number = leaves.number((card, place))
            lines.append(f'{indent}subgraph c{number}["{mermaid_label([heading_line(child), child.detail])}"]')
            lines += [f"{indent}  c{number}_empty[ ]"] if not child.children else []
            frames.append(f"  class c{number} {looks.setdefault(card_colours(child.kind), f'look{len(looks)}')}")
            waiting.append((number, 0, deep + 1))
        else:
            look = looks.setdefault(item_colours(child), f"look{len(looks)}")
            opens, closes = ("([", "])") if isinstance(child, Pill) else ("[[", "]]") if _is_flow(child) else ("[", "]")
            lines.append(f'{indent}{_name((card, place))}{opens}"{mermaid_label(item_lines(child))}"{closes}:::{look}')
    return lines + frames


def _is_flow(item: Item) -> bool:
    """Whether it is a folded loop or branch, whose box has double sides."""
    return isinstance(item, Card) and item.kind in FLOW_KINDS


def _edges(leaves: Leaves) -> List[str]:
    """The lines of all edges. Those of one kind between the same two nodes are one."""
    together: Dict[Tuple[str, str, str, str], List[LeafWire]] = {}
    for edge in leaves.edges():
        ends = _end(edge.source), _end(edge.target)
        together.setdefault((*ends, _ARROWS.get(edge.kind, _OTHER_ARROW), edge.head), []).append(edge)
    lines = []
    for (source, target, arrow, head), group in together.items():
        labels = [edge.label for edge in group if edge.label]
        if len(labels) > _MOST_LABELS:
            labels = [f"{sum(max(1, edge.times) for edge in group)} tensors"]
        words = mermaid_label([*labels, head])
        lines.append(f"  {source} {arrow}" + (f'|"{words}"| ' if words.strip() else " ") + target)
    return lines


def _name(place: CardChild) -> str:
    return f"n{place[0]}_{place[1]}"


def _merge(card: int, port: int) -> str:
    return f"m{card}_{port}"


def _end(tip: Tip) -> str:
    return _merge(tip.place[0], tip.port) if tip.merge or tip.place[1] == BORDER else _name(tip.place)


def mermaid_label(lines: List[str]) -> str:
    r"""Lines as the text of a label. All but letters, digits and a few signs are entities of Mermaid, so nothing in it is syntax or markup.

    >>> print(mermaid_label(['a <b> "c"', "50 %"]))
    a #60;b#62; #34;c#34;<br/>50 #37;
    """
    return "<br/>".join(re.sub(r"[^\w .,()/=+-]", _entity, one_line(line)) for line in lines if line) or " "


def _entity(match: "re.Match[str]") -> str:
    code = ord(match[0])
    return f"#{code};" if code < 128 else match[0]


def _comment(scene: Scene) -> str:
    """The title for a comment, of which a directive must not begin."""
    return re.sub(r"[%{}]", " ", one_line(" · ".join(filter(None, (scene.title, scene.subtitle, scene.facts)))))
