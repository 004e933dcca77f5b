"""Files of version 1 are read as what they said, and written again in the newest version.

``version-1.json`` is a profile of the demo's small model that opscope wrote while version 1 was the newest.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import opscope
import opscope.graph.json as graph_json
from opscope.errors import LoadError

OLD = Path(__file__).with_name("version-1.json")
FOLDER = Path(graph_json.__file__).parent


def validate(data, schema):
    jsonschema = pytest.importorskip("jsonschema")
    jsonschema.validate(data, json.loads((FOLDER / schema).read_text(encoding="utf-8")))


def test_each_version_has_its_schema():
    old = json.loads(OLD.read_text(encoding="utf-8"))
    validate(old, "schema-1.json")
    validate(json.loads(opscope.load(OLD).to_json()), "schema.json")


def test_all_that_version_1_says_is_kept_and_nothing_is_made_up():
    old, new = json.loads(OLD.read_text(encoding="utf-8")), json.loads(opscope.load(OLD).to_json())
    assert (old["version"], new["version"]) == (1, 2)
    for records in ("nodes", "groups"):
        for before, after in zip(old[records], new[records]):
            cost, measured = after.pop("cost"), after.pop("measured")
            if cost is not None:
                assert cost.pop("macs") is None
            if measured is not None:
                assert [measured.pop(key) for key in ("spread_us", "error_us", "device_us")] == [None] * 3
            assert {**after, "cost": cost, "measured": measured} == before
    assert new["variables"] == old["variables"]
    before, after = old["measurement"], new["measurement"]
    assert after.pop("devices") == [before.pop("device")]
    # Every step counted then, and nobody looked for disturbances.
    assert after.pop("steps_kept") == before["steps"]
    assert (after.pop("disturbed"), after.pop("step_spread_us")) == (None, None)
    assert after == before
    assert new["cost"] is None


@pytest.mark.parametrize("place", [("nodes", 2, "cost"), ("nodes", 2, "measured"), ("measurement",)])
def test_a_record_needs_the_keys_of_its_own_version(place):
    data = json.loads(OLD.read_text(encoding="utf-8"))
    record = data
    for key in place:
        record = record[key]
    key = next(iter(record))
    del record[key]
    with pytest.raises(LoadError, match=f"the key '{key}' is missing"):
        graph_json.from_dict(data)


def test_what_opscope_adds_to_the_costs_of_the_whole_graph_may_be_missing():
    data = json.loads(opscope.load(OLD).estimate(batch=4).to_json())
    for key in ("loops_at_most", "per", "fixed_flops"):
        del data["cost"][key]
    validate(data, "schema.json")
    assert graph_json.from_dict(data).cost == opscope.load(OLD).estimate(batch=4).cost


def test_the_costs_of_the_whole_graph_come_back():
    graph = opscope.load(OLD).estimate(batch=4)
    again = graph_json.from_dict(json.loads(graph.to_json()))
    assert again.cost == graph.cost
    assert again.cost.macs == 4 * (10 * 64 + 64 * 10)
    assert [layer.cost for layer in again.layers()] == [layer.cost for layer in graph.layers()]
