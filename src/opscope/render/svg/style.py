"""The style sheet of a drawing: a rule for each class, in light colours, and in dark ones if the system wants them."""

from __future__ import annotations

from typing import Dict, Iterable, List, NamedTuple, Tuple

from ...layout.scene.heat import STEPS, STEPS_DARK
from ...layout.scene.layer_kinds import LOOKS
from ...layout.sizes.extents import (
    CHIP_FONT,
    DETAIL_FONT,
    HEAT_FONT,
    OP_FONT,
    PILL_FONT,
    SMALL_FONT,
    SUBTITLE_FONT,
    TITLE_FONT,
)
from ...layout.sizes.headline import FACTS
from ...layout.sizes.row_sizes import NAME_FONT
from ...layout.sizes.sketch_sizes import SKETCH_FONT
from ...layout.sizes.text_width import Font


class Face(NamedTuple):
    """How a style sheet names a font: its family and weight."""

    family: str
    weight: int = 400


SANS_STACK = "Inter,Helvetica,Arial,'opscope narrowed',sans-serif"
NARROWED = (
    "@font-face{font-family:'opscope narrowed';src:local('DejaVu Sans'),local('Verdana');size-adjust:89%}"
    "@font-face{font-family:'opscope narrowed';font-weight:600;src:local('DejaVu Sans Bold'),local('Verdana Bold');size-adjust:83%}"
)
"""Texts are measured in Inter. Where there is neither that nor a font as wide, as on many Linux machines, browsers take DejaVu Sans, which is wider: made as
much smaller, 19 of 20 texts of the gallery stay within the room that they have in Inter."""
FACES: Dict[str, Face] = {
    "regular": Face(SANS_STACK),
    "bold": Face(SANS_STACK, 600),
    "mono": Face("'JetBrains Mono','DejaVu Sans Mono',Consolas,monospace"),
}

NIGHT = 0.35
"""On a dark ground a box is filled with the colour of its border, at this opacity."""
PAPER, PAPER_DARK = "#ffffff", "#0d1117"
_CHIP, _CHIP_DARK = "#f3f4f6", "#222a34"


def _font(font: Font) -> str:
    """A font as declarations of CSS."""
    face = FACES[font.face]
    weight = f";font-weight:{face.weight}" if face.weight != Face("").weight else ""
    return f"font-family:{face.family}{weight};font-size:{font.size:g}px"


