"""Writes a drawing as DOT text: open cards are clusters, boxes have their chips in their label, wires are edges.

DOT's edges join nodes, and cannot end at the border of a cluster with a port. So a wire that passes through the borders
of cards becomes one edge between the nodes at its two ends; `leaves` finds these.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Dict, List, Optional, Tuple, Union

from ...graph.graph import Graph
from ...graph.vocabulary import FLOW_KINDS
from ...layout.scene.compose import compose
from ...layout.scene.items import Box, Card, ChainRow, Item, Pill, Scene
from ...passes import EVERYTHING, Depth, Selection, for_drawing
from . import items as look
from .leaves import CardChild, LeafWire, Leaves, Tip
from .places import Places
from .syntax import MEASURED_STACK, MONO_STACK, attributes, label, quote

MOST_PARALLEL = 3
"""How many edges are drawn between the same two nodes. More become one edge, which says how many tensors it has."""

Look = Dict[str, Union[str, int, float]]
"""Attributes of DOT."""

_EDGES: Dict[str, Look] = {
    "data": {},
    "control": {"style": "dashed", "color": "#b6bcc5", "arrowsize": 0.5, "penwidth": 0.8, "weight": 0},
    "next": {"style": "dashed", "color": "#d07a7a", "constraint": "false", "fontcolor": "#b03434"},
    "branch": {"style": "dashed", "color": "#d07a7a"},
}


def dot(
    graph: Graph,
    *,
    depth: Depth = None,
    unfold: bool = False,
    selection: Selection = EVERYTHING,
    positions: bool = False,
    rightward: bool = False,
) -> str:
    """The drawing of `graph` as DOT text; the same graph gives the same bytes.

    Args:
        graph: what to draw.
        depth: how far groups open, as `passes.fold.fold` takes it.
        unfold: draw every copy of a repeated structure. Otherwise the first is drawn, marked with the number of copies.
        selection: which part of the graph is drawn.
        positions: write the positions of opscope's own layout, also of wires, for ``neato -n2``.
        rightward: lead the flow from left to right, without positions.

    Raises:
        InputError: `depth` is wrong, or the graph does not have what `selection` names.
    """
    scene = compose(for_drawing(graph, depth, unfold=unfold, selection=selection))
    if not positions:
        return scene_to_dot(scene, rightward=rightward)
    from ...layout.engine import draw

    drawing = draw(scene)
    return scene_to_dot(drawing.scene, Places(drawing))


def scene_to_dot(scene: Scene, places: Optional[Places] = None, *, rightward: bool = False) -> str:
    """A scene as DOT text, with positions if `places` are given; `rightward`: from left to right."""
    leaves = Leaves(scene)
    lines = [f"digraph {quote(scene.title)} {{", *_preamble(scene, places, rightward=rightward)]
    lines += _cards(leaves, places, rightward=rightward)
    lines += _edges(leaves, places, rightward=rightward)
    lines += ["  }", "}"]
    return "\n".join(lines) + "\n"


def _preamble(scene: Scene, places: Optional[Places], *, rightward: bool) -> List[str]:
    """The attributes of the whole graph, and the beginning of a cluster around everything.

    A graph has only one label. The legend is the label of the graph, below; the title is that of this cluster, above.
    """
    graph: Look = {
        "rankdir": "LR" if rightward else "TB", "ranksep": 0.28, "nodesep": 0.22, "compound": "true", "pad": 0.3, "bgcolor": "#ffffff",
        "fontname": MEASURED_STACK, "fontsize": 11, "labelloc": "b", "labeljust": "l", "tooltip": scene.title,
    }  # fmt: skip
    under = look.legend(scene)
    if under:
        graph["label"] = label(under)
    # The bounding box of the whole drawing, for the graph and for the cluster around everything.
    whole: Look = dict(places.clusters[0]) if places else {}
    graph.update(whole)
    inner: Look = {
        "peripheries": 0,
        "labelloc": "t",
        "labeljust": "l",
        "margin": 16,
        "label": label(look.title(scene)),
        **whole,
    }
    node: Look = {"shape": "plain", "fontname": MEASURED_STACK, "fontsize": 11}
    edge: Look = {
        "color": look.LINE, "penwidth": 1.1, "arrowsize": 0.6, "fontname": MONO_STACK, "fontsize": 8.5, "fontcolor": look.SOFT,
    }  # fmt: skip
    return [
        f"  graph{attributes(graph)};",
        f"  node{attributes(node)};",
        f"  edge{attributes(edge)};",
        '  subgraph "cluster" {',
        f"    graph{attributes(inner)};",
    ]


def _cards(leaves: Leaves, places: Optional[Places], *, rightward: bool) -> List[str]:
    """All clusters and nodes, depth first. Not recursive, as cards may nest deeply."""
    lines: List[str] = []
    # The open cards from the outside in, each with the number of its next child.
    waiting: List[Tuple[int, int]] = [(0, 0)]
    while waiting:
        card, place = waiting.pop()
        indent = "    " + "  " * len(waiting)
        children = leaves.cards[card].children
        if place == len(children):
            lines += [f"{indent}{_merge(card, port, places)};" for port in leaves.merges(card)]
            if card:
                lines.append(f"{indent[2:]}}}")
            continue
        waiting.append((card, place + 1))
        child = children[place]
        if isinstance(child, Card) and child.open:
            lines.append(f"{indent}subgraph {quote(_cluster(child))} {{")
            number = leaves.number((card, place))
            own = places.clusters.get(number, {}) if places else {}
            lines.append(
                f"{indent}  graph{attributes({**_cluster_look(child, places.widths.get(number, 0.0) if places else 0.0), **own})};"
            )
            waiting.append((number, 0))
            if not child.children:  # Graphviz would leave out an empty cluster
                lines.append(f"{indent}  {quote(f'{_cluster(child)}_empty')} [shape=point style=invis];")
        else:
            own = places.leaves[(card, place)] if places else {}
            child = _without_ports(child) if rightward else child
            shown = _node_look(child, places.rooms[(card, place)] if places else None)
            lines.append(f"{indent}{quote(_name(leaves, (card, place)))}{attributes({**shown, **own})};")
    return lines


def _without_ports(item: Item) -> Item:
    """An item of a drawing from left to right: the ports of a node stand in its upper and lower rows, where no wire of such a drawing ends."""
    if isinstance(item, Card):
        return replace(item, inputs=(), outputs=())
    return replace(item, outputs=1) if isinstance(item, Box) else item


def _merge(card: int, port: int, places: Optional[Places]) -> str:
    """The dot where several wires meet in one output of a card, such as the results of two branches."""
    shown: Look = {
        "shape": "circle", "label": "", "width": 0.09, "style": "filled", "fillcolor": look.LINE, "color": look.LINE,
        **(places.merges.get((card, port), {}) if places else {}),
    }  # fmt: skip
    return f"{quote(f'merge{card}_{port}')}{attributes(shown)}"


def _cluster(card: Card) -> str:
    """The name of a card's cluster. Graphviz draws a subgraph as a box only if its name begins with ``cluster``."""
    return f"cluster_{card.group}"


