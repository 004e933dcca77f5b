"""When ops ran in one measured step, as the JSON has it: there and back, bounded, and checked."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import pytest

import opscope
from graphs import Builder
from opscope.graph.content import with_facts
from opscope.graph.json import from_dict, to_dict, to_json
from opscope.graph.json.timeline_record import timeline_record
from opscope.graph.step_timeline import MOST_KEPT, Ran, Timeline, longest_kept, thread_title

SCHEMA = Path(opscope.__file__).parent / "graph" / "json" / "schema.json"
RAN = (
    Ran(1, "x", 4, 0.0, 2.5),
    Ran(0, "w", 9, 1.0, 1.25),
    Ran(-1, "lost/op", 4, 3.0, 4.0),
    Ran(1, "x_again", -2, 5.0, 9.0),
)
LINE = Timeline(10.0, RAN, {4: "tf_Compute/7", -2: "/device:GPU:0 Stream #14"})


def graph(line=LINE):
    build = Builder()
    build.op("w", "Const")
    build.op("x", "Relu", "w")
    made = build.graph("net")
    return with_facts(made, {"timeline": line}) if line else made


def test_the_record_has_names_once_and_a_column_for_each_thing_told():
    assert timeline_record(LINE, ["w", "x"]) == {
        "duration_us": 10.0,
        "threads": [
            {"name": "tf_Compute/7", "device": False}, {"name": "", "device": False}, {"name": "/device:GPU:0 Stream #14", "device": True},
        ],
        "nodes": ["x", "w"],
        "executed": ["x", "w", "lost/op", "x_again"],
        "events": {
            "thread": [0, 1, 0, 2], "node": [0, 1, None, 0], "executed": [0, 1, 2, 3],
            "start_us": [0.0, 1.0, 3.0, 5.0], "duration_us": [2.5, 0.25, 1.0, 4.0],
        },
        "left_out": 0,
        "left_out_us": 0.0,
    }  # fmt: skip


def test_it_comes_back_from_json_with_its_names_and_times():
    text = to_json(graph())
    again = from_dict(json.loads(text)).facts["timeline"]
    assert [(ran.row, ran.name, ran.start, ran.end, thread_title(again, ran.thread)) for ran in again.ran] == [
        (1, "x", 0.0, 2.5, "tf_Compute/7"), (0, "w", 1.0, 1.25, "thread 2"), (-1, "lost/op", 3.0, 4.0, "tf_Compute/7"),
        (1, "x_again", 5.0, 9.0, "/device:GPU:0 Stream #14"),
    ]  # fmt: skip
    assert again.duration == 10.0
    assert [ran.thread < 0 for ran in again.ran] == [False, False, False, True]
    assert to_json(from_dict(json.loads(text))) == text
    assert to_dict(graph()) == json.loads(text)
    assert "timeline" not in to_dict(graph(None))


def test_the_schema_knows_it():
    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    jsonschema.validate(to_dict(graph()), schema)
    odd = to_dict(graph())
    odd["timeline"]["events"]["thread"][0] = -1
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(odd, schema)


def test_the_longest_are_kept_in_their_order_and_the_others_are_counted():
    kept = longest_kept(LINE, 2)
    assert kept.ran == (RAN[0], RAN[3])
    assert (kept.left_out, kept.left_out_us) == (2, 1.25)
    again = longest_kept(kept, 1)
    assert (again.ran, again.left_out, again.left_out_us) == ((RAN[3],), 3, 3.75)
    assert longest_kept(LINE, 4) is LINE


def test_a_file_keeps_no_more_than_its_bound():
    long = Timeline(
        1e6, tuple(Ran(k % 2, f"n{k % 2}", 1, float(k), k + (0.5 if k < 20 else 0.75)) for k in range(MOST_KEPT + 20))
    )
    record = to_dict(graph(long))["timeline"]
    assert {len(column) for column in record["events"].values()} == {MOST_KEPT}
    assert (record["left_out"], record["left_out_us"]) == (20, 10.0)
    assert min(record["events"]["start_us"]) == 20


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (lambda line: line["events"]["thread"].append(0), "timeline.events.thread|timeline.events.node"),
        (lambda line: line["events"]["node"].__setitem__(0, 2), r"timeline.events.node\[0\]: 2, but there are 2 of these"),
        (lambda line: line["events"]["thread"].__setitem__(0, 9), r"timeline.events.thread\[0\]"),
        (lambda line: line["events"]["executed"].__setitem__(1, -1), r"timeline.events.executed\[1\]"),
        (lambda line: line["events"]["start_us"].__setitem__(2, float("nan")), r"timeline.events.start_us\[2\]"),
        (lambda line: line["events"]["duration_us"].__setitem__(2, -1.0), r"timeline.events.duration_us\[2\]"),
        (lambda line: line["nodes"].__setitem__(0, "nobody"), r"timeline.nodes\[0\]: 'nobody' is not the name of an op"),
        (lambda line: line["executed"].__setitem__(0, 5), r"timeline.executed\[0\]"),
        (lambda line: line["threads"][0].__setitem__("device", 1), r"timeline.threads\[0\].device"),
        (lambda line: line["threads"][0].__setitem__("name", None), r"timeline.threads\[0\].name"),
        (lambda line: line.pop("left_out"), "timeline: the key 'left_out' is missing"),
        (lambda line: line.__setitem__("duration_us", "long"), "timeline.duration_us"),
        (lambda line: line.__setitem__("events", []), "timeline.events"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_file_is_named_with_its_place(change, where):
    record = copy.deepcopy(to_dict(graph()))
    change(record["timeline"])
    with pytest.raises(opscope.LoadError, match=where):
        from_dict(record)