_LIGHT: Tuple[Tuple[str, str], ...] = (
    ("paper", f"fill:{PAPER}"),
    ("title", _font(Font("bold", 20.0)) + ";fill:#1f2328"),
    ("subtitle", _font(Font("regular", 16.0)) + ";fill:#57606a"),
    ("facts", _font(FACTS) + ";fill:#57606a"),
    ("card", "fill:#fbfcfe;stroke:#c3cad4;stroke-width:1.2"),
    ("loop", "fill:#fff8f7;stroke:#e2a5a2;stroke-width:1.2;stroke-dasharray:5 4"),
    ("body", "fill:#ffffff;stroke:#ecc6c4;stroke-width:1.2"),
    ("behind", "fill:#f6f8fa;stroke:#c3cad4;stroke-width:1.2"),
    ("name", _font(TITLE_FONT) + ";fill:#1f2328"),
    ("times", _font(TITLE_FONT) + ";fill:#0a5cad"),
    ("flow", _font(TITLE_FONT) + ";fill:#b03434"),
    ("kind", _font(SUBTITLE_FONT) + ";fill:#57606a"),
    ("detail", _font(DETAIL_FONT) + ";fill:#57606a"),
    ("source", _font(SMALL_FONT) + ";fill:#0a5cad"),
    ("op", _font(OP_FONT) + ";fill:#1f2328;text-anchor:middle"),
    ("own", "fill:none;stroke:#1f2328;stroke-width:1.9"),
    ("seam", "fill:none;stroke:#8c959f"),
    ("small", _font(SKETCH_FONT) + ";fill:#1f2328;text-anchor:middle"),
    ("called", _font(NAME_FONT) + ";fill:#1f2328"),
    ("end", "fill:#ffffff;stroke:#30363d;stroke-width:1.2"),
    ("port", _font(PILL_FONT) + ";fill:#1f2328"),
    ("state", "fill:#ffffff;stroke:#c9706c;stroke-width:1.2"),
    ("turn", _font(PILL_FONT) + ";fill:#b03434"),
    ("chip", f"fill:{_CHIP};stroke:#b6bcc5"),
    ("side", _font(CHIP_FONT) + ";fill:#444c56;text-anchor:middle"),
    ("dock", "fill:none;stroke:#b6bcc5"),
    ("wire", "fill:none;stroke:#8c959f;stroke-width:1.4"),
    ("bundle", "fill:none;stroke:#a3acb6;stroke-width:3.2"),
    ("control", "fill:none;stroke:#8c959f;stroke-width:1.1;stroke-dasharray:2 3"),
    ("through", "fill:none;stroke:#c3cad4;stroke-width:1.4"),
    ("band", "fill:#4a6d94;fill-opacity:.07"),
    ("carried", "fill:none;stroke:#8c959f;stroke-width:1.4;stroke-dasharray:6 4"),
    ("undrawn", "fill:none;stroke:#8c959f;stroke-width:1.4;stroke-dasharray:9 3 2 3"),
    ("next", "fill:none;stroke:#b5605c;stroke-width:1.4;stroke-dasharray:4 3"),
    ("gone", "fill:none;stroke:#c4321f;stroke-width:1.6;stroke-dasharray:5 3"),
    ("tip", "fill:#8c959f"),
    ("tip-next", "fill:#b5605c"),
    ("tip-gone", "fill:#c4321f"),
    ("type", _font(SMALL_FONT) + ";fill:#57606a"),
    ("hot", _font(HEAT_FONT) + ";fill:#7a3b12"),
    ("note", _font(SMALL_FONT) + ";fill:#57606a"),
    ("head", _font(Font("bold", 11.0)) + ";fill:#57606a"),
    ("number", _font(DETAIL_FONT) + ";fill:#57606a"),
    ("told", _font(Font("bold", 12.0)) + ";fill:#8a5a00"),
    ("rule", "stroke:#e3e6ea"),
    ("legend", _font(Font("regular", 12.0)) + ";fill:#57606a"),
    ("d-added", "fill:none;stroke:#1a7f37;stroke-width:2.4"),
    ("d-removed", "fill:#ffffff;fill-opacity:0.55;stroke:#c4321f;stroke-width:2.2;stroke-dasharray:5 3"),
    ("d-changed", "fill:none;stroke:#9a6700;stroke-width:2.2;stroke-dasharray:1.5 2.5;stroke-linecap:round"),
    ("b-added", "fill:#1a7f37"),
    ("b-removed", "fill:#c4321f"),
    ("b-changed", "fill:#9a6700"),
    ("found-error", "fill:#b3001b"),
    ("found-warning", "fill:#8a4b00"),
    ("c-added", _font(Font("mono", 11.5)) + ";fill:#1a7f37;white-space:pre"),
    ("c-removed", _font(Font("mono", 11.5)) + ";fill:#c4321f;white-space:pre"),
    ("c-changed", _font(Font("mono", 11.5)) + ";fill:#7d5600;white-space:pre"),
    ("badge", _font(Font("bold", 10.5)) + ";fill:#ffffff;text-anchor:middle"),
)
_DARK: Tuple[Tuple[str, str], ...] = (
    ("paper", f"fill:{PAPER_DARK}"),
    ("title", "fill:#e6edf3"),
    ("subtitle", "fill:#9aa4ae"),
    ("facts", "fill:#9aa4ae"),
    ("card", "fill:#141a22;stroke:#3a424d"),
    ("loop", "fill:#1f1618;stroke:#7d4a48"),
    ("body", "fill:#171a20;stroke:#63403f"),
    ("behind", "fill:#1b222c;stroke:#3a424d"),
    ("name", "fill:#e6edf3"),
    ("times", "fill:#6cb0f5"),
    ("flow", "fill:#f0928c"),
    ("kind", "fill:#9aa4ae"),
    ("detail", "fill:#9aa4ae"),
    ("source", "fill:#6cb0f5"),
    ("own", "stroke:#e6edf3"),
    ("seam", "stroke:#7d8793"),
    ("d-added", "stroke:#3fb950"),
    ("c-added", "fill:#3fb950"),
    ("c-removed", "fill:#f0756a"),
    ("c-changed", "fill:#d9a514"),
    ("d-removed", "fill:#0d1117;stroke:#f0756a"),
    ("d-changed", "stroke:#d9a514"),
    ("called", "fill:#e6edf3"),
    ("end", "fill:#0d1117;stroke:#c9d1d9"),
    ("op", "fill:#e6edf3"),
    ("small", "fill:#e6edf3"),
    ("port", "fill:#e6edf3"),
    ("state", "fill:#0d1117;stroke:#b86a66"),
    ("turn", "fill:#f0928c"),
    ("chip", f"fill:{_CHIP_DARK};stroke:#59636f"),
    ("side", "fill:#c0c8d0"),
    ("dock", "stroke:#59636f"),
    ("wire", "stroke:#7d8793"),
    ("bundle", "stroke:#69737f"),
    ("control", "stroke:#7d8793"),
    ("through", "stroke:#3f4853"),
    ("band", "fill:#9fbde0;fill-opacity:.09"),
    ("carried", "stroke:#7d8793"),
    ("undrawn", "stroke:#7d8793"),
    ("next", "stroke:#d98782"),
    ("gone", "stroke:#f0756a"),
    ("tip", "fill:#7d8793"),
    ("tip-next", "fill:#d98782"),
    ("tip-gone", "fill:#f0756a"),
    ("type", "fill:#9aa4ae"),
    ("hot", "fill:#f5b183"),
    ("note", "fill:#9aa4ae"),
    ("head", "fill:#9aa4ae"),
    ("number", "fill:#9aa4ae"),
    ("told", "fill:#e3b341"),
    ("rule", "stroke:#30363d"),
    ("legend", "fill:#9aa4ae"),
)


