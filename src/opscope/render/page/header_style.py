"""Gives the page the distances, fonts, colours and units to draw with, so that none of them is written down twice.

Each is taken from the module that defines it. The tables below name the constants by module.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any, Dict, Mapping, Optional, Tuple

from ...graph import meanings
from ...graph.quantities import MULTIPLY_ADDS, OPERATIONS, PREFIXES, QUANTITIES, RUNS, SIZES, TIMES
from ...graph.step_parts import STEP_PARTS
from ...graph.uncertainty import UNCERTAIN
from ...graph.vocabulary import FLOW_KINDS, FLOW_PARTS
from ...layout import arrow_words, engine, wire_labels
from ...layout.place import columns, lines, route, spacing
from ...layout.scene import heat
from ...layout.scene.compared import SIGNS
from ...layout.scene.families import FAMILIES
from ...layout.scene.found_marks import FOUND_SIGNS
from ...layout.scene.layer_kinds import LAYER_KINDS
from ...layout.sizes import extents
from ..svg import marks as svg_marks
from ..svg import wire_paths as svg_wires
from ..svg.style import FACES, NARROWED, NIGHT, channels, declarations, lighter

_PLACE = (
    (spacing, (
        "BOX_GAP", "WIRE_GAP", "WIRE_ROOM", "PORT_PITCH", "PORT_LEAST", "PORT_MARGIN", "TRACK_PITCH", "TRACK_MARGIN",
        "ARROW_ROOM", "ROW_GAP", "BORDER_GAP", "LABEL_HEIGHT", "LABEL_GAP", "STRAIGHT",
    )),
    (columns, ("SMALL",)),
    (lines, ("MOST_BENT", "MOST_WIDER")),
    (route, ("SAME", "APART")),
)  # fmt: skip
_CARD = (
    (extents, ("INSIDE", "BOX_HEIGHT", "PILL_HEIGHT", "CHIP_HEIGHT", "CHIP_GAP", "STACK_STEP", "STACK_CARDS")),
    (engine, ("WHOLE_INSET", "MOST_GROWTH", "MOST_ASIDE")),
    (wire_labels, ("MOST_LABELS",)),
    (arrow_words, ("HEAD_GAP", "HEAD_RISE", "HEAD_HIGH", "LONG_SIDE")),
)
_MARK = (
    (
        extents,
        (
            "CARD_PAD",
            "LINE_ONE",
            "LINE_TWO",
            "NOTE_GAP",
            "TEXT_GAP",
            "HEAT_GAP",
            "HEAT_BAR",
            "HEAT_TEXT",
            "STACK_STEP",
            "STACK_CARDS",
        ),
    ),
    (
        svg_marks,
        (
            "CARD_ROUND",
            "BOX_ROUND",
            "CHIP_ROUND",
            "BAR_ROUND",
            "DOCK_BUS",
            "NAME_DROP",
            "NOTE_DROP",
            "CHIP_DROP",
            "BADGE_HIGH",
            "BADGE_RISE",
            "FOUND_ROUND",
        ),
    ),
    (svg_wires, ("CORNER", "ARROW", "ARROW_HALF")),
)
_FONTS = ("TITLE", "SUBTITLE", "DETAIL", "OP", "PILL", "CHIP", "SMALL", "HEAT", "BADGE")
_CLASSES = (
    "paper", "card", "loop", "body", "behind", "chip", "dock", "end", "state", "name", "flow", "kind", "detail", "source", "op", "port",
    "turn", "side", "type", "hot", "note", "wire", "bundle", "control", "undrawn", "next", "gone",
    "badge", *(f"found-{severity}" for severity in FOUND_SIGNS), *(f"{part}-{status}" for part in ("d", "b") for status in SIGNS),
)  # fmt: skip
_SHOWN = frozenset({"fill", "fill-opacity", "stroke", "stroke-width", "stroke-dasharray"})

CATEGORIES: Tuple[Tuple[str, str], ...] = (
    *((FAMILIES[name].fill, FAMILIES[name].stroke) for name in ("matmul", "reduce", "elementwise")),
    (LAYER_KINDS["attention"].fill, LAYER_KINDS["attention"].stroke),
    *((FAMILIES[name].fill, FAMILIES[name].stroke) for name in ("shape", "random", "state", "control")),
    (LAYER_KINDS["recurrent"].fill, LAYER_KINDS["recurrent"].stroke),
)
"""Fill and border of values that are not amounts, such as dtypes, devices and files; the most frequent gets the first.

They are the colours of the families, and of two kinds of layers.
"""


def page_style(measurement: Optional[Mapping[str, Any]] = None) -> Dict[str, Any]:
    """The part `style` of the header, which `docs/page.md` describes, with what is told of the steps of a measurement."""
    return {
        "place": _named(_PLACE),
        "card": _named(_CARD),
        "mark": _named(_MARK),
        "faces": {name: {"family": face.family, "weight": face.weight} for name, face in FACES.items()},
        "narrowed": NARROWED,
        "fonts": {name.lower(): getattr(extents, f"{name}_FONT")._asdict() for name in _FONTS},
        "kinds": {
            "loops": sorted(FLOW_KINDS),
            "bodies": sorted(FLOW_PARTS),
            "states": sorted(svg_marks.STATES),
        },
        "wires": {**svg_wires.CLASSES, "bundle": "bundle", "undrawn": "undrawn"},
        "light": _theme(dark=False),
        "dark": _theme(dark=True),
        "units": {
            "time": TIMES,
            "bytes": SIZES,
            "counts": PREFIXES,
            "flops": OPERATIONS,
            "macs": MULTIPLY_ADDS,
            "calls": RUNS,
        },
        "quantities": {name: quantity.title for name, quantity in QUANTITIES.items()},
        "coverage": STEP_PARTS,
        "uncertain": UNCERTAIN,
        "meanings": {
            "parts": meanings.PARTS,
            "unprofiled": meanings.UNPROFILED,
            "profiled": meanings.profiled(measurement),
            "error": meanings.error(measurement),
            "sample": meanings.SAMPLE,
        },
    }


def _named(owners: Tuple[Tuple[ModuleType, Tuple[str, ...]], ...]) -> Dict[str, float]:
    """The constants of one of the tables above, by name."""
    return {_camel(name): getattr(owner, name) for owner, names in owners for name in names}


def _camel(name: str) -> str:
    """The name of a constant as TypeScript has it: ``BOX_GAP`` becomes ``boxGap``."""
    first, *rest = name.lower().split("_")
    return first + "".join(part.capitalize() for part in rest)


def _theme(*, dark: bool) -> Dict[str, Any]:
    """The colours of one theme."""
    said = declarations(dark=dark)
    ground = said["card"]["fill"]

    def paint(fill: str, stroke: str) -> Dict[str, str]:
        return (
            {"fill": _mixed(ground, stroke, NIGHT), "stroke": lighter(stroke)}
            if dark
            else {"fill": fill, "stroke": stroke}
        )

    return {
        "classes": {name: {key: said[name][key] for key in said[name] if key in _SHOWN} for name in _CLASSES},
        "families": {name: paint(family.fill, family.stroke) for name, family in FAMILIES.items()},
        "categories": [paint(fill, stroke) for fill, stroke in CATEGORIES],
        "heat": heat.STEPS_DARK if dark else heat.STEPS,
    }


def _mixed(ground: str, colour: str, part: float) -> str:
    """The colour that one sees if `colour` is painted over the ground at the opacity `part`."""
    pairs = zip(channels(ground), channels(colour))
    return "#" + "".join(f"{round(below + (above - below) * part):02x}" for below, above in pairs)
