"""The report of a survey: one HTML file that opens without a network, with a table that can be sorted and filtered."""

from __future__ import annotations

import html
import json
from pathlib import Path
from typing import Optional, Sequence

from ..render.page.html import page_policy
from ..visible import json_data
from .model_rows import Asked, ModelRow
from .report_data import report_data

_PAGE = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="opscope">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<header id="head"></header>
<nav id="tabs"></nav>
<main id="main"></main>
<noscript><p>This page needs JavaScript to show its table.</p></noscript>
<script type="application/json" id="data">{data}</script>
<script>{script}</script>
</body>
</html>
"""


def survey_html(rows: Sequence[ModelRow], asked: Asked, drawings: Optional[Path], beside: Path) -> str:
    """The page as text. `beside` is the folder that it will be in, from which drawings are linked."""
    data = report_data(rows, asked, drawings, beside)
    script, style = _own("report.js"), _own("report.css")
    return _PAGE.format(
        policy=html.escape(page_policy(script, style), quote=False),
        title=html.escape(f"{data['title']} - opscope", quote=True),
        style=style,
        script=script,
        data=_in_page(json.dumps(data, ensure_ascii=False, separators=(",", ":"))),
    )


def _in_page(text: str) -> str:
    """JSON that ends no element of the page, whatever its strings are."""
    return json_data(text).replace("&", r"\u0026").replace("<", r"\u003c").replace(">", r"\u003e")


def _own(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")