def _cluster_look(card: Card, wide: float) -> Look:
    """The attributes of a card's cluster. `wide` is the width of its heading; 0 if it is not known."""
    fill, stroke = look.card_colours(card.kind)
    style = "rounded,filled,dashed" if card.kind in FLOW_KINDS else "rounded,filled"
    return {
        "label": label(look.heading(card, wide)), "labelloc": "t", "labeljust": "l", "style": style, "fillcolor": fill,
        "color": stroke, "penwidth": 1.1, "peripheries": 1, "margin": 12, "tooltip": card.tip,
    }  # fmt: skip


def _name(leaves: Leaves, place: CardChild) -> str:
    """The name of an item's node."""
    item = leaves.item(place)
    if isinstance(item, Box):
        return f"op{item.node}"
    if isinstance(item, Card):
        return f"card{item.group}"
    if isinstance(item, ChainRow):
        return f"row{place[0]}_{place[1]}"
    return f"pill{place[0]}_{place[1]}"


def _node_look(item: Item, room: Optional[look.Room]) -> Look:
    """The label and tooltip of an item's node."""
    if isinstance(item, ChainRow):
        return {"label": label(look.cells(item)), "tooltip": "\n".join(_tips(each.tip, each) for each in item.items)}
    if isinstance(item, Box):
        shown = look.box(item, room)
    elif isinstance(item, Pill):
        shown = look.pill(item, room)
    else:
        shown = look.folded(item, room)
    return {"label": label(shown), "tooltip": _tips(item.tip, item)}


