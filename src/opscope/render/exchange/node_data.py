"""Writes node data of Google's Model Explorer: one quantity of each op, to be put on the graph of ``.explorer.json``.

Source of the format: ``node_data_builder.py`` of the package ai-edge-model-explorer 0.1.34
(https://github.com/google-ai-edge/model-explorer/wiki/2.-User-Guide#custom-node-data). The viewer adds the values up for groups.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Dict, Optional

from ...graph.content import content_of
from ...graph.quantities import MEASURED, QUANTITIES
from ...layout.scene.heat import STEPS
from ...layout.scene.quantity import only
from ...visible import json_shown
from .model_explorer import graph_id

if TYPE_CHECKING:
    from ...graph.graph import Graph


def node_data(graph: "Graph", heat: Optional[str]) -> str:
    """The file, for the quantity `heat`; by default the first that was measured, or else the FLOPs.

    Raises:
        InputError: the quantity was not measured.
    """
    quantity = QUANTITIES[heat or _first(graph)]
    content = content_of(only(graph, quantity.name))
    values = {content.table.names[row]: getattr(figure, quantity.field) for row, figure in content.measured.items()}
    unit = quantity.units[0].name
    last = len(STEPS) - 1
    record: Dict[str, Any] = {
        "name": f"{quantity.title} ({unit})",
        "results": {name: {"value": value} for name, value in values.items()},
        "gradient": [{"stop": place / last, "bgColor": colour} for place, colour in enumerate(STEPS)],
    }
    return json_shown(json.dumps({graph_id(graph): record}, ensure_ascii=False, allow_nan=False)) + "\n"


def _first(graph: "Graph") -> str:
    figures = content_of(graph).measured.values()
    measured = (each.name for each in MEASURED if any(getattr(figure, each.field) is not None for figure in figures))
    return next(measured, "flops")
