"""`graph.quantities`: each quantity is declared once, and is a field of what holds it."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

from opscope.graph import quantities
from opscope.graph.types import Cost, Measured

PACKAGE = Path(quantities.__file__).resolve().parents[1]
DECLARES = re.compile(
    r"[\"']time_us[\"'].{0,60}[\"']busy_us[\"']|[\"']time[\"'], ?[\"']busy[\"']|[\"'](?:KiB|GFLOP)[\"']", re.DOTALL
)


def test_each_is_a_field_of_what_holds_it() -> None:
    held = {each.name for each in fields(Measured)} - {"fused", "spread_us", "error_us", "device_us"}
    assert {each.field for each in quantities.QUANTITIES.values() if not each.estimated} == held
    assert {each.field for each in quantities.QUANTITIES.values() if each.estimated} < {
        each.name for each in fields(Cost)
    }
    assert set(quantities.FIGURES) == held


def test_units_grow() -> None:
    for each in quantities.QUANTITIES.values():
        sizes = [unit.size for unit in each.units]
        assert sizes[0] == 1.0
        assert sizes == sorted(set(sizes))
        least = [unit.least for unit in each.units]
        assert least[0] == 0.0
        assert least == sorted(set(least))


def without_types(text: str) -> str:
    """A module without its ``Literal`` types, which must spell out what they allow: tests/test_signatures.py compares them."""
    return re.sub(r"Literal\[[^]]*\]", "", text)


def test_no_other_module_lists_quantities_or_their_units() -> None:
    # The keys of a version of the JSON stay what they are, whatever quantities there are later.
    others = (path for path in sorted(PACKAGE.rglob("*.py")) if path.name not in ("quantities.py", "versions.py"))
    assert [path.name for path in others if DECLARES.search(without_types(path.read_text(encoding="utf-8")))] == []
