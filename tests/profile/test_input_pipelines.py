"""What a measurement tells of input pipelines, of profiles that TensorFlow wrote (tools/record_inputs.py), beside what their events say by themselves."""

import json
import zipfile
from pathlib import Path

import pytest

import opscope
from graphs import literal
from opscope.cli import main
from opscope.graph.input_pipeline import input_note, input_pipeline, input_words
from opscope.layout.scene.captions import ALARMS
from opscope.profile.attribution.attribute import attribute
from opscope.profile.recordings.pipeline_events import STAGE_CALL, START, PipelineEvent, PipelineRecord, pipeline_of
from opscope.profile.recordings.raw import OpEvent, Recording, Span, Trace
from opscope.profile.recordings.xplane import read
from opscope.profile.recordings.xplane_schema import XPLANE
from opscope.program.proto import message_class
from opscope.render.page.input_rows import input_rows

INPUTS = Path(__file__).parent / "inputs"
VERSIONS = ["tf24", "tf210", "tf215", "tf221"]
WHOLE = VERSIONS[1:]
"""Of 2.4 the threads of the fused map, which had run ahead, are not in the profile ``asked``."""


@pytest.fixture(scope="module")
def inputs(tmp_path_factory):
    """The recordings of each version, unpacked."""
    folder = tmp_path_factory.mktemp("inputs")
    for version in VERSIONS:
        with zipfile.ZipFile(INPUTS / f"{version}.zip") as archive:
            archive.extractall(folder / version)
    return folder


def measured(inputs, version, way):
    """The figures of a loop's pipeline."""
    graph = opscope.profile(inputs / version / "step.json", logdir=inputs / version / way)
    return graph.measurement["input_pipeline"]


def events(path):
    """All events of the host as (thread, name, start, end, run), told by protobuf alone."""
    space = message_class("XSpace", XPLANE).FromString(path.read_bytes())
    (plane,) = [plane for plane in space.planes if plane.name == "/host:CPU"]
    ids = {key for key, value in plane.stat_metadata.items() if value.name == b"id"}
    found = []
    for thread, line in enumerate(plane.lines):
        for event in line.events:
            start = line.timestamp_ns * 1000 + event.offset_ps
            run = next((stat.int64_value or stat.uint64_value for stat in event.stats if stat.metadata_id in ids), 0)
            found.append(
                (thread, plane.event_metadata[event.metadata_id].name.decode(), start, start + event.duration_ps, run)
            )
    return found


def profile_in(folder):
    (path,) = folder.rglob("*.xplane.pb")
    return path


def steps_of(found, name="train"):
    return sorted((start, end) for _, each, start, end, _ in found if each == name)


def last(name):
    return name.rpartition("::")[2]


def innermost(found, windows, is_one):
    """How long the innermost of some events on each thread was one that `is_one`, in windows: looked at from one beginning or end to the next."""
    total = 0
    for thread in {event[0] for event in found}:
        own = [event for event in found if event[0] == thread]
        marks = sorted({at for event in own for at in event[2:4]} | {at for window in windows for at in window})
        for at, until in zip(marks, marks[1:]):
            if any(begin <= at < end for begin, end in windows):
                around = [event for event in own if event[2] <= at < event[3]]
                # Of two that begin together, the one that ends first is inside.
                if around and is_one(max(around, key=lambda event: (event[2], -event[3]))):
                    total += until - at
    return total


@pytest.mark.parametrize("version", VERSIONS)
def test_a_step_waits_as_long_as_its_calls_for_an_element_take(inputs, version):
    told = measured(inputs, version, "asked")
    found = events(profile_in(inputs / version / "asked"))
    steps = steps_of(found)
    asked = [end - start for _, name, start, end, _ in found if name == "IteratorGetNextOp::DoCompute"]
    assert len(steps) == len(asked) == told["steps"] == 4
    assert not told["between_steps"]
    assert told["waited_us"] == pytest.approx(sum(asked) * 1e-6 / 4)
    assert told["waited_share"] == pytest.approx(sum(asked) / sum(end - start for start, end in steps))


@pytest.mark.parametrize("version", VERSIONS)
def test_of_a_loop_that_asks_between_its_steps_the_time_from_one_to_the_next_counts(inputs, version):
    told = measured(inputs, version, "between")
    found = events(profile_in(inputs / version / "between"))
    steps = steps_of(found)
    asked = [
        end - start
        for _, name, start, end, _ in found
        if name == "IteratorGetNextOp::DoCompute" and start > steps[0][1]
    ]
    assert told["between_steps"]
    assert told["steps"] == len(asked) == 3
    assert told["waited_us"] == pytest.approx(sum(asked) * 1e-6 / 3)
    assert told["waited_share"] == pytest.approx(sum(asked) / (steps[-1][1] - steps[0][1]))


