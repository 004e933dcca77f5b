"""Tables, flame graphs and timelines of a measured graph."""

import json
import re
from pathlib import Path

import pytest

from opscope import InputError
from opscope.graph.content import content_of, with_content, with_facts, with_measurement
from opscope.graph.json import from_dict, to_json
from opscope.profile.tables import tables
from opscope.render.report.hot import head

from .test_recorded import recorded  # noqa: F401 - the fixture

HERE = Path(__file__).parent


def test_every_table_adds_up_to_the_ops(recorded):  # noqa: F811
    graph = recorded[2]
    total = sum(measured.time_us for measured in content_of(graph).measured.values())
    found = tables(graph)
    assert list(found) == ["layers", "ops", "op_types"]  # the recorded graphs have no source lines
    for name, rows in found.items():
        assert sum(row["time_us"] for row in rows) == pytest.approx(total), name
        assert len(rows) <= 11


def test_speedscope_files_meet_their_schema_and_add_up_to_the_step(recorded, tmp_path):  # noqa: F811
    jsonschema = pytest.importorskip("jsonschema")
    graph = recorded[2]
    data = json.loads(graph.save(tmp_path / "a.speedscope").read_text(encoding="utf-8"))
    jsonschema.validate(data, json.loads((HERE / "schema" / "speedscope.json").read_text(encoding="utf-8")))
    flame, *threads = data["profiles"]
    assert flame["endValue"] == pytest.approx(graph.measurement["profiled_step_time_us"], rel=1e-6)
    assert len(flame["samples"]) == len(flame["weights"])
    assert threads
    for thread in threads:
        _check_nesting(thread)


def test_in_the_flame_graph_each_layer_is_one_piece(recorded, tmp_path):  # noqa: F811
    data = json.loads(recorded[2].save(tmp_path / "a.speedscope").read_text(encoding="utf-8"))
    samples = data["profiles"][0]["samples"]
    chains = [{tuple(sample[:depth]) for depth in range(1, len(sample))} for sample in samples]
    left = set()
    for before, after in zip(chains, chains[1:]):
        left |= before - after
        assert not after & left


def _check_nesting(thread):
    """Frames close in the reverse order of opening, and time never goes back: what speedscope's reader asks for."""
    stack, last = [], thread["startValue"]
    for event in thread["events"]:
        assert event["at"] >= last
        last = event["at"]
        if event["type"] == "O":
            stack.append(event["frame"])
        else:
            assert stack.pop() == event["frame"]
    assert not stack
    assert last <= thread["endValue"]


def test_a_chrome_trace_has_each_execution_once_inside_its_layers(recorded, tmp_path):  # noqa: F811
    graph = recorded[2]
    data = json.loads(graph.save(tmp_path / "a.trace").read_text(encoding="utf-8"))
    events = data["traceEvents"]
    ops = [event for event in events if event.get("cat") in {"op", "not attributed"}]
    assert len(ops) == len(graph.facts["timeline"].ran)
    for event in events:
        assert event["ph"] in {"X", "M"}
        if event["ph"] == "X":
            assert event["dur"] >= 0
            assert event["ts"] >= 0
    by_thread = {}
    for event in events:
        if event["ph"] == "X":
            by_thread.setdefault(event["tid"], []).append(event)
    for thread in by_thread.values():
        open_until = []
        for event in thread:  # written in order of start, outer before inner
            while open_until and open_until[-1] <= event["ts"] + 1e-6:
                open_until.pop()
            assert not open_until or event["ts"] + event["dur"] <= open_until[-1] + 1e-6
            open_until.append(event["ts"] + event["dur"])


def test_without_measurements_there_is_nothing_to_export(recorded, tmp_path):  # noqa: F811
    for suffix in ("speedscope", "trace"):
        with pytest.raises(InputError, match=r"opscope\.profile"):
            recorded[0].save(tmp_path / f"a.{suffix}")
    assert tables(recorded[0]) == {}


