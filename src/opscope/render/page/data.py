"""A graph's data for the page: facts, drawing and the user's code, in one compressed piece."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, List, Mapping, Optional, Union

from ...cost import estimate, estimates_of_all
from ...graph.content import content_of, traced_files
from ...graph.measured_programs import program_sentences
from ...graph.measured_runs import without_op_times
from ...graph.model_variables import elements_of, told_apart
from ...graph.vocabulary import SWITCHES
from ...layout.engine import Engine, draw
from ...layout.scene.bundling import bundle
from ...layout.scene.compose import compose
from ...layout.scene.families import FAMILIES, family_of
from ...layout.scene.labels import side_text
from ...layout.scene.settled import Settled
from ...passes import fold, for_drawing
from ...passes.group_sizes import layer_count
from ...profile.roofline import ROOFLINE_KEY
from . import user_code as page_source
from .cards import add_scene
from .container import PageColumns
from .copy_columns import add_copy_words
from .copy_words import CopyWords
from .counterpart_columns import add_counterpart
from .header_style import page_style
from .input_rows import input_rows
from .measure_columns import add_measures
from .memory_columns import add_measured_memory, add_memory
from .nodes_and_groups import Pools, add_groups, add_nodes, variables
from .overview_marks import overview_header
from .page_findings import findings_header
from .roofline_columns import add_roofline
from .stack_titles import stack_titles
from .stacks import CopyPlaces, add_stacks, copies, page_scene
from .timeline_columns import add_timeline

if TYPE_CHECKING:
    import os

    from ...cost import Memory
    from ...graph.graph import Graph
    from ...layout.overview.one_page import Overview
    from ...layout.picture import Drawn
    from ...layout.scene.items import Scene
    from ...passes import Depth
    from .counterpart_columns import Counterpart
    from .difference_columns import ComparedGraphs

BOXES = (48, 36, 24, 16, 10)
"""How many boxes a page may show at first, the best first: the reader opens what is of interest, so fewer than on paper."""
WIDE = 1300.0
"""Pixels at full size that a laptop's window shows readably beside tree and panel: what is open at first should be no wider."""
FEW = 8
"""Boxes below which a first look says too little ..."""
NEARLY = 1.6 * WIDE
"""... so that the first look at more of them, not wider than this, comes before it."""


def page_data(
    graph: "Graph",
    *,
    depth: "Depth" = None,
    sources: "Union[bool, str, os.PathLike[str]]" = True,
    start: Optional[Mapping[str, Optional[str]]] = None,
    overview: "Optional[Overview]" = None,
    memory: "Optional[Memory]" = None,
    compared: "Optional[ComparedGraphs]" = None,
    counterpart: "Optional[Counterpart]" = None,
) -> bytes:
    """The bytes that the page reads; `docs/page.md` describes them.

    Args:
        graph: the whole graph.
        depth: how far groups are open when the page starts, as `Graph.save` takes it.
        sources: whether the user's code around the lines that made ops goes in, or the folder below which it may be read.
        start: the ``colour`` mode and ``theme`` of the page when it is opened; what is not told the page chooses.
        overview: what the page shows first; ``None``: the drawing.
        memory: the graph's activation memory, if it was found before.
        compared: the difference of which `graph` is both graphs as one. Then nothing is estimated: figures of both together are of neither.
        counterpart: what the page says of the other side, of a graph that is known as written and as executed.
    """
    if compared is None and not content_of(graph).costs:
        graph = estimate(graph, peak=False)
    columns, pools = PageColumns(), Pools()
    found = copies(for_drawing(graph, "all"))
    add_nodes(found.whole, columns, pools)  # its groups are those that are drawn: passes add some
    add_groups(found.whole, columns, pools)
    beside = {"counterpart": add_counterpart(counterpart, found.whole, columns, pools)} if counterpart else {}
    measures = add_measures(found.whole, columns)
    peak = add_memory(graph, columns, memory) if compared is None else None
    used = add_measured_memory(graph, columns) if compared is None else None
    timeline = add_timeline(graph, columns, pools) if compared is None else None
    roofline = add_roofline(found.whole, columns) if compared is None else None
    settled, engine = Settled(found.drawn), Engine()  # the first look and the scene have most of their cards in common
    scene = page_scene(found.drawn, settled)
    first = _first_look(found.drawn, depth, settled, engine)
    opened = set(range(len(content_of(found.drawn).groups))) - content_of(first).view.closed
    places = CopyPlaces(found)
    words = CopyWords(found, places)
    drawing = {
        **add_scene(found, words, scene, opened, columns, pools, engine),
        **add_stacks(found, places, columns, pools),
        **add_copy_words(found, words, scene, columns, pools),
        **(stack_titles(found, scene, overview, pools) if overview is not None else {}),
    }
    code = page_source.code(sources, pools.sources.values, traced_files(graph))
    header: Dict[str, Any] = {
        **_told_of(graph, scene, layer_count(found.drawn), start or {}),
        "memory": peak,
        **({"measured_memory": used} if used is not None else {}),
        **({"timeline": timeline} if timeline is not None else {}),
        **({"roofline": roofline} if roofline is not None else {}),
        "style": page_style(graph.measurement),
        "families": [(name, FAMILIES[name].title) for name in scene.families],
        "op_families": {op: family_of(op) for op in sorted(set(content_of(found.whole).table.ops))},
        "variables": variables(graph),
        "files": code.files,
        "absent": code.absent,
        "sides": _sides(graph),
        **beside,
        **measures,
        **drawing,
        **pools.header(),
        **(overview_header(found, overview) if overview is not None else {}),
        **findings_header(graph, found.whole),
    }
    if compared is not None:
        from .difference_columns import add_difference  # few pages are of a difference, and it imports a whole room

        header.update(
            _NOTHING_OF_BOTH,
            about=compared.about,
            difference=add_difference(compared, columns, pools),
            strings=pools.strings.values,
        )
    return columns.pack(header)