@pytest.mark.parametrize("version", WHOLE)
def test_the_self_time_of_a_stage_is_that_of_its_threads_while_they_are_in_it(inputs, version):
    told = {stage["name"]: stage for stage in measured(inputs, version, "asked")["stages"]}
    found = events(profile_in(inputs / version / "asked"))
    steps = steps_of(found)
    started = {run for _, name, *_, run in found if name == "InstantiatedCapturedFunction::RunAsync"}
    own = [
        event for event in found
        if ("Iterator::" in event[1] and not event[1].startswith("Make")) or event[1].endswith("Produce")
        or (event[1] == "ExecutorState::Process" and event[4] in started)
    ]  # fmt: skip
    assert started
    expected = {
        "range": lambda event: last(event[1]) == "Range",
        "cache": lambda event: last(event[1]) in {"MemoryCache", "MemoryCacheImpl"},
        "shuffle": lambda event: last(event[1]) == "Shuffle",
        # What its caller does meanwhile is waiting: only what its own threads do counts, and the functions that they start.
        "map and batch": lambda event: event[1] in {"MapAndBatchProduce", "ExecutorState::Process"},
        "prefetch": lambda event: event[1] == "PrefetchProduce",
        "(Root)": lambda event: last(event[1]) == "Root",
    }
    assert list(told) == list(expected)  # in the order in which data flow
    for name, is_one in expected.items():
        assert told[name]["self_us"] == pytest.approx(innermost(own, steps, is_one) * 1e-6 / 4), name


@pytest.mark.parametrize("version", WHOLE)
def test_calls_and_threads_of_a_stage_are_those_of_its_events(inputs, version):
    told = {stage["name"]: stage for stage in measured(inputs, version, "asked")["stages"]}
    found = events(profile_in(inputs / version / "asked"))
    steps = steps_of(found)
    for stage, kind in (
        ("shuffle", "Shuffle"),
        ("cache", "MemoryCache"),
        ("map and batch", "MapAndBatch"),
        ("(Root)", "Root"),
    ):
        calls = [
            thread for thread, name, start, *_ in found
            if "Iterator::" in name and last(name) == kind and any(begin <= start < end for begin, end in steps)
        ]  # fmt: skip
        assert told[stage]["calls"] == len(calls) / 4
    assert told["shuffle"]["threads"] == 1
    assert told["map and batch"]["threads"] > 1
    assert told["map and batch"]["dataset"].startswith("fused(ParallelMapDataset")


def test_what_the_threads_of_a_stage_did_is_unknown_where_it_was_not_recorded(inputs):
    told = measured(inputs, "tf24", "asked")
    assert [(stage["name"], stage["self_us"]) for stage in told["stages"] if stage["self_us"] is None] == [
        ("map and batch", None)
    ]
    assert "which stage is the slowest is not known" in input_words({"input_pipeline": told})


@pytest.mark.parametrize("version", VERSIONS)
def test_the_stages_of_a_loop_over_a_dataset_are_those_below_the_loop_itself(inputs, version):
    data = (inputs / version / "walk.xplane.pb").read_bytes()
    trace = read(data)
    graph = opscope.load(inputs / version / "walk.json")
    recording = Recording(trace, None, (), None, None, pipelines=pipeline_of(data, trace.steps))
    told = attribute(graph, recording).measurement["input_pipeline"]
    assert [stage["name"] for stage in told["stages"]] == [
        "range", "range, in interleave", "map, in interleave", "interleave", "batch", "range #2", "filter", "zip",
    ]  # fmt: skip
    found = events(inputs / version / "walk.xplane.pb")
    steps = steps_of(found, "opscope_step")
    # What the loop asks is the outermost stage that is none of its own.
    asked = [
        (start, min(end, until)) for _, name, start, end, _ in found for begin, until in steps
        if name.endswith("::Scan::Zip") and begin <= start < until
    ]  # fmt: skip
    assert told["waited_us"] == pytest.approx(sum(end - start for start, end in asked) * 1e-6 / 2)
    made = [name for _, name, *_ in found if name.startswith("MakeIterator::")]
    assert (told["making_us"] is None) == (not made)  # 2.4 does not record it
    inner = next(stage for stage in told["stages"] if stage["name"] == "map, in interleave")
    calls = sum(
        "Interleave[" in name and last(name) == "Map" and any(begin <= start < end for begin, end in steps)
        for _, name, start, *_ in found
    )
    assert inner["calls"] == calls / 2


