"""What the page holds of a graph's cards, and what the picture's own engine draws of them in several opening states.

The golden files `card-*.json` hold both: the viewer's tests read the first and must draw the second.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any, Dict, Iterable, List, Set

from opscope.cost import estimate
from opscope.graph.content import content_of
from opscope.graph.graph import Graph
from opscope.layout.arrange.borders import arranged
from opscope.layout.engine import Engine, place_cards
from opscope.layout.picture import Drawn, Inside
from opscope.layout.scene.items import Box, Card, Pill, Scene, cards
from opscope.layout.scene.labels import source_text
from opscope.passes import for_drawing
from opscope.render.page.cards import add_scene
from opscope.render.page.copy_columns import add_copy_words
from opscope.render.page.copy_words import CopyWords
from opscope.render.page.nodes_and_groups import Pools
from opscope.render.page.stacks import CopyPlaces, add_stacks, copies, page_scene
from opscope.render.svg.marks import docks, heat_bar, sheets


class Recorded:
    """Takes columns as `PageColumns` does, and keeps them as lists."""

    def __init__(self) -> None:
        self.columns: Dict[str, List[float]] = {}

    def ints(self, name: str, values: Iterable[int]) -> None:
        self.columns[name] = list(values)

    deltas = ints
    floats = ints


def pinned(graph: Graph) -> str:
    """The text of a golden file: the page's columns and tables, and a drawing for each of some opening states."""
    found = copies(for_drawing(estimate(graph), "all"))
    scene = page_scene(found.drawn)
    recorded, pools = Recorded(), Pools()
    places = CopyPlaces(found)
    words = CopyWords(found, places)
    header = {
        **add_scene(found, words, scene, set(), recorded, pools),
        **add_stacks(found, places, recorded, pools),
        **add_copy_words(found, words, scene, recorded, pools),
    }
    recorded.ints("g.parent", [group.parent for group in content_of(found.whole).groups])
    page = {"header": {**header, "strings": pools.strings.values}, "columns": recorded.columns}
    details = [pools.strings.values[text] for text in recorded.columns["c.folded"]]
    lines = [f'{{"page":{_short(page)},"states":[']
    lines.append(
        ",\n".join(_short({"open": sorted(state), "drawn": drawn_as(scene, state, details)}) for state in states(scene))
    )
    return "\n".join([*lines, "]}", ""])


def states(scene: Scene) -> List[Set[int]]:
    """Nothing open; everything; every second card; everything but the last."""
    inner = list(range(1, len(cards(scene))))
    every = [set(), set(inner), {number for number in inner if number % 2}, set(inner[:-1])]
    return [state for index, state in enumerate(every) if state not in every[:index]]


def drawn_as(scene: Scene, opened: Set[int], folded: List[str]) -> Dict[str, Any]:
    """The drawing with these cards open, by their numbers; `folded` has the second line of each card while it is closed."""
    engine = Engine()
    every = cards(scene)
    orders = arranged(every, engine.order)
    made: Dict[int, Card] = {}
    known = {}
    for number in range(len(every) - 1, -1, -1):
        card = every[number]
        children = tuple([made.get(id(child), child) for child in card.children])
        if number == 0 or number in opened:
            made[id(card)] = replace(card, children=children)
            known[id(made[id(card)])] = orders[id(card)]
        else:
            made[id(card)] = replace(
                card, children=(), wires=(), open=False, detail=folded[number], chips=card.chips_folded
            )
    return _record(place_cards(replace(scene, root=made[id(scene.root)]), known, engine).inside)


def _record(inside: Inside) -> Dict[str, Any]:
    return {
        "marks": [_mark(child) for child in inside.children],
        "wires": [[list(point) for point in path.points] for path in inside.paths],
        "labels": [list(label) for label in inside.labels],
        **({"heads": sorted(list(head) for head in inside.heads)} if inside.heads else {}),
    }


def _mark(drawn: Drawn) -> Dict[str, Any]:
    mark = {"at": list(drawn.body), "texts": _texts(drawn.item)}
    if drawn.chips:
        mark["chips"] = [[*frame, chip.text, chip.family] for frame, chip in zip(drawn.chips, drawn.item.chips)]
        mark["docks"] = [[list(point) for point in line] for line in docks(drawn)]
    if isinstance(drawn.item, Card):
        mark["bar"] = list(heat_bar(drawn.body, drawn.item.repeat))
        if drawn.item.repeat > 1:
            mark["behind"] = [list(sheet) for sheet in sheets(drawn.body, drawn.item.repeat)]
    if drawn.inside is not None:
        mark["inset"] = [drawn.inside.x, drawn.inside.y]
        mark["inside"] = _record(drawn.inside)
    return mark


def _texts(item: Any) -> List[Any]:
    """What a mark says, in the order of the lines in which it says it."""
    if isinstance(item, Box):
        return ["box", item.title, item.note, item.family]
    if isinstance(item, Pill):
        return ["pill", item.title, item.detail, item.kind]
    return [item.kind, item.title, item.subtitle, item.detail, source_text(item.source), item.repeat]


def _short(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