_NOTHING_OF_BOTH: Dict[str, Any] = {"parameters": 0, "layers": 0, "state": {"elements": 0, "variables": 0}}
"""Sums that a page of two graphs does not have."""


def _told_of(graph: "Graph", scene: "Scene", layers: int, start: Mapping[str, Optional[str]]) -> Dict[str, Any]:
    """What the header says of the graph as a whole."""
    return {
        "name": graph.name,
        "subtitle": scene.subtitle,
        "about": " · ".join(part for part in (scene.subtitle, scene.facts) if part),
        "notes": scene.notes,
        "start": dict(start),
        "producer": graph.producer,
        "measurement": _measurement(graph),
        "input": input_rows(graph.measurement),
        "programs": program_sentences(graph.measurement),
        "parameters": graph.parameters,
        "layers": layers,
        "state": _state(graph),
        "cost": _cost(graph),
        "estimates": estimates_of_all(graph),
    }


def _measurement(graph: "Graph") -> Optional[Dict[str, Any]]:
    """What the header says of the run as a whole: what it tells of ops and layers is in columns."""
    brief = without_op_times(graph.measurement)
    return brief and {key: value for key, value in brief.items() if key != ROOFLINE_KEY}


def _sides(graph: "Graph") -> Dict[str, List[str]]:
    """The op types of v1 conditions in the graph -> which side each of their outputs is."""
    found = sorted(SWITCHES.intersection(content_of(graph).table.ops))
    return {op: [side_text(op, output) for output in range(2)] for op in found}


def _state(graph: "Graph") -> Dict[str, int]:
    """What is kept beside the model's parameters, by an optimizer, metrics, random generators."""
    told = told_apart(content_of(graph))
    kept = (*told.optimizer, *told.other)
    return {"elements": elements_of(kept), "variables": len(kept)}


def _cost(graph: "Graph") -> Optional[Dict[str, Any]]:
    """What the page says of all costs; ``None`` where only single costs are known, as in a graph from JSON."""
    return {"per_sample": graph.cost.per_sample, "loops": graph.cost.loops} if graph.cost is not None else None


def _first_look(graph: "Graph", depth: "Depth", settled: Settled, engine: Engine) -> "Graph":
    """The graph open as far as asked; by default as far as fits a window's width and still says something."""
    if depth is not None:
        return fold(graph, depth)
    looks = []
    for boxes in BOXES:
        folded = fold(graph, boxes=boxes)
        root = draw(bundle(compose(folded, settled=settled)), engine).root
        wide, shown = root.body.width, _shown(root)
        looks.append((wide, folded))
        if wide <= WIDE and shown >= FEW:
            return folded
    near = [folded for wide, folded in looks if wide <= NEARLY]
    return near[0] if near else min(looks, key=lambda look: look[0])[1]


def _shown(root: "Drawn") -> int:
    """Boxes, pills and closed cards."""
    shown, waiting = 0, [root]
    while waiting:
        inside = waiting.pop().inside
        shown += inside is None
        waiting.extend(inside.children if inside is not None else ())
    return shown