def test_the_summary_the_drawing_and_the_json_tell_it(inputs, tmp_path, capsys):
    folder = inputs / "tf221"
    graph = opscope.profile(folder / "step.json", logdir=folder / "asked")
    graph.save(tmp_path / "step.json")
    graph.save(tmp_path / "step.svg")
    again = opscope.load(tmp_path / "step.json")
    assert again.measurement["input_pipeline"] == graph.measurement["input_pipeline"]
    assert main(["summary", str(tmp_path / "step.json")]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert (
        "input: the step waits for input 21 % of its time (185 µs for each step); slowest stage: map and batch, at work 8.3 % of the time"
        in said
    )
    assert "input, by stage" in said
    note = "the step waits for input 21 % of its time, slowest stage: map and batch"
    assert input_note(graph.measurement) == note
    assert note in " ".join((tmp_path / "step.svg").read_text(encoding="utf-8").replace("</tspan>", "").split())


def test_the_list_of_facts_of_the_page_has_a_row_for_each_stage(inputs):
    folder = inputs / "tf221"
    graph = opscope.profile(folder / "step.json", logdir=folder / "asked")
    first, *rest = input_rows(graph.measurement)
    assert first[:2] == ("Waits for input", "21 % of the step, 185 µs")
    assert [name for name, *_ in rest] == [
        f"Input: {stage['name']}" for stage in graph.measurement["input_pipeline"]["stages"]
    ]
    assert [told for name, told, _ in rest if name == "Input: map and batch"] == ["72.8 µs, at work 8.3 %"]
    assert sum(bool(meaning) for *_, meaning in rest) == 1
    assert input_rows(None) == []


def test_a_profile_without_a_pipeline_tells_nothing_of_one():
    with zipfile.ZipFile(Path(__file__).parent / "logs" / "tf221.zip") as archive:
        (name,) = [each for each in archive.namelist() if each.startswith("loop/") and each.endswith(".xplane.pb")]
        data = archive.read(name)
    assert pipeline_of(data, read(data).steps or [Span(0, 1 << 62)]) is None


@pytest.mark.parametrize(
    "told",
    [None, {}, {"input_pipeline": 3}, {"input_pipeline": {"stages": 3}}, {"input_pipeline": {"stages": [3, {"name": 4}]}}, {"input_pipeline": {"stages": [], "waited_share": "x"}},
     {"input_pipeline": {"stages": [{"name": "map", "self_us": -1, "busy_share": [], "source": {"file": 1}}], "waited_share": float("nan")}}],
)  # fmt: skip
def test_a_damaged_record_tells_no_figure(told):
    found = input_pipeline(told)
    assert found is None or (found.waited_share is None and all(stage[1:] == (None,) * 5 for stage in found.stages))
    assert "%" not in input_words(told) + input_note(told)
    json.dumps(told)


@pytest.mark.parametrize(
    ("share", "said"), [(0.004, "does not wait for input"), (0.5, "waits for input 50 % of its time")]
)
def test_a_small_part_is_no_waiting(share, said):
    told = {
        "input_pipeline": {
            "waited_us": 2.0,
            "waited_share": share,
            "between_steps": False,
            "making_us": None,
            "stages": [],
        }
    }
    assert said in input_words(told)


@pytest.mark.parametrize(("share", "alarms"), [(0.004, False), (0.05, False), (0.21, True)])
def test_much_waiting_stands_out_below_a_drawing(share, alarms):
    note = input_note({"input_pipeline": {"waited_us": 2.0, "waited_share": share, "stages": []}})
    assert note.startswith(ALARMS) == alarms


def test_ops_of_the_stages_functions_are_told_as_the_part_that_is_not_attributed():
    """A step of 100 µs: an op of its own runs for 20, an op of a function that a stage started for 60, one that nothing explains for 10."""
    ms = 1_000_000
    ran = [("a", 0, 20, 1), ("MatMul", 25, 85, 2), ("stray", 86, 96, 3)]
    ops = tuple([OpEvent(name, "MatMul", start * ms, end * ms, 0, run) for name, start, end, run in ran])
    trace = Trace((Span(0, 100 * ms),), ops)
    asked = PipelineEvent(STAGE_CALL, "Iterator::Root::Map", 21 * ms, 24 * ms, 1, 0)
    record = PipelineRecord((asked, PipelineEvent(START, "", 24 * ms, 86 * ms, 1, 2)), {})
    graph = literal(("x", "Placeholder", [], [("float32", (4, 4))]), ("a", "MatMul", ["x", "x"], [("float32", (4, 4))]))
    measured = attribute(graph, Recording(trace, None, (), None, None, pipelines=record))
    assert measured.measurement["coverage"]["unattributed"] == pytest.approx(0.7)
    assert measured.measurement["input_pipeline"]["ops_share"] == pytest.approx(0.6)
    said = "60 % of the profiled step is not attributed since ops of its stages run, which are none of this graph"
    assert said in input_words(measured.measurement)
    assert ("Ops of its stages", "60 % of the profiled step") in [row[:2] for row in input_rows(measured.measurement)]
