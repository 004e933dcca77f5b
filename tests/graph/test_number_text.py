"""How numbers become text. The table was written by hand; `viewer/test/data/words.test.ts` holds the page to the same."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from opscope.graph.number_text import amount_text, figure_text, number_text, percent_text, quantity_text
from opscope.graph.quantities import PREFIXES

TABLE = json.loads((Path(__file__).parent / "numbers.json").read_text(encoding="utf-8"))
WRITERS = {
    "time": lambda value: quantity_text("time_us", value),
    "time with its error": lambda figure: figure_text("time_us", *figure),
    "bytes": lambda value: quantity_text("memory_bytes", value),
    "flops": lambda value: quantity_text("flops", value),
    "macs": lambda value: quantity_text("macs", value),
    "calls": lambda value: quantity_text("calls", value),
    "counts": lambda value: amount_text(value, PREFIXES),
    "number": number_text,
    "percent": percent_text,
}


def test_the_table_has_every_way_to_write_a_number():
    assert set(TABLE) == set(WRITERS)


@pytest.mark.parametrize(("kind", "value", "text"), [(kind, *row) for kind, rows in TABLE.items() for row in rows])
def test_a_number_reads_as_the_table_says(kind, value, text):
    assert WRITERS[kind](value) == text


def test_a_share_that_no_float_holds_stops_nothing():
    """A damaged or hostile file may say that an op took 1e300 times as long as the step."""
    assert percent_text(float("inf")) == percent_text(1e306) == "> 100 %"


def test_a_sum_that_no_float_holds_stops_nothing():
    """Two ops of a hostile file may each have taken 1e308 µs."""
    for field in ("time_us", "memory_bytes", "flops", "calls"):
        assert quantity_text(field, float("inf"))
    assert figure_text("time_us", 3.0, float("inf"))