def test_a_graph_read_back_has_its_flame_graph_and_its_timeline(recorded, tmp_path):  # noqa: F811
    again = from_dict(json.loads(to_json(recorded[2])))
    texts = [graph.save(tmp_path / "a.speedscope").read_text(encoding="utf-8") for graph in (recorded[2], again)]
    first, second = ([(each["name"], each["type"]) for each in json.loads(text)["profiles"]] for text in texts)
    assert first == second
    assert len(second) > 1
    flame = json.loads(texts[1])["profiles"][0]
    assert flame["endValue"] == pytest.approx(recorded[2].measurement["profiled_step_time_us"], rel=1e-6)
    before, after = (
        [
            (event["tid"], event["name"], round(event["ts"], 2), round(event["dur"], 2))
            for event in json.loads(graph.save(tmp_path / "a.trace").read_text(encoding="utf-8"))["traceEvents"]
            if event.get("cat") == "op"
        ]
        for graph in (recorded[2], again)
    )
    assert len(before) == len(after)
    for one, other in zip(before, after):
        assert one[:2] == other[:2]
        assert one[2:] == pytest.approx(other[2:], abs=0.011)  # JSON has nanoseconds


def test_json_without_a_timeline_has_none_to_export(recorded, tmp_path):  # noqa: F811
    record = json.loads(to_json(recorded[2]))
    del record["timeline"]
    again = from_dict(record)
    data = json.loads(again.save(tmp_path / "a.speedscope").read_text(encoding="utf-8"))
    assert [profile["type"] for profile in data["profiles"]] == ["sampled"]
    with pytest.raises(InputError, match="nothing tells when each op ran"):
        again.save(tmp_path / "a.trace")


def test_the_summary_says_what_was_not_attributed_and_what_was_not_reported(recorded):  # noqa: F811
    lost = {
        "unattributed_us": {"lost/op": 2000.0},
        "not_reported": ["a/Shape", "b/Reshape"],
        "op_starts": 9.0,
        "asked_steps": None,
        "processors": None,
    }
    graph = with_facts(recorded[2], {"profile": lost})
    lines = head(graph)
    assert "time not attributed to an op of the graph: lost/op 2 ms" in lines
    assert "ran, but TensorFlow did not record them, so their time is unknown: 2 ops (a/Shape, b/Reshape)" in lines


def test_the_summary_names_the_hot_layers_and_what_no_op_explains(recorded, tmp_path):  # noqa: F811
    text = recorded[2].save(tmp_path / "a.txt").read_text(encoding="utf-8")
    assert re.search(r"of the profiled step, [\d.]+ ms: ops \d", text, re.IGNORECASE)
    assert "by op type" in text
    assert "top layers (own time, without inner layers)" in text
    assert re.search(r"training step: forward [\d,]+ ops in ~?[\d.]+ ± [\d.]+ [mµ]s, loss", text, re.IGNORECASE)


def test_all_tables_of_a_summary_have_one_unit_of_time(recorded, tmp_path):  # noqa: F811
    text = recorded[2].save(tmp_path / "a.txt").read_text(encoding="utf-8")
    heads = [line.split() for line in text.splitlines() if line.startswith(("layer ", "top ", "by "))]
    assert len(heads) >= 4
    assert len({word for head in heads for word in head if word in {"µs", "ms", "s"}}) == 1


@pytest.mark.parametrize(
    ("profiled", "said"),
    [
        (1230.0, "profiled steps took 1.23 times as long"),
        (950.0, "profiling overhead: none measurable"),
        (1001.0, "profiling overhead: none measurable"),
    ],
)
def test_how_much_profiling_cost_is_said_only_if_it_shows(recorded, profiled, said):  # noqa: F811
    times = {"step_time_us": 1000.0, "step_spread_us": 20.0, "profiled_step_time_us": profiled}
    graph = with_measurement(recorded[2], {**recorded[2].measurement, **times})
    assert head(graph)[0].endswith(f"1 ms per unprofiled step (half interquartile range 20 µs); {said}")


def test_source_lines_get_a_table_where_they_are_known(recorded):  # noqa: F811
    from opscope.graph import Source

    graph = recorded[2]
    sources = {row: Source("model.py", 1 + row % 3, "call") for row in range(len(graph))}
    rows = tables(with_content(graph, sources=sources))["sources"]
    assert {row["name"] for row in rows} == {"model.py:1", "model.py:2", "model.py:3"}