def _tips(tip: str, item: Union[Box, Pill, Card]) -> str:
    """The tooltip of an item, with those of its chips, as the whole node has one tooltip."""
    return "\n".join([tip, *(f"· {chip.text}: {chip.tip}" for chip in item.chips)])


def _edges(leaves: Leaves, places: Optional[Places], *, rightward: bool) -> List[str]:
    """All edges. Many edges between the same two nodes become one, unless every wire has its position."""
    edges = leaves.edges()
    together: Dict[Tuple[CardChild, CardChild, str, str], List[LeafWire]] = {}
    for edge in edges:
        together.setdefault((edge.source.place, edge.target.place, edge.kind, edge.taken), []).append(edge)
    lines = []
    for (_, _, kind, taken), group in together.items():
        # The tooltip lists 40 of them; more lines would not fit on a screen.
        if len(group) > MOST_PARALLEL and places is None:
            text = f"{sum(max(1, edge.times) for edge in group)} tensors" if kind != "control" else ""
            whole = replace(group[0], label=text, tip="\n".join(edge.tip for edge in group[:40]), head=taken)
            lines.append(_edge(leaves, whole, None, bundle=True, rightward=rightward))
        else:
            lines += [_edge(leaves, edge, places, rightward=rightward) for edge in group]
    return lines


def _edge(
    leaves: Leaves, edge: LeafWire, places: Optional[Places], *, bundle: bool = False, rightward: bool = False
) -> str:
    """One edge. ``ltail`` and ``lhead`` end it at the border of a cluster, if it means a whole card."""
    more: Look = {**_EDGES[edge.kind], **(places.edge(edge) if places else {})}
    # With positions, a label is written only if it has one.
    text = edge.label if not places or "lp" in more else ""
    if text:
        more["label"] = f" {text} "
    if edge.head:
        more["headlabel"] = f" {edge.head} "
    if edge.source.card >= 0:
        more["ltail"] = _cluster(leaves.cards[edge.source.card])
    if edge.target.card >= 0:
        more["lhead"] = _cluster(leaves.cards[edge.target.card])
    if edge.target.merge:
        more["arrowhead"] = "none"
    if edge.tip:
        more["tooltip"] = edge.tip
    if edge.tip and text:
        more["labeltooltip"] = edge.tip
    whole = bundle or places is not None  # an edge with a position needs no port: its curve is given
    if rightward:  # see `_without_ports`
        return f"    {_side(leaves, edge.source, 'e')} -> {_side(leaves, edge.target, 'w')}{attributes(more)};"
    ends = _end(leaves, edge.source, "s", whole), _end(leaves, edge.target, "n", whole)
    return f"    {ends[0]} -> {ends[1]}{attributes(more)};"


def _side(leaves: Leaves, tip: Tip, side: str) -> str:
    """One end of an edge of a drawing from left to right: the left or right side of a node."""
    return quote(f"merge{tip.place[0]}_{tip.port}") if tip.merge else f"{quote(_name(leaves, tip.place))}:o:{side}"


def _end(leaves: Leaves, tip: Tip, side: str, whole: bool) -> str:
    """One end of an edge as DOT writes it: ``"op3":o:s`` is the node op3, at its port o, on its lower side (s: south).

    `whole` means that the edge is not for a single port of the node.
    """
    if tip.merge:
        return quote(f"merge{tip.place[0]}_{tip.port}")
    item = leaves.item(tip.place)
    port = "o"
    if not whole and tip.port >= 0:
        count = _port_count(item, side)
        if 1 < count <= look.MOST_PORTS and tip.port < count:
            port = f"{side}{tip.port}"
    return f"{quote(_name(leaves, tip.place))}:{port}:{side}"


def _port_count(item: Item, side: str) -> int:
    """How many ports an item has on a side."""
    if isinstance(item, Card):
        return len(item.inputs if side == "n" else item.outputs)
    return item.outputs if isinstance(item, Box) and side == "s" else 1