def style(classes: Iterable[str], theme: str = "auto") -> str:
    """The ``style`` element with the rules of the classes that a drawing uses.

    Args:
        classes: the names of the classes. ``f-matmul`` is the class of boxes of the op family ``matmul``, ``c-matmul``
            that of chips that mention such an op, and ``h0``, ``h1``, ... are the steps of the heat scale.
        theme: ``light``, ``dark``, or ``auto``: light, but dark if the reader's system asks for it.
    """
    # Dark rules only override colours, so the light rules stand before them in every theme.
    day, night = style_sheets(classes)
    if theme == "auto":
        night = f"@media(prefers-color-scheme:dark){{{night}}}"
    return f"<style>{day}{'' if theme == 'light' else night}</style>"


class StyleSheets(NamedTuple):
    """The rules of a drawing, and those that come after them in the dark: these only override colours."""

    light: str
    dark: str


def style_sheets(classes: Iterable[str]) -> StyleSheets:
    """The style sheets with the rules of the classes that a drawing uses, as `style` takes them."""
    used = set(classes)
    light = [(name, rule) for name, rule in _LIGHT if name in used]
    dark = [(name, rule) for name, rule in _DARK if name in used]
    opacity = f"{NIGHT:g}".lstrip("0")
    for name, family in LOOKS.items():
        bright = lighter(family.stroke)
        # Boxes of the family.
        if f"f-{name}" in used:
            light.append((f"f-{name}", f"fill:{family.fill};stroke:{family.stroke}"))
            dark.append((f"f-{name}", f"fill:{family.stroke};fill-opacity:{opacity};stroke:{bright}"))
        # Chips that mention an op of the family.
        if f"c-{name}" in used:
            light.append((f"c-{name}", f"fill:{_CHIP};stroke:{family.stroke}"))
            dark.append((f"c-{name}", f"fill:{_CHIP_DARK};stroke:{bright}"))
    for place, (day, evening) in enumerate(zip(STEPS, STEPS_DARK)):
        if f"h{place}" in used:
            light.append((f"h{place}", f"fill:{day}"))
            dark.append((f"h{place}", f"fill:{evening}"))
    day = _rules(light)
    return StyleSheets(f"{NARROWED if SANS_STACK in day else ''}{day}", _rules(dark))


def _rules(rules: Iterable[Tuple[str, str]]) -> str:
    return "".join(f".{name}{{{rule}}}" for name, rule in rules)


def declarations(*, dark: bool) -> Dict[str, Dict[str, str]]:
    """Class -> property -> value in one theme. The page uses it, which draws the same marks without a style sheet."""
    said: Dict[str, Dict[str, str]] = {}
    for name, rule in (*_LIGHT, *(_DARK if dark else ())):
        parts = (part.partition(":") for part in rule.split(";"))
        said.setdefault(name, {}).update({key: value for key, _, value in parts})
    return said


def lighter(colour: str) -> str:
    """The colour half way to white, for borders on a dark ground."""
    return "#" + "".join(f"{(value + 255) // 2:02x}" for value in channels(colour))


def channels(colour: str) -> List[int]:
    """Red, green and blue of ``#rrggbb``, 0 to 255."""
    return [int(colour[start : start + 2], 16) for start in (1, 3, 5)]
